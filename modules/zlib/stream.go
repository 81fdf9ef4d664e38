package zlib

import (
	"bytes"
	"io"
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream"
)

// engine is the state of a stream of this module.
type engine struct {
	r   *Room
	obj *goja.Object
	o   options

	written int64 // bytes taken in
	closed  bool
	flushes map[*goja.Object]int // the empty chunks that stand for a flush, and its kind

	enc *encoder // used by one Work at a time
	dec *inflow  // nil before the first chunk
}

func (r *Room) defineClasses() {
	vm := r.h.VM
	r.base = bind.Define(vm, bind.Class{
		Name: "ZlibBase", Length: 4, Parent: r.streams.Transform, Mode: bind.CallInstance,
		Methods: []bind.Method{
			{Name: "reset", Fn: r.reset},
			{Name: "_flush", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.engine(c.This).end(c.Argument(0))
				return goja.Undefined()
			}},
			{Name: "flush", Length: 2, Fn: r.flush},
			{Name: "close", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				if fn, ok := c.Argument(0).(*goja.Object); ok {
					r.streams.Finished(bind.This(r.h.VM, c), stream.FinishedOptions{}, func(err goja.Value) {
						if err == nil {
							bind.Call(fn, goja.Undefined())
						} else {
							bind.Call(fn, goja.Undefined(), err)
						}
					})
				}
				bind.Invoke(vm, bind.This(r.h.VM, c), "destroy")
				return goja.Undefined()
			}},
			{Name: "_destroy", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				r.engine(c.This).close()
				return bind.CallGiven(vm, "callback", c.Argument(1), goja.Undefined(), c.Argument(0))
			}},
			{Name: "_transform", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				r.engine(c.This).transform(c.Argument(0), c.Argument(2))
				return goja.Undefined()
			}},
			{Name: "_read", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				if e := r.engine(c.This); e.dec != nil {
					e.dec.resume()
				}
				return bind.Invoke(vm, r.streams.Transform.Proto.Get("_read").(*goja.Object), "call", c.This, c.Argument(0))
			}},
		},
		Accessors: []bind.Accessor{
			{Name: "_closed", Get: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.engine(c.This).closed) }},
			{Name: "bytesWritten", Get: func(c goja.FunctionCall) goja.Value {
				return vm.ToValue(r.engine(c.This).written)
			}},
		},
	})
	zlib := bind.Define(vm, bind.Class{
		Name: "Zlib", Length: 2, Parent: r.base, Mode: bind.CallInstance,
		Methods: []bind.Method{{Name: "params", Length: 3, Fn: r.params}},
	})
	brotli := bind.Define(vm, bind.Class{Name: "Brotli", Length: 2, Parent: r.base, Mode: bind.CallInstance})
	for i := range r.classes {
		c := &r.classes[i]
		parent := zlib
		if c.mode == modeBrotliEncode || c.mode == modeBrotliDecode {
			parent = brotli
		}
		c.built = bind.Define(vm, bind.Class{
			Name: c.name, Length: 1, Parent: parent, Mode: bind.CallInstance,
			Construct: func(this *goja.Object, args []goja.Value) { r.construct(c.mode, this, bind.Arg(args, 0)) },
		})
	}
}

