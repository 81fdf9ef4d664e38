package test

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// tracker is the state of a MockTracker: what it replaced.
//
// Node v20 lib/internal/test_runner/mock/mock.js.
type tracker struct {
	mocks  []*mocked
	timers *goja.Object // made on first use
}

// mocked is the state of a MockFunctionContext: one function that is watched or replaced.
type mocked struct {
	r        *Room
	obj      *goja.Object
	calls    []*goja.Object
	next     map[int]goja.Value // implementations for single calls
	impl     goja.Value
	original goja.Value
	times    float64 // after as many calls the original is back

	// Of a method: where it was.
	holder     *goja.Object
	method     goja.Value
	descriptor *goja.Object
}

func (r *Room) newTracker() *goja.Object {
	o := r.vm.CreateObject(r.tracker.Proto)
	bind.Own(o).Put(bind.Self, &tracker{})
	return o
}

func (r *Room) defineMocks() {
	of := func(fn func(t *tracker, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			t, ok := bind.SelfOf[*tracker](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "MockTracker")
			}
			return fn(t, c)
		}
	}
	illegal := func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }
	r.tracker = bind.Define(r.vm, bind.Class{Name: "MockTracker", Mode: bind.CallNever, Construct: illegal,
		Accessors: []bind.Accessor{{Name: "timers", Get: of(func(t *tracker, _ goja.FunctionCall) goja.Value {
			if t.timers == nil {
				t.timers = r.newMockTimers()
			}
			return t.timers
		})}},
		Methods: []bind.Method{
			{Name: "fn", Fn: of(r.mockFn)},
			{Name: "method", Length: 2, Fn: of(func(t *tracker, c goja.FunctionCall) goja.Value { return r.mockMethod(t, c, "") })},
			{Name: "getter", Length: 2, Fn: of(func(t *tracker, c goja.FunctionCall) goja.Value { return r.mockMethod(t, c, "getter") })},
			{Name: "setter", Length: 2, Fn: of(func(t *tracker, c goja.FunctionCall) goja.Value { return r.mockMethod(t, c, "setter") })},
			{Name: "reset", Fn: of(func(t *tracker, _ goja.FunctionCall) goja.Value {
				t.restoreAll()
				if t.timers != nil {
					bind.Invoke(r.vm, t.timers, "reset")
				}
				t.mocks = nil
				return goja.Undefined()
			})},
			{Name: "restoreAll", Fn: of(func(t *tracker, _ goja.FunctionCall) goja.Value {
				t.restoreAll()
				return goja.Undefined()
			})},
		}})

	ctx := func(fn func(m *mocked, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			m, ok := bind.SelfOf[*mocked](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "MockFunctionContext")
			}
			return fn(m, c)
		}
	}
	r.mockFunction = bind.Define(r.vm, bind.Class{Name: "MockFunctionContext", Mode: bind.CallNever, Construct: illegal,
		Accessors: []bind.Accessor{{Name: "calls", Get: ctx(func(m *mocked, _ goja.FunctionCall) goja.Value {
			out := make([]any, len(m.calls))
			for i, call := range m.calls {
				out[i] = call
			}
			return r.vm.NewArray(out...)
		})}},
		Methods: []bind.Method{
			{Name: "callCount", Fn: ctx(func(m *mocked, _ goja.FunctionCall) goja.Value { return bind.Int(len(m.calls)) })},
			{Name: "mockImplementation", Length: 1, Fn: ctx(func(m *mocked, c goja.FunctionCall) goja.Value {
				m.impl = r.h.Err.ValidateFunction(c.Argument(0), "implementation")
				return goja.Undefined()
			})},
			{Name: "mockImplementationOnce", Length: 2, Fn: ctx(func(m *mocked, c goja.FunctionCall) goja.Value {
				impl := r.h.Err.ValidateFunction(c.Argument(0), "implementation")
				call := int64(len(m.calls))
				if v := c.Argument(1); !bind.IsNullish(v) {
					call = r.h.Err.ValidateInteger(v, "onCall", float64(len(m.calls)), nodeerr.MaxSafeInteger)
				}
				m.next[int(call)] = impl
				return goja.Undefined()
			})},
			{Name: "restore", Fn: ctx(func(m *mocked, _ goja.FunctionCall) goja.Value { m.restore(); return goja.Undefined() })},
			{Name: "resetCalls", Fn: ctx(func(m *mocked, _ goja.FunctionCall) goja.Value { m.calls = nil; return goja.Undefined() })},
		}})
}

