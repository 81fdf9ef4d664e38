package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/parser"
)

// clientConn reads the response of one request from a connection. Between requests the connection
// is its Socket's, in the agent's pool.
type clientConn struct {
	room   *Room
	req    *ClientRequest
	so     face
	sk     link
	p      parser.Parser
	in     *IncomingMessage // being read
	chunk  *sock.Chunk
	over   bool // released, upgraded or broken: nothing more is read as HTTP
	failed bool
	off    events.Listenings // listeners on the socket

	offTimeout events.Listenings // those for 'timeout'
	parser     *goja.Object      // socket.parser, once it was asked for
}

// start gives the request its socket.
//
// Node v20 lib/_http_client.js: tickOnSocket.
func (q *ClientRequest) start(so face) {
	r := q.room
	c := &clientConn{room: r, req: q, so: so}
	q.conn, q.sock = c, so.Object()
	c.p.Reset(parser.Response)
	limit := q.headerLimit
	if limit <= 0 {
		limit = r.maxHeaderSize
	}
	c.p.SetLimits(parser.Limits{MaxHeadBytes: limit, MaxFields: q.fieldLimit(), LenientValues: q.lenient})
	c.p.SetRequestMethod(q.method)
	obj := so.Object()
	obj.Set("_httpMessage", q.obj)
	c.off = append(c.off,
		c.on("error", func(args []goja.Value) { c.onError(bind.Arg(args, 0)) }),
		c.on("close", func([]goja.Value) { c.onClose() }),
	)
	if q.timeoutSet || q.timeout != nil || q.agent != nil && bind.Truthy(bind.Property(q.agent.Get("options"), "timeout")) {
		q.timeoutSet = true
		c.passTimeout()
	}
	if q.timeout != nil && q.agent == nil {
		r.setTimeout(obj, q.timeout) // createConnection may not have done it
	}
	r.ev.Emit(q.obj, "socket", obj)
	if so.connection() != nil {
		c.attach()
		return
	}
	c.off = append(c.off, c.on("connect", func([]goja.Value) { c.attach() }))
}

// on listens to an event of the socket.
func (c *clientConn) on(event string, fn func(args []goja.Value)) *events.Listening {
	if _, ok := c.so.(netFace); ok {
		return c.room.ev.On(c.so.Object(), event, fn)
	}
	return c.room.on(c.so.Object(), event, fn)
}

// passTimeout passes the socket's next 'timeout' on to the request, until the response has ended.
func (c *clientConn) passTimeout() {
	var off *events.Listening
	off = c.on("timeout", func([]goja.Value) {
		off.Remove()
		c.room.ev.Emit(c.req.obj, "timeout")
	})
	c.offTimeout = append(c.offTimeout, off)
}

func (q *ClientRequest) fieldLimit() int {
	if q.maxHeaders >= 0 {
		return int(q.maxHeaders) // 0: none
	}
	return 2000 // Node's default for responses
}

// attach takes the connected Sock: what the request has written goes out.
func (c *clientConn) attach() {
	sk := c.so.connection()
	if c.over || c.sk != nil || sk == nil {
		return
	}
	c.sk = sk
	c.so.own(c)
	c.sk.SetConsumer(c)
	c.sk.SetActive(true) // whatever its Socket did not read: a response is waited for
	c.sk.Resume()
	c.req.takeOutput()
	c.req.attach(c.sk)
}

// SocketTimeout implements net.Owner: 'timeout' of the socket is enough.
func (c *clientConn) SocketTimeout() bool { return false }

// SocketWillDestroy implements net.Owner.
func (c *clientConn) SocketWillDestroy(goja.Value) {}

// OnData implements sock.Consumer.
func (c *clientConn) OnData(ch *sock.Chunk) {
	c.chunk = ch
	c.room.h.Door.Enter((*clientData)(c))
}

// clientData is a clientConn as the task that parses a chunk.
type clientData clientConn

