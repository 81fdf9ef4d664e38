package stream

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// skip is a value that an operator drops, eof the end: neither can come from a program.
var (
	skip goja.Value = goja.NewSymbol("kEmpty")
	eof  goja.Value = goja.NewSymbol("kEof")
)

// defineOperators puts map, filter and their kin on Readable.prototype.
func (r *Room) defineOperators() {
	p := r.Readable.Proto
	put := func(name string, length int, fn bind.Func) {
		bind.Hide(p, name, bind.Function(r.h.VM, bind.Method{Name: name, Length: length, Fn: fn}))
	}
	streaming := func(name string, length int, fn func(c goja.FunctionCall) *generator) {
		put(name, length, func(c goja.FunctionCall) goja.Value {
			return r.from(r.Readable, fn(c).object(), goja.Undefined())
		})
	}
	streaming("asIndexedPairs", 0, r.asIndexedPairs)
	streaming("drop", 1, func(c goja.FunctionCall) *generator { return r.slice(c, false) })
	streaming("filter", 2, r.filter)
	streaming("flatMap", 2, r.flatMap)
	streaming("map", 2, func(c goja.FunctionCall) *generator { return r.mapper(c, r.applyMap(c.Argument(0))) })
	streaming("take", 1, func(c goja.FunctionCall) *generator { return r.slice(c, true) })
	put("compose", 2, r.composeOperator)

	promising := func(name string, length int, fn func(c goja.FunctionCall, resolve, reject func(v goja.Value))) {
		put(name, length, func(c goja.FunctionCall) goja.Value {
			return r.async(func(resolve, reject func(v goja.Value)) { fn(c, resolve, reject) })
		})
	}
	promising("every", 1, r.every)
	promising("forEach", 2, r.forEach)
	promising("reduce", 3, r.reduce)
	promising("toArray", 1, r.toArray)
	promising("some", 1, r.some)
	promising("find", 2, r.find)
}

func (r *Room) functionArg(v goja.Value, name string) bind.Callable {
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.h.Err.InvalidArgType(name, []string{"Function", "AsyncFunction"}, v))
	}
	return fn
}

// operatorOptions validates the options and returns the signal among them.
func (r *Room) operatorOptions(opts goja.Value) *goja.Object {
	if bind.IsNullish(opts) {
		return nil
	}
	r.h.Err.ValidateObject(opts, "options")
	sig := prop(opts, "signal")
	if bind.IsNullish(sig) {
		return nil
	}
	return r.h.Err.ValidateAbortSignal(sig, "options.signal")
}

func aborted(sig *goja.Object) bool { return sig != nil && truthy(sig, "aborted") }

// apply turns one value of the stream into one of the result.
type apply func(v, opts goja.Value, ok, fail func(v goja.Value))

func (r *Room) applyMap(f goja.Value) apply {
	fn := r.functionArg(f, "fn")
	return func(v, opts goja.Value, ok, fail func(v goja.Value)) {
		var res goja.Value
		if err := r.try(func() { res = fn.Call(goja.Undefined(), v, opts) }); err != nil {
			r.job(func() { fail(err) })
			return
		}
		r.await(res, ok, fail)
	}
}

func (r *Room) applyFilter(f goja.Value) apply {
	test := r.applyMap(f)
	return func(v, opts goja.Value, ok, fail func(v goja.Value)) {
		test(v, opts, func(res goja.Value) {
			if bind.Truthy(res) {
				ok(v)
			} else {
				ok(skip)
			}
		}, fail)
	}
}

func (r *Room) filter(c goja.FunctionCall) *generator {
	return r.mapper(c, r.applyFilter(c.Argument(0)))
}

// mapping is one map: it reads ahead up to concurrency calls and highWaterMark results.
type mapping struct {
	r           *Room
	stream      goja.Value
	apply       apply
	signal      *goja.Object
	opts        goja.Value // what the function gets
	concurrency int
	mark        int
	queue       []*slot
	running     int
	done        bool
	yielded     bool   // the head of the queue was handed out
	wake        func() // the generator waits for a result
	resume      func() // the pump waits for room
}

