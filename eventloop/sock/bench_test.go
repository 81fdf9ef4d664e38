package sock

import (
	"bytes"
	"cmp"
	"net"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// answer is what the micro server says to each request: the bytes of a small "Hello World".
var answer = []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n" +
	"Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 11\r\n\r\nHello World")

// answerer is a server without HTTP: an answer for each empty line, and a timer started each time.
type answerer struct {
	s    *Sock
	idle eventloop.Timer
}

// ignore is a done, as a response that emits 'finish' has.
func ignore(*Error) {}

func (a *answerer) Run() { a.s.Destroy(nil) }

func (a *answerer) OnData(c *Chunk) {
	for range bytes.Count(c.Bytes(), []byte("\r\n\r\n")) {
		a.s.Write(answer, ignore)
	}
	a.idle.Start(time.Minute)
	c.Release()
}
func (a *answerer) OnEnd()         { a.s.Destroy(nil) }
func (a *answerer) OnError(*Error) {}
func (a *answerer) OnDrain()       {}
func (a *answerer) OnClose()       { a.idle.Stop() }

func serveAnswers(l *eventloop.Loop, port int) (*Listener, *Error) {
	return Listen(l, ListenOptions{Host: "127.0.0.1", Port: port}, func(s *Sock) {
		a := &answerer{s: s}
		a.idle.Init(l, a)
		s.SetConsumer(a)
	}, nil)
}

// TestServe answers for wrk at the address in SOCK_SERVE, such as 127.0.0.1:8080, until it is
// interrupted: SOCK_SERVE=… GOGC=400 go test -run TestServe -timeout 0 . The backend is that in
// SOCK_BACKEND; default goroutine.
func TestServe(t *testing.T) {
	addr, err := net.ResolveTCPAddr("tcp", os.Getenv("SOCK_SERVE"))
	if err != nil || addr.Port == 0 {
		t.Skip("SOCK_SERVE is not set")
	}
	poller := pollers()[cmp.Or(os.Getenv("SOCK_BACKEND"), "goroutine")]
	if poller == nil {
		t.Fatal("SOCK_BACKEND names no backend of this system")
	}
	l := eventloop.New(eventloop.Options{Poller: poller()})
	defer l.Close()
	if _, err := serveAnswers(l, addr.Port); err != nil {
		t.Fatal(err)
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		l.Stop()
	}()
	if err := l.Run(); err != nil {
		t.Fatal(err)
	}
}

// client talks to serveAnswers from outside the loop.
type client struct {
	net.Conn
	request, reply []byte
}

func dialAnswers(t testing.TB, port int) *client {
	conn, err := net.Dial("tcp", (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}).String())
	if err != nil {
		t.Fatal(err)
	}
	return &client{conn, []byte("GET / HTTP/1.1\r\n\r\n"), make([]byte, len(answer))}
}

func (c *client) ask(t testing.TB) {
	if _, err := c.Write(c.request); err != nil {
		t.Fatal(err)
	}
	for got := 0; got < len(c.reply); {
		n, err := c.Read(c.reply[got:])
		if err != nil {
			t.Fatal(err)
		}
		got += n
	}
}

// withAnswers runs f beside a running loop that answers at port.
func withAnswers(t testing.TB, poller eventloop.Poller, f func(port int)) {
	l := eventloop.New(eventloop.Options{Poller: poller})
	ln, err := serveAnswers(l, 0)
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().Port
	ended := make(chan error)
	go func() { ended <- l.Run() }()
	f(port)
	l.Close()
	if err := <-ended; err != eventloop.ErrClosed {
		t.Error(err)
	}
}

func TestAnswerDoesNotAllocate(t *testing.T) {
	if raceEnabled || invariants {
		t.Skip("the race detector makes sync.Pool forget; AssertOn allocates")
	}
	for name, poller := range pollers() {
		withAnswers(t, poller(), func(port int) {
			c := dialAnswers(t, port)
			defer c.Close()
			c.ask(t)
			if n := testing.AllocsPerRun(2000, func() { c.ask(t) }); n > 0 {
				t.Errorf("%s: %v allocations for a read, a turn and a write", name, n)
			}
		})
	}
}

func BenchmarkAnswerOneConnection(b *testing.B) {
	for name, poller := range pollers() {
		b.Run(name, func(b *testing.B) {
			withAnswers(b, poller(), func(port int) {
				c := dialAnswers(b, port)
				defer c.Close()
				b.ReportAllocs()
				for b.Loop() {
					c.ask(b)
				}
			})
		})
	}
}
