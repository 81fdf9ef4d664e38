//go:build unix

package sock

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/gonode/gonode/eventloop"
)

// many is how many connections the tests below write to in one turn; more than directMax.
const many = 8

// crowd accepts many connections, made with package net, on a loop whose output is written by another
// goroutine, and calls ready when all are there.
func crowd(t *testing.T, l *eventloop.Loop, ready func(socks []*Sock, peers []net.Conn)) {
	t.Helper()
	WriteAway(l)
	var socks []*Sock
	var peers []net.Conn
	var ln *Listener
	ln, err := Listen(l, ListenOptions{Host: "127.0.0.1"}, func(s *Sock) {
		socks = append(socks, s)
		if len(socks) < many {
			return
		}
		ln.Close(nil)
		l.SetImmediate(func() { ready(socks, peers) })
	}, func(err *Error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for range many {
		peer, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ln.Addr().Port)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { peer.Close() })
		peers = append(peers, peer)
	}
}

// hear reads what peers get, each to its end, into heard; the loop stays alive until then.
func hear(l *eventloop.Loop, peers []net.Conn, heard []string) {
	done := l.Begin()
	go func() {
		for i, p := range peers {
			b, _ := io.ReadAll(p) // what is missing tells of an error
			heard[i] = string(b)
		}
		done(nil)
	}()
}

// inTurn runs f in a poll phase, where output collects.
func inTurn(l *eventloop.Loop, f func()) { l.Begin()(f) }

func TestOutputOfManyIsWrittenAway(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		answers := make([]string, many)
		crowd(t, l, func(socks []*Sock, peers []net.Conn) {
			inTurn(l, func() {
				for _, s := range socks {
					s.WriteString("one ", nil)
					s.WriteString("two", func(err *Error) {
						if err != nil {
							t.Error(err)
						}
						s.Destroy(nil)
					})
				}
			})
			hear(l, peers, answers)
		})
		run()
		for i, a := range answers {
			if a != "one two" {
				t.Errorf("peer %d got %q", i, a)
			}
		}
	})
}

// What the kernel has no room for when the writer comes leaves as the peers read.
func TestWrittenAwayIntoFullBuffers(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		const size = 8 << 20
		lengths := make([]int64, many)
		read := l.Begin()
		crowd(t, l, func(socks []*Sock, peers []net.Conn) {
			written := 0
			inTurn(l, func() {
				for _, s := range socks {
					// Below the mark the turn's end writes; it would be written at once otherwise.
					s.SetHighWaterMark(2 * size)
					s.WriteLent(bytes.Repeat([]byte("x"), size), func(err *Error) {
						if err != nil {
							t.Error(err)
						}
						written++
					})
					s.CloseWrite(func(*Error) {
						if written == 0 {
							t.Error("the end came before what was written")
						}
						s.Destroy(nil)
					})
				}
				l.SetImmediate(func() {
					if written != 0 {
						t.Errorf("%d were written though nobody read", written)
					}
					go func() {
						for i, p := range peers {
							n, err := io.Copy(io.Discard, p)
							if err != nil {
								t.Error(err)
							}
							lengths[i] = n
						}
						read(nil)
					}()
				})
			})
		})
		run()
		for i, n := range lengths {
			if n != size {
				t.Errorf("peer %d got %d bytes", i, n)
			}
		}
	})
}

// A connection that is destroyed, or reset, while the writer is about to write to it.
func TestDestroyWhileWrittenAway(t *testing.T) {
	for range 20 {
		backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
			answers := make([]string, many)
			crowd(t, l, func(socks []*Sock, peers []net.Conn) {
				inTurn(l, func() {
					for _, s := range socks {
						s.WriteString("answer", nil)
					}
					l.SetImmediate(func() {
						for i, s := range socks {
							if i%4 == 3 {
								s.Reset()
							} else {
								s.WriteString("!", nil)
								s.Destroy(nil)
							}
						}
					})
				})
				hear(l, peers, answers)
			})
			run()
			for i, a := range answers {
				// A reset may overtake the answer.
				if i%4 != 3 && a != "answer!" || !strings.HasPrefix("answer", strings.TrimSuffix(a, "!")) {
					t.Errorf("peer %d got %q", i, a)
				}
			}
		})
	}
}

// A process may end as soon as Run returns: what was written before Stop is the kernel's then.
func TestOutputHasLeftWhenRunReturns(t *testing.T) {
	for name, stop := range map[string]func(l *eventloop.Loop){
		"same turn": func(l *eventloop.Loop) { l.Stop() },
		"immediate": func(l *eventloop.Loop) { l.SetImmediate(l.Stop) },
	} {
		t.Run(name, func(t *testing.T) {
			backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
				var conns []net.Conn
				crowd(t, l, func(socks []*Sock, peers []net.Conn) {
					conns = peers
					inTurn(l, func() {
						for _, s := range socks {
							s.WriteString("answer", nil)
						}
						stop(l)
					})
				})
				run()
				for i, p := range conns {
					// Nobody writes any more, and loopback has delivered when the system call returns.
					raw, err := p.(*net.TCPConn).SyscallConn()
					if err != nil {
						t.Fatal(err)
					}
					var b [16]byte
					n := 0
					raw.Read(func(fd uintptr) bool {
						n, _ = readFD(int(fd), b[:])
						return true
					})
					if string(b[:max(n, 0)]) != "answer" {
						t.Errorf("peer %d has %q", i, b[:n])
					}
				}
			})
		})
	}
}

// Close, from another goroutine or after Run, gives the kernel what was written.
func TestCloseWritesWhatWaits(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var all []*Sock
		var conns []net.Conn
		crowd(t, l, func(socks []*Sock, peers []net.Conn) {
			all, conns = socks, peers
			l.Stop()
		})
		run()
		for _, s := range all { // between two runs, as an embedder does
			s.WriteString("answer", nil)
		}
		l.Close()
		for i, p := range conns {
			if b, err := io.ReadAll(p); string(b) != "answer" || err != nil {
				t.Errorf("peer %d got %q, %v", i, b, err)
			}
		}
	})
}