type slot struct {
	settled bool
	v, err  goja.Value
	then    func()
}

func (s *slot) settle(v, err goja.Value) {
	s.settled, s.v, s.err = true, v, err
	if then := s.then; then != nil {
		s.then = nil
		then()
	}
}

func (r *Room) mapper(c goja.FunctionCall, f apply) *generator {
	opts := c.Argument(1)
	sig := r.operatorOptions(opts)
	concurrency := 1.0
	if v := prop(opts, "concurrency"); !bind.IsNullish(v) {
		concurrency = math.Floor(v.ToFloat())
	}
	mark := concurrency - 1
	if v := prop(opts, "highWaterMark"); !bind.IsNullish(v) {
		mark = math.Floor(v.ToFloat())
	}
	r.h.Err.ValidateInteger(r.h.VM.ToValue(concurrency), "options.concurrency", 1, 1<<53-1)
	r.h.Err.ValidateInteger(r.h.VM.ToValue(mark), "options.highWaterMark", 0, 1<<53-1)
	m := &mapping{r: r, stream: c.This, apply: f, concurrency: toInt(concurrency), mark: toInt(mark + concurrency)}
	return &generator{r: r, begin: func() {
		signals := []any{}
		if sig != nil {
			signals = append(signals, sig)
		}
		ctor := events.Targets.Of(r.h).AbortSignal.Ctor
		m.signal = r.invoke(ctor, "any", r.h.VM.NewArray(signals...)).(*goja.Object)
		o := r.h.VM.NewObject()
		o.Set("signal", m.signal)
		m.opts = o
		m.pump()
	}, pull: m.pull, end: func(_ goja.Value, done func(err goja.Value)) {
		m.done = true
		m.goOn()
		done(nil)
	}}
}

func (m *mapping) goOn() {
	if resume := m.resume; resume != nil {
		m.resume = nil
		m.r.job(resume)
	}
}

func (m *mapping) maybeResume() {
	if !m.done && m.running < m.concurrency && len(m.queue) < m.mark {
		m.goOn()
	}
}

func (m *mapping) add(s *slot) {
	m.queue = append(m.queue, s)
	m.awake()
}

func (m *mapping) awake() {
	if wake := m.wake; wake != nil {
		m.wake = nil
		m.r.job(wake)
	}
}

func (m *mapping) pump() {
	end := func(err goja.Value) {
		switch {
		case err != nil:
			m.add(&slot{settled: true, err: err})
		case !m.done:
			m.add(&slot{settled: true, v: eof})
		}
		m.done = true
		m.awake()
	}
	var it iteration
	if err := m.r.try(func() { it = m.r.iterate(m.stream) }); err != nil {
		end(err)
		return
	}
	take := func(v goja.Value, next func(), stop func(err goja.Value)) {
		if m.done {
			stop(nil)
			return
		}
		if aborted(m.signal) {
			stop(m.r.h.Err.Abort(nil))
			return
		}
		s := new(slot)
		m.running++
		m.apply(v, m.opts, func(v goja.Value) {
			m.running--
			m.maybeResume()
			s.settle(v, nil)
		}, func(err goja.Value) {
			m.done = true
			m.running--
			s.settle(nil, err)
		})
		m.add(s)
		if !m.done && (len(m.queue) >= m.mark || m.running >= m.concurrency) {
			m.resume = next
			return
		}
		next()
	}
	begun := false
	m.r.forAwait(it, func(v goja.Value, next func(), stop func(err goja.Value)) {
		if begun {
			take(v, next, stop)
			return
		}
		// In Node the yield of the stream's iterator waits for a promise job, and the loop over it for
		// another: who calls off the operation at once does so before its function was called.
		begun = true
		m.r.job(func() { m.r.job(func() { take(v, next, stop) }) })
	}, end)
}

