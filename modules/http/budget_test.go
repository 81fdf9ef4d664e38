package http_test

import (
	"bytes"
	"net"
	"runtime"
	"testing"
)

// The budgets are what was measured when they were set plus 5 %, with what the network in memory
// takes of it. Less is a reason to lower them.
const (
	helloAllocs = 10.5
	helloBytes  = 2570
	idleBytes   = 10000
)

// serveUntil runs a server until client returns. script is an expression that makes it.
func serveUntil(t testing.TB, script string, client func(h *host)) {
	t.Helper()
	listening := make(chan struct{})
	h := newHost(t)
	h.listening = func() { close(listening) }
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-listening
		client(h)
		h.end()
	}()
	if err := h.run(script + `.on('listening', require('test:network').listening)`); err != nil {
		t.Fatal(err, h.Stderr.String())
	}
	<-done
}

// serveHello is serveUntil for a server that answers hello.
func serveHello(t *testing.T, client func(h *host)) {
	t.Helper()
	serveUntil(t, `serve((req, res) => res.end('hello'))`, client)
}

type asker struct {
	net.Conn
	buf [4096]byte
}

func (a *asker) ask(t *testing.T) {
	if _, err := a.Write(helloRequest); err != nil {
		t.Error(err)
	}
	for n := 0; !bytes.HasSuffix(a.buf[:n], helloEnd); {
		k, err := a.Read(a.buf[n:])
		if err != nil {
			t.Error(err)
			return
		}
		n += k
	}
}

var (
	helloRequest = []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	helloEnd     = []byte("\r\n\r\nhello")
)

func TestHelloStaysWithinItsAllocations(t *testing.T) {
	if instrumented {
		t.Skip("this build allocates for its own checks")
	}
	serveHello(t, func(h *host) {
		c, err := h.network.DialPort(port)
		if err != nil {
			t.Error(err)
			return
		}
		a := &asker{Conn: c}
		for range 500 {
			a.ask(t)
		}
		const n = 2000
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			a.ask(t)
		}
		runtime.ReadMemStats(&after)
		_ = a.Close()
		allocs, size := float64(after.Mallocs-before.Mallocs)/n, float64(after.TotalAlloc-before.TotalAlloc)/n
		t.Logf("a request: %.1f allocations, %.0f bytes", allocs, size)
		if allocs > helloAllocs || size > helloBytes {
			t.Errorf("a request takes %.1f allocations and %.0f bytes, budget %v and %v", allocs, size, helloAllocs, helloBytes)
		}
	})
}

func TestIdleConnectionStaysWithinItsBytes(t *testing.T) {
	if instrumented {
		t.Skip("this build allocates for its own checks")
	}
	serveHello(t, func(h *host) {
		const n = 1000
		live := func() uint64 {
			runtime.GC()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc + m.StackInuse
		}
		shared := new(asker)
		list := make([]net.Conn, 0, 2*n)
		ask := func(k int) {
			for range k {
				c, err := h.network.DialPort(port)
				if err != nil {
					t.Error(err)
					return
				}
				shared.Conn = c
				shared.ask(t)
				list = append(list, c)
			}
		}
		ask(100)
		before := live()
		ask(n)
		per := float64(live()-before) / n
		for _, c := range list {
			_ = c.Close()
		}
		t.Logf("an idle connection: %.0f bytes", per)
		if per > idleBytes {
			t.Errorf("an idle connection holds %.0f bytes, budget %v", per, idleBytes)
		}
	})
}
