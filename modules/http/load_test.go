//go:build unix

package http_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// server is a script that serves on a real socket of the loopback.
type server struct {
	*runtimetest.Runtime
	addr string
	done chan struct{}
	note atomic.Int64 // the last number the script gave note()
}

// startServer runs script, which sets the variable handler and may use options; the server is closed,
// with its connections, at the end of the test, and must have left nothing behind: runtimetest looks
// for goroutines, we for descriptors.
func startServer(t *testing.T, script string) *server {
	t.Helper()
	fds := descriptors()
	t.Cleanup(func() { // after the runtime is closed
		if left := descriptors(); left > fds {
			t.Errorf("%d descriptors are open, %d were before", left, fds)
		}
	})
	s := &server{done: make(chan struct{})}
	listening := make(chan string, 1)
	var inner *modules.Host
	s.Runtime = runtimetest.New(t, runtime.Options{Modules: map[string]any{
		"test:server": modules.Module{ID: "test:server", Load: func(h *modules.Host) goja.Value {
			inner = h
			o := h.VM.NewObject()
			o.Set("listening", func(port int) { listening <- fmt.Sprint("127.0.0.1:", port) })
			o.Set("note", func(n int64) { s.note.Store(n) })
			return o
		}},
	}})
	go func() {
		defer close(s.done)
		err := s.RunString("[server]", `
			const http = require('http'), { listening, note } = require('test:server');
			let options = {}, handler;
			`+script+`
			const server = http.createServer(options, handler);
			if (options.timeout !== undefined) server.timeout = options.timeout;
			server.listen(0, '127.0.0.1', () => listening(server.address().port));
			globalThis.endOfTest = () => { server.close(); server.closeAllConnections(); };`)
		if err != nil {
			t.Errorf("%v\n%s", err, s.Stderr.String())
		}
	}()
	select {
	case s.addr = <-listening:
	case <-s.done:
		t.FailNow()
	}
	t.Cleanup(func() {
		inner.Loop.Post(func() {
			inner.Door.Enter(modules.Func(func() {
				if end, ok := goja.AssertFunction(inner.VM.Get("endOfTest")); ok {
					_, _ = end(goja.Undefined())
				}
			}))
		})
		<-s.done
	})
	return s
}

// descriptors is how many the process has open; 0 where the system does not tell.
func descriptors() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

func (s *server) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

// ask makes a request on a connection of its own and returns the status and the body.
func (s *server) ask(t *testing.T, path string) string {
	t.Helper()
	c := s.dial(t)
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path)
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(b), "\r\n\r\n")
	if len(head) < 12 {
		t.Fatalf("got %q", b)
	}
	return head[9:12] + " " + body
}