func (t *tracker) restoreAll() {
	for _, m := range t.mocks {
		m.restore()
	}
}

// restore puts a method back; a function made by mock.fn calls its original again.
func (m *mocked) restore() {
	if m.holder == nil {
		m.impl = m.original
		return
	}
	m.r.defineProperty(m.holder, m.method, m.descriptor)
}

func (r *Room) object(name string) *goja.Object { return r.vm.Get(name).(*goja.Object) }

func (r *Room) defineProperty(o *goja.Object, key goja.Value, descriptor *goja.Object) {
	bind.Invoke(r.vm, r.object("Object"), "defineProperty", o, key, descriptor)
}

// isOptions reports whether an argument is the options that may stand in the place of a function.
func isOptions(v goja.Value) bool {
	_, ok := v.(*goja.Object)
	return ok && !bind.IsFunction(v)
}

// mockFn is mock.fn([original[, implementation]][, options]).
func (r *Room) mockFn(t *tracker, c goja.FunctionCall) goja.Value {
	empty := func() goja.Value {
		return bind.Function(r.vm, bind.Method{Fn: func(goja.FunctionCall) goja.Value { return goja.Undefined() }})
	}
	original, impl, opts := c.Argument(0), c.Argument(1), c.Argument(2)
	if isOptions(original) {
		original, impl, opts = empty(), goja.Undefined(), original
	} else if bind.IsUndefined(original) {
		original = empty()
	}
	if isOptions(impl) {
		impl, opts = goja.Undefined(), impl
	}
	if bind.IsUndefined(impl) {
		impl = original
	}
	r.h.Err.ValidateFunction(original, "original")
	r.h.Err.ValidateFunction(impl, "implementation")
	m := &mocked{r: r, impl: impl, original: original, times: r.times(r.mockOptions(opts))}
	return r.watch(t, m, original.(*goja.Object))
}

// mockOptions validates the options of a mock; an empty object stands for none.
func (r *Room) mockOptions(v goja.Value) *goja.Object {
	if bind.IsUndefined(v) {
		return r.vm.NewObject()
	}
	return r.h.Err.ValidateObject(v, "options")
}

func (r *Room) times(opts *goja.Object) float64 {
	v := bind.Property(opts, "times")
	if bind.IsUndefined(v) || nodeerr.IsNumber(v) && math.IsInf(v.ToFloat(), 1) {
		return math.Inf(1)
	}
	return float64(r.h.Err.ValidateInteger(v, "options.times", 1, nodeerr.MaxSafeInteger))
}

