//go:build interop

package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestGoClient is Go's client on gonode's server.
func TestGoClient(t *testing.T) {
	host := serve(t, gonode)
	base := "http://" + host
	client := &http.Client{Timeout: 20 * time.Second}
	do := func(t *testing.T, method, url string, body io.Reader, set func(*http.Request)) (*http.Response, []byte) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, url, body)
		if err != nil {
			t.Fatal(err)
		}
		if set != nil {
			set(req)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, b
	}

	t.Run("get and head", func(t *testing.T) {
		if _, b := do(t, "GET", base+"/hello", nil, nil); string(b) != "hello\n" {
			t.Errorf("%q", b)
		}
		if res, b := do(t, "HEAD", base+"/bytes?n=5&length=1", nil, nil); len(b) != 0 || res.ContentLength != 5 {
			t.Errorf("%q, length %d", b, res.ContentLength)
		}
	})
	t.Run("trailers both ways", func(t *testing.T) {
		if res, _ := do(t, "GET", base+"/trailers", nil, nil); res.Trailer.Get("X-Checksum") != "abc" {
			t.Error(res.Trailer)
		}
		sum := sha256.New()
		pr, pw := io.Pipe()
		trailer := http.Header{"X-Sum": nil}
		go func() {
			for i := range 100 {
				b := bytes.Repeat([]byte{byte(i)}, 7000)
				sum.Write(b)
				pw.Write(b)
			}
			trailer.Set("X-Sum", fmt.Sprintf("%x", sum.Sum(nil)))
			pw.Close()
		}()
		_, b := do(t, "POST", base+"/upload", pr, func(r *http.Request) { r.Trailer = trailer })
		var got struct {
			Length   int
			SHA256   string
			Trailers map[string]string
		}
		if err := json.Unmarshal(b, &got); err != nil || got.Length != 700_000 || got.SHA256 != got.Trailers["x-sum"] {
			t.Errorf("%v %s", err, b)
		}
	})
	t.Run("informational answers", func(t *testing.T) {
		var hints []string
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				hints = append(hints, strconv.Itoa(code)+" "+h.Get("Link"))
				return nil
			}})
		req, _ := http.NewRequestWithContext(ctx, "GET", base+"/early", nil)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if len(hints) != 1 || !strings.HasPrefix(hints[0], "103 </style.css>") {
			t.Error(hints)
		}
	})
	t.Run("expect", func(t *testing.T) {
		transport := &http.Transport{ExpectContinueTimeout: time.Minute}
		defer transport.CloseIdleConnections()
		req, _ := http.NewRequestWithContext(t.Context(), "POST", base+"/echo", strings.NewReader("permitted"))
		req.Header.Set("Expect", "100-continue")
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if b, _ := io.ReadAll(res.Body); string(b) != "permitted" {
			t.Errorf("%q", b)
		}
	})
	t.Run("upgrade", func(t *testing.T) {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", base+"/", nil)
		req.Header.Set("Connection", "Upgrade")
		req.Header.Set("Upgrade", "echo")
		res, err := http.DefaultTransport.RoundTrip(req) // a client with a deadline hides the connection
		if err != nil {
			t.Fatal(err)
		}
		rw := res.Body.(io.ReadWriteCloser)
		defer rw.Close()
		fmt.Fprint(rw, "over there")
		b := make([]byte, 10)
		if _, err := io.ReadFull(rw, b); err != nil || string(b) != "over there" {
			t.Errorf("%q %v", b, err)
		}
	})
	t.Run("cut off", func(t *testing.T) {
		res, err := client.Get(base + "/cut")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if b, err := io.ReadAll(res.Body); err != io.ErrUnexpectedEOF || string(b) != "only this" {
			t.Errorf("%q %v", b, err)
		}
	})
	t.Run("cancel while it sends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		req, _ := http.NewRequestWithContext(ctx, "GET", base+"/bytes?n=1000000000", nil)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.CopyN(io.Discard, res.Body, 1000)
		cancel()
		res.Body.Close()
		do(t, "GET", base+"/hello", nil, nil) // it lives
	})
	t.Run("many at a time", func(t *testing.T) {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for n := range 20 {
					res, err := client.Get(fmt.Sprintf("%s/bytes?n=%d", base, n*1000))
					if err != nil {
						t.Error(err)
						return
					}
					b, err := io.ReadAll(res.Body)
					res.Body.Close()
					if err != nil || len(b) != n*1000 {
						t.Error(len(b), err)
					}
				}
			})
		}
		wg.Wait()
	})
}

// TestGoServer is gonode's client, and node's if there is one, on Go's server.
func TestGoServer(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello\n") })
	mux.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.URL.Query().Get("code"))
		w.WriteHeader(code)
		io.WriteString(w, "status\n")
	})
	mux.HandleFunc("/bytes", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if r.URL.Query().Get("length") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(n))
		}
		io.CopyN(w, endless{}, int64(n))
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		n, _ := io.Copy(sum, r.Body)
		trailers := make(map[string]string)
		for k := range r.Trailer {
			trailers[strings.ToLower(k)] = r.Trailer.Get(k)
		}
		list, _ := json.Marshal(trailers)
		fmt.Fprintf(w, `{"length":%d,"sha256":"%x","trailers":%s}`+"\n", n, sum.Sum(nil), list)
	})
	mux.HandleFunc("/trailers", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Checksum")
		io.WriteString(w, "body\n")
		w.Header().Set("X-Checksum", "abc")
	})
	mux.HandleFunc("/early", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload; as=style")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "after the hints\n")
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for n := range 3 {
			fmt.Fprintf(w, "id: %d\ndata: tick %d\n\n", n, n)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "only this")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/upgrade", func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		io.Copy(conn, rw)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	got := run(t, gonode, "client.js", server.URL)
	for _, line := range []string{
		`get  200 OK text/plain; charset=utf-8 "hello\n" {}`,
		`length  200 OK text/plain; charset=utf-8 1000000 bytes `,
		`chunked upload  200 OK text/plain; charset=utf-8 "{\"length\":200000,`,
		`\"trailers\":{\"x-end\":\"yes\"}}\n" {}`,
		`expect continue,100  200 OK`,
		`trailers  200 OK text/plain; charset=utf-8 "body\n" {"x-checksum":"abc"}`,
		`early hints 103 </style.css>; rel=preload; as=style 200 OK`,
		`cut 200 ECONNRESET`, `upgrade 101 ping`,
	} {
		want(t, got, line)
	}
	if need(t, "node"); !t.Failed() {
		same(t, got, run(t, "node", "client.js", server.URL))
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestRawPipeline sends 1,000 requests in one go: what no library does, and the protocol allows.
func TestRawPipeline(t *testing.T) {
	conn, err := net.Dial("tcp", serve(t, gonode))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, strings.Repeat("GET /request HTTP/1.1\r\nHost: x\r\n\r\n", 1000))
	r := bufio.NewReader(conn)
	for i := range 1000 {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(i, err)
		}
	}
}
