package sock_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/eventloop/sock/socktest"
)

// sim runs f in a bubble of fake time with a loop and a network in memory. The bubble itself fails
// the test if a goroutine is left.
func sim(t *testing.T, f func(t *testing.T, l *eventloop.Loop, n *socktest.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := eventloop.New(eventloop.Options{})
		defer l.Close()
		f(t, l, socktest.New())
	})
}

// log is a Consumer that keeps everything.
type log struct {
	s       *sock.Sock
	data    bytes.Buffer
	events  []string
	onData  func(*sock.Chunk)
	onDrain func()
	onEnd   func()
}

func (g *log) OnData(c *sock.Chunk) {
	if g.onData != nil {
		g.onData(c)
		return
	}
	g.data.Write(c.Bytes())
	c.Release()
}
func (g *log) OnEnd() {
	g.events = append(g.events, "end")
	if g.onEnd != nil {
		g.onEnd()
	}
}
func (g *log) OnError(err *sock.Error) { g.events = append(g.events, err.Error()) }
func (g *log) OnClose()                { g.events = append(g.events, "close") }
func (g *log) OnDrain() {
	g.events = append(g.events, "drain")
	if g.onDrain != nil {
		g.onDrain()
	}
}

func (g *log) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(g.events, want) {
		t.Errorf("events %q, want %q", g.events, want)
	}
}

// one makes a Sock on one end of a pipe, with g as its consumer.
func one(l *eventloop.Loop, g *log) (s *sock.Sock, near, peer *socktest.Conn) {
	near, peer = socktest.Pipe()
	s = sock.New(l, near)
	g.s = s
	s.SetConsumer(g)
	return s, near, peer
}

func run(t *testing.T, l *eventloop.Loop) {
	t.Helper()
	if err := l.Run(); err != nil {
		t.Fatal(err)
	}
}

func TestPausedSockTakesBoundedInputAndLosesNothing(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, _, peer := one(l, &g)
		s.Pause()
		const total = 1 << 20
		sent := 0
		go func() {
			for sent < total {
				n, err := peer.Write(bytes.Repeat([]byte{byte(sent >> 10)}, 1024))
				if err != nil {
					t.Error(err)
					return
				}
				sent += n
			}
			peer.CloseWrite()
		}()
		l.SetTimeout(time.Hour, func() {
			// 64 KiB of chunks, one more, and the network's own buffer.
			if held := sent - peer.Buffered(); held > 64<<10+4<<10 {
				t.Errorf("a paused sock took %d bytes", held)
			}
			s.Resume()
		})
		g.onEnd = func() { s.Destroy(nil) }
		run(t, l)
		if g.data.Len() != total || s.BytesRead() != total {
			t.Fatalf("got %d bytes", g.data.Len())
		}
		for i, b := range g.data.Bytes() {
			if b != byte(i>>10) {
				t.Fatalf("byte %d is wrong", i)
			}
		}
		g.want(t, "end", "close")
	})
}

// A consumer that keeps its chunks stops the reader, and single bytes count as much as they cost.
func TestUnreleasedChunksStopTheReader(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, _, peer := one(l, &g)
		var kept []*sock.Chunk
		g.onData = func(c *sock.Chunk) { kept = append(kept, c) }
		go func() {
			for range 100 {
				if _, err := peer.Write([]byte{1}); err != nil {
					return
				}
				synctest.Wait()
			}
		}()
		l.SetTimeout(time.Second, func() {
			if len(kept) != 16 {
				t.Errorf("%d chunks of 4 KiB out, want 16", len(kept))
			}
			for _, c := range kept {
				c.Release()
			}
			kept = nil
		})
		l.SetTimeout(2*time.Second, func() {
			if len(kept) == 0 {
				t.Error("credit did not come back")
			}
			s.Destroy(nil)
		})
		run(t, l)
	})
}

