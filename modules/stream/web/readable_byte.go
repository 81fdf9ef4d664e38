package web

import (
	"math"
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// byteController is the state of a ReadableByteStreamController.
type byteController struct {
	readableController
	queue        []byteChunk
	pending      []*pullInto
	request      *byobRequest // what the program has of pending[0]; nil: it has not asked
	autoAllocate int          // 0: none
}

// byteChunk is an entry of the queue: a part of a buffer that is the stream's.
type byteChunk struct {
	buffer    goja.ArrayBuffer
	offset, n int
}

// pullInto is a pull-into descriptor: memory that waits to be filled.
type pullInto struct {
	buffer      goja.ArrayBuffer
	size        int // of the buffer when it came
	offset, n   int // the part of it that is to be filled
	filled, min int // bytes
	elementSize int
	ctor        goja.Value // of the view that the reader gets
	kind        pullKind
}

type pullKind uint8

const (
	forDefault pullKind = iota // allocated for a default reader
	forBYOB
	forNobody // its reader was released
)

// byobRequest is the state of a ReadableStreamBYOBRequest.
type byobRequest struct {
	obj        *goja.Object
	controller *byteController // nil: invalidated
	view       goja.Value
}

func byteControllerClass() class {
	return class{
		name: "ReadableByteStreamController",
		is:   func(s any) bool { _, ok := s.(*byteController); return ok },
		members: []member{
			{name: "byobRequest", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				if q := s.(*byteController).byobRequest(); q != nil {
					return q.obj
				}
				return goja.Null()
			}},
			{name: "desiredSize", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return s.(*byteController).desired()
			}},
			{name: "close", fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				c := s.(*byteController)
				c.mustBeOpen()
				c.close()
				return goja.Undefined()
			}},
			{name: "enqueue", length: 1, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				c := s.(*byteController)
				ab, off, n, ok := buffer.View(bind.Arg(args, 0))
				switch {
				case !ok:
					panic(r.h.Err.InvalidArgType("buffer", viewKinds, bind.Arg(args, 0)))
				case n == 0 || len(ab.Bytes()) == 0:
					panic(r.invalidState("chunk ArrayBuffer is zero-length or detached"))
				}
				c.mustBeOpen()
				c.enqueue(r.transfer(ab), off, n)
				return goja.Undefined()
			}},
			{name: "error", fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				s.(*byteController).error(bind.Arg(args, 0))
				return goja.Undefined()
			}},
		},
		fields: func(*Room, any, *goja.Object) {},
	}
}

func byobRequestClass() class {
	return class{
		name: "ReadableStreamBYOBRequest",
		is:   func(s any) bool { _, ok := s.(*byobRequest); return ok },
		members: []member{
			{name: "view", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*byobRequest).view }},
			{name: "respond", length: 1, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				q := s.(*byobRequest)
				q.mustBeValid(r)
				if ab, _, _, _ := buffer.View(q.view); ab.Detached() {
					panic(r.invalidState("Viewed ArrayBuffer is detached"))
				}
				q.controller.respond(bind.Arg(args, 0))
				return goja.Undefined()
			}},
			{name: "respondWithNewView", length: 1, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				q, view := s.(*byobRequest), bind.Arg(args, 0)
				q.mustBeValid(r)
				switch ab, _, n, ok := buffer.View(view); {
				case !ok:
					panic(r.h.Err.InvalidArgType("view", viewKinds, view))
				case n == 0 && ab.Detached():
					panic(r.invalidState("Viewed ArrayBuffer is detached"))
				}
				q.controller.respondWithNewView(view)
				return goja.Undefined()
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			q := s.(*byobRequest)
			o.Set("view", q.view)
			o.Set("controller", goja.Undefined())
			if q.controller != nil {
				o.Set("controller", q.controller.object())
			}
		},
	}
}

var viewKinds = []string{"Buffer", "TypedArray", "DataView"}

func (q *byobRequest) mustBeValid(r *Room) {
	if q.controller == nil {
		panic(r.invalidState("This BYOB request has been invalidated"))
	}
}

// transfer moves the memory of ab to a new ArrayBuffer: TransferArrayBuffer.
func (r *Room) transfer(ab goja.ArrayBuffer) goja.ArrayBuffer {
	b := ab.Bytes()
	if !ab.Detach() {
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_OPERATION_FAILED", "Operation failed: The ArrayBuffer could not be transferred"))
	}
	return r.vm.NewArrayBuffer(b)
}

// bytes returns a Uint8Array on n bytes of ab.
func (r *Room) bytes(ab goja.ArrayBuffer, offset, n int) *goja.Object {
	return r.newView(r.uint8Array, ab, offset, n)
}

// Bytes returns a Uint8Array whose memory is b. b is given.
func (r *Room) Bytes(b []byte) *goja.Object { return r.bytes(r.vm.NewArrayBuffer(b), 0, len(b)) }