// heap is the memory in use after a collection.
func heap() int64 {
	goruntime.GC()
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// settles waits until get has been the same for ten looks, and returns it.
func settles(get func() int64) int64 {
	last := get()
	for same := 0; same < 10; {
		goruntime.Gosched()
		<-time.After(10 * time.Millisecond)
		if now := get(); now == last {
			same++
		} else {
			last, same = now, 0
		}
	}
	return last
}

func TestServerHoldsTenThousandIdleConnections(t *testing.T) {
	const perConnection = 12 << 10 // bytes, both ends; the server's part has a budget of its own
	n := 10000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if room := int(limit.Cur)/2 - 100; room < n {
		n = room // both ends are in this process
	}
	s := startServer(t, `options = { keepAliveTimeout: 0 }; handler = (req, res) => res.end('hello');`)
	request := []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	answer := make([]byte, 512)
	idle := func() *net.TCPConn {
		c := s.dial(t)
		if _, err := c.Write(request); err != nil {
			t.Fatal(err)
		}
		if k, err := c.Read(answer); err != nil || !strings.HasSuffix(string(answer[:k]), "hello") {
			t.Fatalf("%q %v", answer[:k], err)
		}
		return c
	}
	conns := []*net.TCPConn{idle()}
	before := heap()
	for len(conns) < n {
		conns = append(conns, idle())
	}
	each := (heap() - before) / int64(n)
	t.Logf("%d idle connections, %d bytes each", n, each)
	if each > perConnection && !instrumented {
		t.Errorf("an idle connection and its client hold %d bytes, more than %d", each, perConnection)
	}
	// The first of them, and new ones, are served.
	if _, err := conns[0].Write(request); err != nil {
		t.Fatal(err)
	}
	if _, err := conns[0].Read(answer); err != nil {
		t.Fatal(err)
	}
	if got := s.ask(t, "/"); got != "200 hello" {
		t.Errorf("got %q", got)
	}
	for _, c := range conns {
		_ = c.SetLinger(0) // no TIME_WAIT for the next test
		_ = c.Close()
	}
	conns = nil
	if left := settles(func() int64 { return (heap() - before) / (1 << 20) }); left > 20 {
		t.Errorf("%d MiB are held after the connections have gone", left)
	}
}

// TestServerWritesNoMoreThanFits writes 64 MiB to a client that does not read: as long as the script
// waits for 'drain', what is in memory is bounded, whatever there is to write.
func TestServerWritesNoMoreThanFits(t *testing.T) {
	s := startServer(t, `
		const total = 64 << 20, piece = Buffer.alloc(64 << 10, 'x');
		handler = (req, res) => {
			if (req.url !== '/big') return res.end('hello');
			let sent = 0;
			res.writeHead(200, { 'Content-Length': total });
			const more = () => {
				while (sent < total) {
					sent += piece.length;
					note(sent);
					if (!res.write(piece)) return res.once('drain', more);
				}
				res.end();
			};
			more();
		};`)
	before := heap()
	c := s.dial(t)
	_ = c.SetReadBuffer(64 << 10)
	fmt.Fprint(c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
	sent := settles(s.note.Load)
	// The rest is in the kernel's buffers, which grow to several MiB on the loopback.
	if sent == 0 || sent > 16<<20 {
		t.Errorf("%d bytes were written to a client that does not read", sent)
	}
	if more := heap() - before; more > 16<<20 {
		t.Errorf("%d bytes of memory are held for a client that does not read", more)
	}
	if got := s.ask(t, "/"); got != "200 hello" {
		t.Errorf("got %q", got)
	}
	// Whoever reads in the end gets everything.
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "\r\n" {
			break
		}
	}
	if n, err := io.CopyN(io.Discard, r, 64<<20); err != nil {
		t.Errorf("%d bytes, then %v", n, err)
	}
	_ = c.Close()
}

// TestServerDropsClientsThatDoNotRead is slowloris by reading: the timeout of the server frees what
// such a client holds, also if the script has written all at once.
func TestServerDropsClientsThatDoNotRead(t *testing.T) {
	s := startServer(t, `
		options = { timeout: 200 };
		let open = 0;
		handler = (req, res) => {
			if (req.url !== '/big') return res.end('hello');
			note(++open);
			res.on('close', () => note(--open));
			res.end(Buffer.alloc(8 << 20));
		};`)
	before := heap()
	var conns []net.Conn
	for range 8 {
		c := s.dial(t)
		fmt.Fprint(c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
		conns = append(conns, c)
	}
	for deadline := time.Now().Add(8 * time.Second); s.note.Load() != 0 || settles(s.note.Load) != 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%d clients still hold their answers", s.note.Load())
		}
		<-time.After(10 * time.Millisecond)
	}
	if more := heap() - before; more > 24<<20 {
		t.Errorf("%d bytes are still held", more)
	}
	if got := s.ask(t, "/"); got != "200 hello" {
		t.Errorf("got %q", got)
	}
	for _, c := range conns {
		_ = c.Close()
	}
}

