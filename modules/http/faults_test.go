package http_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gonode/gonode/eventloop/sock/socktest"
)

// faultScript answers in all the ways there are, and counts what was opened and closed.
const faultScript = `
let opened = 0, closed = 0;
process.on('exit', () => console.log('opened', opened, 'closed', closed));
const s = serve({ keepAliveTimeout: 1000 }, (req, res) => {
  opened += 2;
  req.on('close', () => closed++); res.on('close', () => closed++);
  req.on('error', () => {}); res.on('error', () => {});
  if (req.url === '/echo') return req.pipe(res);
  if (req.url === '/big') return res.end(Buffer.alloc(300000, 'b'));
  if (req.url === '/later') return setTimeout(() => { res.write('a'); res.end('b'); }, 10);
  res.end('plain');
});
s.setTimeout(3000);
`

const faultRequests = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n" +
	"GET /later HTTP/1.1\r\nHost: a\r\n\r\n" +
	"GET /plain HTTP/1.1\r\nHost: a\r\n\r\n" +
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
	"GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

// talk runs script as a server, lets client speak to it, and waits until all has ended.
func talk(t *testing.T, script string, prepare func(server, client *socktest.Conn), client func(h *host)) string {
	t.Helper()
	var log string
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		h.network.Prepare = prepare
		done := make(chan struct{})
		go func() {
			defer close(done)
			synctest.Wait()
			client(h)
			synctest.Wait()
			h.end()
		}()
		if err := h.run(script); err != nil {
			t.Errorf("%v\n%s", err, h.Stderr.String())
		}
		<-done
		log = h.Stdout.String() + h.Stderr.String()
	})
	return log
}

// balanced reports whether every message that was opened was closed.
func balanced(log string) bool {
	var opened, closed int
	_, err := fmt.Sscanf(log, "opened %d closed %d", &opened, &closed)
	return err == nil && opened == closed
}

// exchangeAll sends p in pieces of size bytes and reads to the end.
func exchangeAll(c net.Conn, p []byte, size int) []byte {
	go func() {
		for len(p) > 0 {
			n := min(size, len(p))
			if _, err := c.Write(p[:n]); err != nil {
				return
			}
			p = p[n:]
		}
	}()
	got, _ := io.ReadAll(c)
	_ = c.Close()
	return got
}

// unchunked shows the answers in b with their bodies whole: what is piped leaves in the pieces in
// which it came.
func unchunked(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	for r := bufio.NewReader(bytes.NewReader(b)); ; {
		if _, err := r.Peek(1); err != nil {
			return out.Bytes()
		}
		res, err := nethttp.ReadResponse(r, nil)
		if err != nil {
			t.Error(err)
			return nil
		}
		body, err := io.ReadAll(res.Body)
		fmt.Fprintln(&out, res.Status, res.ContentLength, res.TransferEncoding, res.Header, res.Trailer, len(body), string(body[:min(len(body), 100)]), err)
	}
}

func TestServerAnswersHoweverBytesAreSplit(t *testing.T) {
	var want []byte
	for _, size := range []int{1 << 20, 1, 2, 3, 7, 64} {
		talk(t, faultScript, nil, func(h *host) {
			c, err := h.network.DialPort(port)
			if err != nil {
				t.Error(err)
				return
			}
			got := exchangeAll(c, []byte(faultRequests), size)
			got = unchunked(t, got)
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("in pieces of %d: %d bytes, want %d\n%.600q\n%.600q", size, len(got), len(want), got, want)
			}
		})
	}
}

// countdown runs test with n = 1, 2, … until it reports that the n-th call never came.
func countdown(t *testing.T, step int, test func(n int) (struck bool)) {
	for n := 1; ; n += step {
		if n > 2000 {
			t.Fatal("no end of calls")
		}
		if !test(n) {
			return
		}
	}
}

func TestServerSurvivesReadFaults(t *testing.T) {
	countdown(t, 1, func(n int) bool {
		sent := 0
		log := talk(t, faultScript, func(server, _ *socktest.Conn) { server.FailReadAt(n, syscall.ECONNRESET) }, func(h *host) {
			c, err := h.network.DialPort(port)
			if err != nil {
				t.Error(err)
				return
			}
			go io.Copy(io.Discard, c)
			for p := []byte(faultRequests); len(p) > 0; {
				k := min(40, len(p))
				if _, err := c.Write(p[:k]); err != nil {
					break
				}
				p = p[k:]
				sent++
				synctest.Wait()
			}
			_ = c.Close()
		})
		if !balanced(log) {
			t.Errorf("fault at read %d: %s", n, log)
		}
		return sent < (len(faultRequests)+39)/40
	})
}

