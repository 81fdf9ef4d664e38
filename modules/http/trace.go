package http

import (
	"fmt"
	"io"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/parser"
)

// tracer writes a line for each message that has come or left whole, for the option --trace-http:
//
//	http #1 <- GET /path 0 bytes
//	http #1 -> 200 GET /path 5 bytes
//
// with the number of the connection, and the length of the body as the program sees it. Requests that
// arrive and responses that leave are a server's, the others a client's. A nil tracer is none.
type tracer struct {
	w     io.Writer
	last  int
	conns map[link]*tracedConn
}

type tracedConn struct {
	id      int
	body    int64    // of the message that is coming in
	request []string // method and target of those whose answer has not left yet, or not come
}

func newTracer(w io.Writer) *tracer {
	return &tracer{w: w, conns: make(map[link]*tracedConn)}
}

// of returns what is known of the connection.
func (t *tracer) of(sk link) *tracedConn {
	c := t.conns[sk]
	if c == nil {
		t.last++
		c = &tracedConn{id: t.last}
		t.conns[sk] = c
	}
	return c
}

func (t *tracer) line(c *tracedConn, format string, args ...any) {
	fmt.Fprintf(t.w, "http #%d "+format+"\n", append([]any{c.id}, args...)...)
}

// pop takes the oldest request that has no answer.
func (c *tracedConn) pop() string {
	if len(c.request) == 0 {
		return ""
	}
	r := c.request[0]
	c.request = c.request[1:]
	return r + " "
}

// head notes the head of a message that comes in; request is empty for a response.
func (t *tracer) head(sk link, request string) {
	if t != nil {
		c := t.of(sk)
		c.body = 0
		if request != "" {
			c.request = append(c.request, request)
		}
	}
}

// requestLine is what tells a request that came in.
func requestLine(in *IncomingMessage, h *parser.Head) string {
	return h.Method.String() + " " + in.head[h.TargetStart:h.TargetEnd]
}

// bodyIn counts a piece of the body that comes in.
func (t *tracer) bodyIn(sk link, n int) {
	if t != nil {
		t.of(sk).body += int64(n)
	}
}

// received tells of a message that has come; status is 0 for a request.
func (t *tracer) received(sk link, status int) {
	if t == nil {
		return
	}
	switch c := t.of(sk); {
	case status == 0 && len(c.request) > 0:
		t.line(c, "<- %s %d bytes", c.request[len(c.request)-1], c.body)
	case status >= 200 || status == 101:
		t.line(c, "<- %d %s%d bytes", status, c.pop(), c.body)
	case status > 0:
		t.line(c, "<- %d", status)
	}
}

// refused tells of input that is no message.
func (t *tracer) refused(sk link, e *parser.Error) {
	if t != nil {
		t.line(t.of(sk), "<- %s: %s", e.Code, e.Reason)
	}
}

// sent tells of a message that was given to its connection whole.
func (t *tracer) sent(m *OutgoingMessage) {
	sk, ok := m.wire.(link)
	if !ok {
		return
	}
	c, n := t.of(sk), m.bytesWritten
	if !m.hasBody {
		n = 0 // an answer to HEAD
	}
	switch k := m.kind.(type) {
	case *ServerResponse:
		t.line(c, "-> %d %s%d bytes", k.status, c.pop(), n)
	case *ClientRequest:
		host := ""
		if i := m.headers.find("host"); i >= 0 {
			host = bind.ToString(m.headers[i].value).String()
		}
		request := k.method + " " + bind.ToString(k.protocol).String() + "//" + host + bind.ToString(k.path).String()
		c.request = append(c.request, request)
		t.line(c, "-> %s %d bytes", request, n)
	}
}

// closed forgets a connection.
func (t *tracer) closed(sk link) {
	if t != nil {
		delete(t.conns, sk)
	}
}