// mockMethod is mock.method(object, name[, implementation][, options]), and with accessor getter or
// setter the function of that name.
func (r *Room) mockMethod(t *tracker, c goja.FunctionCall, accessor string) goja.Value {
	err := r.h.Err
	target, name, impl, opts := c.Argument(0), c.Argument(1), c.Argument(2), c.Argument(3)
	if isOptions(impl) {
		impl, opts = goja.Undefined(), impl
	}
	options := r.mockOptions(opts)
	flag := func(key string) bool {
		v := bind.Property(options, key)
		if bind.IsUndefined(v) {
			return key == accessor
		}
		set := err.ValidateBoolean(v, "options."+key)
		if key == accessor && !set {
			panic(err.InvalidArgValue("options."+key, v, "cannot be false"))
		}
		return set
	}
	if accessor != "" {
		flag(accessor)
	}
	if _, isSymbol := name.(*goja.Symbol); !isSymbol && !nodeerr.IsString(name) {
		panic(err.InvalidArgType("methodName", []string{"string", "symbol"}, name))
	}
	if !bind.IsFunction(target) {
		err.ValidateObject(target, "object")
	}
	if !bind.IsUndefined(impl) {
		err.ValidateFunction(impl, "implementation")
	}
	getter, setter, times := flag("getter"), flag("setter"), r.times(options)
	if getter && setter {
		panic(err.InvalidArgValue("options.setter", bind.True, "cannot be used with 'options.getter'"))
	}
	field := "value"
	if getter {
		field = "get"
	} else if setter {
		field = "set"
	}
	holder := target.(*goja.Object)
	descriptor := r.find(holder, name)
	original := bind.Property(descriptor, field)
	if !bind.IsFunction(original) {
		panic(err.InvalidArgValue("methodName", original, "must be a method"))
	}
	if bind.IsUndefined(impl) {
		impl = original
	}
	m := &mocked{r: r, impl: impl, original: original, times: times, holder: holder, method: name, descriptor: descriptor.(*goja.Object)}
	mock := r.watch(t, m, original.(*goja.Object))
	replaced := r.vm.NewObject()
	for _, key := range m.descriptor.Keys() {
		replaced.Set(key, m.descriptor.Get(key))
	}
	replaced.Set(field, mock)
	r.defineProperty(holder, name, replaced)
	return mock
}

// find returns the descriptor of a property of o or of the first prototype that has one.
func (r *Room) find(o *goja.Object, name goja.Value) goja.Value {
	for ; o != nil; o = o.Prototype() {
		d := bind.Invoke(r.vm, r.object("Object"), "getOwnPropertyDescriptor", o, name)
		if !bind.IsUndefined(d) {
			return d
		}
	}
	return goja.Undefined()
}

// watch makes the function that stands in for fn.
func (r *Room) watch(t *tracker, m *mocked, fn *goja.Object) goja.Value {
	m.next = make(map[int]goja.Value)
	m.obj = r.vm.CreateObject(r.mockFunction.Proto)
	bind.Own(m.obj).Put(bind.Self, m)
	t.mocks = append(t.mocks, m)
	return r.vm.ToValue(r.vm.NewProxy(fn, &goja.ProxyTrapConfig{
		Apply: func(_ *goja.Object, this goja.Value, args []goja.Value) goja.Value {
			impl := m.take()
			var v goja.Value
			ex := r.vm.Try(func() { v = bind.Call(impl, this, args...) })
			m.track(args, v, ex, goja.Undefined(), this)
			return v
		},
		Construct: func(target *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
			impl := m.take()
			var v goja.Value = goja.Undefined()
			ex := r.vm.Try(func() {
				construct := r.object("Reflect")
				v = bind.Invoke(r.vm, construct, "construct", impl, r.array(args), newTarget)
			})
			m.track(args, v, ex, target, v)
			return v.(*goja.Object)
		},
		Get: func(target *goja.Object, property string, receiver goja.Value) goja.Value {
			if property == "mock" {
				return m.obj
			}
			return bind.Invoke(r.vm, r.object("Reflect"), "get", target, r.vm.ToValue(property), receiver)
		},
	}))
}

func (r *Room) array(values []goja.Value) goja.Value {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return r.vm.NewArray(out...)
}

// take returns what the next call runs.
func (m *mocked) take() goja.Value {
	n := len(m.calls)
	impl, ok := m.next[n]
	if !ok {
		impl = m.impl
	}
	if float64(n+1) == m.times {
		m.restore()
	}
	delete(m.next, n)
	return impl
}

// track records a call, and throws on what it threw.
func (m *mocked) track(args []goja.Value, result goja.Value, ex *goja.Exception, target, this goja.Value) {
	thrown := goja.Undefined()
	if ex != nil {
		thrown, result = ex.Value(), goja.Undefined()
	}
	call := m.r.vm.CreateObject(nil)
	call.Set("arguments", m.r.array(args))
	call.Set("error", thrown)
	call.Set("result", result)
	call.Set("stack", m.r.h.Err.Plain(nodeerr.Error, ""))
	call.Set("target", target)
	call.Set("this", this)
	m.calls = append(m.calls, call)
	if ex != nil {
		bind.Rethrow(ex)
	}
}