// newView is new ctor(ab, offset, length). Buffers, whose constructor warns, are made otherwise.
func (r *Room) newView(ctor goja.Value, ab goja.ArrayBuffer, offset, length int) *goja.Object {
	isBuffer := ctor == r.buffer.Ctor
	if isBuffer {
		ctor = r.uint8Array
	}
	o, err := r.vm.New(ctor, r.vm.ToValue(ab), bind.Int(offset), bind.Int(length))
	if err != nil {
		bind.Rethrow(err)
	}
	if isBuffer {
		o.SetPrototype(r.buffer.Proto)
	}
	return o
}

// byteControllerFromSource is SetUpReadableByteStreamControllerFromUnderlyingSource.
func (r *Room) byteControllerFromSource(s *ReadableStream, source goja.Value, hwm float64) {
	c := &byteController{readableController: readableController{r: r, stream: s, highWaterMark: hwm}}
	auto := bind.Property(source, "autoAllocateChunkSize")
	start := c.fromSource(source, func() goja.Value { return c.object() })
	if !bind.IsUndefined(auto) {
		f := auto.ToFloat()
		if f != math.Trunc(f) || f <= 0 || f > nodeerr.MaxSafeInteger {
			panic(r.h.Err.InvalidArgValue("source.autoAllocateChunkSize", auto, ""))
		}
		c.autoAllocate = int(f)
	}
	c.begin(c, start)
}

// newByteStream makes a byte stream whose source is Go. CreateReadableByteStream of the standard.
func (r *Room) newByteStream(pull func() goja.Value, cancel func(reason goja.Value) goja.Value) (*ReadableStream, *byteController) {
	s := &ReadableStream{r: r, state: readable}
	s.obj = r.object("ReadableStream", s)
	c := &byteController{readableController: readableController{r: r, stream: s, pull: pull, cancel: cancel}}
	c.begin(c, nil)
	return s, c
}

func (c *byteController) object() *goja.Object {
	if c.obj == nil {
		c.obj = c.r.object("ReadableByteStreamController", c)
	}
	return c.obj
}

func (c *byteController) mustBeOpen() {
	if c.closeRequested {
		panic(c.r.invalidState("Controller is already closed"))
	}
	if c.stream.state != readable {
		panic(c.r.invalidState("ReadableStream is already closed"))
	}
}

// byobRequest is ReadableByteStreamControllerGetBYOBRequest.
func (c *byteController) byobRequest() *byobRequest {
	if c.request == nil && len(c.pending) > 0 {
		d := c.pending[0]
		q := &byobRequest{controller: c, view: c.r.bytes(d.buffer, d.offset+d.filled, d.n-d.filled)}
		q.obj = c.r.object("ReadableStreamBYOBRequest", q)
		c.request = q
	}
	return c.request
}

// invalidateBYOBRequest is ReadableByteStreamControllerInvalidateBYOBRequest.
func (c *byteController) invalidateBYOBRequest() {
	if c.request != nil {
		c.request.controller, c.request.view = nil, goja.Null()
		c.request = nil
	}
}

// close is ReadableByteStreamControllerClose. It throws if a read is filled in part.
func (c *byteController) close() {
	if !c.canCloseOrEnqueue() {
		return
	}
	if c.queued > 0 {
		c.closeRequested = true
		return
	}
	if len(c.pending) > 0 && c.pending[0].filled%c.pending[0].elementSize != 0 {
		err := c.r.invalidState("Partial read")
		c.error(err)
		panic(err)
	}
	c.clearAlgorithms()
	c.stream.close()
}

// error is ReadableByteStreamControllerError.
func (c *byteController) error(err goja.Value) {
	if c.stream.state == readable {
		c.reset()
		c.clearAlgorithms()
		c.stream.error(err)
	}
}

// reset is ClearPendingPullIntos and ResetQueue.
func (c *byteController) reset() {
	c.invalidateBYOBRequest()
	c.pending, c.queue, c.queued = nil, nil, 0
}

func (c *byteController) cancelSteps(reason goja.Value) goja.Value {
	c.reset()
	return c.cancelled(reason)
}

func (c *byteController) releaseSteps() {
	if len(c.pending) > 0 {
		c.pending[0].kind = forNobody
		c.pending = c.pending[:1]
	}
}

func (c *byteController) pullSteps(req readRequest) {
	if c.queued > 0 {
		c.fillReadRequest(req)
		return
	}
	if n := c.autoAllocate; n > 0 {
		var d *pullInto
		if err := c.r.try(func() {
			ab, err := c.r.vm.New(c.r.arrayBuffer, bind.Int(n))
			if err != nil {
				bind.Rethrow(err)
			}
			memory, _ := bind.Exported[goja.ArrayBuffer](ab)
			d = &pullInto{buffer: memory, size: n, n: n, min: 1, elementSize: 1, ctor: c.r.uint8Array}
		}); err != nil {
			req.fail(err)
			return
		}
		c.pending = append(c.pending, d)
	}
	c.wait(req)
}

