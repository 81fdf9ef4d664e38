package http_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// benchmarkServe answers the same request again and again, 16 of them pipelined, over the network in memory: what
// a request costs without the kernel.
func benchmarkServe(b *testing.B, script, request string) {
	const pipelined = 16
	serveUntil(b, script, func(h *host) {
		c, err := h.network.DialPort(port)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		ask := func(n, length int) {
			if _, err := c.Write(bytes.Repeat([]byte(request), n)); err != nil {
				b.Error(err)
			}
			if _, err := io.CopyN(io.Discard, c, int64(n*length)); err != nil {
				b.Error(err)
			}
		}
		var first [8192]byte
		if _, err := io.WriteString(c, request); err != nil {
			b.Error(err)
		}
		n := 0
		for !bytes.HasSuffix(first[:n], []byte("end")) {
			k, err := c.Read(first[n:])
			if err != nil {
				b.Error(err)
				return
			}
			n += k
		}
		b.ReportAllocs()
		b.ResetTimer()
		for left := b.N; left > 0 && !b.Failed(); left -= pipelined {
			ask(min(left, pipelined), n)
		}
		b.StopTimer()
	})
}

const benchmarkGet = "GET /users/list?id=42&name=a%20b HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"

func BenchmarkServeHello(b *testing.B) {
	benchmarkServe(b, `serve((req, res) => res.end('hello end'))`, benchmarkGet)
}

func BenchmarkServeJSON(b *testing.B) {
	benchmarkServe(b, `const url = require('url'); serve((req, res) => {
		const { pathname, query } = url.parse(req.url, true);
		const body = JSON.stringify({ path: pathname, id: +query.id, name: query.name, agent: req.headers['user-agent'], tags: ['a', 'b', 'c'] });
		res.setHeader('Content-Type', 'application/json; charset=utf-8');
		res.setHeader('Cache-Control', 'no-store');
		res.setHeader('X-Request-Id', query.id);
		res.end(body + 'end');
	})`, benchmarkGet)
}

func BenchmarkServeEcho(b *testing.B) {
	benchmarkServe(b, `serve((req, res) => {
		const chunks = [];
		req.on('data', (chunk) => chunks.push(chunk));
		req.on('end', () => res.end(Buffer.concat(chunks)));
	})`, "POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 1024\r\n\r\n"+strings.Repeat("x", 1021)+"end")
}