func (m *mapping) pull(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
	if m.yielded {
		m.yielded = false
		m.queue = m.queue[1:]
		m.maybeResume()
	}
	for len(m.queue) > 0 {
		s := m.queue[0]
		switch {
		case !s.settled:
			s.then = func() { m.pull(yield, finish, fail) }
			return
		case s.err != nil:
			fail(s.err)
			return
		case s.v == eof:
			finish()
			return
		case aborted(m.signal):
			fail(m.r.h.Err.Abort(nil))
			return
		case s.v != skip:
			m.yielded = true
			yield(s.v)
			return
		}
		m.queue = m.queue[1:]
		m.maybeResume()
	}
	m.wake = func() { m.pull(yield, finish, fail) }
}

// each makes a generator that goes over the stream and lets step make something of each value:
// step calls yield, or next to go on, or finish to end.
func (r *Room) each(v goja.Value, step func(v goja.Value, yield func(v goja.Value), next, finish func(), fail func(err goja.Value))) *generator {
	var it iteration
	left := false
	g := &generator{r: r, begin: func() { it = r.iterate(v) }}
	g.pull = func(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
		var next func()
		next = func() {
			it.next(func(v goja.Value, done bool) {
				if done {
					left = true
					finish()
					return
				}
				step(v, yield, func() { r.job(next) }, finish, fail)
			}, func(err goja.Value) {
				left = true
				fail(err)
			})
		}
		next()
	}
	g.end = func(_ goja.Value, done func(err goja.Value)) {
		if left || it == nil {
			done(nil)
			return
		}
		it.stop(func(goja.Value) { done(nil) })
	}
	return g
}

func (r *Room) asIndexedPairs(c goja.FunctionCall) *generator {
	sig := r.operatorOptions(c.Argument(0))
	i := -1
	return r.each(c.This, func(v goja.Value, yield func(v goja.Value), _, _ func(), fail func(err goja.Value)) {
		if aborted(sig) {
			fail(r.h.Err.Abort(prop(sig, "reason")))
			return
		}
		i++
		yield(r.h.VM.NewArray(bind.Int(i), v))
	})
}

// slice is take or drop.
func (r *Room) slice(c goja.FunctionCall, take bool) *generator {
	sig := r.operatorOptions(c.Argument(1))
	n := c.Argument(0).ToFloat()
	if math.IsNaN(n) {
		n = 0
	}
	if n < 0 {
		panic(r.h.Err.OutOfRange("number", ">= 0", r.h.VM.ToValue(n)))
	}
	over := false
	g := r.each(c.This, func(v goja.Value, yield func(v goja.Value), next, finish func(), fail func(err goja.Value)) {
		if aborted(sig) {
			fail(r.h.Err.Abort(nil))
			return
		}
		n--
		switch {
		case take && n >= 0:
			over = n <= 0
			yield(v)
		case take:
			finish()
		case n < 0:
			yield(v)
		default:
			next()
		}
	})
	pull := g.pull
	begin := g.begin
	g.begin = func() {
		if !aborted(sig) {
			begin()
		}
	}
	g.pull = func(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
		switch {
		case aborted(sig):
			fail(r.h.Err.Abort(nil))
		case over:
			finish() // no further value is asked for
		default:
			pull(yield, finish, fail)
		}
	}
	return g
}

func (r *Room) flatMap(c goja.FunctionCall) *generator {
	values := r.mapper(c, r.applyMap(c.Argument(0)))
	var inner iteration
	g := &generator{r: r}
	g.pull = func(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
		var step func()
		step = func() {
			if inner != nil {
				inner.next(func(v goja.Value, done bool) {
					if done {
						inner = nil
						r.job(step)
						return
					}
					yield(v)
				}, func(err goja.Value) {
					inner = nil
					fail(err)
				})
				return
			}
			values.next(func(v goja.Value, done bool) {
				if done {
					finish()
					return
				}
				if err := r.try(func() { inner = r.iterate(v) }); err != nil {
					fail(err)
					return
				}
				step()
			}, fail)
		}
		step()
	}
	g.end = func(_ goja.Value, done func(err goja.Value)) {
		leave := func() { values.stop(func(goja.Value) { done(nil) }) }
		if inner == nil {
			leave()
			return
		}
		inner.stop(func(goja.Value) { leave() })
	}
	return g
}

