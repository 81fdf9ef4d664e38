package sock

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// recorder is a Consumer that writes down what it hears. Its hooks may be nil.
type recorder struct {
	s       *Sock
	data    []byte
	events  []string
	onData  func(c *Chunk) // instead of collecting
	onEnd   func()
	onDrain func()
	onError func(*Error)
	onClose func()
	closed  bool
}

func (r *recorder) OnData(c *Chunk) {
	if r.onData != nil {
		r.onData(c)
		return
	}
	r.data = append(r.data, c.Bytes()...)
	c.Release()
}

func (r *recorder) OnEnd() {
	r.events = append(r.events, "end")
	if r.onEnd != nil {
		r.onEnd()
	}
}

func (r *recorder) OnError(err *Error) {
	r.events = append(r.events, "error "+err.Code)
	if r.onError != nil {
		r.onError(err)
	}
}

func (r *recorder) OnDrain() {
	r.events = append(r.events, "drain")
	if r.onDrain != nil {
		r.onDrain()
	}
}

func (r *recorder) OnClose() {
	if r.closed {
		panic("OnClose twice")
	}
	r.closed = true
	r.events = append(r.events, "close")
	if r.onClose != nil {
		r.onClose()
	}
}

func (r *recorder) want(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(r.events, ","); got != want {
		t.Errorf("events %q, want %q", got, want)
	}
}

// pollers is what loops can be made with here, by the name of the backend.
func pollers() map[string]func() eventloop.Poller {
	all := map[string]func() eventloop.Poller{"goroutine": func() eventloop.Poller { return nil }}
	if eventloop.NewEpoll() != nil {
		all["epoll"] = func() eventloop.Poller { return eventloop.NewEpoll() }
	}
	return all
}

// backends runs f with a loop of each backend. The loop is closed at the end, when no goroutine may
// be left; run fails the test if the loop does not end by itself.
func backends(t *testing.T, f func(t *testing.T, l *eventloop.Loop, run func())) {
	for name, poller := range pollers() {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			l := eventloop.New(eventloop.Options{Poller: poller()})
			t.Cleanup(func() {
				l.Close()
				// A goroutine that has signalled its end still needs a moment to be gone.
				for end := time.Now().Add(2 * time.Second); time.Now().Before(end); runtime.Gosched() {
					if runtime.NumGoroutine() <= before {
						return
					}
				}
				buf := make([]byte, 1<<20)
				t.Errorf("goroutines left:\n%s", buf[:runtime.Stack(buf, true)])
			})
			f(t, l, func() {
				t.Helper()
				var late atomic.Bool
				watchdog := time.AfterFunc(10*time.Second, func() { late.Store(true); l.Stop() })
				defer watchdog.Stop()
				if err := l.Run(); err != nil {
					t.Fatal(err)
				}
				if late.Load() {
					t.Fatal("the loop did not end")
				}
			})
		})
	}
}

// pair connects two Socks over the system's loopback, server first.
func pair(t *testing.T, l *eventloop.Loop, network string, ready func(server, client *Sock)) {
	t.Helper()
	o := ListenOptions{Network: network, Host: "127.0.0.1"}
	if network == "unix" {
		o.Path = filepath.Join(t.TempDir(), "s")
	}
	var server, client *Sock
	both := func() {
		if server != nil && client != nil {
			ready(server, client)
		}
	}
	var ln *Listener
	ln, err := Listen(l, o, func(s *Sock) {
		ln.Close(nil)
		server = s
		both()
	}, func(err *Error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	Dial(l, DialOptions{Host: "127.0.0.1", Port: ln.Addr().Port, Path: o.Path}, func(s *Sock, err *Error) {
		if err != nil {
			t.Error(err)
			return
		}
		client = s
		both()
	})
}

func TestEchoAndHalfClose(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
			var server, client recorder
			pair(t, l, network, func(s, c *Sock) {
				server.s, client.s = s, c
				server.onData = func(chunk *Chunk) {
					s.Write(chunk.Bytes(), nil)
					chunk.Release()
				}
				// The peer's FIN does not stop us from writing.
				server.onEnd = func() {
					s.WriteString("|tail", nil)
					s.CloseWrite(func(err *Error) { s.Destroy(nil) })
				}
				client.onEnd = func() { c.Destroy(nil) }
				s.SetConsumer(&server)
				c.SetConsumer(&client)
				c.WriteString("hello ", nil)
				c.WriteLent([]byte(strings.Repeat("x", 100000)), nil)
				c.WriteString(" world", nil)
				c.CloseWrite(nil)
			})
			run()
			if got, want := string(client.data), "hello "+strings.Repeat("x", 100000)+" world|tail"; got != want {
				t.Errorf("echoed %d bytes, want %d", len(got), len(want))
			}
			// How often the buffers fill and drain is up to the system.
			for _, r := range []*recorder{&server, &client} {
				r.events = slices.DeleteFunc(r.events, func(e string) bool { return e == "drain" })
			}
			server.want(t, "end,close")
			client.want(t, "end,close")
		})
	}
}

