package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// state is the state of a stream.
type state string

const (
	readable state = "readable"
	writable state = "writable"
	erroring state = "erroring"
	errored  state = "errored"
	closed   state = "closed"
)

// ReadableStream is the state of a ReadableStream.
type ReadableStream struct {
	r           *Room
	obj         *goja.Object
	state       state
	storedError goja.Value
	disturbed   bool
	reader      *reader // nil: not locked
	controller  controller
	end         *Deferred // what stream.finished waits for; nil until it does
}

// controller is what a ReadableStream needs of either of its controllers.
type controller interface {
	base() *readableController
	object() *goja.Object
	cancelSteps(reason goja.Value) goja.Value
	pullSteps(req readRequest)
	releaseSteps()
	error(err goja.Value)
}

func readableStream() class {
	return class{
		name: "ReadableStream",
		is:   func(s any) bool { _, ok := s.(*ReadableStream); return ok },
		construct: func(r *Room, this *goja.Object, args []goja.Value) any {
			source := r.dictionary(args, 0, "source", false)
			strategy := r.dictionary(args, 1, "strategy", true)
			s := &ReadableStream{r: r, obj: this, state: readable}
			bind.Own(this).Put(bind.Self, s)
			size, hwm, kind := bind.Property(strategy, "size"), bind.Property(strategy, "highWaterMark"), bind.Property(source, "type")
			if bind.ToString(kind).String() == "bytes" {
				if !bind.IsUndefined(size) {
					panic(r.h.Err.InvalidArgRange("strategy.size", size))
				}
				r.byteControllerFromSource(s, source, r.highWaterMark(hwm, 0))
				return s
			}
			if !bind.IsUndefined(kind) {
				panic(r.h.Err.InvalidArgValue("source.type", kind, ""))
			}
			r.defaultControllerFromSource(s, source, r.highWaterMark(hwm, 1), r.sizeAlgorithm(size))
			return s
		},
		members: []member{
			{name: "locked", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return bind.Bool(s.(*ReadableStream).locked())
			}},
			{name: "cancel", kind: async, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				if s := s.(*ReadableStream); !s.locked() {
					return s.cancel(bind.Arg(args, 0))
				}
				panic(r.invalidState("ReadableStream is locked"))
			}},
			{name: "getReader", fn: func(r *Room, s any, args []goja.Value) goja.Value {
				mode := bind.Property(r.dictionary(args, 0, "options", true), "mode")
				switch {
				case bind.IsUndefined(mode):
					return r.object("ReadableStreamDefaultReader", s.(*ReadableStream).getReader(false))
				case bind.ToString(mode).String() != "byob":
					panic(r.h.Err.InvalidArgValue("options.mode", mode, ""))
				}
				return r.object("ReadableStreamBYOBReader", s.(*ReadableStream).getReader(true))
			}},
			{name: "pipeThrough", length: 1, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				pair := bind.Arg(args, 0)
				if bind.IsNullish(pair) {
					pair = goja.Undefined()
				}
				out := bind.Property(pair, "readable")
				if _, ok := stateOf(out).(*ReadableStream); !ok {
					panic(r.h.Err.InvalidArgType("transform.readable", []string{"ReadableStream"}, out))
				}
				p := r.pipeTo(s.(*ReadableStream), bind.Property(pair, "writable"), args)
				p.quiet = true
				return out
			}},
			{name: "pipeTo", length: 1, kind: async, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				return r.pipeTo(s.(*ReadableStream), bind.Arg(args, 0), args).Promise()
			}},
			{name: "tee", fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				a, b := s.(*ReadableStream).tee()
				return r.vm.NewArray(a.obj, b.obj)
			}},
			{name: "values", fn: func(r *Room, s any, args []goja.Value) goja.Value {
				prevent := bind.Property(r.dictionary(args, 0, "options", true), "preventCancel")
				return r.values(s.(*ReadableStream), bind.Truthy(prevent))
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			st := s.(*ReadableStream)
			_, bytes := st.controller.(*byteController)
			o.Set("locked", st.locked())
			o.Set("state", string(st.state))
			o.Set("supportsBYOB", bytes)
		},
		more: func(r *Room, b *bind.Built) {
			b.Proto.DefineDataPropertySymbol(r.asyncIterator, b.Proto.Get("values"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
			// What stream.isDisturbed and its kin, and packages, ask.
			for name, is := range map[string]func(s *ReadableStream) bool{
				"disturbed": func(s *ReadableStream) bool { return s.disturbed },
				"errored":   func(s *ReadableStream) bool { return s.state == errored },
				"readable":  func(s *ReadableStream) bool { return s.state == readable },
			} {
				name = "nodejs.stream." + name
				get := bind.Function(r.vm, bind.Method{Name: "get [" + name + "]", Fn: func(c goja.FunctionCall) goja.Value {
					if s, ok := stateOf(c.This).(*ReadableStream); ok {
						return bind.Bool(is(s))
					}
					return goja.Undefined()
				}})
				symbol := bind.Invoke(r.vm, r.vm.Get("Symbol").(*goja.Object), "for", bind.String(name)).(*goja.Symbol)
				b.Proto.DefineAccessorPropertySymbol(symbol, get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
			}
			bind.DefineMethods(r.vm, b.Ctor, []bind.Method{{Name: "from", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.from(c.Argument(0)).obj
			}}})
		},
	}
}

// newStream makes a stream whose source is Go: start (which may be nil) returns what to wait for, pull and cancel
// return promises. CreateReadableStream of the standard.
func (r *Room) newStream(start, pull func() goja.Value, cancel func(reason goja.Value) goja.Value, hwm float64, size sizeAlgorithm) *ReadableStream {
	s := &ReadableStream{r: r, state: readable}
	s.obj = r.object("ReadableStream", s)
	c := &defaultController{readableController: readableController{r: r, stream: s, highWaterMark: hwm, pull: pull, cancel: cancel}, size: size}
	c.begin(c, start)
	return s
}

func (s *ReadableStream) locked() bool { return s.reader != nil }

// cancel is ReadableStreamCancel.
func (s *ReadableStream) cancel(reason goja.Value) goja.Value {
	s.disturbed = true
	switch s.state {
	case closed:
		return s.r.resolved(goja.Undefined())
	case errored:
		return s.r.rejected(s.storedError)
	}
	s.close()
	if rd := s.reader; rd != nil && rd.byob {
		for _, req := range rd.take() {
			req.close(goja.Undefined())
		}
	}
	return s.r.Then(s.controller.cancelSteps(reason), nothing, nil)
}

// close is ReadableStreamClose.
func (s *ReadableStream) close() {
	s.state = closed
	if s.end != nil {
		s.end.Resolve(goja.Undefined())
	}
	rd := s.reader
	if rd == nil {
		return
	}
	rd.closed.Resolve(goja.Undefined())
	if !rd.byob {
		for _, req := range rd.take() {
			req.close(goja.Undefined())
		}
	}
}

// error is ReadableStreamError.
func (s *ReadableStream) error(err goja.Value) {
	s.state, s.storedError = errored, err
	if s.end != nil {
		s.end.Reject(err)
	}
	if rd := s.reader; rd != nil {
		rd.closed.Reject(err)
		rd.fail(err)
	}
}

// ended returns what settles when the stream is closed or errored.
func (s *ReadableStream) ended() *Deferred { return s.r.endOf(&s.end, s.state, s.storedError) }

// waiting is the number of reads that wait.
func (s *ReadableStream) waiting() int {
	if s.reader == nil {
		return 0
	}
	return len(s.reader.requests)
}

// fulfill is ReadableStreamFulfillReadRequest, and …ReadIntoRequest.
func (s *ReadableStream) fulfill(chunk goja.Value, done bool) {
	rd := s.reader
	if rd == nil || len(rd.requests) == 0 {
		return // the program has interfered: promises look for a method then of what they are resolved with
	}
	req := rd.requests[0]
	rd.requests[0] = nil
	rd.requests = rd.requests[1:]
	if done {
		req.close(chunk)
		return
	}
	req.chunk(chunk)
}

// readableController is what both controllers have.
type readableController struct {
	r              *Room
	obj            *goja.Object // nil until a program sees it
	stream         *ReadableStream
	closeRequested bool
	pullAgain      bool
	pulling        bool
	started        bool
	highWaterMark  float64
	queued         float64 // [[queueTotalSize]]
	pull           func() goja.Value
	cancel         func(reason goja.Value) goja.Value
}

func (c *readableController) base() *readableController { return c }

// begin is SetUpReadableStreamDefaultController, and …ByteStreamController.
func (c *readableController) begin(self controller, start func() goja.Value) {
	c.stream.controller = self
	c.r.started(start, func(goja.Value) {
		c.started = true
		c.callPullIfNeeded()
	}, self.error)
}

// canCloseOrEnqueue is ReadableStreamDefaultControllerCanCloseOrEnqueue.
func (c *readableController) canCloseOrEnqueue() bool {
	return !c.closeRequested && c.stream.state == readable
}

// desiredSize is …ControllerGetDesiredSize for a stream that is readable.
func (c *readableController) desiredSize() float64 { return c.highWaterMark - c.queued }

// desired is the getter desiredSize.
func (c *readableController) desired() goja.Value {
	switch c.stream.state {
	case errored:
		return goja.Null()
	case closed:
		return bind.Int(0)
	}
	return number(c.desiredSize())
}

// shouldCallPull is …ControllerShouldCallPull.
func (c *readableController) shouldCallPull() bool {
	return c.canCloseOrEnqueue() && c.started && (c.stream.waiting() > 0 || c.desiredSize() > 0)
}

// callPullIfNeeded is …ControllerCallPullIfNeeded.
func (c *readableController) callPullIfNeeded() {
	if !c.shouldCallPull() {
		return
	}
	if c.pulling {
		c.pullAgain = true
		return
	}
	c.pulling = true
	p := c.r.done
	if c.pull != nil {
		p = c.pull()
	}
	c.r.Then(p, func(goja.Value) {
		c.pulling = false
		if c.pullAgain {
			c.pullAgain = false
			c.callPullIfNeeded()
		}
	}, func(err goja.Value) { c.stream.controller.error(err) })
}

// clearAlgorithms is …ControllerClearAlgorithms.
func (c *readableController) clearAlgorithms() { c.pull, c.cancel = nil, nil }

// cancelled is the end of …Controller.[[CancelSteps]].
func (c *readableController) cancelled(reason goja.Value) goja.Value {
	cancel := c.cancel
	c.clearAlgorithms()
	if cancel == nil {
		return c.r.done
	}
	return cancel(reason)
}

// defaultController is the state of a ReadableStreamDefaultController.
type defaultController struct {
	readableController
	queue queue
	size  sizeAlgorithm
}

func defaultControllerClass() class {
	return class{
		name: "ReadableStreamDefaultController",
		is:   func(s any) bool { _, ok := s.(*defaultController); return ok },
		members: []member{
			{name: "desiredSize", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return s.(*defaultController).desired()
			}},
			{name: "close", fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				c := s.(*defaultController)
				if !c.canCloseOrEnqueue() {
					panic(r.invalidState("Controller is already closed"))
				}
				c.close()
				return goja.Undefined()
			}},
			{name: "enqueue", fn: func(r *Room, s any, args []goja.Value) goja.Value {
				c := s.(*defaultController)
				if !c.canCloseOrEnqueue() {
					panic(r.invalidState("Controller is already closed"))
				}
				c.enqueue(bind.Arg(args, 0))
				return goja.Undefined()
			}},
			{name: "error", fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				s.(*defaultController).error(bind.Arg(args, 0))
				return goja.Undefined()
			}},
		},
		fields: func(*Room, any, *goja.Object) {},
	}
}

