package http

import (
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/parser"
)

// maxInFlight is how many pipelined requests of a connection may wait for their answers before the
// connection is read no further: what a client sends ahead is bounded by this and one read.
const maxInFlight = 64

// conn is one connection of a server: one Sock, one parser, the requests in flight.
//
// A chunk of input is parsed inside one entry into JavaScript, as Node does: ticks and promise jobs
// run after all requests of the chunk were handed out. Any call into JavaScript may destroy the
// connection; gone is looked at after each.
type conn struct {
	room *Room
	srv  *Server
	sk   link
	so   face // made when somebody asks for it
	p    parser.Parser

	in          *IncomingMessage // being read; nil between messages
	first, last *ServerResponse  // in flight, in order; first is on the wire
	inFlight    int
	served      int
	chunk       *sock.Chunk // handed to dataTask
	url         string      // of the last request, with its JavaScript string: often the same again
	urlValue    goja.Value

	timer     eventloop.Timer // idle timeout, while there is no Socket to have it
	timeoutMs float64
	idleSet   bool          // the keep-alive timeout runs
	began     time.Duration // loop time of a request's first byte; 0: none under way
	headDone  bool

	gone   bool // destroyed, upgraded or refused: no further input is read as HTTP
	halted bool // nor the rest of the input at hand; a script that destroys the connection still gets
	//              the requests that came with it, as in Node
	closing bool // destroySoon was called
	broken  bool // the protocol was breached, and 'clientError' has it
	paused  bool
	told    bool     // an error went to 'clientError', or was answered
	counted bool     // among the server's connections
	off     []func() // our listeners on the socket

	prev, next *conn // the server's list
}

func (s *Server) newConn(sk link) *conn {
	c := &conn{room: s.http, srv: s, sk: sk}
	c.p.SetLimits(parser.Limits{MaxHeadBytes: s.maxHeaderSize, MaxFields: s.headersLimit(), LenientValues: s.lenient})
	c.timer.Init(s.http.h.Loop, (*idleTask)(c))
	c.timer.Unref()
	c.began = c.now()
	s.link(c)
	return c
}

// now is the loop's time for began, where 0 has a meaning of its own.
func (c *conn) now() time.Duration { return max(c.room.h.Loop.Now(), 1) }

// socket implements feeder: it returns the Socket of the connection, making it on first use.
func (c *conn) socket() *goja.Object { return c.face().Object() }

// face is the JavaScript side of the connection; the consumer of what comes in stays the conn.
func (c *conn) face() face {
	if c.so == nil {
		so := c.room.net.NewSocket(c.sk.(*sock.Sock), true)
		so.SetOwner(c)
		so.SetServer(&c.srv.Server)
		if n := c.srv.highWaterMark; n != c.room.highWaterMark {
			so.Readable().SetHighWaterMark(n)
			so.Writable().SetHighWaterMark(n)
		}
		c.so = netFace{so}
		so.Object().Set("setEncoding", c.room.noEncoding)
		// The idle timeout moves with the face: the program may change it there.
		c.timer.Stop()
		if c.timeoutMs > 0 {
			c.so.SetTimeout(c.timeoutMs)
		}
		c.listenErrors()
		if c.sk.Destroyed() {
			c.so.destroy(nil) // asked for too late: it shows what has happened
		}
	}
	return c.so
}

func (c *conn) setTimeout(ms float64) {
	c.timeoutMs = ms
	if c.so != nil {
		c.so.SetTimeout(ms)
		return
	}
	if ms <= 0 {
		c.timer.Stop()
		return
	}
	d, _ := eventloop.RoundTimeout(ms)
	c.timer.Start(d)
}

// active restarts the idle timeout.
func (c *conn) active() {
	if c.so != nil {
		c.so.Active()
	} else if c.timeoutMs > 0 {
		c.timer.Refresh()
	}
}

// idleTask is a conn as the task of its idle timer.
type idleTask conn

func (t *idleTask) Run() {
	c := (*conn)(t)
	c.room.h.Door.Enter(modules.Func(func() {
		if c.sk.Queued() > 0 && c.wroteMore() {
			c.setTimeout(c.timeoutMs)
			return
		}
		if c.timeoutListened() {
			c.SocketTimeout()
			c.room.ev.Emit(c.socket(), "timeout")
			return
		}
		c.destroy(nil)
	}))
}

