// Package assert is Node's assert module and its strict form, with Node's messages.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/assert.html.
package assert

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('assert').
var Module = modules.Module{ID: "assert", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Assert }}

// StrictModule is require('assert/strict').
var StrictModule = modules.Module{ID: "assert/strict", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Strict }}

// Rooms holds the assert of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the assert module of one runtime.
type Room struct {
	Assert *goja.Object
	Strict *goja.Object

	h          *modules.Host
	vm         *goja.Runtime
	util       *util.Room
	errorCtor  *goja.Object
	regExpExec bind.Callable
	class      *bind.Built // AssertionError
	comparison *bind.Built
	options    *goja.Object // of inspect for messages
	warned     bool
	rejections *goja.Object      // the functions that wait for a promise, by name
	source     map[string]string // messages of assert.ok by place
}

func newRoom(h *modules.Host) *Room {
	vm := h.VM
	r := &Room{h: h, vm: vm, util: util.Rooms.Of(h), source: make(map[string]string)}
	r.errorCtor = vm.Get("Error").(*goja.Object)
	r.regExpExec, _ = bind.ToCallable(vm.Get("RegExp").(*goja.Object).Get("prototype").(*goja.Object).Get("exec"))
	r.defineError()
	r.comparison = bind.Define(vm, bind.Class{Name: "Comparison"})
	ok := func(c goja.FunctionCall) goja.Value { r.ok(c.Arguments); return goja.Undefined() }
	r.Assert = bind.Function(vm, bind.Method{Name: "ok", Fn: ok})
	r.Strict = bind.Function(vm, bind.Method{Name: "strict", Fn: ok})
	methods := []bind.Method{
		{Name: "fail", Length: 5, Fn: r.fail},
		r.compare("equal", "==", func(a, b goja.Value) bool { return looseEqual(a, b) }),
		r.compare("notEqual", "!=", func(a, b goja.Value) bool { return !looseEqual(a, b) }),
		r.compare("deepEqual", "deepEqual", func(a, b goja.Value) bool { return r.util.DeepEqual(a, b, false) }),
		r.compare("notDeepEqual", "notDeepEqual", func(a, b goja.Value) bool { return !r.util.DeepEqual(a, b, false) }),
		r.compare("deepStrictEqual", "deepStrictEqual", func(a, b goja.Value) bool { return r.util.DeepEqual(a, b, true) }),
		r.compare("notDeepStrictEqual", "notDeepStrictEqual", func(a, b goja.Value) bool { return !r.util.DeepEqual(a, b, true) }),
		r.compare("strictEqual", "strictEqual", func(a, b goja.Value) bool { return a.SameAs(b) }),
		r.compare("notStrictEqual", "notStrictEqual", func(a, b goja.Value) bool { return !a.SameAs(b) }),
		{Name: "throws", Length: 1, Fn: r.throws},
		{Name: "rejects"},
		{Name: "doesNotThrow", Length: 1, Fn: r.doesNotThrow},
		{Name: "doesNotReject"},
		{Name: "ifError", Length: 1, Fn: r.ifError},
		{Name: "match", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.match("match", true, c) }},
		{Name: "doesNotMatch", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.match("doesNotMatch", false, c) }},
		{Name: "CallTracker"},
	}
	// Both forms have the same function objects, as in Node.
	fns := make(map[string]*goja.Object, len(methods))
	set := func(name string, f *goja.Object) {
		r.Assert.Set(name, f)
		r.Strict.Set(name, f)
	}
	r.rejections = r.defineRejections()
	for i, m := range methods {
		switch {
		case m.Fn != nil:
			fns[m.Name] = bind.Function(vm, m)
		case m.Name == "CallTracker":
			fns[m.Name] = r.defineCallTracker()
		default:
			fns[m.Name] = r.rejections.Get(m.Name).(*goja.Object)
		}
		set(m.Name, fns[m.Name])
		if i == 0 {
			set("AssertionError", r.class.Ctor)
			set("ok", r.Assert)
		}
	}
	r.Strict.Set("equal", fns["strictEqual"])
	r.Strict.Set("deepEqual", fns["deepStrictEqual"])
	r.Strict.Set("notEqual", fns["notStrictEqual"])
	r.Strict.Set("notDeepEqual", fns["notDeepStrictEqual"])
	set("strict", r.Strict)
	return r
}

func looseEqual(a, b goja.Value) bool {
	return a.Equals(b) || isNaN(a) && isNaN(b)
}

func isNaN(v goja.Value) bool {
	if !nodeerr.IsNumber(v) {
		return false
	}
	f := v.ToFloat()
	return f != f
}

// text makes a JavaScript string.
func text(s string) goja.Value { return util.String(s) }

// failure describes an AssertionError; absent values are undefined.
type failure struct {
	actual, expected goja.Value
	message          goja.Value
	operator         string
	of               string // the function that failed, where the operator says something else
	generated        *bool  // overrides generatedMessage
}

// throw throws the AssertionError, or the message itself if it is an Error.
func (r *Room) throw(f failure) {
	if f.message != nil && r.h.Err.Is(f.message) {
		panic(f.message)
	}
	panic(r.newError(f))
}

func (r *Room) newError(f failure) *goja.Object {
	opts := r.vm.NewObject()
	for name, v := range map[string]goja.Value{"actual": f.actual, "expected": f.expected, "message": f.message} {
		if v != nil {
			opts.Set(name, v)
		}
	}
	opts.Set("operator", f.operator)
	for _, name := range []string{f.operator, f.of} {
		if async := r.rejections.Get(name); async != nil {
			opts.Set("stackStartFn", async) // the others are Go functions, which no stack shows
		}
	}
	o, err := r.vm.New(r.class.Ctor, opts)
	if err != nil {
		bind.Rethrow(err)
	}
	if f.generated != nil {
		o.Set("generatedMessage", *f.generated)
	}
	return o
}