func (t *clientData) Run() {
	c := (*clientConn)(t)
	c.room.h.Context = c.req.context
	c.read()
}

func (c *clientConn) read() {
	ch := c.chunk
	c.chunk = nil
	c.so.Active()
	c.so.tap(ch.Bytes())
	b := ch.Bytes()
	packet := b
	for !c.over {
		ev, n, err := c.p.Next(b)
		if err != nil {
			e := err.(*parser.Error)
			c.room.trace.refused(c.sk, e)
			c.parseError(e, packet, len(packet)-len(b)+e.BytesParsed)
			break
		}
		b = b[n:]
		switch ev {
		case parser.HeadEvent:
			c.head(c.p.Head())
			continue
		case parser.BodyEvent:
			c.room.trace.bodyIn(c.sk, len(c.p.Body()))
			if in := c.in; in != nil && !in.push(ch.Keep(c.p.Body())) {
				c.sk.Pause()
			}
			continue
		case parser.MessageEnd:
			if in := c.in; in != nil {
				c.in = nil
				c.room.trace.received(c.sk, in.status)
				in.setTrailers(c.p.Trailers())
				in.end()
			}
			continue
		case parser.Upgrade:
			c.upgrade(append([]byte(nil), b...))
		}
		break
	}
	ch.Release()
}

// newMessage makes the response object of a head.
func (c *clientConn) newMessage(h *parser.Head) *IncomingMessage {
	r := c.room
	x := new(struct {
		in  IncomingMessage
		obj engine.Object
	})
	in := &x.in
	in.room, in.from, in.response, in.join = r, c, true, c.req.join
	in.obj = x.obj.Make(r.h.VM, r.IncomingMessage.Proto, messageShape, emptyString, goja.Null())
	bind.Attach(in.obj, &in.State)
	in.init(&in.State)
	c.room.ev.InitCapture(&in.Emitter, nil)
	if f, ok := c.so.(netFace); ok {
		in.rd.SetHighWaterMark(f.Readable().HighWaterMark())
	}
	in.setHead(h)
	in.status = h.StatusCode
	in.reason = in.head[h.ReasonStart:h.ReasonEnd]
	in.req = c.req.obj
	return in
}

// head starts a response.
//
// Node v20 lib/_http_client.js: parserOnIncomingClient.
func (c *clientConn) head(h *parser.Head) {
	r, q := c.room, c.req
	if q.resMsg != nil {
		// A second response to one request.
		c.over = true
		bind.Invoke(r.h.VM, c.so.Object(), "destroy")
		return
	}
	in := c.newMessage(h)
	r.trace.head(c.sk, "")
	// As documented, every response to CONNECT is for 'connect', whatever its status.
	if h.Upgrade || q.method == "CONNECT" && h.StatusCode >= 200 {
		c.p.AcceptUpgrade()
		in.upgrade = true
		c.in = in
		return
	}
	if h.StatusCode < 200 {
		r.trace.received(c.sk, h.StatusCode)
		switch h.StatusCode {
		case 100:
			r.ev.Emit(q.obj, "continue")
		}
		info := r.h.VM.NewObject()
		info.Set("statusCode", in.status)
		info.Set("statusMessage", in.text(in.reason, in.latin1))
		info.Set("httpVersion", in.obj.Get("httpVersion"))
		info.Set("httpVersionMajor", int(in.major))
		info.Set("httpVersionMinor", int(in.minor))
		info.Set("headers", in.obj.Get("headers"))
		info.Set("rawHeaders", in.obj.Get("rawHeaders"))
		r.ev.Emit(q.obj, "information", info)
		return
	}
	if q.shouldKeepAlive && !h.KeepAlive {
		q.shouldKeepAlive = false
	}
	q.resMsg, c.in = in, in
	if q.measurement != nil {
		q.measurement.End(r.h.Performance.HTTP, "res", r.h.Record("statusCode", in.status,
			"statusMessage", in.text(in.reason, in.latin1), "headers", in.obj.Get("headers")))
	}
	if r.h.Diagnostics.HTTPClientResponseFinish != nil {
		r.h.Diagnostics.HTTPClientResponseFinish.Tell(r.h, "request", q.obj, "response", in.obj)
	}
	r.ev.On(in.obj, "end", func([]goja.Value) { c.responseEnd(in) })
	c.offTimeout = append(c.offTimeout, c.on("timeout", func([]goja.Value) { r.ev.Emit(in.obj, "timeout") }))
	if q.aborted || q.destroyed || !r.ev.Emit(q.obj, "response", in.obj) {
		in.dump()
	}
}