// create is createGzip(options) and its kin.
func (r *Room) create(c class, opts goja.Value) *goja.Object {
	o, err := r.h.VM.New(c.built.Ctor, opts)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

func (r *Room) construct(m mode, this *goja.Object, opts goja.Value) {
	e := &engine{r: r, obj: this, o: r.options(m, opts)}
	if m.compresses() {
		e.enc = newEncoder(e.o.params)
	}
	streamOptions := r.h.VM.NewObject()
	if o, ok := opts.(*goja.Object); ok {
		for _, key := range o.Keys() {
			streamOptions.Set(key, o.Get(key))
		}
	}
	streamOptions.Set("autoDestroy", true)
	for _, name := range []string{"objectMode", "readableObjectMode", "writableObjectMode", "encoding"} {
		streamOptions.Delete(name)
	}
	bind.Call(r.streams.Transform.Ctor, this, streamOptions)
	bind.Own(this).Put(bind.Self, e)
	if m != modeBrotliEncode && m != modeBrotliDecode {
		e.showParams()
	}
}

// showParams sets the properties that tell of level and strategy.
func (e *engine) showParams() {
	e.obj.Set("_level", e.o.level)
	e.obj.Set("_strategy", e.o.strategy)
}

func (r *Room) engine(v goja.Value) *engine {
	e, ok := bind.SelfOf[*engine](v)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	return e
}

// transform takes one chunk in; cb asks for the next.
func (e *engine) transform(chunk, cb goja.Value) {
	flush := e.o.flush
	if o, ok := chunk.(*goja.Object); ok {
		if kind, ok := e.flushes[o]; ok {
			delete(e.flushes, o)
			flush = kind
		}
	}
	b := bytes.Clone(e.r.input(chunk)) // the program may change its own meanwhile
	e.written += int64(len(b))
	if e.enc != nil {
		e.compress(b, flush, cb)
		return
	}
	e.feed(b, false, cb)
}

// end finishes the output.
func (e *engine) end(cb goja.Value) {
	if e.enc != nil {
		e.compress(nil, e.o.finish, cb)
		return
	}
	e.feed(nil, true, cb)
}

// compress has a worker compress b, pushes the output and calls cb.
func (e *engine) compress(b []byte, flush int, cb goja.Value) {
	enc, ctx := e.enc, e.r.h.Context
	e.r.h.Loop.Work(func() func() {
		out := enc.write(b, flush)
		return func() {
			e.r.h.Enter(ctx, func() {
				if e.closed {
					return
				}
				for len(out) > 0 {
					n := min(len(out), e.o.chunkSize)
					e.push(out[:n:n])
					out = out[n:]
				}
				bind.Call(cb, goja.Undefined())
			})
		}
	})
}

// push is this.push of b, which is given.
func (e *engine) push(b []byte) bool {
	return bind.Truthy(bind.Invoke(e.r.h.VM, e.obj, "push", e.r.buffers.Wrap(b)))
}

// fail destroys the stream.
func (e *engine) fail(err error) {
	e.close()
	bind.Invoke(e.r.h.VM, e.obj, "destroy", e.r.failure(err))
}

func (e *engine) close() {
	e.closed = true
	if e.dec != nil {
		e.dec.CloseNow()
		e.r.h.Loop.Disown(e.dec)
	}
}

// reset is zlib.reset(). What a decoder has not read of the chunk at hand is dropped.
func (r *Room) reset(c goja.FunctionCall) goja.Value {
	e := r.engine(c.This)
	if e.closed {
		r.h.Err.Throw("ERR_INTERNAL_ASSERTION", "zlib binding closed")
	}
	if e.enc != nil {
		e.enc.reset()
	}
	if in := e.dec; in != nil {
		in.CloseNow()
		e.r.h.Loop.Disown(in)
		e.dec = nil
		in.done()
	}
	return goja.Undefined()
}

// flush is zlib.flush([kind, ]callback).
func (r *Room) flush(c goja.FunctionCall) goja.Value {
	e := r.engine(c.This)
	kind, cb := c.Argument(0), c.Argument(1)
	if _, ok := goja.AssertFunction(kind); ok || bind.IsUndefined(kind) && !ok {
		if ok {
			cb = kind
		}
		kind = bind.Int(fullFlush)
		if e.o.mode == modeBrotliEncode || e.o.mode == modeBrotliDecode {
			kind = bind.Int(brotliFlush)
		}
	}
	o := bind.This(r.h.VM, c)
	_, hasCallback := goja.AssertFunction(cb)
	switch {
	case bind.Truthy(o.Get("writableFinished")):
		if hasCallback {
			r.h.Door.NextTick(modules.Func(func() { bind.Call(cb, goja.Undefined()) }))
		}
	case bind.Truthy(o.Get("writableEnded")):
		if hasCallback {
			bind.Invoke(r.h.VM, o, "once", bind.String("end"), cb)
		}
	default:
		mark := r.buffers.Wrap(nil)
		if e.flushes == nil {
			e.flushes = make(map[*goja.Object]int)
		}
		e.flushes[mark] = int(kind.ToInteger())
		args := []goja.Value{mark, bind.String("")}
		if hasCallback {
			args = append(args, cb)
		}
		bind.Invoke(r.h.VM, o, "write", args...)
	}
	return goja.Undefined()
}

// params is zlib.params(level, strategy, callback).
func (r *Room) params(c goja.FunctionCall) goja.Value {
	e := r.engine(c.This)
	level := r.between(c.Argument(0), "level", -1, 9, -1)
	strategy := r.between(c.Argument(1), "strategy", 0, 4, 0)
	cb := c.Argument(2)
	set := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		if !e.closed && e.enc != nil {
			e.enc.setParams(level, strategy)
			e.showParams()
		}
		if _, ok := goja.AssertFunction(cb); ok {
			bind.Call(cb, goja.Undefined())
		}
		return goja.Undefined()
	})
	if e.o.level == level && e.o.strategy == strategy {
		r.h.Door.NextTick(modules.Func(func() {
			if _, ok := goja.AssertFunction(cb); ok {
				bind.Call(cb, goja.Undefined())
			}
		}))
		return goja.Undefined()
	}
	e.o.level, e.o.strategy = level, strategy
	bind.Invoke(r.h.VM, bind.This(r.h.VM, c), "flush", bind.Int(syncFlush), set)
	return goja.Undefined()
}

