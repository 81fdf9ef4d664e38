package http_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/eventloop/sock/socktest"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// port is where servers listen in the memory network of a test, answerPort where the test does.
const (
	port       = 80
	answerPort = 8080
)

// prelude is what every script of these tests finds: serve makes a server that ends with the test.
const prelude = `
const http = require('http'), net = require('net');
require('test:network');
function serve(...args) {
  const server = args[0] instanceof http.Server ? args[0] : http.createServer(...args);
  serve.last = server;
  server.listen(80);
  onEnd(() => { if (server.listening) server.close(); });
  return server;
}
function onEnd(fn) { onEnd.list.push(fn); }
onEnd.list = [];
globalThis.endOfTest = () => onEnd.list.forEach((fn) => fn());
const tell = (e) => (e.code || e.name) + ': ' + e.message;
const attempt = (fn) => { try { fn(); console.log('no error'); } catch (e) { console.log(tell(e)); } };
`

// host is a runtime on a network in memory.
type host struct {
	*runtimetest.Runtime
	network *socktest.Network
	inner   *modules.Host
	// listening is what scripts call as require('test:network').listening.
	listening func()
}

func newHost(t testing.TB) *host { return newHostOf(t, "") }

// newHostOf is newHost for an era: Options.Compat.
func newHostOf(t testing.TB, era string) *host {
	h := &host{network: socktest.New()}
	h.Runtime = runtimetest.New(t, runtime.Options{Compat: era, Modules: map[string]any{
		"test:network": modules.Module{ID: "test:network", Load: func(inner *modules.Host) goja.Value {
			inner.Network = h.network
			h.inner = inner
			exports := inner.VM.NewObject()
			exports.Set("listening", func(goja.FunctionCall) goja.Value {
				h.listening()
				return goja.Undefined()
			})
			return exports
		}},
	}})
	return h
}

// run runs the prelude and script.
func (h *host) run(script string) error { return h.RunString("[test]", prelude+script) }

// end calls the functions that the script gave to onEnd. Any goroutine, while the script runs.
func (h *host) end() {
	h.inner.Loop.Post(func() {
		h.inner.Door.Enter(eventloop.Func(func() {
			fn, ok := goja.AssertFunction(h.inner.VM.Get("endOfTest"))
			if !ok {
				panic("no endOfTest: the script failed")
			}
			if _, err := fn(goja.Undefined()); err != nil {
				panic(err)
			}
		}))
	})
}

// player plays one side of connections from a text: lines of bytes, in which \r, \n, \t, \\ and
// \xNN stand for themselves and ends of line for nothing, and lines that are marks:
//
//	[wait]          until nothing moves any more; what has arrived is shown
//	[pass 5s]       time passes, then as [wait]
//	[repeat 9 xyz]  bytes, repeated
//	[fin]           end our half of the connection
//	[close]         close it
//	[reset]         reset it
//	[next]          go on with a new connection
//
// It belongs into a synctest bubble.
type player struct {
	open func() (net.Conn, error)
	out  strings.Builder

	conn *socktest.Conn
	mu   sync.Mutex
	got  []byte
	end  string // how the peer ended it
}

func (p *player) play(text string) error {
	if err := p.connect(); err != nil {
		return err
	}
	var buf []byte
	flush := func() {
		if len(buf) > 0 {
			// An error shows in what is read.
			_, _ = p.conn.Write(buf)
			buf = nil
		}
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !strings.HasPrefix(line, "[") {
			b, err := unescape(line)
			if err != nil {
				return err
			}
			buf = append(buf, b...)
			continue
		}
		name, rest, _ := strings.Cut(strings.TrimSuffix(line[1:], "]"), " ")
		if name == "repeat" {
			times, what, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(times)
			if err != nil {
				return err
			}
			b, err := unescape(what)
			if err != nil {
				return err
			}
			buf = append(buf, strings.Repeat(string(b), n)...)
			continue
		}
		flush()
		switch name {
		case "wait":
		case "pass":
			d, err := time.ParseDuration(rest)
			if err != nil {
				return err
			}
			<-time.After(d)
		case "fin":
			_ = p.conn.CloseWrite()
		case "reset":
			_ = p.conn.SetLinger(0)
			_ = p.conn.Close()
		case "close":
			_ = p.conn.Close()
		case "next":
			p.show()
			p.finish()
			p.out.WriteString("[next]\n")
			if err := p.connect(); err != nil {
				return err
			}
			continue
		default:
			return fmt.Errorf("no such mark: %s", line)
		}
		p.show()
		if name == "wait" || name == "pass" {
			p.out.WriteString("[" + name + "]\n")
		}
	}
	flush()
	p.show()
	p.finish()
	return nil
}

