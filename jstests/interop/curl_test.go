//go:build interop

package interop_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"regexp"
	"testing"
)

func TestCurl(t *testing.T) {
	need(t, "curl")
	host := serve(t, gonode)
	base := "http://" + host
	data := bytes.Repeat([]byte("0123456789"), 300_000)
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	path := file(t, "data", data)
	curl := func(args ...string) string {
		t.Helper()
		return run(t, "curl", append([]string{"-sS", "--max-time", "20"}, args...)...)
	}

	t.Run("get", func(t *testing.T) { want(t, curl("-i", base+"/hello"), "HTTP/1.1 200 OK\r\n", "\r\n\r\nhello\n") })
	t.Run("HTTP/1.0", func(t *testing.T) {
		got := curl("-i", "-0", base+"/trailers")
		want(t, got, "Connection: close\r\n", "\r\n\r\nbody\n")
		if regexp.MustCompile(`(?i)transfer-encoding`).MatchString(got) {
			t.Error("chunks for a client of HTTP/1.0:\n", got)
		}
	})
	t.Run("HTTP/2 asked for in clear text", func(t *testing.T) {
		// A hint, for a server that knows no upgrade.
		script := file(t, "hello.js", []byte(`require('http').createServer((req, res) => res.end('hello\n'))
			.listen(0, '127.0.0.1', function() { console.log(this.address().port); })`))
		want(t, curl("-i", "--http2", "http://127.0.0.1:"+start(t, gonode, script)), "HTTP/1.1 200 OK\r\n", "hello\n")
	})
	t.Run("head", func(t *testing.T) { want(t, curl("-I", base+"/hello"), "200 OK") })
	t.Run("one connection for three", func(t *testing.T) {
		want(t, curl("-v", base+"/hello", base+"/status?code=204", base+"/hello"),
			"Re-using existing connection", "204 No Content")
	})
	t.Run("upload, asked for permission", func(t *testing.T) {
		want(t, curl("-v", "-H", "Expect: 100-continue", "-T", path, base+"/upload"), "100 Continue", "3000000", sum)
	})
	t.Run("upload in chunks", func(t *testing.T) {
		want(t, curl("-H", "Transfer-Encoding: chunked", "--data-binary", "@"+path, base+"/upload"), "3000000", sum)
	})
	t.Run("form", func(t *testing.T) {
		want(t, curl("-F", "field=value", "-F", "file=@"+path, base+"/upload"), `"length":3000`)
	})
	t.Run("echo", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out")
		curl("-o", out, "--data-binary", "@"+path, base+"/echo")
		want(t, run(t, "sha256sum", out), sum)
	})
	t.Run("trailers", func(t *testing.T) { want(t, curl("-D", "-", base+"/trailers"), "X-Checksum: abc") })
	t.Run("early hints", func(t *testing.T) {
		want(t, curl("-i", base+"/early"), "103 Early Hints", "200 OK", "after the hints")
	})
	t.Run("events", func(t *testing.T) { want(t, curl("-N", base+"/events"), "data: tick 0\n", "data: tick 2\n") })
	t.Run("cut off", func(t *testing.T) { want(t, curl(base+"/cut"), "only this", "exit status 18") })
	t.Run("limit of rate", func(t *testing.T) {
		want(t, curl("--limit-rate", "4M", "-o", "/dev/null", "-w", "%{size_download}", base+"/bytes?n=3000000"), "3000000")
	})
	t.Run("many at a time", func(t *testing.T) {
		want(t, curl("-Z", "--parallel-max", "20", "-o", "/dev/null", "-w", "%{http_code}\n", base+"/bytes?n=1000&i=[1-50]"), "200\n")
	})
	t.Run("Unix socket", func(t *testing.T) {
		sock := filepath.Join(t.TempDir(), "s")
		start(t, gonode, "server.js", sock)
		want(t, curl("--unix-socket", sock, "http://localhost/hello"), "hello\n")
	})
	t.Run("header too large", func(t *testing.T) {
		want(t, curl("-i", "-H", "X-Large: "+string(bytes.Repeat([]byte("x"), 20_000)), base+"/hello"),
			"431 Request Header Fields Too Large")
	})
	t.Run("wrong length", func(t *testing.T) {
		want(t, curl("-i", "-H", "Content-Length: 5x", "-d", "12345", base+"/echo"), "400 Bad Request")
	})

	proxy := "http://127.0.0.1:" + start(t, gonode, "proxy.js")
	t.Run("proxy", func(t *testing.T) {
		want(t, curl("-x", proxy, base+"/hello", base+"/bytes?n=100000"), "hello\n")
		want(t, curl("-x", proxy, "-T", path, base+"/upload"), sum)
	})
	t.Run("tunnel", func(t *testing.T) {
		want(t, curl("-v", "-p", "-x", proxy, base+"/hello"), "CONNECT "+host+" HTTP/1.1", "hello\n")
		want(t, curl("-p", "-x", proxy, "-T", path, base+"/upload"), sum)
	})
	t.Run("proxy to nowhere", func(t *testing.T) {
		want(t, curl("-i", "-x", proxy, "http://127.0.0.1:1/"), "502 Bad Gateway")
		want(t, curl("-p", "-x", proxy, "http://127.0.0.1:1/"), "502")
	})
}

func TestWrk(t *testing.T) {
	need(t, "wrk")
	base := "http://" + serve(t, gonode)
	for _, path := range []string{"/hello", "/bytes?n=100000", "/bytes?n=100000&length=1"} {
		got := run(t, "wrk", "-t1", "-c50", "-d1s", base+path)
		want(t, got, "Requests/sec")
		if regexp.MustCompile("Socket errors|Non-2xx").MatchString(got) {
			t.Errorf("%s: %s", path, got)
		}
	}
}