func TestServerSurvivesWriteFaults(t *testing.T) {
	for _, fault := range []error{syscall.EPIPE, syscall.ECONNRESET} {
		countdown(t, 1, func(n int) bool {
			var got []byte
			log := talk(t, faultScript, func(server, _ *socktest.Conn) { server.FailWriteAt(n, fault) }, func(h *host) {
				c, err := h.network.DialPort(port)
				if err != nil {
					t.Error(err)
					return
				}
				got = exchangeAll(c, []byte(faultRequests), 50)
			})
			if !balanced(log) {
				t.Errorf("%v at write %d: %s", fault, n, log)
			}
			return len(got) < 300000
		})
	}
}

func TestServerSurvivesShortWrites(t *testing.T) {
	log := talk(t, faultScript, func(server, _ *socktest.Conn) { server.ShortWrites(1000) }, func(h *host) {
		c, err := h.network.DialPort(port)
		if err != nil {
			t.Error(err)
			return
		}
		exchangeAll(c, []byte(faultRequests), 50)
	})
	if !balanced(log) {
		t.Error(log)
	}
}

func TestServerSurvivesAbortsAtEveryByte(t *testing.T) {
	request := faultRequests[:strings.Index(faultRequests, "GET /plain")]
	for n := 0; n <= len(request); n++ {
		for _, reset := range []bool{false, true} {
			log := talk(t, faultScript, nil, func(h *host) {
				c, err := h.network.DialPort(port)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = c.Write([]byte(request[:n]))
				if n%2 == 0 {
					synctest.Wait()
				}
				if reset {
					_ = c.SetLinger(0)
				}
				_ = c.Close()
			})
			if !balanced(log) {
				t.Errorf("%d bytes, reset %v: %s", n, reset, log)
			}
		}
	}
}

func TestServerSurvivesClientsThatStopReading(t *testing.T) {
	for _, n := range []int{0, 1, 100, 10000, 200000} {
		log := talk(t, faultScript, nil, func(h *host) {
			c, err := h.network.DialPort(port)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = c.Write([]byte("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"))
			_, _ = io.CopyN(io.Discard, c, int64(n))
			<-time.After(9 * time.Second / 2) // server.timeout is 3 s
			_ = c.Close()
		})
		if !balanced(log) {
			t.Errorf("after %d bytes: %s", n, log)
		}
	}
}

func TestServerGoesOnAfterEMFILE(t *testing.T) {
	var got []byte
	log := talk(t, faultScript, nil, func(h *host) {
		h.network.FailAccepts(3, syscall.EMFILE)
		c, err := h.network.DialPort(port)
		if err != nil {
			t.Error(err)
			return
		}
		got = exchangeAll(c, []byte("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 100)
	})
	if !bytes.HasSuffix(got, []byte("plain")) {
		t.Errorf("got %q\n%s", got, log)
	}
}

// clientFaultScript makes requests until one gets through or ten failed.
const clientFaultScript = `
serve((req, res) => { req.resume().on('end', () => { res.write('an'); res.end('swer'); }); });
let tries = 0;
(function attempt() {
  let outcome = 'none';
  const req = http.request({ port: 80, method: 'POST', agent: false }, (res) => {
    let body = '';
    res.on('data', (d) => body += d).on('end', () => outcome = body).on('error', (e) => outcome = e.code);
  });
  req.on('error', (e) => outcome = e.code).on('close', () => {
    if (outcome !== 'answer' && ++tries < 10) return setImmediate(attempt);
    console.log(outcome);
    endOfTest();
  });
  req.write('bo'); req.end('dy');
})();
`

func TestClientSurvivesFaults(t *testing.T) {
	for _, side := range []string{"read", "write"} {
		for n := 1; n <= 8; n++ {
			strikes := 3
			log := talk(t, clientFaultScript, func(_, client *socktest.Conn) {
				if strikes--; strikes < 0 {
					return
				}
				if side == "read" {
					client.FailReadAt(n, syscall.ECONNRESET)
				} else {
					client.FailWriteAt(n, syscall.EPIPE)
				}
			}, func(h *host) {})
			if log != "answer\n" {
				t.Errorf("fault at %s %d: %s", side, n, log)
			}
		}
	}
}

func TestServerCloseEndsWithConnectionsInEveryState(t *testing.T) {
	log := talk(t, faultScript+`setTimeout(() => { s.close(() => console.log('all closed')); s.closeAllConnections(); }, 5);`, nil, func(h *host) {
		var conns []net.Conn
		for _, text := range []string{"", "GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /later HTTP/1.1\r\nHost: a\r\n\r\n",
			"GET /big HTTP/1.1\r\nHost: a\r\n\r\n", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx"} {
			c, err := h.network.DialPort(port)
			if errors.Is(err, syscall.ECONNREFUSED) {
				t.Error(err)
				return
			}
			_, _ = c.Write([]byte(text))
			conns = append(conns, c)
		}
		<-time.After(100 * time.Millisecond)
		for _, c := range conns {
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}
	})
	if !strings.HasPrefix(log, "all closed\n") || !balanced(strings.TrimPrefix(log, "all closed\n")) {
		t.Error(log)
	}
}