// TestServerBoundsAPipelinedFlood sends requests without end and reads no answer: the server stops
// reading.
func TestServerBoundsAPipelinedFlood(t *testing.T) {
	s := startServer(t, `
		let seen = 0;
		handler = (req, res) => { if (req.url === '/') note(++seen); res.end(Buffer.alloc(1000)); };`)
	before := heap()
	c := s.dial(t)
	flood := []byte(strings.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1000))
	var written atomic.Int64
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			n, err := c.Write(flood)
			if written.Add(int64(n)); err != nil || written.Load() > 256<<20 {
				return
			}
		}
	}()
	sent := settles(written.Load)
	t.Logf("%d bytes of requests went out, %d were seen", sent, s.note.Load())
	if sent > 64<<20 {
		t.Errorf("%d bytes of requests were taken from a client that reads no answers", sent)
	}
	// Some thousand exchanges wait, with race detection on too; without a bound it would be all of the flood.
	if more := heap() - before; more > 32<<20 {
		t.Errorf("%d bytes of memory are held for it", more)
	}
	if got := s.ask(t, "/other"); !strings.HasPrefix(got, "200 ") {
		t.Errorf("got %q", got)
	}
	_ = c.SetLinger(0)
	_ = c.Close()
	<-stopped
}

// TestServerGoesOnAfterHandlersThatThrowOrNeverAnswer leaves neither descriptors nor memory.
func TestServerGoesOnAfterHandlersThatThrowOrNeverAnswer(t *testing.T) {
	s := startServer(t, `
		options = { timeout: 1000 };
		let caught = 0;
		process.on('uncaughtException', (e) => { if (e.message === 'mine') note(++caught); else throw e; });
		handler = (req, res) => {
			if (req.url === '/throw') throw new Error('mine');
			if (req.url === '/half') { res.write('part'); throw new Error('mine'); }
			if (req.url !== '/never') res.end('hello');
		};`)
	before := heap()
	const rounds = 100
	var conns []net.Conn
	for _, path := range []string{"/throw", "/half", "/never"} {
		for range rounds {
			c := s.dial(t)
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
			conns = append(conns, c)
		}
	}
	for _, c := range conns {
		_, _ = io.Copy(io.Discard, c) // the timeout of the server ends it
		_ = c.Close()
	}
	if n := s.note.Load(); n != 2*rounds {
		t.Errorf("%d exceptions reached the process, want %d", n, 2*rounds)
	}
	if got := s.ask(t, "/"); got != "200 hello" {
		t.Errorf("got %q", got)
	}
	if more := settles(func() int64 { return (heap() - before) / (1 << 20) }); more > 4 {
		t.Errorf("%d MiB are held after %d requests that were never answered", more, 3*rounds)
	}
}

// TestServerDropsHalfOpenClients has clients that end their half and keep the other open, in every
// state of a request; nothing of them remains.
func TestServerDropsHalfOpenClients(t *testing.T) {
	s := startServer(t, `
		options = { timeout: 300, keepAliveTimeout: 300 };
		handler = (req, res) => { if (req.url === '/now') res.end('hello'); };`)
	for _, text := range []string{"", "G", "GET /now HTTP/1.1\r\n", "GET /now HTTP/1.1\r\nHost: a\r\n\r\n", "GET /never HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", "POST /never HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"} {
		c := s.dial(t)
		fmt.Fprint(c, text)
		if err := c.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("after %q the connection stays open", text)
		}
		_ = c.Close()
	}
	if got := s.ask(t, "/now"); got != "200 hello" {
		t.Errorf("got %q", got)
	}
}

// TestServerSurvivesResetsAtEveryByte resets an exchange over a real socket after every byte sent.
func TestServerSurvivesResetsAtEveryByte(t *testing.T) {
	s := startServer(t, `
		handler = (req, res) => { req.on('error', () => {}); req.resume().on('end', () => { res.write('a'); setImmediate(() => res.end('hello')); }); };`)
	request := "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n"
	for n := range len(request) + 1 {
		c := s.dial(t)
		fmt.Fprint(c, request[:n])
		_ = c.SetLinger(0)
		_ = c.Close()
	}
	if got := s.ask(t, "/"); !strings.HasPrefix(got, "200 ") {
		t.Errorf("got %q", got)
	}
}