// wroteMore reports whether output left since the last timeout: the client is slow, not idle.
func (c *conn) wroteMore() bool {
	left := c.sk.BytesWritten() - int64(c.sk.Queued())
	more := left > c.lastLeft()
	c.srv.lastLeft[c] = left
	return more
}

func (c *conn) lastLeft() int64 { return c.srv.lastLeft[c] }

// timeoutListened reports whether anybody would hear a timeout.
func (c *conn) timeoutListened() bool {
	return c.srv.Emitter.Count("timeout") > 0 ||
		c.in != nil && c.in.Emitter.Count("timeout") > 0 ||
		c.first != nil && c.first.Emitter.Count("timeout") > 0
}

// SocketTimeout implements net.Owner: the timeout goes to the request, the response and the server;
// if none of them has a listener the connection is destroyed. The socket's own listeners hear of it
// in either case.
//
// Node v20 lib/_http_server.js: socketOnTimeout.
func (c *conn) SocketTimeout() bool {
	if !c.tellTimeout() {
		c.destroy(nil)
	}
	return false
}

// tellTimeout emits 'timeout' on the request, the response and the server; it reports whether
// anybody listened.
func (c *conn) tellTimeout() (handled bool) {
	so := c.socket()
	if c.in != nil && !c.in.complete {
		handled = c.room.ev.Emit(c.in.obj, "timeout", so)
	}
	if c.first != nil {
		handled = c.room.ev.Emit(c.first.obj, "timeout", so) || handled
	}
	return c.room.ev.Emit(c.srv.Object(), "timeout", so) || handled
}

// SocketWillDestroy implements net.Owner.
func (c *conn) SocketWillDestroy(err goja.Value) { c.gone = true }

// OnData implements sock.Consumer.
func (c *conn) OnData(ch *sock.Chunk) {
	if c.gone && !c.broken {
		ch.Release()
		return
	}
	c.chunk = ch
	c.room.h.Door.Enter((*dataTask)(c))
}

// dataTask is a conn as the task that parses a chunk.
type dataTask conn

func (t *dataTask) Run() { (*conn)(t).read() }

// read hands out what the chunk holds.
func (c *conn) read() {
	ch := c.chunk
	c.chunk = nil
	c.active()
	if c.broken {
		c.readBroken(ch)
		return
	}
	if c.idleSet {
		c.idleSet = false
		c.setTimeout(c.srv.timeout)
	}
	if c.so != nil {
		c.so.tap(ch.Bytes()) // the program may listen to the raw socket too, as in Node
	}
	b := ch.Bytes()
	if c.began == 0 && len(b) > 0 {
		c.began, c.headDone = c.now(), false
	}
	packet := b
	for !c.halted {
		ev, n, err := c.p.Next(b)
		if err != nil {
			e := err.(*parser.Error)
			c.parseError(e, packet, len(packet)-len(b)+e.BytesParsed)
			break
		}
		b = b[n:]
		switch ev {
		case parser.HeadEvent:
			c.head(c.p.Head())
			continue
		case parser.BodyEvent:
			if !c.in.push(keepSpan(ch, c.p.Body())) {
				c.flow()
			}
			continue
		case parser.MessageEnd:
			c.messageEnd()
			continue
		case parser.Upgrade:
			c.upgrade(append([]byte(nil), b...))
		}
		break
	}
	ch.Release()
}

// readBroken reports what comes behind a breach of the protocol, for as long as a listener of
// 'clientError' keeps the connection open. Nothing of it is read as HTTP.
func (c *conn) readBroken(ch *sock.Chunk) {
	c.so.tap(ch.Bytes())
	if _, _, err := c.p.Next(ch.Bytes()); err != nil && c.srv.Emitter.Count("clientError") > 0 {
		c.clientError(c.room.parseError(err.(*parser.Error), ch.Bytes(), 0))
	}
	ch.Release()
}

// exchange is a request with its response, made in one piece.
type exchange struct {
	in  IncomingMessage
	res ServerResponse
}