// first settles with what found makes of the first value of g, or with none if there is no value.
func (r *Room) first(g *generator, found func(v goja.Value) goja.Value, none goja.Value, resolve, reject func(v goja.Value)) {
	result := none
	r.forAwait(g, func(v goja.Value, _ func(), stop func(err goja.Value)) {
		result = found(v)
		stop(nil)
	}, func(err goja.Value) {
		if err != nil {
			reject(err)
			return
		}
		resolve(result)
	})
}

func (r *Room) some(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	r.first(r.filter(c), func(goja.Value) goja.Value { return bind.True }, bind.False, resolve, reject)
}

func (r *Room) every(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	test := r.applyMap(c.Argument(0))
	g := r.mapper(c, func(v, opts goja.Value, ok, fail func(v goja.Value)) {
		test(v, opts, func(res goja.Value) {
			if bind.Truthy(res) {
				ok(skip)
			} else {
				ok(v)
			}
		}, fail)
	})
	r.first(g, func(goja.Value) goja.Value { return bind.False }, bind.True, resolve, reject)
}

func (r *Room) find(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	r.first(r.filter(c), func(v goja.Value) goja.Value { return v }, goja.Undefined(), resolve, reject)
}

func (r *Room) forEach(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	call := r.applyMap(c.Argument(0))
	g := r.mapper(c, func(v, opts goja.Value, ok, fail func(v goja.Value)) {
		call(v, opts, func(goja.Value) { ok(skip) }, fail)
	})
	r.first(g, nil, goja.Undefined(), resolve, reject)
}

func (r *Room) toArray(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	sig := r.operatorOptions(c.Argument(0))
	var out []any
	r.forAwait(r.iterate(c.This), func(v goja.Value, next func(), stop func(err goja.Value)) {
		if aborted(sig) {
			stop(r.h.Err.Abort(prop(sig, "reason")))
			return
		}
		out = append(out, v)
		next()
	}, func(err goja.Value) {
		if err != nil {
			reject(err)
			return
		}
		resolve(r.h.VM.NewArray(out...))
	})
}

func (r *Room) reduce(c goja.FunctionCall, resolve, reject func(v goja.Value)) {
	fn := r.functionArg(c.Argument(0), "reducer")
	sig := r.operatorOptions(c.Argument(2))
	acc, has := c.Argument(1), len(c.Arguments) > 1
	if aborted(sig) {
		err := r.h.Err.Abort(prop(sig, "reason"))
		o := c.This.ToObject(r.h.VM)
		r.on(o, "error", true, func([]goja.Value) {})
		r.callDestroy(o, err)
		r.Finished(o, FinishedOptions{}, func(e goja.Value) {
			if e == nil {
				e = err
			}
			reject(e)
		})
		return
	}
	targets := events.Targets.Of(r.h)
	inner := targets.NewSignal()
	if sig != nil {
		r.onAbort(sig, func() { targets.Abort(inner, goja.Undefined()) })
	}
	opts := r.h.VM.NewObject()
	opts.Set("signal", inner.Object())
	any := false
	r.forAwait(r.iterate(c.This), func(v goja.Value, next func(), stop func(err goja.Value)) {
		any = true
		switch {
		case aborted(sig):
			stop(r.h.Err.Abort(nil))
		case !has:
			acc, has = v, true
			next()
		default:
			r.await(fn.Call(goja.Undefined(), acc, v, opts), func(v goja.Value) {
				acc = v
				next()
			}, stop)
		}
	}, func(err goja.Value) {
		if err == nil && !any && !has {
			err = r.h.Err.Coded(nodeerr.TypeError, "ERR_MISSING_ARGS", "Reduce of an empty stream requires an initial value")
		}
		targets.Abort(inner, goja.Undefined())
		if err != nil {
			reject(err)
			return
		}
		resolve(acc)
	})
}