// inflow feeds a decoder, which wants to read when it wants, from a stream that is written to. The
// decoder has a goroutine of its own; while the program writes nothing, or reads nothing, it waits.
type inflow struct {
	e *engine

	// Loop goroutine.
	cb      goja.Value         // of the chunk being decoded; nil: none
	pending *eventloop.Pending // keeps the process alive for that chunk
	stalled bool               // the reader is full: the decoder waits on room

	// Decoder goroutine.
	current []byte

	// Guarded by mu.
	mu    sync.Mutex
	cond  sync.Cond
	next  []byte
	fresh bool // next is to be taken
	eof   bool
	room  bool // the decoder may push
	stop  bool
}

// feed gives b to the decoder; end says that nothing follows.
func (e *engine) feed(b []byte, end bool, cb goja.Value) {
	in := e.dec
	start := in == nil
	if start {
		in = &inflow{e: e, room: true}
		in.cond.L = &in.mu
		e.dec = in
		e.r.h.Loop.Own(in)
	}
	in.cb, in.pending = cb, e.r.h.Loop.Reserve()
	in.mu.Lock()
	over := in.stop // the decoder has ended: what follows is ignored
	in.next, in.fresh, in.eof = b, true, end
	in.cond.Broadcast()
	in.mu.Unlock()
	switch {
	case over:
		e.written -= int64(len(b))
		in.done()
	case start:
		e.r.h.Loop.Go(in.decodeLoop)
	}
}

// done asks for the next chunk, or says that the output is complete.
func (in *inflow) done() {
	cb := in.cb
	if cb == nil {
		return
	}
	in.cb = nil
	in.pending.Done(func() {
		if !in.e.closed {
			in.e.r.h.Door.Enter(modules.Func(func() { bind.Call(cb, goja.Undefined()) }))
		}
	})
}

// resume lets a decoder go on that waits for the reader.
func (in *inflow) resume() {
	if !in.stalled {
		return
	}
	in.stalled = false
	in.pending.Ref()
	in.mu.Lock()
	in.room = true
	in.cond.Broadcast()
	in.mu.Unlock()
}

// CloseNow implements eventloop.Resource: the decoder ends. Any goroutine.
func (in *inflow) CloseNow() {
	in.mu.Lock()
	in.stop = true
	in.cond.Broadcast()
	in.mu.Unlock()
}

// decodeLoop is the decoder goroutine.
func (in *inflow) decodeLoop() {
	err := decode(in.e.o.params, in, in.e.o.chunkSize, in.emitLoop)
	in.mu.Lock()
	stopped := in.stop
	in.stop = true
	in.mu.Unlock()
	if stopped {
		in.e.r.h.Loop.Post(in.abandon)
		return
	}
	in.e.r.h.Loop.Post(func() {
		if err == nil {
			in.e.written -= int64(len(in.current)) // what follows the end is not taken
			in.current = nil
			in.done()
			return
		}
		in.abandon()
		if !in.e.closed {
			in.e.r.h.Door.Enter(modules.Func(func() { in.e.fail(err) }))
		}
	})
}

// abandon lets the process go without calling back.
func (in *inflow) abandon() {
	if in.cb != nil {
		in.cb = nil
		in.pending.Done(nil)
	}
}

// emitLoop hands a piece of output to the loop and waits until the reader has room again.
func (in *inflow) emitLoop(b []byte) bool {
	in.mu.Lock()
	in.room = false
	in.mu.Unlock()
	in.e.r.h.Loop.Post(func() {
		if in.e.closed {
			return
		}
		in.e.r.h.Door.Enter(modules.Func(func() {
			in.stalled = true
			if in.e.push(b) {
				in.resume()
			} else if in.stalled && in.cb != nil {
				in.pending.Unref() // only a reader can wake it
			}
		}))
	})
	in.mu.Lock()
	defer in.mu.Unlock()
	for !in.room && !in.stop {
		in.cond.Wait()
	}
	return !in.stop
}

// fill waits for input. Decoder goroutine.
func (in *inflow) fill() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	for asked := false; ; {
		switch {
		case in.stop:
			return errStopped
		case in.fresh:
			in.current, in.next, in.fresh = in.next, nil, false
			if asked = false; len(in.current) > 0 {
				return nil
			}
		case in.eof:
			return io.EOF
		case !asked:
			asked = true
			in.e.r.h.Loop.Post(in.done)
		default:
			in.cond.Wait()
		}
	}
}

// Read implements io.Reader. Decoder goroutine.
func (in *inflow) Read(p []byte) (int, error) {
	if len(in.current) == 0 {
		if err := in.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, in.current)
	in.current = in.current[n:]
	return n, nil
}

// ReadByte implements io.ByteReader. Decoder goroutine.
func (in *inflow) ReadByte() (byte, error) {
	if len(in.current) == 0 {
		if err := in.fill(); err != nil {
			return 0, err
		}
	}
	b := in.current[0]
	in.current = in.current[1:]
	return b, nil
}
