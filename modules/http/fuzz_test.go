package http_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"os"

	"github.com/gonode/gonode/eventloop/sock"
)

// wireInputs returns the bytes of all sections of that name in testdata/wire.
func wireInputs(f *testing.F, name string) (list [][]byte) {
	files, err := filepath.Glob("testdata/wire/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		_, parts := sections(string(text))
		for _, p := range parts {
			if p.name != name {
				continue
			}
			var b []byte
			for _, line := range bytes.Split([]byte(p.text), []byte("\n")) {
				if len(line) > 0 && line[0] != '[' {
					piece, err := unescape(string(line))
					if err != nil {
						f.Fatal(err)
					}
					b = append(b, piece...)
				}
			}
			list = append(list, b)
		}
	}
	return list
}

// fuzzServer looks at everything of a request and answers in the way the URL says.
const fuzzServer = `
process.on('uncaughtException', (e) => { if (!(e instanceof Error) || e.name === 'GoError') throw e; });
let seen = 0;
process.on('exit', () => console.log('seen', seen));
const s = serve({ keepAliveTimeout: 500, headersTimeout: 1000, requestTimeout: 2000, connectionsCheckingInterval: 200 }, (req, res) => {
  seen++;
  req.on('error', () => {}); res.on('error', () => {});
  JSON.stringify([req.headers, req.headersDistinct, req.rawHeaders, req.url, req.method, req.httpVersion, req.upgrade]);
  switch (req.url.length % 6) {
    case 0: return req.pipe(res);
    case 1: return res.end(req.url);
    case 2: req.on('data', () => {}).on('end', () => { JSON.stringify([req.trailers, req.trailersDistinct, req.rawTrailers]); res.end('end'); }); return;
    case 3: res.writeHead(200, { Trailer: 'X' }); res.write('chunk'); res.addTrailers({ X: 'y' }); return setTimeout(() => res.end(), 1);
    case 4: res.statusCode = 204; return setImmediate(() => res.end('no body'));
    case 5: res.write('part'); return setImmediate(() => req.url.length > 20 ? req.socket.destroy() : res.end());
  }
});
s.timeout = 3000;
if (fuzzListen & 1) { s.on('upgrade', (req, socket, head) => { seen++; socket.on('error', () => {}); socket.resume().end(head); }); s.on('connect', (req, socket) => { seen++; socket.on('error', () => {}); socket.resume().end('HTTP/1.1 200 OK\r\n\r\n'); }); }
if (fuzzListen & 2) s.on('clientError', (e, socket) => { JSON.stringify(e); socket.resume().end('HTTP/1.1 400 Mine\r\n\r\n'); });
if (fuzzListen & 4) s.on('connection', (socket) => socket.on('error', () => {}));
if (fuzzListen & 8) s.on('checkContinue', (req, res) => { seen++; res.writeContinue(); req.pipe(res); }).on('timeout', (socket) => socket.destroy());
`

// FuzzServer sends anything to a server: it must neither panic nor keep the connection for ever, nor
// see a request that was not sent.
func FuzzServer(f *testing.F) {
	for i, b := range wireInputs(f, "in") {
		f.Add(b, uint16(i*37), uint8(i))
	}
	f.Fuzz(func(t *testing.T, p []byte, cut uint16, listen uint8) {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(t)
			done := make(chan struct{})
			go func() {
				defer close(done)
				synctest.Wait()
				c, err := h.network.DialPort(port)
				if err != nil {
					t.Error(err)
					return
				}
				go func() {
					at := min(int(cut), len(p))
					_, _ = c.Write(p[:at])
					<-time.After(time.Millisecond)
					_, _ = c.Write(p[at:])
					<-time.After(8 * time.Second)
					_ = c.Close()
				}()
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
				synctest.Wait()
				h.end()
			}()
			if err := h.run("const fuzzListen = " + string('0'+rune(listen%8)) + ";" + fuzzServer); err != nil {
				t.Errorf("%v\n%s", err, h.Stderr.String())
			}
			<-done
			// Every request has its version in it, once at least.
			var seen int
			if _, err := fmt.Sscanf(h.Stdout.String(), "seen %d", &seen); err != nil || seen > bytes.Count(p, []byte("HTTP/1.")) {
				t.Errorf("%d requests were seen in %q: %v\n%s", seen, p, err, h.Stdout.String())
			}
		})
	})
}

// fuzzClient makes a request of each kind and looks at everything of what comes back.
const fuzzClient = `
process.on('uncaughtException', (e) => { if (!(e instanceof Error) || e.name === 'GoError') throw e; });
const agent = new http.Agent({ keepAlive: true, timeout: 2000 });
const kinds = [{}, { method: 'HEAD' }, { method: 'POST' }, { method: 'CONNECT', path: 'a:1' }, { headers: { Connection: 'Upgrade', Upgrade: 'x' } }, { headers: { Expect: '100-continue' } }];
let left = 2;
for (const o of [kinds[fuzzKind % 6], {}]) {
  const req = http.request(Object.assign({ port: 8080, agent, timeout: 2000 }, o), (res) => {
    JSON.stringify([res.headers, res.headersDistinct, res.rawHeaders, res.statusCode, res.statusMessage, res.httpVersion]);
    res.on('error', () => {}).on('data', () => {}).on('end', () => JSON.stringify([res.trailers, res.rawTrailers]));
  });
  req.on('error', () => {}).on('timeout', () => req.destroy()).on('information', () => {}).on('continue', () => req.write('x'));
  if (fuzzKind & 8) req.on('upgrade', (res, socket) => socket.on('error', () => {}).resume().end('x')).on('connect', (res, socket) => socket.destroy());
  req.on('close', () => { if (--left === 0) agent.destroy(); });
  if (req.method === 'POST') req.write('body');
  req.end();
}
`

// FuzzClient answers anything to a request.
func FuzzClient(f *testing.F) {
	for i, b := range wireInputs(f, "answer") {
		f.Add(b, uint16(i*37), uint8(i))
	}
	f.Fuzz(func(t *testing.T, p []byte, cut uint16, kind uint8) {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(t)
			ln, err := h.network.Listen(context.Background(), &sock.ListenOptions{Host: "127.0.0.1", Port: answerPort})
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for {
					c, err := ln.Accept()
					if err != nil {
						return
					}
					go func() {
						at := min(int(cut), len(p))
						_, _ = c.Write(p[:at])
						<-time.After(time.Millisecond)
						_, _ = c.Write(p[at:])
						if len(p)%3 == 0 {
							<-time.After(5 * time.Second)
						}
						_ = c.Close()
					}()
					go func() { _, _ = io.Copy(io.Discard, c) }()
				}
			}()
			kindText := string('0'+rune(kind%16/10)) + string('0'+rune(kind%16%10))
			if err := h.run("const fuzzKind = parseInt('" + kindText + "', 10);" + fuzzClient); err != nil {
				t.Errorf("%v\n%s", err, h.Stderr.String())
			}
			_ = ln.Close()
		})
	})
}