func TestErrorTexts(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := free.Addr().(*net.TCPAddr).Port
		at := "127.0.0.1:" + strconv.Itoa(port)
		_, e := Listen(l, ListenOptions{Host: "127.0.0.1", Port: port}, nil, nil)
		if got, want := e.Error(), "listen EADDRINUSE: address already in use "+at; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		free.Close()
		var texts []string
		note := func(s *Sock, err *Error) { texts = append(texts, err.Error()) }
		missing := filepath.Join(t.TempDir(), "missing")
		Dial(l, DialOptions{Host: "127.0.0.1", Port: port}, note)
		run()
		Dial(l, DialOptions{Path: missing}, note)
		run()
		want := []string{"connect ECONNREFUSED " + at, "connect ENOENT " + missing}
		if strings.Join(texts, "\n") != strings.Join(want, "\n") {
			t.Errorf("got %q, want %q", texts, want)
		}
		stale := filepath.Join(t.TempDir(), "stale")
		if err := os.WriteFile(stale, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, e = Listen(l, ListenOptions{Path: stale}, nil, nil)
		if e == nil || e.Error() != "listen EADDRINUSE: address already in use "+stale {
			t.Errorf("stale path: %v", e)
		}
		dns := From(&net.DNSError{Name: "nope.invalid", IsNotFound: true}, "connect")
		if dns.Error() != "getaddrinfo ENOTFOUND nope.invalid" || dns.Errno != -3008 {
			t.Errorf("dns: %v %d", dns, dns.Errno)
		}
		if e := From(io.ErrClosedPipe, "write"); e.Error() != "write EPIPE" {
			t.Error(e)
		}
	})
}

func TestAddresses(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var ln *Listener
		ln, err := Listen(l, ListenOptions{}, func(s *Sock) {
			ln.Close(nil)
			remote := s.RemoteAddr()
			if _, err := netip.ParseAddr(remote.IP); err != nil || remote.Port == 0 {
				t.Errorf("remote %+v", remote)
			}
			// A dual-stack server sees an IPv4 peer as Node does.
			if ln.Addr().Family == "IPv6" && (remote.IP != "::ffff:127.0.0.1" || remote.Family != "IPv6") {
				t.Errorf("remote %+v", remote)
			}
			if s.FD() < 0 {
				t.Error("no descriptor")
			}
			s.Destroy(nil)
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		Dial(l, DialOptions{Host: "127.0.0.1", Port: ln.Addr().Port}, func(s *Sock, err *Error) {
			if err != nil {
				t.Error(err)
				return
			}
			if a := s.RemoteAddr(); a.Family != "IPv4" || a.Port != ln.Addr().Port {
				t.Errorf("remote %+v", a)
			}
			s.SetNoDelay(false)
			s.SetKeepAlive(true, time.Second)
			s.Destroy(nil)
		})
		run()
	})
}

// Memory that was given comes back once, and not before it is in the kernel, or never will be.
func TestGivenMemoryComesBackWhenItIsWritten(t *testing.T) {
	const pieces, size = 48, 1 << 20 // more than any kernel buffers
	for _, destroyed := range []bool{false, true} {
		backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
			var taken [pieces]atomic.Int32
			count := func() (n int) {
				for i := range taken {
					n += int(taken[i].Load())
				}
				return n
			}
			var peer net.Conn
			received := make(chan error, 1)
			receive := func() {
				buf := make([]byte, size)
				for i := range pieces {
					if _, err := io.ReadFull(peer, buf); err != nil {
						received <- err
						return
					}
					if !bytes.Equal(buf, bytes.Repeat([]byte{byte(i + 1)}, size)) {
						received <- fmt.Errorf("piece %d was written over", i)
						return
					}
				}
				_, err := peer.Read(buf)
				if err == io.EOF {
					err = nil
				}
				received <- err
			}
			var ln *Listener
			ln, err := Listen(l, ListenOptions{Host: "127.0.0.1"}, func(s *Sock) {
				ln.Close(nil)
				s.SetConsumer(&recorder{})
				for i := range pieces {
					p := bytes.Repeat([]byte{byte(i + 1)}, size)
					s.WriteGiven(p, func() {
						taken[i].Add(1)
						clear(p)
					})
				}
				s.CloseWrite(func(*Error) { s.Destroy(nil) })
				l.SetTimeout(time.Millisecond, func() {
					if n := count(); n == pieces {
						t.Error("the kernel took it all")
					}
					if destroyed {
						s.Destroy(nil)
					} else {
						go receive()
					}
				})
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var dialErr error
			if peer, dialErr = net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ln.Addr().Port))); dialErr != nil {
				t.Fatal(dialErr)
			}
			defer peer.Close()
			run()
			if !destroyed {
				if err := <-received; err != nil {
					t.Error(err)
				}
			}
			l.Close()
			for i := range taken {
				if n := taken[i].Load(); n != 1 {
					t.Errorf("piece %d came back %d times", i, n)
				}
			}
		})
	}
}