func TestWriteAsksToStopAndDrains(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, near, peer := one(l, &g)
		near.Stall(true)
		var order []string
		note := func(what string) func(*sock.Error) {
			return func(err *sock.Error) { order = append(order, fmt.Sprint(what, err == nil)) }
		}
		if !s.Write(make([]byte, 10000), note("a")) || s.Write(make([]byte, 10000), note("b")) {
			t.Error("want true below the mark of 16 KiB, then false")
		}
		if s.Queued() != 20000 {
			t.Errorf("queued %d", s.Queued())
		}
		l.SetTimeout(time.Hour, func() {
			if len(order) != 0 {
				t.Error("done before anything was written")
			}
			near.Stall(false)
		})
		go io.Copy(io.Discard, peer)
		g.onDrain = func() {
			if s.Queued() != 0 {
				t.Errorf("drained with %d queued", s.Queued())
			}
			s.CloseWrite(func(err *sock.Error) { note("shut")(err); s.Destroy(nil) })
			s.Write([]byte("late"), note("late"))
		}
		run(t, l)
		if got := strings.Join(order, " "); got != "atrue btrue latefalse shuttrue" && got != "atrue btrue shuttrue latefalse" {
			t.Errorf("order %s", got)
		}
		g.want(t, "drain", "close")
	})
}

func TestShortWritesLoseNothing(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, near, peer := one(l, &g)
		near.ShortWrites(7)
		var got []byte
		go func() { got, _ = io.ReadAll(peer) }()
		want := strings.Repeat("0123456789", 500)
		s.WriteString(want[:10], nil)
		s.WriteLent([]byte(want[10:3000]), nil)
		s.SetOut(append(s.Out(10), want[3000:]...))
		s.CloseWrite(func(*sock.Error) { s.Destroy(nil) })
		run(t, l)
		synctest.Wait()
		if string(got) != want {
			t.Errorf("got %d bytes", len(got))
		}
	})
}

// Faults at the n-th call, until the exchange passes untouched: always one OnError at most, one
// OnClose, every done called, no goroutine left.
func TestFaultsAtEveryReadAndWrite(t *testing.T) {
	for _, kind := range []string{"read", "write"} {
		for n := 1; ; n++ {
			var g log
			sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
				s, near, peer := one(l, &g)
				if kind == "read" {
					near.FailReadAt(n, syscall.ECONNRESET)
				} else {
					near.FailWriteAt(n, syscall.EPIPE)
				}
				go func() { // an echo that ends
					io.Copy(peer, peer)
					peer.Close()
				}()
				dones, rounds := 0, 0
				say := func() {
					s.WriteString("hello", func(*sock.Error) { dones++ })
					rounds++
				}
				g.onData = func(c *sock.Chunk) {
					c.Release()
					if rounds < 3 {
						say()
					} else if !s.Ending() {
						s.CloseWrite(nil)
					}
				}
				g.onEnd = func() { s.Destroy(nil) }
				say()
				run(t, l)
				if dones != rounds {
					t.Errorf("%s fault %d: %d of %d dones", kind, n, dones, rounds)
				}
			})
			if slices.Equal(g.events, []string{"end", "close"}) {
				break
			}
			want := []string{map[string]string{"read": "read ECONNRESET", "write": "write EPIPE"}[kind], "close"}
			if !slices.Equal(g.events, want) {
				t.Fatalf("%s fault %d: events %q, want %q", kind, n, g.events, want)
			}
			if n > 20 {
				t.Fatal("never passes")
			}
		}
	}
}

func TestHandOverLosesNoByte(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var first, second log
		s, _, peer := one(l, &first)
		peer.Write([]byte("GET / upgrade|rest of the chunk,"))
		first.onData = func(c *sock.Chunk) {
			head, rest, found := bytes.Cut(c.Bytes(), []byte("|"))
			first.data.Write(head)
			if found {
				s.Unread(bytes.Clone(rest))
				s.SetConsumer(nil)
				// Input that comes while nobody has s waits.
				go func() {
					peer.Write([]byte("and more"))
					peer.Close()
				}()
				l.SetTimeout(time.Second, func() { s.SetConsumer(&second) })
			}
			c.Release()
		}
		second.onEnd = func() { s.Destroy(nil) }
		run(t, l)
		if got := first.data.String() + " + " + second.data.String(); got != "GET / upgrade + rest of the chunk,and more" {
			t.Error(got)
		}
		first.want(t)
		second.want(t, "end", "close")
	})
}