// compare makes a function that compares two values.
func (r *Room) compare(name, operator string, passes func(a, b goja.Value) bool) bind.Method {
	return bind.Method{Name: name, Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
		if len(c.Arguments) < 2 {
			panic(r.h.Err.New("ERR_MISSING_ARGS", `The "actual" and "expected" arguments`))
		}
		a, b := c.Argument(0), c.Argument(1)
		if !passes(a, b) {
			r.throw(failure{actual: a, expected: b, message: c.Argument(2), operator: operator})
		}
		return goja.Undefined()
	}}
}

// fail is assert.fail([message]) and its old form with values.
func (r *Room) fail(c goja.FunctionCall) goja.Value {
	f := failure{actual: c.Argument(0), expected: c.Argument(1), message: c.Argument(2), operator: "fail"}
	n := len(c.Arguments)
	switch {
	case n <= 1 && bind.IsNullish(f.actual):
		f.generated = new(bool)
		*f.generated = true
		f.message = bind.String("Failed")
	case n == 1:
		f.message, f.actual = f.actual, goja.Undefined()
	default:
		if !r.warned {
			r.warned = true
			bind.Invoke(r.vm, r.h.Builtin("process").(*goja.Object), "emitWarning", bind.String("assert.fail() with more than one "+
				"argument is deprecated. Please use assert.strictEqual() instead or only pass a message."),
				bind.String("DeprecationWarning"), bind.String("DEP0094"))
		}
		if n == 2 {
			f.operator = "!="
		}
	}
	if v := c.Argument(3); !bind.IsUndefined(v) {
		f.operator = v.String()
	}
	r.throw(f)
	return nil
}

// ok is assert(value[, message]).
func (r *Room) ok(args []goja.Value) {
	if bind.Arg(args, 0).ToBoolean() {
		return
	}
	generated := false
	message := bind.Arg(args, 1)
	switch {
	case len(args) == 0:
		generated = true
		message = bind.String("No value argument passed to `assert.ok()`")
	case bind.IsNullish(message):
		generated = true
		message = nil
		if s := r.expression(); s != "" {
			message = text(s)
		}
	}
	r.throw(failure{actual: bind.Arg(args, 0), expected: bind.True, message: message, operator: "==", generated: &generated})
}

// ifError is assert.ifError(value).
func (r *Room) ifError(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if bind.IsNullish(v) {
		return goja.Undefined()
	}
	msg := "ifError got unwanted exception: "
	o, isObject := v.(*goja.Object)
	if m := bind.Property(v, "message"); isObject && nodeerr.TypeOf(v) == "object" && nodeerr.IsString(m) {
		ctor := o.Get("constructor")
		if m.String() == "" && bind.Truthy(ctor) {
			msg += bind.Property(ctor, "name").String()
		} else {
			msg += util.Text(m)
		}
	} else {
		msg += r.util.Inspect(v)
	}
	err := r.newError(failure{actual: v, expected: goja.Null(), message: text(msg), operator: "ifError"})
	if stack := bind.Property(v, "stack"); nodeerr.IsString(stack) {
		r.joinStacks(err, ecma.StackText(util.Text(stack)))
	}
	panic(err)
}

// joinStacks puts the frames of the original error below those of err that it does not share.
func (r *Room) joinStacks(err *goja.Object, original string) {
	start := strings.Index(original, "\n    at")
	if start < 0 {
		return
	}
	frames := strings.Split(original[start+1:], "\n")
	lines := strings.Split(util.Text(err.Get("stack")), "\n")
search:
	for _, f := range frames {
		for i, line := range lines {
			if line == f {
				lines = lines[:i]
				break search
			}
		}
	}
	err.Set("stack", text(strings.Join(lines, "\n")+"\n"+strings.Join(frames, "\n")))
}

// match is assert.match and assert.doesNotMatch.
func (r *Room) match(name string, want bool, c goja.FunctionCall) goja.Value {
	s, re, message := c.Argument(0), c.Argument(1), c.Argument(2)
	if !isRegExp(re) {
		panic(r.h.Err.InvalidArgType("regexp", []string{"RegExp"}, re))
	}
	isString := nodeerr.IsString(s)
	if isString && r.exec(re, s) == want {
		return goja.Undefined()
	}
	generated := !message.ToBoolean()
	if generated {
		var msg string
		switch {
		case !isString:
			msg = `The "string" argument must be of type string. Received type ` + nodeerr.TypeOf(s) + " (" + r.util.Inspect(s) + ")"
		case want:
			msg = "The input did not match the regular expression " + r.util.Inspect(re) + ". Input:\n\n" + r.util.Inspect(s) + "\n"
		default:
			msg = "The input was expected to not match the regular expression " + r.util.Inspect(re) + ". Input:\n\n" + r.util.Inspect(s) + "\n"
		}
		message = text(msg)
	}
	r.throw(failure{actual: s, expected: re, message: message, operator: name, generated: &generated})
	return nil
}

func isRegExp(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "RegExp"
}

// exec reports whether the regular expression matches v as a string.
func (r *Room) exec(re, v goja.Value) bool {
	return !goja.IsNull(r.regExpExec.Call(re, v.ToString()))
}
