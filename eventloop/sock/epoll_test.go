//go:build linux

package sock

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// epoll runs f with a loop that has an Epoll.
func epoll(t *testing.T, f func(t *testing.T, l *eventloop.Loop, run func())) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		if epollOf(l) != nil {
			f(t, l, run)
		}
	})
}

// outside listens with package net and connects a Sock of the loop to it.
func outside(t *testing.T, l *eventloop.Loop, ready func(s *Sock, peer net.Conn)) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	Dial(l, DialOptions{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port}, func(s *Sock, e *Error) {
		if e != nil {
			t.Error(e)
			return
		}
		if _, ok := s.tr.(*polled); !ok {
			t.Errorf("the connection has a %T", s.tr)
		}
		peer, err := ln.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { peer.Close() })
		ready(s, peer)
	})
}

// Input that nobody read must not turn the FIN of a Destroy into an RST, which would overtake the
// answer.
func TestDestroyWithInputUnreadDeliversTheAnswer(t *testing.T) {
	epoll(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var r recorder
		var answer []byte
		var readErr error
		outside(t, l, func(s *Sock, peer net.Conn) {
			r.s = s
			s.SetConsumer(&r)
			// It is in our kernel buffer before this turn ends, and not read.
			if _, err := peer.Write(make([]byte, 30000)); err != nil {
				t.Error(err)
			}
			s.WriteString("no", nil)
			s.Destroy(nil)
			done := l.Begin()
			go func() {
				answer, readErr = io.ReadAll(peer)
				done(nil)
			}()
		})
		run()
		if string(answer) != "no" || readErr != nil {
			t.Errorf("the peer got %q, %v", answer, readErr)
		}
		r.want(t, "close")
	})
}

// A consumer that keeps its chunks stops the reading; credit given back on another goroutine lets
// it go on.
func TestCreditFromAnotherGoroutine(t *testing.T) {
	epoll(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		const total = 1 << 20
		var kept []*Chunk
		r := recorder{}
		got, most := 0, 0
		r.onData = func(c *Chunk) {
			got += len(c.Bytes())
			kept = append(kept, c)
			held := 0
			for _, c := range kept {
				held += cap(c.buf)
			}
			most = max(most, held)
			if held < readCredit {
				return
			}
			give := kept
			kept = nil
			done := l.Begin()
			go func() {
				for _, c := range give {
					c.Release()
				}
				done(nil)
			}()
		}
		r.onEnd = func() { r.s.Destroy(nil) }
		outside(t, l, func(s *Sock, peer net.Conn) {
			r.s = s
			s.SetConsumer(&r)
			go func() {
				peer.Write(make([]byte, total))
				peer.Close()
			}()
		})
		run()
		if got != total {
			t.Errorf("got %d bytes", got)
		}
		if most > 2*readCredit {
			t.Errorf("%d bytes of chunks were out", most)
		}
		r.want(t, "end,close")
	})
}

// Another process that has the socket can make it block for everybody. The loop does not wait in it all the same.
func TestASocketThatBlocksDoesNotHoldTheLoop(t *testing.T) {
	epoll(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var r recorder
		var waiting int
		outside(t, l, func(s *Sock, peer net.Conn) {
			r.s = s
			s.SetConsumer(&r)
			fd := s.tr.(*polled).descriptor.fd
			if err := syscall.SetNonblock(fd, false); err != nil {
				t.Error(err)
			}
			// A full chunk makes the loop look for more.
			if _, err := peer.Write(make([]byte, smallSize)); err != nil {
				t.Error(err)
			}
			for range 3 { // alone, and several blocks in one call
				s.Write(make([]byte, 32<<20), nil)
				s.WriteString("x", nil)
			}
			r.onData = func(*Chunk) {
				waiting = s.Queued()
				l.SetTimeout(time.Millisecond, func() { s.Destroy(nil) })
			}
		})
		run()
		if waiting == 0 {
			t.Error("the kernel took everything")
		}
		r.want(t, "close")
	})
}

// A connection given up at any moment leaves no descriptor behind and is not delivered.
func TestDialCancelAndTimeout(t *testing.T) {
	epoll(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		before := descriptors(t)
		refused := DialOptions{Host: "127.0.0.1", Port: 1}
		never := func(*Sock, *Error) { t.Error("cancelled, but called") }
		d := Dial(l, refused, never)
		d.Cancel()
		d.Cancel()
		bad := refused
		bad.LocalAddress = "192.0.2.1" // not ours: bind fails at once
		d = Dial(l, bad, never)
		d.Cancel()
		var texts []string
		note := func(s *Sock, err *Error) { texts = append(texts, err.Error()) }
		Dial(l, bad, note)
		// No listener's backlog is as short as 0 for long: the second or third connection waits.
		full, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		_ = setBacklog(full, 0)
		port := full.Addr().(*net.TCPAddr).Port
		var conns []*Sock
		for range 4 {
			Dial(l, DialOptions{Host: "127.0.0.1", Port: port, Timeout: 50 * time.Millisecond}, func(s *Sock, err *Error) {
				if err != nil {
					note(s, err)
					return
				}
				conns = append(conns, s)
			})
		}
		l.SetTimeout(100*time.Millisecond, func() {
			for _, s := range conns {
				s.Destroy(nil)
			}
		})
		run()
		if len(texts) < 2 || texts[0] != "bind EADDRNOTAVAIL 192.0.2.1" {
			t.Fatalf("errors %q", texts)
		}
		for _, text := range texts[1:] {
			if want := (&Error{Code: "ETIMEDOUT", Syscall: "connect", Address: "127.0.0.1", Port: port}).Error(); text != want {
				t.Errorf("error %q, want %q", text, want)
			}
		}
		full.Close()
		if after := descriptors(t); after > before+2 { // those of the Epoll itself
			t.Errorf("%d descriptors, %d before", after, before)
		}
	})
}

// descriptors counts what this process has open.
func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(entries)
}
