package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// TransformStream is the state of a TransformStream.
type TransformStream struct {
	r                  *Room
	obj                *goja.Object
	readable           *ReadableStream
	writable           *WritableStream
	controller         *transformController
	backpressure       bool
	backpressureChange *Deferred
}

// transformController is the state of a TransformStreamDefaultController.
type transformController struct {
	r      *Room
	obj    *goja.Object // nil until a program sees it
	stream *TransformStream
	transformer
	finish *Deferred // [[finishPromise]]
}

// transformer is what a TransformStream does to its chunks. The functions return promises; nil does nothing, and
// without transform the chunks go through.
type transformer struct {
	transform func(chunk goja.Value) goja.Value
	flush     func() goja.Value
	cancel    func(reason goja.Value) goja.Value
}

func transformStream() class {
	return class{
		name: "TransformStream",
		is:   func(s any) bool { _, ok := s.(*TransformStream); return ok },
		construct: func(r *Room, this *goja.Object, args []goja.Value) any {
			given := r.dictionary(args, 0, "transformer", false)
			var strategies [2]goja.Value
			for i, name := range [2]string{"writableStrategy", "readableStrategy"} {
				strategies[i] = r.dictionary(args, i+1, name, true)
			}
			readableType, writableType := bind.Property(given, "readableType"), bind.Property(given, "writableType")
			start := bind.Property(given, "start")
			if !bind.IsUndefined(readableType) {
				panic(r.h.Err.InvalidArgRange("transformer.readableType", readableType))
			}
			if !bind.IsUndefined(writableType) {
				panic(r.h.Err.InvalidArgRange("transformer.writableType", writableType))
			}
			of := func(i int, hwm float64) limits {
				given, size := bind.Property(strategies[i], "highWaterMark"), bind.Property(strategies[i], "size")
				return limits{r.highWaterMark(given, hwm), r.sizeAlgorithm(size)}
			}
			out, in := of(1, 0), of(0, 1)
			t := &TransformStream{r: r, obj: this}
			begun := r.Deferred()
			t.initialize(begun, in, out)
			bind.Own(this).Put(bind.Self, t)
			c := &transformController{r: r, stream: t}
			if fn := r.callback(given, "transformer", "transform"); fn != nil {
				c.transform = func(chunk goja.Value) goja.Value { return fn(chunk, c.object()) }
			}
			if fn := r.callback(given, "transformer", "flush"); fn != nil {
				c.flush = func() goja.Value { return fn(c.object()) }
			}
			if fn := r.callback(given, "transformer", "cancel"); fn != nil {
				c.cancel = func(reason goja.Value) goja.Value { return fn(reason) }
			}
			t.setController(c)
			if bind.IsUndefined(start) {
				begun.Resolve(goja.Undefined())
				return t
			}
			fn, ok := bind.ToCallable(start)
			if !ok {
				panic(r.vm.NewTypeError("FunctionPrototypeCall is not a function"))
			}
			begun.Resolve(fn.Call(given, c.object()))
			return t
		},
		members: []member{
			{name: "readable", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*TransformStream).readable.obj }},
			{name: "writable", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*TransformStream).writable.obj }},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			t := s.(*TransformStream)
			o.Set("readable", t.readable.obj)
			o.Set("writable", t.writable.obj)
			o.Set("backpressure", t.backpressure)
		},
	}
}

// limits is a queuing strategy.
type limits struct {
	highWaterMark float64
	size          sizeAlgorithm
}

// newTransform makes a stream whose transformer is Go, with the limits of a stream made without strategies.
func (r *Room) newTransform(do transformer) *transformController {
	t := &TransformStream{r: r}
	t.initialize(r.fulfilled(), limits{1, nil}, limits{0, nil})
	c := &transformController{r: r, stream: t, transformer: do}
	t.setController(c)
	return c
}

// initialize is InitializeTransformStream.
func (t *TransformStream) initialize(begun *Deferred, in, out limits) {
	start := func() goja.Value { return begun.Promise() }
	t.backpressure, t.backpressureChange = true, t.r.quiet()
	t.writable = t.r.newWritable(&writableController{highWaterMark: in.highWaterMark, size: in.size,
		write: t.sinkWrite, close: t.sinkClose, abort: t.sinkAbort}, start)
	t.readable = t.r.newStream(start, t.sourcePull, t.sourceCancel, out.highWaterMark, out.size)
}

func (t *TransformStream) setController(c *transformController) {
	t.controller = c
	if c.transform == nil {
		c.transform = func(chunk goja.Value) goja.Value {
			return t.r.promiseOf(func() goja.Value {
				c.enqueue(chunk)
				return goja.Undefined()
			})
		}
	}
}

// out is the controller of the readable side.
func (t *TransformStream) out() *defaultController { return t.readable.controller.(*defaultController) }

// error is TransformStreamError.
func (t *TransformStream) error(err goja.Value) {
	t.out().error(err)
	t.errorWritable(err)
}

// errorWritable is TransformStreamErrorWritableAndUnblockWrite.
func (t *TransformStream) errorWritable(err goja.Value) {
	t.controller.transformer = transformer{}
	t.writable.controller.errorIfNeeded(err)
	t.unblockWrite()
}

// unblockWrite is TransformStreamUnblockWrite.
func (t *TransformStream) unblockWrite() {
	if t.backpressure {
		t.setBackpressure(false)
	}
}