// head starts a request.
//
// Node v20 lib/_http_server.js: parserOnIncoming.
func (c *conn) head(h *parser.Head) {
	r := c.room
	in, res := c.newExchange(h)
	c.headDone = true
	c.served++
	c.in = in
	if h.Upgrade {
		c.decideUpgrade(h, in)
		if in.upgrade || c.halted {
			return
		}
	}
	res.shouldKeepAlive = h.KeepAlive
	res.keepAliveMs = c.srv.keepAliveTimeout
	res.maxRequests = c.srv.maxRequestsPerSocket
	if h.Method == parser.MethodHead {
		res.hasBody = false
	}
	if h.VersionMinor == 0 {
		res.useChunkedByDefault = c.teChunked(in)
	}
	if c.last == nil {
		c.first = res
	} else {
		c.last.next = res
	}
	c.last = res
	c.inFlight++
	if c.first == res {
		c.attachFirst()
	}
	c.flow()

	if c.refuse(h, in, res) {
		return
	}
	if h.HasExpect && h.VersionMinor == 1 {
		switch {
		case h.Expect100:
			res.expectContinue = true
			if r.ev.ListenerCount(c.srv.Object(), "checkContinue") > 0 {
				r.ev.Emit(c.srv.Object(), "checkContinue", in.obj, res.obj)
				return
			}
			bind.Invoke(r.h.VM, res.obj, "writeContinue")
		case r.ev.ListenerCount(c.srv.Object(), "checkExpectation") > 0:
			r.ev.Emit(c.srv.Object(), "checkExpectation", in.obj, res.obj)
			return
		default:
			c.answer(res, 417)
			return
		}
	}
	r.ev.Emit(c.srv.Object(), "request", in.obj, res.obj)
}

// newExchange makes the request and response objects.
func (c *conn) newExchange(h *parser.Head) (*IncomingMessage, *ServerResponse) {
	r := c.room
	if c.srv.incomingCtor != nil || c.srv.responseCtor != nil {
		return c.newCustomExchange(h)
	}
	x := new(exchange)
	in, res := &x.in, &x.res
	in.room, in.obj, in.from, in.plain = r, r.h.VM.CreateObject(r.IncomingMessage.Proto), c, true
	bind.Attach(in.obj, &in.State)
	in.init(&in.State)
	c.fill(in, h)

	res.room, res.obj, res.conn, res.in = r, r.h.VM.CreateObject(r.ServerResponse.Proto), c, in
	bind.Attach(res.obj, &res.State)
	res.init(&res.State, in.obj)
	c.equip(in, res)
	return in, res
}

// newCustomExchange makes them with the classes that the server was given.
func (c *conn) newCustomExchange(h *parser.Head) (*IncomingMessage, *ServerResponse) {
	r := c.room
	inCtor, resCtor := r.IncomingMessage.Ctor, r.ServerResponse.Ctor
	if c.srv.incomingCtor != nil {
		inCtor = c.srv.incomingCtor
	}
	if c.srv.responseCtor != nil {
		resCtor = c.srv.responseCtor
	}
	inObj, err := r.h.VM.New(inCtor, c.socket())
	if err != nil {
		bind.Rethrow(err)
	}
	in := r.incoming(inObj)
	in.from = c
	c.fill(in, h)
	resObj, err := r.h.VM.New(resCtor, inObj)
	if err != nil {
		bind.Rethrow(err)
	}
	res, ok := bind.SelfOf[*ServerResponse](resObj)
	if !ok {
		panic(r.h.VM.NewTypeError("options.ServerResponse does not inherit from http.ServerResponse"))
	}
	res.conn, res.in = c, in
	c.equip(in, res)
	return in, res
}

// equip gives the messages what their server was told.
func (c *conn) equip(in *IncomingMessage, res *ServerResponse) {
	s := c.srv
	res.rejectBody, res.uniqueHeaders = s.rejectNonStandardBodyWrites, s.uniqueHeaders
	c.room.ev.InitCapture(&in.Emitter, nil)
	c.room.ev.InitCapture(&res.Emitter, nil)
	if s.highWaterMark != c.room.highWaterMark {
		in.rd.SetHighWaterMark(s.highWaterMark)
		res.highWater = s.highWaterMark
	}
}

