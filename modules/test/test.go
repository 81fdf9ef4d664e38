// Package test is Node's test runner for programs that are run plainly (gonode file.js): test, suite,
// their hooks and contexts, mocks, and the TAP and spec reports on standard output.
//
// require knows it as node:test only, never as test. Not there: run(), files run by the command
// (--test), filters (--test-only, --test-name-pattern), coverage, other reporters.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/test.html.
package test

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	asynchooks "github.com/gonode/gonode/modules/async_hooks"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('node:test').
var Module = modules.Module{ID: "node:test", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the test runner of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the test runner of one runtime.
type Room struct {
	h    *modules.Host
	vm   *goja.Runtime
	util *util.Room
	dom  *events.TargetRoom

	testContext, suiteContext       *bind.Built
	tracker, mockFunction, mockTime *bind.Built
	mockTimeout                     *bind.Built

	then    goja.Value // Promise.prototype.then, whatever the program puts in its place
	harness *harness   // nil until something is tested
	timed   bool       // the warning of mock timers was given
}

func newRoom(h *modules.Host) *Room {
	asynchooks.Rooms.Of(h) // a test is found by the context of what runs, across promises too
	r := &Room{h: h, vm: h.VM, util: util.Rooms.Of(h), dom: events.Targets.Of(h)}
	r.then = h.VM.Get("Promise").(*goja.Object).Get("prototype").(*goja.Object).Get("then")
	r.defineContexts()
	r.defineMocks()
	r.defineMockTimers()
	return r
}

// exports is the function test with all else as its properties, in Node's order.
func (r *Room) exports() goja.Value {
	test, suite := r.factory("test", testKind), r.factory("suite", suiteKind)
	for _, name := range hookNames {
		bind.DefineMethods(r.vm, test, []bind.Method{{Name: name, Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			t := r.current()
			t.addHook(name, c.Argument(0), c.Argument(1), r.caller())
			return goja.Undefined()
		}}})
	}
	test.Set("describe", suite)
	test.Set("it", test)
	bind.DefineMethods(r.vm, test, []bind.Method{{Name: "run", Length: 1, Fn: func(goja.FunctionCall) goja.Value {
		panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "test.run()"))
	}}})
	test.Set("suite", suite)
	test.Set("test", test)
	var mock goja.Value
	test.DefineAccessorProperty("mock", r.vm.ToValue(func(goja.FunctionCall) goja.Value {
		if mock == nil {
			mock = r.newTracker()
		}
		return mock
	}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return test
}

// factory makes test or suite, with its forms skip, todo and only.
func (r *Room) factory(name string, kind kind) *goja.Object {
	form := func(name string, forced string) *goja.Object {
		return bind.Function(r.vm, bind.Method{Name: name, Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			parent := r.current()
			t := parent.subtest(kind, c.Arguments, forced, r.caller())
			p, resolve, _ := r.promise()
			if parent.kind == suiteKind {
				resolve(goja.Undefined()) // the suite starts what it has, later
			} else {
				r.harness.bootstrap()
				t.start(func() { resolve(goja.Undefined()) })
			}
			return p
		}})
	}
	f := form(name, "")
	for _, forced := range []string{"skip", "todo", "only"} {
		f.Set(forced, form(forced, forced))
	}
	return f
}

// place is where in the program something was called.
type place struct {
	file         string
	line, column int
}

// caller returns the place that called into the room; nil if no file of the program's did.
func (r *Room) caller() *place {
	if file, line, column, ok := util.Caller(r.vm); ok {
		return &place{file, line, column}
	}
	return nil
}

// promise makes a promise. The engine's own way to settle one would run all promise jobs at once
// when it is called from a promise job, as almost all here is.
func (r *Room) promise() (p goja.Value, resolve, reject func(v goja.Value)) {
	settle := func(fn goja.Value) func(v goja.Value) {
		f, _ := bind.ToCallable(fn)
		return func(v goja.Value) { f.Call(goja.Undefined(), v) }
	}
	executor := r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		resolve, reject = settle(c.Argument(0)), settle(c.Argument(1))
		return goja.Undefined()
	})
	p, err := r.vm.New(r.object("Promise"), executor)
	if err != nil {
		bind.Rethrow(err)
	}
	return p, resolve, reject
}

// await calls one of the two when v, a promise or any other value, has settled: never at once.
func (r *Room) await(v goja.Value, ok, failed func(v goja.Value)) {
	p, resolve, _ := r.promise()
	resolve(v)
	handler := func(fn func(v goja.Value)) goja.Value {
		return r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
			fn(c.Argument(0))
			return goja.Undefined()
		})
	}
	bind.Call(r.then, p, handler(ok), handler(failed))
}

// soon calls fn as a promise job.
func (r *Room) soon(fn func()) {
	r.await(goja.Undefined(), func(goja.Value) { fn() }, nil)
}