// responseEnd is called when the response was read by the program.
//
// Node v20 lib/_http_client.js: responseOnEnd.
func (c *clientConn) responseEnd(in *IncomingMessage) {
	q := c.req
	c.offTimeout.Remove()
	q.respEnded = true
	switch {
	case !q.shouldKeepAlive:
		if c.so.connection() != nil && !c.over {
			c.so.DestroySoon()
		}
	case q.finishEmitted && !in.aborted:
		c.release()
	}
}

// release gives the connection back to its Socket and to the agent.
//
// Node v20 lib/_http_client.js: responseKeepAlive.
func (c *clientConn) release() {
	if c.over {
		return
	}
	c.over = true
	c.detach()
	q := c.req
	if q.timeoutSet {
		c.so.SetTimeout(0)
	}
	q.destroyed = true
	guard := c.guardIdle()
	c.room.h.Door.NextTick(modules.Func(func() {
		q.emitClose()
		guard()
		if c.so.connection() != nil {
			c.room.ev.Emit(c.so.Object(), "free")
		}
	}))
}

// guardIdle watches the connection until its next request: bytes that nobody asked for, or the end,
// make it useless.
func (c *clientConn) guardIdle() (start func()) {
	return func() {
		if sk := c.so.connection(); sk != nil && sk.Consumer() == sock.Consumer(c) {
			c.so.own(nil)
			sk.SetConsumer(&idleGuard{c.room, c.so})
			sk.Resume()
		}
	}
}

// idleGuard is the consumer of a pooled connection.
type idleGuard struct {
	room *Room
	so   face
}

func (g *idleGuard) retire() {
	g.room.h.Door.Enter(modules.Func(func() { bind.Invoke(g.room.h.VM, g.so.Object(), "destroy") }))
}

// OnData implements sock.Consumer.
func (g *idleGuard) OnData(ch *sock.Chunk) { ch.Release(); g.retire() }

// OnEnd implements sock.Consumer.
func (g *idleGuard) OnEnd() { g.retire() }

// OnError implements sock.Consumer.
func (g *idleGuard) OnError(e *sock.Error) { g.retire() }

// OnDrain implements sock.Consumer.
func (g *idleGuard) OnDrain() {}

// OnClose implements sock.Consumer.
func (g *idleGuard) OnClose() { g.so.OnClose() }

func (c *clientConn) detach() {
	c.off.Remove()
	c.offTimeout.Remove()
}

// upgrade hands the connection over to the program, or closes it if nobody listens.
func (c *clientConn) upgrade(head []byte) {
	r, q := c.room, c.req
	c.over = true
	in := c.in
	c.in = nil
	r.trace.received(c.sk, in.status)
	r.trace.closed(c.sk)
	event := "upgrade"
	if q.method == "CONNECT" {
		event = "connect"
	}
	q.resMsg = in
	in.complete = true
	obj := c.so.Object()
	if r.ev.ListenerCount(q.obj, event) == 0 {
		bind.Invoke(r.h.VM, obj, "destroy")
		return
	}
	c.detach()
	c.so.handBack()
	obj.Set("_httpMessage", goja.Null())
	obj.Set("parser", goja.Null())
	if q.timeoutSet {
		c.so.SetTimeout(0)
	}
	q.destroyed, q.upgraded = true, true
	r.ev.Emit(obj, "agentRemove")
	r.ev.Emit(q.obj, event, in.obj, obj, r.buf.Wrap(head))
	c.so.readAhead()
	r.h.Door.NextTick(modules.Func(q.emitClose))
}

