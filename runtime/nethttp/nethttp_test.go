package nethttp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/nethttp"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// serve runs a script whose server is behind a real one of net/http, and returns that.
func serve(t *testing.T, source string, globals map[string]any) *httptest.Server {
	t.Helper()
	h := new(nethttp.Handler)
	rt := runtimetest.New(t, runtime.Options{Network: h.Network(nil), Globals: globals})
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	if _, err := rt.Eval(t.Context(), "[test]", "const http = require('http');"+source); err != nil {
		t.Fatal(err)
	}
	return srv
}

func body(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandlerServesWhatTheScriptDoes(t *testing.T) {
	srv := serve(t, `http.createServer((req, res) => {
		let n = 0;
		req.on('data', (d) => n += d.length).on('end', () => {
			res.setHeader('X-Seen', [req.method, req.url, req.headers.host === 'site.test', req.headers['x-forwarded-for'], req.headers['user-agent'], req.headers['accept-encoding'], req.socket.remotePort > 0, req.socket.remoteAddress].join(' '));
			res.setHeader('Set-Cookie', ['a=1', 'b=2']);
			res.statusCode = 201;
			res.end('got ' + n);
		});
	}).listen(80)`, nil)
	req, _ := http.NewRequest("POST", srv.URL+"//a%2Fb/../c?x=1;y&%zz", strings.NewReader(strings.Repeat("x", 1<<20)))
	req.Host = "site.test"
	req.Header.Set("X-Forwarded-For", "1.2.3.4")
	req.Header.Set("User-Agent", "me")
	res, err := http.DefaultTransport.RoundTrip(req)
	if got := body(t, res, err); got != "got 1048576" || res.StatusCode != 201 || len(res.Header["Set-Cookie"]) != 2 {
		t.Error(got, res)
	}
	if got := res.Header.Get("X-Seen"); got != "POST //a%2Fb/../c?x=1;y&%zz true 1.2.3.4 me gzip true ::ffff:127.0.0.1" {
		t.Error(got)
	}
	res, err = http.Head(srv.URL)
	if body(t, res, err) != "" || res.StatusCode != 201 {
		t.Error(res)
	}
}

func TestHandlerStreamsBothWays(t *testing.T) {
	srv := serve(t, `http.createServer((req, res) => { res.flushHeaders(); req.on('data', (d) => res.write('echo ' + d)).on('end', () => { res.addTrailers({ 'X-Sum': 'ok' }); res.end() }) .resume(); res.setHeader; }).listen(80)`, nil)
	in, out := io.Pipe()
	req, _ := http.NewRequest("POST", srv.URL, in)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r := bufio.NewReader(res.Body)
	for i := range 3 { // each piece is answered before the next is sent
		fmt.Fprintf(out, "%d\n", i)
		if line, err := r.ReadString('\n'); err != nil || line != fmt.Sprintf("echo %d\n", i) {
			t.Fatal(line, err)
		}
	}
	out.Close()
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 || res.Trailer.Get("X-Sum") != "ok" {
		t.Error(rest, err, res.Trailer)
	}
}

func TestHandlerPassesInformationalAnswers(t *testing.T) {
	srv := serve(t, `http.createServer((req, res) => { res.writeEarlyHints({ link: '</a.css>; rel=preload' }); res.end('done') }).listen(80)`, nil)
	seen := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		if code == 103 && h.Get("Link") == "</a.css>; rel=preload" {
			seen++
		}
		return nil
	}})
	req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
	res, err := http.DefaultClient.Do(req)
	if body(t, res, err) != "done" || seen != 1 {
		t.Error(seen)
	}
}