// wait keeps a read for later.
func (c *byteController) wait(req readRequest) {
	c.stream.reader.requests = append(c.stream.reader.requests, req)
	c.callPullIfNeeded()
}

// fillReadRequest is ReadableByteStreamControllerFillReadRequestFromQueue.
func (c *byteController) fillReadRequest(req readRequest) {
	head := c.queue[0]
	c.queue = c.queue[1:]
	c.queued -= float64(head.n)
	c.handleQueueDrain()
	req.chunk(c.r.bytes(head.buffer, head.offset, head.n))
}

// handleQueueDrain is ReadableByteStreamControllerHandleQueueDrain.
func (c *byteController) handleQueueDrain() {
	if c.queued == 0 && c.closeRequested {
		c.clearAlgorithms()
		c.stream.close()
		return
	}
	c.callPullIfNeeded()
}

// pullInto is ReadableByteStreamControllerPullInto; min counts elements of the view.
func (c *byteController) pullInto(view *goja.Object, min int, req readRequest) {
	ab, off, n, _ := buffer.View(view)
	d := &pullInto{size: len(ab.Bytes()), offset: off, n: n, elementSize: 1, ctor: c.r.dataView, kind: forBYOB}
	if size := elementSize(view); size > 0 {
		d.ctor, d.elementSize = view.Get("constructor"), size
	}
	d.min = min * d.elementSize
	if err := c.r.try(func() { d.buffer = c.r.transfer(ab) }); err != nil {
		req.fail(err)
		return
	}
	if len(c.pending) > 0 {
		c.pending = append(c.pending, d)
		c.stream.reader.requests = append(c.stream.reader.requests, req)
		return
	}
	if c.stream.state == closed {
		req.close(c.r.newView(d.ctor, d.buffer, off, 0))
		return
	}
	if c.queued > 0 {
		if c.fill(d) {
			filled := c.filledView(d)
			c.handleQueueDrain()
			req.chunk(filled)
			return
		}
		if c.closeRequested {
			err := c.r.invalidState("ReadableStream closed")
			c.error(err)
			req.fail(err)
			return
		}
	}
	c.pending = append(c.pending, d)
	c.wait(req)
}

// filledView is ReadableByteStreamControllerConvertPullIntoDescriptor.
func (c *byteController) filledView(d *pullInto) goja.Value {
	return c.r.newView(d.ctor, c.r.transfer(d.buffer), d.offset, d.filled/d.elementSize)
}

// fill is ReadableByteStreamControllerFillPullIntoDescriptorFromQueue: it reports whether d has what it needs.
func (c *byteController) fill(d *pullInto) (ready bool) {
	n := int(min(c.queued, float64(d.n-d.filled)))
	if aligned := d.filled + n - (d.filled+n)%d.elementSize; aligned >= d.min {
		n, ready = aligned-d.filled, true
	}
	for n > 0 {
		head := &c.queue[0]
		dst := d.buffer.Bytes()
		m := min(n, head.n)
		at := d.offset + d.filled
		if len(dst)-at < m {
			panic(c.r.h.Err.Coded(nodeerr.RangeError, "ERR_INVALID_STATE", "Invalid state: view ArrayBuffer size is invalid"))
		}
		copy(dst[at:at+m], head.buffer.Bytes()[head.offset:])
		if head.n == m {
			c.queue = c.queue[1:]
		} else {
			head.offset += m
			head.n -= m
		}
		c.queued -= float64(m)
		d.filled += m
		n -= m
	}
	return ready
}

// enqueue is ReadableByteStreamControllerEnqueue; the buffer is the stream's already.
func (c *byteController) enqueue(ab goja.ArrayBuffer, offset, n int) {
	if !c.canCloseOrEnqueue() {
		return
	}
	if len(c.pending) > 0 {
		first := c.pending[0]
		if first.buffer.Detached() {
			panic(c.r.invalidState("Destination ArrayBuffer is detached"))
		}
		c.invalidateBYOBRequest()
		first.buffer = c.r.transfer(first.buffer)
		if first.kind == forNobody {
			c.enqueueDetached(first)
		}
	}
	rd := c.stream.reader
	switch {
	case rd != nil && !rd.byob:
		for len(rd.requests) > 0 && c.queued > 0 {
			req := rd.requests[0]
			rd.requests = rd.requests[1:]
			c.fillReadRequest(req)
		}
		if c.stream.waiting() == 0 {
			c.addChunk(ab, offset, n)
			break
		}
		if len(c.pending) > 0 {
			c.shift()
		}
		c.stream.fulfill(c.r.bytes(ab, offset, n), false)
	default:
		c.addChunk(ab, offset, n)
		if rd != nil {
			c.processPullIntos()
		}
	}
	c.callPullIfNeeded()
}

