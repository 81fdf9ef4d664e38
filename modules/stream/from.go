package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// from is Readable.from: a stream of the values of an iterable, sync or async.
func (r *Room) from(class *bind.Built, iterable, opts goja.Value) goja.Value {
	o := r.h.VM.NewObject()
	o.Set("objectMode", true)
	if _, isString := iterable.(goja.String); isString || r.buf.IsBuffer(iterable) {
		r.assign(o, opts)
		rd := ReadableOf(r.create(class, o))
		rd.src = &onceSource{rd, iterable}
		rd.obj.Delete("_read")
		return rd.obj
	}
	src := &fromSource{r: r}
	fn, async := r.iteratorMethod(iterable, true)
	if !async {
		var ok bool
		if fn, ok = r.iteratorMethod(iterable, false); !ok {
			panic(r.h.Err.InvalidArgType("iterable", []string{"Iterable"}, iterable))
		}
	}
	src.async = async
	src.it = fn.Call(iterable).ToObject(r.h.VM)
	src.gen, _ = bind.SelfOf[*generator](src.it)
	o.Set("highWaterMark", 1)
	r.assign(o, opts)
	obj := r.create(class, o)
	src.rd = ReadableOf(obj)
	src.rd.src = src
	// The iterable's own way to read and to destroy, whatever the options said.
	obj.Delete("_read")
	obj.Delete("_destroy")
	return obj
}

// onceSource is a string or Buffer as one chunk.
type onceSource struct {
	rd *Readable
	v  goja.Value
}

func (s *onceSource) Read(int) {
	s.rd.callPush(s.v)
	s.rd.callPush(goja.Null())
}

// fromSource feeds a stream from an iterator.
type fromSource struct {
	r       *Room
	rd      *Readable
	it      *goja.Object
	gen     *generator // it, if it is one of ours
	async   bool       // an async iterator
	awaits  bool       // a sync iterator that gave a promise
	reading bool
}

func (s *fromSource) Read(int) {
	if s.reading {
		return
	}
	s.reading = true
	switch {
	case s.async:
		s.nextAsync()
	default:
		s.nextSync()
	}
}

// push gives a value; more tells that the next may follow.
func (s *fromSource) push(v goja.Value) (more bool) {
	if goja.IsNull(v) {
		s.reading = false
		s.r.h.Err.Throw("ERR_STREAM_NULL_VALUES")
	}
	if s.rd.callPush(v) {
		return true
	}
	s.reading = false
	return false
}

// guard runs fn; what it throws destroys the stream.
func (s *fromSource) guard(fn func()) {
	if err := s.r.try(fn); err != nil {
		s.fail(err)
	}
}

func (s *fromSource) fail(err goja.Value) { s.r.callDestroy(s.rd.obj, err) }

func (s *fromSource) nextSync() {
	s.guard(func() {
		for {
			res := s.r.invoke(s.it, "next")
			if truthy(res, "done") {
				s.rd.callPush(goja.Null())
				return
			}
			v := prop(res, "value")
			if hasFunc(v, "then") {
				s.awaits = true
				s.r.await(v, func(v goja.Value) {
					s.guard(func() {
						if s.push(v) {
							s.nextSync()
						}
					})
				}, s.fail)
				return
			}
			if !s.push(v) {
				return
			}
		}
	})
}

func (s *fromSource) nextAsync() {
	got := func(v goja.Value, done bool) {
		s.guard(func() {
			if done {
				s.rd.callPush(goja.Null())
				return
			}
			if s.push(v) {
				s.nextAsync()
			}
		})
	}
	if s.gen != nil {
		// In a promise job, as for any other iterator; that also bounds the depth of calls.
		s.gen.next(func(v goja.Value, done bool) { s.r.job(func() { got(v, done) }) }, s.fail)
		return
	}
	s.guard(func() {
		s.r.await(s.r.invoke(s.it, "next"), func(res goja.Value) {
			if _, ok := res.(*goja.Object); !ok {
				s.fail(s.r.h.VM.NewTypeError("Iterator result " + res.String() + " is not an object"))
				return
			}
			s.guard(func() {
				if truthy(res, "done") {
					got(nil, true)
					return
				}
				got(prop(res, "value"), false)
			})
		}, s.fail)
	})
}

// Destroy ends the iterator: with throw if there is an error, else with return.
func (s *fromSource) Destroy(err goja.Value, done func(err goja.Value)) {
	later := func(err goja.Value) { s.r.h.Door.NextTick(modules.Func(func() { done(err) })) }
	failed := func(e goja.Value) {
		if bind.Truthy(e) {
			later(e)
		} else {
			later(err)
		}
	}
	call := func(name string, arg goja.Value, then func(res goja.Value)) bool {
		fn, ok := bind.ToCallable(s.it.Get(name))
		if !ok {
			return false
		}
		var res goja.Value
		args := []goja.Value{}
		if arg != nil {
			args = append(args, arg)
		}
		if e := s.r.try(func() { res = fn.Call(s.it, args...) }); e != nil {
			s.r.job(func() { failed(e) })
			return true
		}
		s.r.await(res, func(res goja.Value) {
			s.r.await(prop(res, "value"), func(goja.Value) { then(res) }, failed)
		}, failed)
		return true
	}
	leave := func() {
		if !call("return", nil, func(goja.Value) { later(err) }) {
			s.r.job(func() { later(err) })
		}
	}
	if err != nil && call("throw", err, func(res goja.Value) {
		if truthy(res, "done") {
			later(err)
			return
		}
		leave()
	}) {
		return
	}
	leave()
}
