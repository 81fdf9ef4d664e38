package test

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// asserts are the functions of assert that a context has.
var asserts = []string{"deepEqual", "deepStrictEqual", "doesNotMatch", "doesNotReject", "doesNotThrow", "equal",
	"fail", "ifError", "match", "notDeepEqual", "notDeepStrictEqual", "notEqual", "notStrictEqual", "rejects",
	"strictEqual", "throws", "ok"}

// plan counts assertions and subtests.
type plan struct{ expected, actual uint32 }

func (p *plan) failure(r *Room) *goja.Object {
	return r.failure("plan expected "+bind.Int(int(p.expected)).String()+" assertions but received "+
		bind.Int(int(p.actual)).String(), testCodeFailure)
}

func (u *unit) setPlan(count goja.Value) {
	if u.plan != nil {
		panic(u.r.failure("cannot set plan more than once", testCodeFailure))
	}
	u.plan = &plan{expected: u.r.h.Err.ValidateUint32(count, "count", false)}
}

func (u *unit) count() {
	if u.plan != nil {
		u.plan.actual++
	}
}

// newContext makes the object that u's function gets.
func (u *unit) newContext() goja.Value {
	class := u.r.testContext
	if u.kind == suiteKind {
		class = u.r.suiteContext
	}
	o := u.r.vm.CreateObject(class.Proto)
	bind.Own(o).Put(bind.Self, u)
	return o
}

func (r *Room) defineContexts() {
	of := func(c goja.FunctionCall) *unit {
		u, ok := bind.SelfOf[*unit](c.This)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", "TestContext")
		}
		return u
	}
	get := func(name string, fn func(u *unit) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value { return fn(of(c)) }}
	}
	do := func(name string, length int, fn func(u *unit, c goja.FunctionCall)) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			fn(of(c), c)
			return goja.Undefined()
		}}
	}
	named := []bind.Accessor{
		get("signal", func(u *unit) goja.Value { return u.signal.Object() }),
		get("name", func(u *unit) goja.Value { return r.vm.ToValue(u.name) }),
		get("fullName", func(u *unit) goja.Value { return r.vm.ToValue(u.fullName()) }),
	}
	illegal := func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }
	r.suiteContext = bind.Define(r.vm, bind.Class{Name: "SuiteContext", Mode: bind.CallNever, Construct: illegal, Accessors: named})
	methods := []bind.Method{
		do("diagnostic", 1, func(u *unit, c goja.FunctionCall) {
			u.diagnostics = append(u.diagnostics, c.Argument(0).String())
		}),
		do("plan", 1, func(u *unit, c goja.FunctionCall) { u.setPlan(c.Argument(0)) }),
		do("runOnly", 1, func(u *unit, c goja.FunctionCall) { u.runOnly = c.Argument(0).ToBoolean() }),
		do("skip", 1, func(u *unit, c goja.FunctionCall) { u.skipped, u.message = true, given(c.Argument(0)) }),
		do("todo", 1, func(u *unit, c goja.FunctionCall) { u.todo, u.message = true, given(c.Argument(0)) }),
		{Name: "test", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			u := of(c)
			u.count()
			t := u.subtest(testKind, c.Arguments, "", r.caller())
			p, resolve, _ := r.promise()
			t.start(func() { resolve(goja.Undefined()) })
			return p
		}},
	}
	for _, name := range hookNames {
		methods = append(methods, do(name, 2, func(u *unit, c goja.FunctionCall) {
			u.addHook(name, c.Argument(0), c.Argument(1), r.caller())
		}))
	}
	r.testContext = bind.Define(r.vm, bind.Class{Name: "TestContext", Mode: bind.CallNever, Construct: illegal, Methods: methods,
		Accessors: append(named,
			get("error", func(u *unit) goja.Value {
				if u.failure == nil {
					return goja.Null()
				}
				return u.failure
			}),
			get("passed", func(u *unit) goja.Value { return bind.Bool(u.passed) }),
			bind.Accessor{Name: "assert", Get: func(c goja.FunctionCall) goja.Value {
				of(c)
				return r.assertions(bind.This(r.h.VM, c))
			}},
			get("mock", func(u *unit) goja.Value {
				if u.mock == nil {
					u.mock = r.newTracker()
				}
				return u.mock
			}),
		)})
}

// given is a message as it was given; nil for none.
func given(v goja.Value) goja.Value {
	if bind.IsNullish(v) {
		return nil
	}
	return v
}

// assertions is t.assert: the functions of assert, each call counted for the plan.
func (r *Room) assertions(ctx *goja.Object) goja.Value {
	u, _ := bind.SelfOf[*unit](ctx)
	assert := r.h.Builtin("assert").(*goja.Object)
	o := r.vm.CreateObject(nil)
	for _, name := range asserts {
		fn, _ := bind.ToCallable(assert.Get(name))
		bind.DefineMethods(r.vm, o, []bind.Method{{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			u.count()
			return fn.Call(o, c.Arguments...)
		}}})
	}
	bind.Hide(ctx, "assert", o) // the same object each time
	return o
}