// addChunk is ReadableByteStreamControllerEnqueueChunkToQueue.
func (c *byteController) addChunk(ab goja.ArrayBuffer, offset, n int) {
	c.queue = append(c.queue, byteChunk{ab, offset, n})
	c.queued += float64(n)
}

// addCopy is ReadableByteStreamControllerEnqueueClonedChunkToQueue.
func (c *byteController) addCopy(ab goja.ArrayBuffer, offset, n int) {
	c.addChunk(c.r.vm.NewArrayBuffer(append([]byte(nil), ab.Bytes()[offset:offset+n]...)), 0, n)
}

// enqueueDetached is ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue.
func (c *byteController) enqueueDetached(d *pullInto) {
	if d.filled > 0 {
		c.addCopy(d.buffer, d.offset, d.filled)
	}
	c.shift()
}

// shift is ReadableByteStreamControllerShiftPendingPullInto.
func (c *byteController) shift() *pullInto {
	d := c.pending[0]
	c.pending = c.pending[1:]
	return d
}

// processPullIntos is ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue.
func (c *byteController) processPullIntos() {
	for len(c.pending) > 0 && c.queued > 0 {
		if d := c.pending[0]; c.fill(d) {
			c.shift()
			c.commit(d)
		}
	}
}

// commit is ReadableByteStreamControllerCommitPullIntoDescriptor.
func (c *byteController) commit(d *pullInto) {
	c.stream.fulfill(c.filledView(d), c.stream.state == closed)
}

// first is the descriptor that is to be filled; it throws if there is none.
func (c *byteController) first() *pullInto {
	if len(c.pending) == 0 {
		panic(c.r.invalidState("This BYOB request has been invalidated"))
	}
	return c.pending[0]
}

// respond is ReadableByteStreamControllerRespond.
func (c *byteController) respond(written goja.Value) {
	d := c.first()
	n := written.ToFloat()
	bad := !nodeerr.IsNumber(written) || n != math.Trunc(n) || n < 0
	if bad || (c.stream.state == closed) != (n == 0) {
		panic(c.r.h.Err.InvalidArgValue("bytesWritten", written, ""))
	}
	if c.stream.state != closed && float64(d.filled)+n > float64(d.n) {
		panic(c.r.h.Err.InvalidArgRange("bytesWritten", written))
	}
	d.buffer = c.r.transfer(d.buffer)
	c.responded(int(n))
}

// elementSize is how many bytes an element of a typed array has; 0 for a DataView.
func elementSize(view *goja.Object) int {
	if t := view.ExportType(); t.Kind() == reflect.Slice {
		return int(t.Elem().Size())
	}
	return 0
}

// respondWithNewView is ReadableByteStreamControllerRespondWithNewView.
func (c *byteController) respondWithNewView(view goja.Value) {
	d := c.first()
	ab, off, n, _ := buffer.View(view)
	if c.stream.state == closed && n != 0 {
		panic(c.r.invalidState("View is not zero-length"))
	}
	if c.stream.state != closed && n == 0 {
		panic(c.r.invalidState("View is zero-length"))
	}
	if d.offset+d.filled != off || d.filled+n > d.n || d.size != len(ab.Bytes()) {
		panic(c.r.h.Err.InvalidArgRange("view", view))
	}
	d.buffer = c.r.transfer(ab)
	c.responded(n)
}

// responded is ReadableByteStreamControllerRespondInternal.
func (c *byteController) responded(n int) {
	d := c.pending[0]
	c.invalidateBYOBRequest()
	if c.stream.state == closed {
		c.respondClosed(d)
	} else {
		c.respondReadable(n, d)
	}
	c.callPullIfNeeded()
}

// respondClosed is ReadableByteStreamControllerRespondInClosedState.
func (c *byteController) respondClosed(d *pullInto) {
	if d.kind == forNobody {
		c.shift()
	}
	if rd := c.stream.reader; rd != nil && rd.byob {
		for len(rd.requests) > 0 && len(c.pending) > 0 {
			c.commit(c.shift())
		}
	}
}

// respondReadable is ReadableByteStreamControllerRespondInReadableState.
func (c *byteController) respondReadable(n int, d *pullInto) {
	d.filled += n
	if d.kind == forNobody {
		c.enqueueDetached(d)
		c.processPullIntos()
		return
	}
	if d.filled < d.min {
		return
	}
	c.shift()
	if rest := d.filled % d.elementSize; rest > 0 {
		c.addCopy(d.buffer, d.offset+d.filled-rest, rest)
		d.filled -= rest
	}
	c.commit(d)
	c.processPullIntos()
}