func TestHandlerHijacksForUpgrades(t *testing.T) {
	srv := serve(t, `const s = http.createServer((q, r) => r.end('plain')).listen(80);
		s.on('upgrade', (req, socket, head) => {
			socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n' + head);
			socket.on('data', (d) => socket.write(String(d).toUpperCase())).on('end', () => socket.end());
		});
		s.on('connect', (req, socket) => { socket.write('HTTP/1.1 200 Connected\r\nX-To: ' + req.url + '\r\n\r\n'); socket.pipe(socket) });`, nil)
	for _, row := range []struct{ request, head, sent, back string }{
		{"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", "hello\n", "HELLO\n"},
		{"CONNECT far.test:99 HTTP/1.1\r\nHost: far.test:99\r\n\r\n", "HTTP/1.1 200 Connected\r\nX-To: far.test:99\r\n\r\n", "ping\n", "ping\n"},
	} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, row.request)
		got := make([]byte, len(row.head))
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != row.head {
			t.Fatalf("%q %v", got, err)
		}
		for range 2 {
			io.WriteString(conn, row.sent)
			line := make([]byte, len(row.back))
			if _, err := io.ReadFull(conn, line); err != nil || string(line) != row.back {
				t.Fatalf("%q %v", line, err)
			}
		}
	}
}

type key struct{}

func TestHandlerPassesTheContext(t *testing.T) {
	h := new(nethttp.Handler)
	ended := make(chan string, 1)
	rt := runtimetest.New(t, runtime.Options{Network: h.Network(nil), Globals: map[string]any{
		"user":  func(ctx context.Context) string { s, _ := ctx.Value(key{}).(string); return s },
		"ended": func(what string) { ended <- what },
	}})
	if _, err := rt.Eval(t.Context(), "[test]", `require('http').createServer(async (req, res) => {
		const first = user(); await new Promise((r) => setTimeout(r, 1));
		if (req.url.startsWith('/wait')) { res.write(user()); res.on('close', () => ended('close ' + res.writableEnded)); return }
		res.end(first + user());
	}).listen(80)`); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, r.URL.Query().Get("u"))))
	}))
	defer srv.Close()
	for _, u := range []string{"a", "b", "a"} {
		res, err := http.Get(srv.URL + "/?u=" + u)
		if got := body(t, res, err); got != u+u {
			t.Error(got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL+"/wait?u=c", nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	if _, err := io.ReadFull(res.Body, b); err != nil || string(b) != "c" {
		t.Error(string(b), err)
	}
	cancel()
	res.Body.Close()
	if got := <-ended; got != "close false" {
		t.Error(got)
	}
}

func TestHandlerFollowsTheScriptsListening(t *testing.T) {
	h := &nethttp.Handler{Address: ":8080"}
	rt := runtimetest.New(t, runtime.Options{Network: h.Network(nil)})
	get := func(ctx context.Context) (int, string) {
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if x := recover(); x != nil && x != http.ErrAbortHandler {
					panic(x)
				} else if x != nil {
					w.Code = 0
				}
			}()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
		}()
		return w.Code, w.Body.String()
	}
	// Nobody listens yet: the request waits, for as long as its context does.
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if code, _ := get(short); code != 0 {
		t.Error(code)
	}
	early := make(chan string)
	go func() { _, b := get(t.Context()); early <- b }()
	if _, err := rt.Eval(t.Context(), "[test]", `
		const http = require('http');
		const other = http.createServer().listen(0, '127.0.0.1');
		const s = http.createServer((q, r) => { if (q.url === '/cut') return q.socket.destroy(); r.end('hello') }).listen(8080);
		http.createServer().listen(8080).on('error', (e) => globalThis.twice = e.code);`); err != nil {
		t.Fatal(err)
	}
	if b := <-early; b != "hello" {
		t.Error(b)
	}
	v, err := rt.Eval(t.Context(), "[test]", "twice")
	if err != nil || v.String() != "EADDRINUSE" {
		t.Error(v, err)
	}
	v, err = rt.Eval(t.Context(), "[test]", "new Promise((r) => { s.close(r); s.closeIdleConnections(); other.close() })")
	if err == nil {
		_, err = rt.Await(t.Context(), v)
	}
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := get(t.Context()); code != 503 {
		t.Error(code)
	}
}

func TestHandlerBreaksOffWhatBreaksOff(t *testing.T) {
	srv := serve(t, `http.createServer((q, r) => { if (q.url === '/late') { r.write('some'); setImmediate(() => q.socket.destroy()) } else q.socket.destroy() }).listen(80)`, nil)
	if res, err := http.Get(srv.URL + "/now"); err == nil {
		t.Error(res.Status)
	}
	res, err := http.Get(srv.URL + "/late")
	if err == nil {
		if b, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("%q without an error", b)
		}
		res.Body.Close()
	}
}