// defaultControllerFromSource is SetUpReadableStreamDefaultControllerFromUnderlyingSource.
func (r *Room) defaultControllerFromSource(s *ReadableStream, source goja.Value, hwm float64, size sizeAlgorithm) {
	c := &defaultController{readableController: readableController{r: r, stream: s, highWaterMark: hwm}, size: size}
	c.begin(c, c.fromSource(source, func() goja.Value { return c.object() }))
}

// fromSource takes the algorithms from the object that a program gave, and returns that of start.
func (c *readableController) fromSource(source goja.Value, self func() goja.Value) (start func() goja.Value) {
	start = c.r.starter(source, self)
	if pull := c.r.callback(source, "source", "pull"); pull != nil {
		c.pull = func() goja.Value { return pull(self()) }
	}
	if cancel := c.r.callback(source, "source", "cancel"); cancel != nil {
		c.cancel = func(reason goja.Value) goja.Value { return cancel(reason) }
	}
	return start
}

func (c *defaultController) object() *goja.Object {
	if c.obj == nil {
		c.obj = c.r.object("ReadableStreamDefaultController", c)
	}
	return c.obj
}

// close is ReadableStreamDefaultControllerClose.
func (c *defaultController) close() {
	if !c.canCloseOrEnqueue() {
		return
	}
	c.closeRequested = true
	if c.queue.empty() {
		c.clearAlgorithms()
		c.stream.close()
	}
}

