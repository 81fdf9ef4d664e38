package sock_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/eventloop/sock/socktest"
)

// chaos is a Consumer that does anything at any time, and checks what must hold whatever it does.
type chaos struct {
	t      *testing.T
	r      *rand.Rand
	s      *sock.Sock
	steps  int
	owed   *int // dones not yet called, of all
	closed *int
	broken bool
	over   bool
}

func (c *chaos) done(*sock.Error) {
	*c.owed--
	c.step()
}

func (c *chaos) step() {
	if c.over {
		return
	}
	if c.steps--; c.steps < 0 {
		c.s.Destroy(nil)
		return
	}
	s := c.s
	switch n := c.r.IntN(24); {
	case n < 8:
		*c.owed++
		s.Write(make([]byte, c.r.IntN(30000)), c.done)
	case n < 10:
		*c.owed++
		s.WriteLent(make([]byte, c.r.IntN(300000)), c.done)
	case n < 12:
		s.SetOut(append(s.Out(100), "some text"...))
	case n == 12:
		s.Pause()
		s.Loop().SetImmediate(s.Resume)
	case n == 13:
		s.Unread([]byte("again"))
	case n == 14:
		*c.owed++
		s.Flushed(c.done)
	case n == 15:
		s.Loop().SetImmediate(c.step)
	case n == 16:
		s.SetConsumer(nil)
		s.Loop().SetImmediate(func() { s.SetConsumer(c) }) // before any close phase
	case n == 17 && c.steps < 20:
		*c.owed++
		s.CloseWrite(c.done)
	case n == 18 && c.steps < 10:
		s.Reset()
	case n == 19 && c.steps < 10:
		s.Destroy(nil)
	case n == 20 && c.steps < 10:
		s.DestroySoon()
	}
}

func (c *chaos) OnData(chunk *sock.Chunk) {
	c.check("OnData")
	if c.r.IntN(4) == 0 {
		chunk.Escape()
	}
	chunk.Release()
	c.step()
}
func (c *chaos) OnEnd()   { c.check("OnEnd"); c.step(); c.s.DestroySoon() }
func (c *chaos) OnDrain() { c.check("OnDrain"); c.step() }
func (c *chaos) OnError(err *sock.Error) {
	c.check("OnError")
	c.broken = true
	if err.Code == "UNKNOWN" {
		c.t.Errorf("unknown error: %v", err.Err)
	}
}
func (c *chaos) OnClose() {
	if c.over {
		c.t.Error("OnClose twice")
	}
	c.over = true
	*c.closed++
}

func (c *chaos) check(what string) {
	if c.over || c.broken || c.s.Destroyed() && what != "OnError" {
		c.t.Errorf("%s when it was over", what)
	}
}

func runChaos(t *testing.T, via sock.Network, poller eventloop.Poller, seed uint64) {
	l := eventloop.New(eventloop.Options{Poller: poller})
	defer l.Close()
	if seed%2 == 1 {
		sock.WriteAway(l)
	}
	const pairs = 12
	owed, closed, begun := 0, 0, 0
	var ln *sock.Listener
	start := func(s *sock.Sock) {
		begun++
		c := &chaos{t: t, r: rand.New(rand.NewPCG(seed, uint64(begun))), s: s, steps: 60, owed: &owed, closed: &closed}
		s.SetConsumer(c)
		c.step()
		// Whatever stalls (both sides waiting) ends here.
		for range 10 {
			l.SetImmediate(c.step)
		}
		if begun == 2*pairs {
			ln.Close(nil)
		}
	}
	ln, err := sock.Listen(l, sock.ListenOptions{Host: "127.0.0.1", Via: via}, start, nil)
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().Port
	for range pairs {
		sock.Dial(l, sock.DialOptions{Host: "127.0.0.1", Port: port, Via: via}, func(s *sock.Sock, err *sock.Error) {
			if err != nil {
				t.Error(err)
				return
			}
			start(s)
			l.SetTimeout(50e6, func() { s.Destroy(nil) })
		})
	}
	if err := l.Run(); err != nil {
		t.Fatal(err)
	}
	if owed != 0 || closed != 2*pairs {
		t.Errorf("%d dones missing, %d of %d closed", owed, closed, 2*pairs)
	}
}

func TestChaos(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("system", seed), func(t *testing.T) { runChaos(t, nil, nil, seed) })
		if p := eventloop.NewEpoll(); p != nil {
			t.Run(fmt.Sprint("epoll", seed), func(t *testing.T) { runChaos(t, nil, p, seed) })
		}
		t.Run(fmt.Sprint("memory", seed), func(t *testing.T) { runChaos(t, socktest.New(), nil, seed) })
	}
}
