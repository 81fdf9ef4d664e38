package runtime_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// ask sends a request on a connection of its own and returns the answer's body.
func ask(t *testing.T, address, path string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: x\r\n\r\n", path)
	var all strings.Builder
	if _, err := bufio.NewReader(conn).WriteTo(&all); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(all.String(), "\r\n\r\n")
	return body
}

func TestListenersAreSharedByRuntimes(t *testing.T) {
	shared := runtime.NewListeners(nil)
	ready := make(chan string, 2)
	var servers []*runtimetest.Runtime
	for i := range 2 {
		rt := runtimetest.New(t, runtime.Options{Network: shared.Network(), Globals: map[string]any{
			"id": i, "ready": func(address string) { ready <- address }}})
		eval(t, rt, `
			const http = require('http');
			const s = http.createServer((q, r) => { r.end(String(id)); if (q.url === '/quit') s.close() });
			s.listen(0, '127.0.0.1', () => {
				const twice = http.createServer().listen(s.address().port, '127.0.0.1');
				twice.on('error', (e) => ready(e.code + ' 127.0.0.1:' + s.address().port));
			});`)
		servers = append(servers, rt)
	}
	var address string
	for range 2 {
		code, at, _ := strings.Cut(<-ready, " ")
		if code != "EADDRINUSE" || address != "" && at != address {
			t.Fatal(code, at, address)
		}
		address = at
	}
	seen := map[string]int{}
	for range 20 {
		seen[ask(t, address, "/")]++
	}
	if seen["0"] < 5 || seen["1"] < 5 || seen["0"]+seen["1"] != 20 {
		t.Error(seen)
	}
	// When one has closed, the other serves on; when both have, nobody listens.
	first := ask(t, address, "/quit")
	for range 4 {
		if who := ask(t, address, "/"); who == first {
			t.Error("a server that was closed answers")
		}
	}
	ask(t, address, "/quit")
	servers[0].Close()
	servers[1].Close()
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("somebody listens")
	}
}

func TestListenersServeWhatIsProvided(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shared := runtime.NewListeners(nil)
	if err := shared.Provide("tcp", ":80", ln); err != nil {
		t.Fatal(err)
	}
	if err := shared.Provide("tcp", ":80", ln); err == nil {
		t.Error("provided twice")
	}
	rt := runtimetest.New(t, runtime.Options{Network: shared.Network()})
	eval(t, rt, "require('http').createServer((q, r) => r.end('given')).listen(80)")
	if got := ask(t, ln.Addr().String(), "/"); got != "given" {
		t.Errorf("%q", got)
	}
	rt.Close()
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := shared.Provide("tcp", ":81", unused); err != nil {
		t.Fatal(err)
	}
	shared.Close()
	if _, err := net.Dial("tcp", unused.Addr().String()); err == nil {
		t.Error("somebody listens")
	}
}
