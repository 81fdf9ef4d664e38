package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// defineAsync gives Readable.prototype its async iterator.
func (r *Room) defineAsync(p *goja.Object) {
	sym := r.h.VM.Get("Symbol").(*goja.Object)
	r.asyncIterator, _ = sym.Get("asyncIterator").(*goja.Symbol)
	r.promiseCtor = r.h.VM.Get("Promise").(*goja.Object)
	r.promiseResolve, _ = bind.ToCallable(r.promiseCtor.Get("resolve"))
	r.promiseThen, _ = bind.ToCallable(r.promiseCtor.Get("prototype").(*goja.Object).Get("then"))
	if r.asyncIterator != nil {
		fn := bind.Function(r.h.VM, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value {
			return r.streamIterator(c.This, goja.Undefined())
		}})
		p.DefineDataPropertySymbol(r.asyncIterator, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

func (r *Room) jsIterator(c goja.FunctionCall) goja.Value {
	opts := c.Argument(0)
	if !goja.IsUndefined(opts) {
		r.h.Err.ValidateObject(opts, "options")
	}
	return r.streamIterator(c.This, opts)
}

// streamIterator is streamToAsyncIterator.
func (r *Room) streamIterator(v, opts goja.Value) goja.Value {
	o := v.ToObject(r.h.VM)
	if !hasFunc(o, "read") {
		mode := r.h.VM.NewObject()
		mode.Set("objectMode", true)
		o = r.staticWrap(goja.FunctionCall{This: r.Readable.Ctor, Arguments: []goja.Value{o, mode}}).(*goja.Object)
	}
	it := r.newStreamIterator(o, prop(opts, "destroyOnReturn") != bind.False).object()
	it.Set("stream", o)
	return it
}

// streamReader reads a stream to its end: createAsyncIterator.
type streamReader struct {
	r       *Room
	o       *goja.Object
	destroy bool // destroy the stream when the loop is left early
	wake    func()
	ended   bool       // finished called
	err     goja.Value // what finished said
	heard   *events.Listening
	cleanup func()
}

func (r *Room) newStreamIterator(o *goja.Object, destroy bool) *generator {
	s := &streamReader{r: r, o: o, destroy: destroy}
	return &generator{r: r, begin: s.begin, pull: s.pull, end: s.end}
}

func (s *streamReader) begin() {
	s.heard = s.r.on(s.o, "readable", false, func([]goja.Value) { s.awake() })
	s.cleanup = s.r.Finished(s.o, FinishedOptions{NoWritable: true}, func(err goja.Value) {
		s.ended = true
		if s.err == nil {
			s.err = err
		} else {
			s.err = s.r.aggregate(s.err, err)
		}
		s.awake()
	})
}

// awake goes on in a promise job, as the await that it ends does.
func (s *streamReader) awake() {
	if wake := s.wake; wake != nil {
		s.wake = nil
		s.r.job(wake)
	}
}

func (s *streamReader) pull(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
	var chunk goja.Value = goja.Null()
	if !truthy(s.o, "destroyed") {
		if err := s.r.try(func() { chunk = s.read() }); err != nil {
			fail(err)
			return
		}
	}
	switch {
	case !goja.IsNull(chunk):
		yield(chunk)
	case s.err != nil:
		fail(s.err)
	case s.ended:
		finish()
	default:
		s.wake = func() { s.pull(yield, finish, fail) }
	}
}

// read is stream.read().
func (s *streamReader) read() goja.Value {
	if fn, native := s.r.method(s.o, "read", nil); !native {
		return fn.Call(s.o)
	}
	c, ok := s.r.readable(s.o).read(nan)
	if !ok {
		return goja.Null()
	}
	return c.JS(s.r)
}

func (s *streamReader) end(err goja.Value, done func(err goja.Value)) {
	failed := err != nil || s.err != nil
	if (failed || s.destroy) && (!failed && !s.ended || truthy(prop(s.o, "_readableState"), "autoDestroy")) {
		s.r.destroyer(s.o, nil)
	} else {
		s.heard.Remove()
		s.cleanup()
	}
	done(nil)
}