func TestDestroyFailsWaitingWrites(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, near, _ := one(l, &g)
		near.Stall(true)
		var results []error
		note := func(err *sock.Error) { results = append(results, err) }
		s.WriteLent(make([]byte, 20000), note)
		l.SetTimeout(time.Second, func() {
			s.Write([]byte("x"), note)
			s.Destroy(nil)
			s.Destroy(nil)
			s.Write([]byte("y"), note)
			s.Flushed(note)
			if len(results) != 0 {
				t.Error("a done ran inside the call")
			}
		})
		run(t, l)
		if len(results) != 4 {
			t.Fatalf("%d results", len(results))
		}
		for _, err := range results {
			if err != sock.ErrClosed {
				t.Errorf("done got %v", err)
			}
		}
		g.want(t, "close")
	})
}

func TestResetReachesThePeer(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, _, peer := one(l, &g)
		s.Reset()
		run(t, l)
		if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("peer reads %v", err)
		}
	})
}

func TestDestroySoonWritesFirst(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, _, peer := one(l, &g)
		s.WriteString("bye", nil)
		s.DestroySoon()
		run(t, l)
		if got, _ := io.ReadAll(peer); string(got) != "bye" {
			t.Errorf("peer got %q", got)
		}
		g.want(t, "close")
	})
}

func TestUnrefdSockLivesForItsOutputOnly(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, near, peer := one(l, &g)
		s.Unref()
		run(t, l) // ends at once
		near.Stall(true)
		s.WriteString("important", nil)
		began := time.Now()
		go func() {
			<-time.After(time.Minute)
			near.Stall(false)
		}()
		run(t, l)
		if time.Since(began) != time.Minute || peer.Peer().Buffered() != len("important") {
			t.Errorf("ended after %v with %d written", time.Since(began), peer.Peer().Buffered())
		}
	})
}

func TestAcceptBacksOffWithoutDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		warnings := 0
		l := eventloop.New(eventloop.Options{Warn: func(_, _ string) { warnings++ }})
		defer l.Close()
		n := socktest.New()
		n.FailAccepts(3, syscall.EMFILE)
		var ln *sock.Listener
		began := time.Now()
		ln, err := sock.Listen(l, sock.ListenOptions{Port: 80, Via: n}, func(s *sock.Sock) {
			if took := time.Since(began); took != 35*time.Millisecond { // 5 + 10 + 20
				t.Errorf("accepted after %v", took)
			}
			s.Destroy(nil)
			ln.Close(nil)
		}, func(err *sock.Error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.DialPort(80); err != nil {
			t.Fatal(err)
		}
		run(t, l)
		if warnings != 1 {
			t.Errorf("%d warnings", warnings)
		}
	})
}

func TestListenerClosedInsideOnConnClosesTheRest(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, n *socktest.Network) {
		var ln *sock.Listener
		accepted, closed := 0, false
		ln, err := sock.Listen(l, sock.ListenOptions{Port: 80, Via: n}, func(s *sock.Sock) {
			accepted++
			s.Destroy(nil)
			ln.Close(func() { closed = true })
		}, func(err *sock.Error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		var conns []*socktest.Conn
		for range 200 { // more than may wait
			c, err := n.DialPort(80)
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		synctest.Wait()
		run(t, l)
		if accepted != 1 || !closed {
			t.Errorf("accepted %d, closed %v", accepted, closed)
		}
		synctest.Wait()
		for _, c := range conns {
			if _, err := c.Read(make([]byte, 1)); err == nil {
				t.Error("a connection was left open")
			}
		}
	})
}

func TestManyAcceptedInOrder(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, n *socktest.Network) {
		var ln *sock.Listener
		accepted := 0
		ln, err := sock.Listen(l, sock.ListenOptions{Port: 80, Via: n}, func(s *sock.Sock) {
			s.Destroy(nil)
			if accepted++; accepted == 1000 {
				ln.Close(nil)
			}
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if _, err := n.DialPort(80); err != nil {
				t.Fatal(err)
			}
		}
		run(t, l)
		if accepted != 1000 {
			t.Errorf("accepted %d", accepted)
		}
	})
}

