package parser

import (
	"strings"
	"testing"
)

const (
	wireWrk  = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"
	wireCurl = "GET /path/to/file?query=1 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"

	wireChrome = "GET /en-US/docs/Web/HTTP/Headers?utm_source=newsletter&utm_medium=email HTTP/1.1\r\n" +
		"Host: developer.example.org\r\n" +
		"Connection: keep-alive\r\n" +
		"Cache-Control: max-age=0\r\n" +
		"sec-ch-ua: \"Chromium\";v=\"124\", \"Google Chrome\";v=\"124\", \"Not-A.Brand\";v=\"99\"\r\n" +
		"sec-ch-ua-mobile: ?0\r\n" +
		"sec-ch-ua-platform: \"Linux\"\r\n" +
		"Upgrade-Insecure-Requests: 1\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\r\n" +
		"Sec-Fetch-Site: none\r\n" +
		"Sec-Fetch-Mode: navigate\r\n" +
		"Sec-Fetch-User: ?1\r\n" +
		"Sec-Fetch-Dest: document\r\n" +
		"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
		"Accept-Language: en-US,en;q=0.9,de;q=0.8\r\n" +
		"Cookie: _ga=GA1.2.1234567890.1234567890; session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n"

	wirePost    = "POST /api/items HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"name\":\"gonode\"}"
	wireChunked = "POST /upload HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"1a;x=1\r\nabcdefghijklmnopqrstuvwxyz\r\n10\r\n0123456789abcdef\r\n0\r\nX-Sum: 1\r\n\r\n"
	wireResponse = "HTTP/1.1 200 OK\r\nDate: Mon, 27 Jul 2009 12:28:53 GMT\r\nServer: nginx\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"
)

// readAll reads data, which holds whole messages, to its end.
func readAll(tb testing.TB, p *Parser, data []byte) (ends int) {
	for {
		ev, n, err := p.Next(data)
		if err != nil {
			tb.Fatal(err)
		}
		data = data[n:]
		switch ev {
		case NeedMore:
			return ends
		case MessageEnd:
			ends++
		}
	}
}

func benchmark(b *testing.B, kind Kind, wire string, pieces ...int) {
	data := []byte(wire)
	p := New(kind, Limits{})
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		rest := data
		for _, n := range pieces {
			readAll(b, p, rest[:n])
			rest = rest[n:]
		}
		readAll(b, p, rest)
	}
}

func BenchmarkNextWrk(b *testing.B)          { benchmark(b, Request, wireWrk) }
func BenchmarkNextWrkPipelined(b *testing.B) { benchmark(b, Request, strings.Repeat(wireWrk, 16)) }
func BenchmarkNextCurl(b *testing.B)         { benchmark(b, Request, wireCurl) }
func BenchmarkNextChrome(b *testing.B)       { benchmark(b, Request, wireChrome) }
func BenchmarkNextChromeSplit(b *testing.B)  { benchmark(b, Request, wireChrome, 500) }
func BenchmarkNextPost(b *testing.B)         { benchmark(b, Request, wirePost) }
func BenchmarkNextChunked(b *testing.B)      { benchmark(b, Request, wireChunked) }
func BenchmarkNextResponse(b *testing.B)     { benchmark(b, Response, wireResponse) }

func TestNextDoesNotAllocate(t *testing.T) {
	for _, c := range []struct {
		name string
		kind Kind
		wire string
	}{
		{"wrk", Request, wireWrk},
		{"curl", Request, wireCurl},
		{"Chrome", Request, wireChrome},
		{"post", Request, wirePost},
		{"chunked", Request, wireChunked},
		{"response", Response, wireResponse},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := []byte(c.wire)
			p := New(c.kind, Limits{})
			readAll(t, p, data)
			if n := testing.AllocsPerRun(100, func() {
				if readAll(t, p, data) != 1 {
					t.Fatal("not one message")
				}
			}); n != 0 {
				t.Errorf("%v allocations", n)
			}
			// A pooled parser that serves the next connection.
			if n := testing.AllocsPerRun(100, func() {
				p.Reset(c.kind)
				readAll(t, p, data)
			}); n != 0 {
				t.Errorf("%v allocations with Reset", n)
			}
		})
	}
}