// setBackpressure is TransformStreamSetBackpressure.
func (t *TransformStream) setBackpressure(b bool) {
	t.backpressureChange.Resolve(goja.Undefined())
	t.backpressureChange = t.r.quiet()
	t.backpressure = b
}

// sinkWrite is TransformStreamDefaultSinkWriteAlgorithm.
func (t *TransformStream) sinkWrite(chunk goja.Value) goja.Value {
	c := t.controller
	if !t.backpressure {
		return c.performTransform(chunk)
	}
	step := t.r.handler(func(goja.Value) goja.Value {
		if t.writable.state == erroring {
			panic(t.writable.storedError)
		}
		return c.performTransform(chunk)
	})
	return t.r.promiseThen.Call(t.backpressureChange.Promise(), step)
}

// finishing returns the promise of the first of close, abort and cancel. The first time it runs the algorithm and
// settles the promise with what done returns then, nil for success; broken is called with the algorithm's error.
func (t *TransformStream) finishing(algorithm func() goja.Value, done func() goja.Value, broken func(err goja.Value)) goja.Value {
	c := t.controller
	if c.finish != nil {
		return c.finish.Promise()
	}
	d := t.r.Deferred()
	c.finish = d
	p := algorithm()
	c.transformer = transformer{}
	t.r.Then(p, func(goja.Value) {
		if err := done(); err != nil {
			d.Reject(err)
			return
		}
		d.Resolve(goja.Undefined())
	}, func(err goja.Value) {
		broken(err)
		d.Reject(err)
	})
	return d.Promise()
}

// cancelled runs the cancel algorithm.
func (c *transformController) cancelled(reason goja.Value) goja.Value {
	if c.cancel == nil {
		return c.r.done
	}
	return c.cancel(reason)
}

// sinkAbort is TransformStreamDefaultSinkAbortAlgorithm.
func (t *TransformStream) sinkAbort(reason goja.Value) goja.Value {
	return t.r.resolved(t.finishing(func() goja.Value { return t.controller.cancelled(reason) }, func() goja.Value {
		if t.readable.state == errored {
			return t.readable.storedError
		}
		t.out().error(reason)
		return nil
	}, t.out().error)) // it is an async function
}

// sinkClose is TransformStreamDefaultSinkCloseAlgorithm.
func (t *TransformStream) sinkClose() goja.Value {
	return t.finishing(func() goja.Value {
		if t.controller.flush == nil {
			return t.r.done
		}
		return t.controller.flush()
	}, func() goja.Value {
		if t.readable.state == errored {
			return t.readable.storedError
		}
		t.out().close()
		return nil
	}, t.out().error)
}

// sourcePull is TransformStreamDefaultSourcePullAlgorithm.
func (t *TransformStream) sourcePull() goja.Value {
	t.setBackpressure(false)
	return t.backpressureChange.Promise()
}

// sourceCancel is TransformStreamDefaultSourceCancelAlgorithm.
func (t *TransformStream) sourceCancel(reason goja.Value) goja.Value {
	broken := func(err goja.Value) {
		t.writable.controller.errorIfNeeded(err)
		t.unblockWrite()
	}
	return t.finishing(func() goja.Value { return t.controller.cancelled(reason) }, func() goja.Value {
		if t.writable.state == errored {
			return t.writable.storedError
		}
		broken(reason)
		return nil
	}, broken)
}

func transformControllerClass() class {
	return class{
		name: "TransformStreamDefaultController",
		is:   func(s any) bool { _, ok := s.(*transformController); return ok },
		members: []member{
			{name: "desiredSize", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return s.(*transformController).stream.out().desired()
			}},
			{name: "enqueue", fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				s.(*transformController).enqueue(bind.Arg(args, 0))
				return goja.Undefined()
			}},
			{name: "error", fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				s.(*transformController).stream.error(bind.Arg(args, 0))
				return goja.Undefined()
			}},
			{name: "terminate", fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				s.(*transformController).terminate()
				return goja.Undefined()
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			o.Set("stream", s.(*transformController).stream.obj)
		},
	}
}

func (c *transformController) object() *goja.Object {
	if c.obj == nil {
		c.obj = c.r.object("TransformStreamDefaultController", c)
	}
	return c.obj
}

// enqueue is TransformStreamDefaultControllerEnqueue.
func (c *transformController) enqueue(chunk goja.Value) {
	t := c.stream
	out := t.out()
	if !out.canCloseOrEnqueue() {
		panic(c.r.invalidState("Unable to enqueue"))
	}
	if err := c.r.try(func() { out.enqueue(chunk) }); err != nil {
		t.errorWritable(err)
		panic(t.readable.storedError)
	}
	if full := !out.shouldCallPull(); full != t.backpressure {
		t.setBackpressure(full)
	}
}

// terminate is TransformStreamDefaultControllerTerminate.
func (c *transformController) terminate() {
	c.stream.out().close()
	c.stream.errorWritable(c.r.invalidState("TransformStream has been terminated"))
}

// performTransform is TransformStreamDefaultControllerPerformTransform, an async function.
func (c *transformController) performTransform(chunk goja.Value) goja.Value {
	d := c.r.Deferred()
	if c.transform == nil { // the program broke or ended the stream meanwhile
		err := c.r.vm.NewTypeError("controller[kState].transformAlgorithm is not a function")
		c.stream.error(err)
		d.Reject(err)
		return d.Promise()
	}
	c.r.Then(c.transform(chunk), d.Resolve, func(err goja.Value) {
		c.stream.error(err)
		d.Reject(err)
	})
	return d.Promise()
}
