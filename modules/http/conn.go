package http

import (
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/parser"
)

// maxInFlight is how many pipelined requests of a connection may wait for their answers before the
// connection is read no further: what a client sends ahead is bounded by this and one read.
const maxInFlight = 64

// conn is one connection of a server: one Sock, one parser, the requests in flight.
//
// A chunk of input is parsed inside one entry into JavaScript, as Node does: ticks and promise jobs
// run after all requests of the chunk were handed out, but also after each piece of a body. Any call
// into JavaScript may destroy the connection; gone is looked at after each.
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
	input              // handed to dataTask
	url         string // of the last request, with its JavaScript string: often the same again
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
	told    bool              // an error went to 'clientError', or was answered
	counted bool              // among the server's connections
	off     events.Listenings // our listeners on the socket

	parser *parserFace // socket.parser, once it was asked for
	freed  bool        // and is null now

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

// OnData implements sock.Consumer.
func (c *conn) OnData(ch *sock.Chunk) {
	if c.gone && !c.broken {
		ch.Release()
		return
	}
	c.feed(c.room.h.Door, c.sk, ch, (*dataTask)(c))
}

// enter calls fn in the context of the server's events.
func (c *conn) enter(fn func()) { c.room.h.Enter(c.srv.Context(), fn) }

// dataTask is a conn as the task that parses a chunk.
type dataTask conn

func (t *dataTask) Run() { (*conn)(t).read() }