func (c *clientConn) parseError(e *parser.Error, packet []byte, parsed int) {
	c.over = true
	err := c.room.parseError(e, packet, parsed)
	bind.Invoke(c.room.h.VM, c.so.Object(), "destroy")
	c.fail(err)
}

// fail emits 'error' on the request once.
func (c *clientConn) fail(err goja.Value) {
	if !c.failed {
		c.failed = true
		c.req.emitError(err)
	}
}

// OnEnd implements sock.Consumer: the server sends no more.
//
// Node v20 lib/_http_client.js: socketOnEnd.
func (c *clientConn) OnEnd() {
	c.room.h.Enter(c.req.context, func() {
		c.so.tapEnd()
		if !c.over {
			if ev, err := c.p.Finish(); err == nil && ev == parser.MessageEnd && c.in != nil {
				in := c.in
				c.in = nil
				c.req.shouldKeepAlive = false
				c.room.trace.received(c.sk, in.status)
				in.end()
			}
			if c.req.resMsg == nil {
				bind.Invoke(c.room.h.VM, c.so.Object(), "destroy")
				c.fail(c.room.hangUp())
			}
		}
		if c.so.connection() != nil {
			if c.in != nil || c.req.resMsg == nil {
				// The response can never be complete.
				bind.Invoke(c.room.h.VM, c.so.Object(), "destroy")
			} else {
				c.so.DestroySoon()
			}
		}
	})
}

// OnError implements sock.Consumer.
func (c *clientConn) OnError(e *sock.Error) {
	c.room.h.Enter(c.req.context, func() { c.so.destroy(net.SystemError(c.room.h, e)) })
}

// OnDrain implements sock.Consumer.
func (c *clientConn) OnDrain() {
	c.room.h.Enter(c.req.context, c.req.drained)
}

// OnClose implements sock.Consumer.
func (c *clientConn) OnClose() { c.so.OnClose() }

// onError hears 'error' of the socket.
func (c *clientConn) onError(err goja.Value) {
	c.fail(err)
	bind.Invoke(c.room.h.VM, c.so.Object(), "destroy")
}

// onClose hears 'close' of the socket.
//
// Node v20 lib/_http_client.js: socketCloseListener.
func (c *clientConn) onClose() {
	q := c.req
	q.destroyed = true
	c.over = true
	c.detach()
	c.room.trace.closed(c.sk)
	if in := q.resMsg; in != nil {
		switch {
		case in.complete:
		case c.room.h.Era.NoErrorIfCut:
			c.room.ev.Once(in.obj, "end", func([]goja.Value) { c.room.ev.Emit(in.obj, "close") })
			in.aborted = true
			c.room.ev.Emit(in.obj, "aborted")
			in.rd.PushEOF()
		default:
			in.rd.Destroy(c.room.aborted())
		}
		q.emitClose()
		return
	}
	c.fail(c.room.hangUp())
	q.emitClose()
}

// socket implements feeder.
func (c *clientConn) socket() *goja.Object { return c.so.Object() }

// resumeBody implements feeder.
func (c *clientConn) resumeBody(*IncomingMessage) {
	if c.sk != nil && !c.sk.Destroyed() {
		c.sk.Resume()
	}
}

// destroyMessage implements feeder.
func (c *clientConn) destroyMessage(_ *IncomingMessage, err goja.Value) {
	if c.over && c.req.respEnded {
		return // the connection is somebody else's by now
	}
	if err == nil {
		bind.Invoke(c.room.h.VM, c.so.Object(), "destroy")
		return
	}
	bind.Invoke(c.room.h.VM, c.so.Object(), "destroy", err)
}

// isDestroyed implements feeder.
func (c *clientConn) isDestroyed() bool { return c.so.connection() == nil }
