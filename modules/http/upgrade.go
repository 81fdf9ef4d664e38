package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/parser"
)

// decideUpgrade takes an upgrade or CONNECT if the program wants it.
func (c *conn) decideUpgrade(h *parser.Head, in *IncomingMessage) {
	event := "upgrade"
	if h.Method == parser.MethodConnect {
		event = "connect"
	}
	switch should := c.srv.shouldUpgrade; {
	case event == "connect":
	case !should.IsZero():
		if !bind.Truthy(should.Call(c.srv.Object(), in.obj)) {
			return
		}
	case c.room.ev.ListenerCount(c.srv.Object(), event) == 0 && onlyH2C(in):
		// A hint that common clients send with every first request: served as usual.
		return
	}
	in.upgrade = true
	c.p.AcceptUpgrade()
}

// onlyH2C reports whether the message asks for nothing but HTTP/2.
func onlyH2C(in *IncomingMessage) bool {
	v := headerView{m: in}
	up := v.Get("upgrade")
	return up != nil && up.String() == "h2c"
}

// upgrade hands the connection over, with the bytes that came behind the head. If nobody listens it
// is closed.
func (c *conn) upgrade(head []byte) {
	in := c.in
	event := "upgrade"
	if bind.Property(in.obj, "method") == methodValues[parser.MethodConnect] {
		event = "connect"
	}
	c.gone, c.halted = true, true
	c.room.trace.received(c.sk, 0)
	c.room.trace.closed(c.sk)
	so := c.face()
	if c.room.ev.ListenerCount(c.srv.Object(), event) == 0 {
		c.destroy(nil)
		return
	}
	in.end() // an upgrade has no body: whoever reads it hears 'end'
	c.in = nil
	c.letGo()
	so.handBack()
	so.Object().Delete("setEncoding")
	so.Object().Set("parser", goja.Null()) // as in Node, where programs look whether HTTP is over
	c.room.ev.Emit(c.srv.Object(), event, in.obj, so.Object(), c.room.buf.Wrap(head))
	so.readAhead()
}