// A peer that does not read gets its own writer; those that share the turn with it do not wait.
func TestSlowPeerDoesNotStallOthers(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		const others = 8
		big := make([]byte, 64<<20) // more than any kernel buffers
		var socks []*Sock
		var ln *Listener
		finished := 0
		var slow *Sock
		ln, err := Listen(l, ListenOptions{Host: "127.0.0.1"}, func(s *Sock) {
			s.SetConsumer(&recorder{})
			if socks = append(socks, s); len(socks) < others+1 {
				return
			}
			ln.Close(nil)
			slow = socks[0]
			// All in one turn, the slow one first: the batch goes to the shared writer.
			slow.WriteLent(big, func(err *Error) {
				if err == nil {
					t.Error("the kernel took it all")
				}
			})
			for _, s := range socks[1:] {
				s.WriteString("quick", nil)
				s.CloseWrite(nil)
			}
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		port := ln.Addr().Port
		silent, dialErr := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if dialErr != nil {
			t.Fatal(dialErr)
		}
		defer silent.Close()
		for range others {
			Dial(l, DialOptions{Host: "127.0.0.1", Port: port}, func(s *Sock, err *Error) {
				if err != nil {
					t.Error(err)
					return
				}
				r := &recorder{s: s}
				r.onEnd = func() {
					if string(r.data) != "quick" {
						t.Errorf("got %q", r.data)
					}
					s.Destroy(nil)
					if finished++; finished == others {
						if slow.Queued() == 0 {
							t.Error("the slow one is not slow")
						}
						for _, s := range socks {
							s.Destroy(nil)
						}
					}
				}
				s.SetConsumer(r)
			})
		}
		run()
		if finished != others {
			t.Errorf("%d of %d answered", finished, others)
		}
	})
}

// The reader always reads, so a peer that goes away is noticed while an answer is pending.
func TestResetIsNoticedWhileNothingIsWritten(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var server recorder
		pair(t, l, "tcp", func(s, c *Sock) {
			s.SetConsumer(&server)
			server.onData = func(chunk *Chunk) {
				chunk.Release()
				c.Reset() // and the server answers nothing
			}
			c.SetConsumer(&recorder{})
			c.WriteString("request", nil)
		})
		run()
		server.want(t, "error ECONNRESET,close")
	})
}

// Data and FIN that came together are both seen, though the poller reports them once.
func TestFinTogetherWithDataIsSeen(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		closed := 0
		var ln *Listener
		const rounds = 200
		ln, err := Listen(l, ListenOptions{Host: "127.0.0.1"}, func(s *Sock) {
			r := &recorder{s: s}
			r.onEnd = func() {
				if string(r.data) != "request" {
					t.Errorf("got %q", r.data)
				}
				s.Destroy(nil)
			}
			r.onClose = func() {
				if closed++; closed == rounds {
					ln.Close(nil)
				}
			}
			s.SetConsumer(r)
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range rounds {
			Dial(l, DialOptions{Host: "127.0.0.1", Port: ln.Addr().Port}, func(s *Sock, err *Error) {
				if err != nil {
					t.Error(err)
					return
				}
				s.WriteString("request", nil)
				s.CloseWrite(func(*Error) { s.Destroy(nil) })
			})
		}
		run()
		if closed != rounds {
			t.Errorf("%d of %d", closed, rounds)
		}
	})
}