// enqueue is ReadableStreamDefaultControllerEnqueue. It throws what the size algorithm throws.
func (c *defaultController) enqueue(chunk goja.Value) {
	if !c.canCloseOrEnqueue() {
		return
	}
	if c.stream.waiting() > 0 {
		c.stream.fulfill(chunk, false)
	} else if err := c.r.try(func() { c.queued += c.queue.add(c.r, chunk, c.size.of(chunk)) }); err != nil {
		c.error(err)
		panic(err)
	}
	c.callPullIfNeeded()
}

// error is ReadableStreamDefaultControllerError.
func (c *defaultController) error(err goja.Value) {
	if c.stream.state == readable {
		c.reset()
		c.clearAlgorithms()
		c.stream.error(err)
	}
}

func (c *defaultController) reset() { c.queue, c.queued = nil, 0 }

func (c *defaultController) clearAlgorithms() {
	c.readableController.clearAlgorithms()
	c.size = nil
}

func (c *defaultController) cancelSteps(reason goja.Value) goja.Value {
	c.reset()
	c.size = nil
	return c.cancelled(reason)
}

func (c *defaultController) pullSteps(req readRequest) {
	if c.queue.empty() {
		c.stream.reader.requests = append(c.stream.reader.requests, req)
		c.callPullIfNeeded()
		return
	}
	chunk, size := c.queue.take()
	c.queued = max(0, c.queued-size)
	if c.closeRequested && c.queue.empty() {
		c.clearAlgorithms()
		c.stream.close()
	} else {
		c.callPullIfNeeded()
	}
	req.chunk(chunk)
}

func (c *defaultController) releaseSteps() {}