func TestDialTimeoutCancelAndEach(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, n *socktest.Network) {
		n.Blackhole(true)
		o := sock.DialOptions{Host: "10.0.0.1", Port: 80, Via: n}
		began := time.Now()
		timed := o
		timed.Timeout = time.Minute
		sock.Dial(l, timed, func(_ *sock.Sock, err *sock.Error) {
			if err.Error() != "connect ETIMEDOUT 10.0.0.1:80" || time.Since(began) != time.Minute {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		})
		d := sock.Dial(l, o, func(*sock.Sock, *sock.Error) { t.Error("cancelled, but called") })
		l.SetTimeout(time.Second, d.Cancel)
		run(t, l)

		// The first address is silent until its 250 ms are over, the second answers.
		began = time.Now()
		var failed []string
		ln, e := sock.Listen(l, sock.ListenOptions{Port: 80, Via: n}, func(s *sock.Sock) { s.Destroy(nil) }, nil)
		if e != nil {
			t.Fatal(e)
		}
		sock.DialEach(l, o, []string{"10.0.0.1", "127.0.0.1"}, 0,
			func(host string) bool { n.Blackhole(host == "10.0.0.1"); return true },
			func(host string, err *sock.Error) { failed = append(failed, err.Error()) },
			func(s *sock.Sock, errs []*sock.Error) {
				if s == nil || len(errs) != 1 || time.Since(began) != 250*time.Millisecond {
					t.Errorf("sock %v, errors %v after %v", s, errs, time.Since(began))
				}
				s.Destroy(nil)
				ln.Close(nil)
			})
		run(t, l)
		if !slices.Equal(failed, []string{"connect ETIMEDOUT 10.0.0.1:80"}) {
			t.Errorf("failed %q", failed)
		}
	})
}

func TestLookup(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, n *socktest.Network) {
		n.SetHost("both.example", "192.0.2.1", "2001:db8::1")
		var got []string
		for _, family := range []int{0, 4, 6} {
			addrs, err := n.Lookup(t.Context(), "both.example", family)
			got = append(got, fmt.Sprint(addrs, err))
		}
		want := []string{"[192.0.2.1 2001:db8::1] <nil>", "[192.0.2.1] <nil>", "[2001:db8::1] <nil>"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		var text string
		done := l.Begin()
		done(nil)
		run(t, l)
		_, err := n.Lookup(t.Context(), "nope", 0)
		text = sock.From(err, "connect").Error()
		if text != "getaddrinfo ENOTFOUND nope" {
			t.Error(text)
		}
	})
}

// Close ends sockets in every state; the bubble sees to it that no goroutine is left.
func TestLoopCloseEndsEverything(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, n *socktest.Network) {
		var idle, full, paused log
		one(l, &idle)
		s, near, _ := one(l, &full)
		near.Stall(true)
		s.Write(make([]byte, 100000), func(*sock.Error) { t.Error("ran after Close") })
		p, _, peer := one(l, &paused)
		p.Pause()
		go func() {
			for {
				if _, err := peer.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}()
		if _, err := sock.Listen(l, sock.ListenOptions{Port: 1, Via: n}, nil, nil); err != nil {
			t.Fatal(err)
		}
		n.Blackhole(true)
		sock.Dial(l, sock.DialOptions{Host: "127.0.0.1", Port: 2, Via: n}, func(*sock.Sock, *sock.Error) {
			t.Error("ran after Close")
		})
		go func() {
			<-time.After(time.Second)
			l.Close()
		}()
		if err := l.Run(); err != eventloop.ErrClosed {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestEscapedChunkIsNeverReused(t *testing.T) {
	sim(t, func(t *testing.T, l *eventloop.Loop, _ *socktest.Network) {
		var g log
		s, _, peer := one(l, &g)
		var escaped []byte
		g.onData = func(c *sock.Chunk) {
			if escaped == nil {
				escaped = c.Bytes()
				c.Escape()
			}
			c.Release()
		}
		g.onEnd = func() { s.Destroy(nil) }
		go func() {
			peer.Write([]byte("first"))
			synctest.Wait()
			for range 50 {
				peer.Write([]byte("later"))
				synctest.Wait()
			}
			peer.CloseWrite()
		}()
		run(t, l)
		if string(escaped) != "first" {
			t.Errorf("escaped bytes became %q", escaped)
		}
	})
}