// A peer that ends because we did is heard after our own end, however late the loop is told of that.
func TestOurEndIsHeardBeforeThePeersAnswerToIt(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var server, client recorder
		pair(t, l, "tcp", func(s, c *Sock) {
			s.SetConsumer(&server)
			c.SetConsumer(&client)
			client.onEnd = func() { c.Destroy(nil) }
			inTurn(l, func() {
				s.CloseWrite(func(err *Error) {
					server.events = append(server.events, "our end")
					if err != nil {
						t.Error(err)
					}
				})
				server.onEnd = func() { s.Destroy(nil) }
				// The turn's end writes; what became of it is told in the next turn.
				l.SetImmediate(func() {
					for shut := false; !shut; runtime.Gosched() {
						shut, _ = s.tr.ended()
					}
					s.received(chunkList{}, true, nil)
				})
			})
		})
		run()
		server.want(t, "our end,end,close")
	})
}

// Many connections in one turn, with pieces of all kinds: every byte arrives, in order.
func TestBatchedWritesKeepOrder(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		const conns, pieces = 20, 50
		want := make([]byte, 0, 1<<20)
		for i := range pieces {
			want = append(want, strings.Repeat(string(rune('a'+i%26)), 1+i*i*17)...)
		}
		var ln *Listener
		got := 0
		accepted := 0
		ln, err := Listen(l, ListenOptions{Host: "127.0.0.1"}, func(s *Sock) {
			if accepted++; accepted == conns {
				ln.Close(nil)
			}
			rest := want
			turn := 0
			var next func()
			next = func() {
				for range 7 {
					i := turn
					if turn++; i == pieces {
						s.CloseWrite(func(*Error) { s.Destroy(nil) })
						return
					}
					piece := rest[:1+i*i*17]
					rest = rest[len(piece):]
					switch i % 3 {
					case 0:
						s.Write(piece, nil)
					case 1:
						s.WriteLent(piece, nil)
					default:
						s.SetOut(append(s.Out(1), piece...))
					}
				}
				l.SetImmediate(next)
			}
			s.SetConsumer(&recorder{})
			next()
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range conns {
			Dial(l, DialOptions{Host: "127.0.0.1", Port: ln.Addr().Port}, func(s *Sock, err *Error) {
				if err != nil {
					t.Error(err)
					return
				}
				r := &recorder{s: s}
				r.onEnd = func() {
					if string(r.data) != string(want) {
						t.Errorf("got %d bytes, want %d", len(r.data), len(want))
					}
					got++
					s.Destroy(nil)
				}
				s.SetConsumer(r)
			})
		}
		run()
		if got != conns {
			t.Errorf("%d of %d", got, conns)
		}
	})
}

func TestLookupOfAnAddressAndAnUnknownName(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		var got []string
		Lookup(l, nil, "127.0.0.1", 0, func(a []netip.Addr, err *Error) {
			if err != nil || len(a) != 1 || a[0].String() != "127.0.0.1" {
				t.Errorf("%v, %v", a, err)
			}
			got = append(got, "address")
		})
		Lookup(l, nil, "localhost", 4, func(a []netip.Addr, err *Error) {
			if err != nil || len(a) == 0 || !a[0].Is4() {
				t.Errorf("%v, %v", a, err)
			}
			got = append(got, "localhost")
		})
		run()
		if len(got) != 2 {
			t.Error(got)
		}
	})
}

// TestHalfCloseOfAResetConnectionIsNoError: shutdown of a connection that the peer has reset says
// ENOTCONN, which tells nobody anything. What was reset is told by reading.
func TestHalfCloseOfAResetConnectionIsNoError(t *testing.T) {
	backends(t, func(t *testing.T, l *eventloop.Loop, run func()) {
		rec := &recorder{}
		pair(t, l, "tcp", func(server, client *Sock) {
			rec.s = client
			client.SetConsumer(rec)
			other := &recorder{s: server}
			server.SetConsumer(other)
			other.onClose = func() {
				// The reset has been read by now, or will be: either way it is the only error.
				client.CloseWrite(func(*Error) { client.Destroy(nil) })
			}
			client.Pause()
			server.Reset()
		})
		run()
		for _, e := range rec.events {
			if strings.Contains(e, "ENOTCONN") {
				t.Errorf("events %q", rec.events)
			}
		}
	})
}

func TestKeepCopiesTheSmallerPart(t *testing.T) {
	c := newChunk(0)
	c.n = len(c.buf)
	half := c.Keep(c.buf[:len(c.buf)/2])
	if &half[0] == &c.buf[0] || c.escaped {
		t.Error("half of a chunk took it along")
	}
	most := c.Keep(c.buf[1:])
	if &most[0] != &c.buf[1] || cap(most) != len(most) || !c.escaped {
		t.Error("most of a chunk was copied")
	}
}