func (p *player) connect() error {
	c, err := p.open()
	if err != nil {
		return err
	}
	p.conn, p.end = c.(*socktest.Conn), ""
	go p.readLoop(p.conn)
	return nil
}

func (p *player) readLoop(c *socktest.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := c.Read(b)
		p.mu.Lock()
		p.got = append(p.got, b[:n]...)
		switch {
		case err == nil:
		case err == io.EOF:
			p.end = "[end]\n"
		case errors.Is(err, net.ErrClosed):
		case errors.Is(err, syscall.ECONNRESET):
			p.end = "[reset]\n"
		default:
			p.end = "[" + err.Error() + "]\n"
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// show waits until nothing moves and adds to the output what has arrived.
func (p *player) show() {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.WriteString(escape(p.got))
	p.out.WriteString(p.end)
	p.got, p.end = nil, ""
}

func (p *player) finish() {
	_ = p.conn.Close()
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got, p.end = nil, ""
}

func unescape(s string) ([]byte, error) {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if i++; i == len(s) {
			return nil, fmt.Errorf("a lone \\ at the end of %q", s)
		}
		switch s[i] {
		case 'r':
			b = append(b, '\r')
		case 'n':
			b = append(b, '\n')
		case 't':
			b = append(b, '\t')
		case '0':
			b = append(b, 0)
		case '\\', '[':
			b = append(b, s[i])
		case 'x':
			if i+2 >= len(s) {
				return nil, fmt.Errorf("bad escape in %q", s)
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return nil, err
			}
			b = append(b, byte(n))
			i += 2
		default:
			return nil, fmt.Errorf("bad escape in %q", s)
		}
	}
	return b, nil
}

// escape is the reverse: a line ends where the bytes have \n, and long runs of one byte are told
// by their number.
func escape(b []byte) string {
	var out strings.Builder
	start := true
	for i := 0; i < len(b); i++ {
		run := 1
		for i+run < len(b) && b[i+run] == b[i] {
			run++
		}
		if run > 100 {
			if !start {
				out.WriteByte('\n')
			}
			fmt.Fprintf(&out, "[repeat %d %s]\n", run, escapeByte(b[i]))
			start = true
			i += run - 1
			continue
		}
		if start && b[i] == '[' {
			out.WriteByte('\\')
		}
		out.WriteString(escapeByte(b[i]))
		if start = b[i] == '\n'; start {
			out.WriteByte('\n')
		}
	}
	if !start {
		out.WriteByte('\n')
	}
	return out.String()
}

func escapeByte(c byte) string {
	switch {
	case c == '\r':
		return `\r`
	case c == '\n':
		return `\n`
	case c == '\t':
		return `\t`
	case c == '\\':
		return `\\`
	case c < 0x20 || c >= 0x7f:
		return fmt.Sprintf(`\x%02x`, c)
	}
	return string(rune(c))
}

// section is a named part of a txtar file.
type section struct{ name, text string }

// sections parses the txtar format: a comment, then parts that begin with "-- name --".
func sections(file string) (comment string, list []section) {
	for _, line := range strings.SplitAfter(file, "\n") {
		name, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		if name, end := strings.CutSuffix(name, " --"); ok && end {
			list = append(list, section{name: name})
			continue
		}
		if len(list) == 0 {
			comment += line
		} else {
			list[len(list)-1].text += line
		}
	}
	return comment, list
}

var _ sock.Network = (*socktest.Network)(nil)