// read hands out what the chunk holds.
func (c *conn) read() {
	c.room.h.Context = c.srv.Context()
	ch, b, packet := c.take()
	if c.broken {
		c.readBroken(ch)
		return
	}
	if len(b) == len(packet) { // no part of it was read before
		if c.so != nil {
			c.so.tap(b) // the program may listen to the raw socket too, as in Node
		}
		if c.began != 0 || !emptyLines(b) { // between requests they are nothing: RFC 9112 §2.2
			c.noteInput()
		}
	}
	for !c.halted {
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
			if c.closing {
				break // the last answer was given in between: RFC 9112 §9.6
			}
			c.head(c.p.Head())
			continue
		case parser.BodyEvent:
			c.room.trace.bodyIn(c.sk, len(c.p.Body()))
			if !c.in.push(ch.Keep(c.p.Body())) {
				c.flow()
			}
			if c.yield(ch, b) {
				return
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

// exchange is a request with its response, made in one piece.
type exchange struct {
	in            IncomingMessage
	res           ServerResponse
	inObj, resObj engine.Object
}

var (
	messageShape = engine.NewShape("url", "method")
	emptyString  = bind.Constant("")
)

// head starts a request.
//
// Node v20 lib/_http_server.js: parserOnIncoming.
func (c *conn) head(h *parser.Head) {
	r := c.room
	if of := r.h.RequestContext; of != nil {
		if sk, ok := c.sk.(*sock.Sock); ok {
			r.h.Context = of(sk.Conn())
		}
	}
	in, res := c.newExchange(h)
	if t := r.trace; t != nil {
		t.head(c.sk, requestLine(in, h))
	}
	c.headDone = true
	c.served++
	if r.h.OnRequest != nil {
		r.began[res] = r.h.Now()
	}
	c.in = in
	if h.Upgrade {
		c.decideUpgrade(h, in)
		if in.upgrade || c.halted {
			return
		}
	}
	res.shouldKeepAlive = h.KeepAlive && !c.srv.draining
	res.keepAliveMs = c.srv.keepAliveTimeout
	res.maxRequests = c.srv.maxRequestsPerSocket
	if h.Method == parser.MethodHead {
		res.hasBody = false
	}
	if h.VersionMinor == 0 {
		res.useChunkedByDefault = c.teChunked(in)
	}
	if r.h.Performance.HTTP != nil {
		res.measure()
	}
	if r.h.Diagnostics.HTTPServerRequestStart != nil {
		c.tell(r.h.Diagnostics.HTTPServerRequestStart, in, res)
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
		case !r.h.Era.ServeUnknownExpect:
			c.answer(res, 417)
			return
		}
	}
	r.ev.Emit(c.srv.Object(), "request", in.obj, res.obj)
}

// tell publishes what happens to a request.
func (c *conn) tell(p modules.Publish, in *IncomingMessage, res *ServerResponse) {
	p.Tell(c.room.h, "request", in.obj, "response", res.obj, "socket", c.socket(), "server", c.srv.Object())
}

// newExchange makes the request and response objects.
func (c *conn) newExchange(h *parser.Head) (*IncomingMessage, *ServerResponse) {
	r := c.room
	if c.srv.incomingCtor != nil || c.srv.responseCtor != nil {
		return c.newCustomExchange(h)
	}
	x := new(exchange)
	in, res := &x.in, &x.res
	in.room, in.from, in.plain = r, c, true
	url, method := c.fill(in, h)
	in.obj = x.inObj.Make(r.h.VM, r.IncomingMessage.Proto, messageShape, url, method)
	bind.Attach(in.obj, &in.State)
	in.init(&in.State)

	res.room, res.conn, res.in = r, c, in
	res.obj = x.resObj.Make(r.h.VM, r.ServerResponse.Proto, nil)
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
	url, method := c.fill(in, h)
	engine.Put(in.obj, "url", url)
	engine.Put(in.obj, "method", method)
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

// fill gives a request its head, and returns its two own properties.
func (c *conn) fill(in *IncomingMessage, h *parser.Head) (target, method goja.Value) {
	in.setHead(h)
	in.join = c.srv.joinDuplicateHeaders
	url := in.head[h.TargetStart:h.TargetEnd]
	if url != c.url || c.urlValue == nil {
		c.url, c.urlValue = url, bind.String(url)
	}
	return c.urlValue, methodValues[h.Method]
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
	if h.VersionMinor == 1 && c.srv.requireHostHeader && h.HostCount != 1 &&
		!(c.room.h.Era.ServeWithoutHost && h.HostCount == 0) {
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
	c.room.trace.received(c.sk, 0)
	in.setTrailers(c.p.Trailers())
	in.end()
}

// responseDone is called when res has left and 'finish' was emitted.
//
// Node v20 lib/_http_server.js: resOnFinish.
func (c *conn) responseDone(res *ServerResponse) {
	in := res.in
	if !in.rd.EndEmitted() && !in.rd.Listening() && !in.rd.DidRead() &&
		!(in.complete && in.plain && in.rd.FinishUnseen()) {
		in.dump()
		if in.Emitter.Count("end") > 0 {
			c.stillEnding(in)
		}
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
	case res.last, c.srv.draining && c.unused():
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

func (t *closeTask) Run() {
	s := (*ServerResponse)(t)
	s.observed()
	if s.room.h.Era.CloseOnlyIfCut {
		s.destroyed, s.closed = true, true
		return
	}
	s.emitClose()
}

// observed tells the embedder, if it wants to know, that the request is done with.
func (s *ServerResponse) observed() {
	h := s.room.h
	if h.OnRequest == nil {
		return
	}
	began, ok := s.room.began[s]
	if !ok {
		return
	}
	delete(s.room.began, s)
	r := modules.Request{Method: bind.Property(s.in.obj, "method").String(), Target: bind.Property(s.in.obj, "url").String(),
		Took: h.Now().Sub(began), Aborted: !s.finishEmitted}
	if s.hasHead {
		r.Status = s.status
	}
	h.OnRequest(r)
}

func (s *ServerResponse) emitClose() {
	s.observed()
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

// on listens to an event of the Socket until unlisten.
func (c *conn) on(event string, fn func(args []goja.Value)) {
	if f, ok := c.so.(netFace); ok {
		c.off = append(c.off, c.room.ev.On(f.Object(), event, fn))
		return
	}
	c.off = append(c.off, c.room.on(c.so.Object(), event, fn))
}

func (c *conn) unlisten() {
	c.off.Remove()
}

// OnDrain implements sock.Consumer.
func (c *conn) OnDrain() {
	c.enter(func() {
		c.active()
		if c.first != nil {
			c.first.drained()
		}
		c.flow()
	})
}