// fill gives a request its head and its two own properties.
func (c *conn) fill(in *IncomingMessage, h *parser.Head) {
	in.setHead(h)
	in.join = c.srv.joinDuplicateHeaders
	url := in.head[h.TargetStart:h.TargetEnd]
	if url != c.url || c.urlValue == nil {
		c.url, c.urlValue = url, bind.String(url)
	}
	in.obj.DefineDataProperty("url", c.urlValue, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	in.obj.DefineDataProperty("method", methodValues[h.Method], goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

var methodValues = func() (values []goja.Value) {
	for _, m := range parser.Methods() {
		values = append(values, bind.Constant(m))
	}
	return values
}()

func (c *conn) teChunked(in *IncomingMessage) bool {
	v := headerView{m: in}
	te := v.Get("te")
	return te != nil && containsToken([]byte(te.String()), "chunked")
}

// refuse answers requests that may not reach the program.
func (c *conn) refuse(h *parser.Head, in *IncomingMessage, res *ServerResponse) bool {
	max := c.srv.maxRequestsPerSocket
	if max > 0 {
		res.maxRequestsReached = float64(c.served) >= max
		if float64(c.served) > max {
			c.room.ev.Emit(c.srv.Object(), "dropRequest", in.obj, c.socket())
			c.answer(res, 503)
			return true
		}
	}
	// RFC 9112 §3.2: exactly one Host in HTTP/1.1.
	if h.VersionMinor == 1 && c.srv.requireHostHeader && h.HostCount != 1 {
		c.refuseLast(res, 400)
		return true
	}
	// RFC 9112 §6.1: a coding we do not know. Somebody in front may have read the message otherwise.
	if h.OtherCoding {
		c.refuseLast(res, 501)
		return true
	}
	return false
}

// refuseLast answers a request and lets nothing else that the connection holds reach the program.
// RFC 9112 §9.6
func (c *conn) refuseLast(res *ServerResponse, code int) {
	res.last = true
	res.shouldKeepAlive = false
	res.headers.set("Connection", bind.String("close"))
	c.answer(res, code)
	c.p.Reset(parser.Request)
	c.gone, c.halted = true, true
}

// answer ends res with nothing but a status.
func (c *conn) answer(res *ServerResponse, code int) {
	res.status = code
	res.contentLength = 0
	res.makeHead(code, nil)
	res.finish(bind.Callable{})
}

func (c *conn) messageEnd() {
	in := c.in
	c.in = nil
	c.began = 0
	in.setTrailers(c.p.Trailers())
	in.end()
}

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
	so := c.face()
	if c.room.ev.ListenerCount(c.srv.Object(), event) == 0 {
		c.destroy(nil)
		return
	}
	in.end() // an upgrade has no body: whoever reads it hears 'end'
	c.in = nil
	c.unlink()
	c.unlisten()
	if f, ok := so.(netFace); ok && c.counted {
		c.srv.Handover(f.Socket)
	}
	so.handBack()
	so.Object().Delete("setEncoding")
	c.room.ev.Emit(c.srv.Object(), event, in.obj, so.Object(), c.room.buf.Wrap(head))
	so.readAhead()
}

// responseDone is called when res has left and 'finish' was emitted.
//
// Node v20 lib/_http_server.js: resOnFinish.
func (c *conn) responseDone(res *ServerResponse) {
	in := res.in
	if !in.rd.EndEmitted() && !in.rd.Listening() && !in.rd.DidRead() &&
		!(in.complete && in.plain && in.rd.FinishUnseen()) {
		in.dump()
	}
	c.room.h.Door.NextTick((*closeTask)(res))
	if c.first != res {
		return // the connection has ended
	}
	c.first = res.next
	res.next = nil
	c.inFlight--
	if c.first == nil {
		c.last = nil
	}
	switch {
	case res.last:
		c.destroySoon()
	case c.first != nil:
		c.attachFirst()
		c.flow()
	default:
		c.flow()
		if c.srv.keepAliveTimeout > 0 && c.in == nil {
			c.idleSet = true
			c.setTimeout(c.srv.keepAliveTimeout)
		}
	}
}

// attachFirst gives the connection to the response whose turn it is.
func (c *conn) attachFirst() {
	res := c.first
	if res.Emitter.Count("socket") > 0 {
		c.room.ev.Emit(res.obj, "socket", c.socket())
	}
	if c.first == res {
		res.attach(c.sk)
	}
}

// closeTask is a response as the tick that emits 'close' after its end.
type closeTask ServerResponse

func (t *closeTask) Run() { (*ServerResponse)(t).emitClose() }

func (s *ServerResponse) emitClose() {
	if !s.closed {
		s.destroyed, s.closed = true, true
		s.room.ev.Emit(s.obj, "close")
	}
}

// flow pauses reading while a body, the answers or the pipeline have enough, and resumes it after.
func (c *conn) flow() {
	if c.gone {
		return
	}
	wait := c.in != nil && c.in.full || c.inFlight >= maxInFlight
	if !wait && c.inFlight > 1 {
		waiting := c.sk.Queued()
		for res := c.first; res != nil; res = res.next {
			waiting += len(res.pending)
		}
		wait = waiting >= c.sk.HighWaterMark()
	}
	if wait == c.paused {
		return
	}
	c.paused = wait
	if wait {
		c.sk.Pause()
	} else {
		c.sk.Resume()
	}
	if f, ok := c.so.(netFace); ok {
		f.showPaused(wait)
	}
}

// resumeBody implements feeder.
func (c *conn) resumeBody(*IncomingMessage) { c.flow() }

// destroyMessage implements feeder.
func (c *conn) destroyMessage(_ *IncomingMessage, err goja.Value) { c.destroy(err) }

// isDestroyed implements feeder.
func (c *conn) isDestroyed() bool { return c.sk.Destroyed() }

// destroy ends the connection at once.
func (c *conn) destroy(err goja.Value) {
	c.gone = true
	if c.first != nil && !c.first.finished {
		c.sk.DropTurn()
	}
	if c.so != nil || err != nil {
		so := c.face()
		if err != nil && !c.told {
			c.told = true
			c.clientError(err)
		}
		so.destroy(err)
		return
	}
	c.timer.Stop()
	c.sk.Destroy(nil)
}

// destroySoon ends the connection when all output has left.
func (c *conn) destroySoon() {
	c.gone, c.closing = true, true
	if c.so != nil {
		c.so.DestroySoon()
		return
	}
	c.sk.DestroySoon()
}

// OnEnd implements sock.Consumer: the client sends no more.
//
// Node v20 lib/_http_server.js: socketOnEnd.
func (c *conn) OnEnd() {
	c.room.h.Door.Enter(modules.Func(func() {
		if c.gone {
			// What 'clientError' gave away ends with the client.
			if c.so != nil {
				c.so.OnEnd()
				c.so.DestroySoon()
			}
			return
		}
		if c.so != nil {
			c.so.tapEnd()
		}
		if _, err := c.p.Finish(); err != nil {
			c.parseError(err.(*parser.Error), nil, 0)
			return
		}
		switch {
		case !c.srv.httpAllowHalfOpen:
			c.end() // and OnClose aborts what is in flight
		case c.last != nil:
			c.last.last = true
		default:
			c.end()
		}
	}))
}

// end closes our half; what was written before still goes out.
func (c *conn) end() {
	c.gone = true
	if c.so != nil {
		c.so.flush()
		bind.Invoke(c.room.h.VM, c.so.Object(), "end")
		return
	}
	c.sk.CloseWrite(func(*sock.Error) { c.sk.Destroy(nil) })
}

// OnError implements sock.Consumer: the connection broke.
func (c *conn) OnError(e *sock.Error) {
	c.room.h.Door.Enter(modules.Func(func() {
		c.gone = true
		if c.so != nil || c.srv.Emitter.Count("clientError") > 0 {
			err := net.SystemError(c.room.h, e)
			c.socket()
			c.told = true
			c.clientError(err)
			c.so.destroy(err)
		}
	}))
}

// listenErrors hears 'error' of the Socket: one that the program emits is the connection's end, as a
// failure of its own is. Those are told where they happen.
//
// Node v20 lib/_http_server.js: socketOnError.
func (c *conn) listenErrors() {
	c.on("error", func(args []goja.Value) {
		if c.told || c.srv == nil {
			return
		}
		err := bind.Arg(args, 0)
		code := ""
		if v := bind.Property(err, "code"); nodeerr.IsString(v) {
			code = v.String()
		}
		c.protocolError(err, code)
	})
}

// on listens to an event of the Socket until unlisten.
func (c *conn) on(event string, fn func(args []goja.Value)) {
	if f, ok := c.so.(netFace); ok {
		c.off = append(c.off, c.room.ev.On(f.Object(), event, fn))
		return
	}
	c.off = append(c.off, c.room.on(c.so.Object(), event, fn))
}

func (c *conn) unlisten() {
	for _, off := range c.off {
		off()
	}
	c.off = nil
}

func (c *conn) clientError(err goja.Value) bool {
	return c.room.ev.Emit(c.srv.Object(), "clientError", err, c.socket())
}

// OnDrain implements sock.Consumer.
func (c *conn) OnDrain() {
	c.room.h.Door.Enter(modules.Func(func() {
		c.active()
		if c.first != nil {
			c.first.drained()
		}
		c.flow()
	}))
}

// OnClose implements sock.Consumer: messages in flight are aborted.
func (c *conn) OnClose() {
	c.room.h.Door.Enter(modules.Func(func() {
		c.gone = true
		c.timer.Stop()
		c.unlink()
		c.abortIncoming()
		first := c.first
		c.first, c.last = nil, nil
		for res := first; res != nil; res = res.next {
			res.emitClose()
		}
		if c.so != nil {
			c.so.OnClose()
		}
		if c.counted {
			c.srv.Gone()
		}
	}))
}

// abortIncoming destroys the requests whose answers have not left.
func (c *conn) abortIncoming() {
	for res := c.first; res != nil; res = res.next {
		if in := res.in; !in.rd.Destroyed() {
			in.rd.Destroy(c.room.aborted())
		}
	}
	if in := c.in; in != nil && !in.rd.Destroyed() {
		in.rd.Destroy(c.room.aborted())
	}
}

// aborted is the error of a message whose connection ended before it did.
func (r *Room) aborted() *goja.Object {
	err := r.h.Err.Plain(nodeerr.Error, "aborted")
	err.Set("code", "ECONNRESET")
	return err
}

// parseError reports a request that breaks the protocol: 'clientError', or an answer and the end.
//
// Node v20 lib/_http_server.js: onParserExecuteCommon, socketOnError.
func (c *conn) parseError(e *parser.Error, packet []byte, parsed int) {
	c.protocolError(c.room.parseError(e, packet, parsed), e.Code)
}

// parseError makes the Error of a breach of the protocol, which the parser found after parsed bytes
// of the packet.
func (r *Room) parseError(e *parser.Error, packet []byte, parsed int) *goja.Object {
	err := r.h.Err.Plain(nodeerr.Error, e.Error())
	err.Set("bytesParsed", parsed)
	err.Set("code", e.Code)
	err.Set("reason", e.Reason)
	if packet != nil {
		err.Set("rawPacket", r.buf.Wrap(append([]byte(nil), packet...)))
	}
	return err
}

var errorResponses = map[string]string{
	"HPE_HEADER_OVERFLOW":           "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n",
	"HPE_CHUNK_EXTENSIONS_OVERFLOW": "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n",
	"ERR_HTTP_REQUEST_TIMEOUT":      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
}

const badRequest = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"

// cut is the wire of an answer whose connection ends before it: nothing may follow on it.
type cut struct{}

func (cut) Out(int) []byte                           { return nil }
func (cut) SetOut([]byte) bool                       { return false }
func (cut) WriteLent([]byte, func(*sock.Error)) bool { return false }
func (cut) Flushed(fn func(*sock.Error))             { fn(sock.ErrClosed) }
func (cut) Queued() int                              { return 0 }
func (cut) HighWaterMark() int                       { return 0 }
func (cut) Destroyed() bool                          { return true }

func (c *conn) protocolError(err goja.Value, code string) {
	c.gone, c.halted, c.told = true, true, true
	if c.srv.Emitter.Count("clientError") > 0 {
		c.broken = strings.HasPrefix(code, "HPE_")
		c.clientError(err)
		return
	}
	if code == "HPE_CLOSED_CONNECTION" && c.last != nil {
		// Bytes after a request that was to be the last are nobody's: its answer is the end.
		// RFC 9112 §9.6
		c.last.last = true
		return
	}
	// An answer only where it cannot be taken for a part of another one.
	if c.first == nil || !c.first.headSent {
		text, ok := errorResponses[code]
		if !ok {
			text = badRequest
		}
		c.sk.WriteString(text, nil)
	}
	if c.first != nil {
		c.first.wire = cut{}
	}
	if c.so != nil {
		so := c.so
		c.sk.Flushed(func(*sock.Error) {
			c.room.h.Door.Enter(modules.Func(func() { so.destroy(err) }))
		})
		return
	}
	c.sk.DestroySoon()
}