// sent is a RoundTripper that keeps what it was asked.
type sent struct {
	seen  []string
	inner http.RoundTripper
}

func (s *sent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.seen = append(s.seen, r.Method+" "+r.URL.String()+" "+r.Host)
	if s.inner == nil {
		return nil, errors.New("no")
	}
	return s.inner.RoundTrip(r)
}

func TestClientGoesThroughTheRoundTripper(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Encoding", strings.Join(r.Header["Accept-Encoding"], ","))
		w.WriteHeader(202)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL, r.Host, b)
	})
	direct := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		handler(w, r)
		return w.Result(), nil
	})
	through := &sent{inner: direct}
	c := &nethttp.Client{RoundTripper: through}
	rt := runtimetest.New(t, runtime.Options{Network: c.Network(nil)})
	if err := rt.RunString("[test]", `
		const http = require('http');
		const send = (o, text) => new Promise((done) => http.request(o, (res) => { let b = ''; res.on('data', (d) => b += d).on('end', () => { console.log(res.statusCode, JSON.stringify(res.headers['x-encoding']), b); done() }) }).on('error', (e) => { console.log(e.code); done() }).end(text));
		(async () => {
			await send({ host: 'Far.test', path: '/a%2Fb?x' });
			await send({ host: 'far.test', port: 443, method: 'PUT', headers: { host: 'other.test' } }, 'body');
			await send({ host: '10.0.0.1', port: 8080, path: '/' });
			await send({ host: '::1', port: 80, path: '/' });
		})();`); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	if got, want := rt.Stdout.String(), "202 \"\" GET http://far.test/a%2Fb?x Far.test \n202 \"\" PUT https://far.test/ other.test body\n202 \"\" GET http://10.0.0.1:8080/ 10.0.0.1:8080 \n202 \"\" GET http://[::1]/ [::1] \n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(through.seen) != 4 || through.seen[1] != "PUT https://far.test/ other.test" {
		t.Error(through.seen)
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestClientStreamsUpgradesAndFails(t *testing.T) {
	peer := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			conn, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			line, _ := rw.ReadString('\n')
			io.WriteString(conn, strings.ToUpper(line))
			return
		}
		rc := http.NewResponseController(w)
		rc.EnableFullDuplex()
		rc.Flush()
		for lines := bufio.NewScanner(r.Body); lines.Scan(); {
			fmt.Fprintf(w, "echo %s\n", lines.Text())
			rc.Flush()
		}
	}))
	defer peer.Close()
	address := peer.Listener.Addr().(*net.TCPAddr)
	transport := peer.Client().Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address.String())
	}
	rt := runtimetest.New(t, runtime.Options{Network: (&nethttp.Client{RoundTripper: transport}).Network(nil)})
	if err := rt.RunString("[test]", `
		const http = require('http');
		const req = http.request({ host: 'example.com', port: 443, method: 'POST' }, (res) => {
			let n = 0; req.write('0\n');
			res.on('data', (d) => { console.log(String(d).trim()); if (++n < 3) req.write(n + '\n'); else req.end() });
			res.on('end', () => http.request({ host: 'example.com', port: 443, headers: { connection: 'upgrade', upgrade: 'echo' } }).on('upgrade', (res, socket) => {
				socket.write('hi\n'); socket.on('data', (d) => console.log(String(d).trim())).on('end', () => socket.end());
			}).end());
		});
		req.flushHeaders();`); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	if got := rt.Stdout.String(); got != "echo 0\necho 1\necho 2\nHI\n" {
		t.Errorf("%q", got)
	}
	rt = runtimetest.New(t, runtime.Options{Network: (&nethttp.Client{RoundTripper: &sent{}}).Network(nil)})
	if err := rt.RunString("[test]", "require('http').get('http://x.test/').on('error', (e) => console.log(e.code))"); err != nil || rt.Stdout.String() != "ECONNRESET\n" {
		t.Error(err, rt.Stdout.String())
	}
}
