package assert

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// caught runs fn and returns what it threw, nil if nothing.
func (r *Room) caught(fn goja.Value) goja.Value {
	f := r.h.Err.ValidateFunction(fn, "fn")
	if ex := r.vm.Try(func() { bind.Call(f, goja.Undefined()) }); ex != nil {
		return ex.Value()
	}
	return nil
}

func rest(args []goja.Value) []goja.Value {
	if len(args) == 0 {
		return nil
	}
	return args[1:]
}

func (r *Room) throws(c goja.FunctionCall) goja.Value {
	r.expectError("throws", "exception", r.caught(c.Argument(0)), rest(c.Arguments))
	return goja.Undefined()
}

func (r *Room) doesNotThrow(c goja.FunctionCall) goja.Value {
	r.expectNone("doesNotThrow", "exception", r.caught(c.Argument(0)), rest(c.Arguments))
	return goja.Undefined()
}

// rejections are the functions that wait for a promise. They are JavaScript because async functions show in
// stacks: what awaits one of them is in the stack of the error that it ends with.
//
// Node v20 lib/assert.js: rejects, doesNotReject, waitForActual.
var rejections = goja.MustCompile("node:assert", `(function (promiseOf, expectError, expectNone) {
  async function waitForActual(promiseFn) {
    const promise = promiseOf(promiseFn);
    try {
      await promise;
    } catch (e) {
      return { reason: e };
    }
    return {};
  }
  return {
    rejects: async function rejects(promiseFn, ...args) {
      expectError(await waitForActual(promiseFn), args);
    },
    doesNotReject: async function doesNotReject(promiseFn, ...args) {
      expectNone(await waitForActual(promiseFn), args);
    },
  };
})`, true)

// defineRejections makes rejects and doesNotReject.
func (r *Room) defineRejections() *goja.Object {
	factory, err := r.vm.RunProgram(rejections)
	if err != nil {
		bind.Rethrow(err)
	}
	// expect is a check of ({ reason } or {}, the other arguments of name).
	expect := func(name string, check func(name, noun string, actual goja.Value, args []goja.Value)) goja.Value {
		return r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
			var args []goja.Value
			r.vm.ForOf(c.Argument(1), func(v goja.Value) bool { args = append(args, v); return true })
			check(name, "rejection", c.Argument(0).(*goja.Object).Get("reason"), args)
			return goja.Undefined()
		})
	}
	return bind.Call(factory, goja.Undefined(), r.vm.ToValue(r.promiseOf), expect("rejects", r.expectError),
		expect("doesNotReject", r.expectNone)).(*goja.Object)
}

// promiseOf is the promise that the first argument of rejects is, or returns.
func (r *Room) promiseOf(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if fn, ok := bind.ToCallable(v); ok {
		v = fn.Call(goja.Undefined())
		if !isPromise(v) {
			panic(r.h.Err.New("ERR_INVALID_RETURN_VALUE", "instance of Promise", "promiseFn", r.h.Err.Received(v)))
		}
	} else if !isPromise(v) {
		panic(r.h.Err.InvalidArgType("promiseFn", []string{"Function", "Promise"}, v))
	}
	return v
}

func isPromise(v goja.Value) bool {
	return nodeerr.TypeOf(v) == "object" && nodeerr.TypeOf(bind.Property(v, "then")) == "function" &&
		nodeerr.TypeOf(bind.Property(v, "catch")) == "function"
}

// expectError checks what was thrown (nil: nothing) against args, [error][, message].
//
// Node v20 lib/assert.js: expectsError.
func (r *Room) expectError(name, noun string, actual goja.Value, args []goja.Value) {
	expected, message := bind.Arg(args, 0), bind.Arg(args, 1)
	switch kind := nodeerr.TypeOf(expected); {
	case kind == "string":
		if len(args) == 2 {
			panic(r.h.Err.InvalidArgType("error", []string{"Object", "Error", "Function", "RegExp"}, expected))
		}
		if o, ok := actual.(*goja.Object); ok && nodeerr.TypeOf(o) == "object" {
			if bind.Property(o, "message").StrictEquals(expected) {
				r.h.Err.Throw("ERR_AMBIGUOUS_ARGUMENT", "error/message", `The error message "`+expected.String()+`" is identical to the message.`)
			}
		} else if actual != nil && actual.StrictEquals(expected) {
			r.h.Err.Throw("ERR_AMBIGUOUS_ARGUMENT", "error/message", `The error "`+expected.String()+`" is identical to the message.`)
		}
		expected, message = goja.Undefined(), expected
	case !bind.IsNullish(expected) && kind != "object" && kind != "function":
		panic(r.h.Err.InvalidArgType("error", []string{"Object", "Error", "Function", "RegExp"}, expected))
	}
	if actual == nil {
		details := ""
		if n := bind.Property(expected, "name"); bind.Truthy(n) {
			details = " (" + util.Text(n.ToString()) + ")"
		}
		if message.ToBoolean() {
			details += ": " + util.Text(message.ToString())
		} else {
			details += "."
		}
		r.throw(failure{expected: expected, operator: name, message: text("Missing expected " + noun + details)})
	}
	if bind.Truthy(expected) {
		r.validate(name, actual, expected.(*goja.Object), message)
	}
}

// validate checks a thrown value against a class, a function, a regular expression or an object of
// properties.
//
// Node v20 lib/assert.js: expectedException.
func (r *Room) validate(name string, actual goja.Value, expected *goja.Object, message goja.Value) {
	generated := false
	own := func(msg string) {
		if !message.ToBoolean() {
			generated, message = true, text(msg)
		}
	}
	switch {
	case isRegExp(expected):
		if r.exec(expected, actual) {
			return
		}
		own("The input did not match the regular expression " + r.util.Inspect(expected) + ". Input:\n\n" +
			r.util.Inspect(actual.ToString()) + "\n")
	case nodeerr.TypeOf(expected) != "function":
		r.properties(name, actual, expected, message)
		return
	case !bind.IsUndefined(bind.Property(expected, "prototype")) && r.vm.InstanceOf(actual, expected):
		return
	case r.isErrorClass(expected):
		className := bind.Property(expected, "name").String()
		msg := `The error is expected to be an instance of "` + className + `". Received `
		if r.h.Err.Is(actual) {
			got := bind.Property(bind.Property(actual, "constructor"), "name")
			if !bind.Truthy(got) {
				got = bind.Property(actual, "name")
			}
			if got.String() == className {
				msg += "an error with identical name but a different prototype."
			} else {
				msg += `"` + got.String() + `"`
			}
			if m := bind.Property(actual, "message"); bind.Truthy(m) {
				msg += "\n\nError message:\n\n" + util.Text(m.ToString())
			}
		} else {
			opts := r.vm.NewObject()
			opts.Set("depth", -1)
			msg += `"` + r.util.InspectWith(actual, opts) + `"`
		}
		own(msg)
	default:
		res := bind.Call(expected, r.vm.NewObject(), actual)
		if res.StrictEquals(bind.True) {
			return
		}
		title := ""
		if n := bind.Property(expected, "name"); bind.Truthy(n) {
			title = `"` + n.String() + `" `
		}
		msg := "The " + title + `validation function is expected to return "true". Received ` + r.util.Inspect(res)
		if r.h.Err.Is(actual) {
			msg += "\n\nCaught error:\n\n" + util.Text(actual.ToString())
		}
		own(msg)
	}
	if r.h.Err.Is(message) {
		message = message.ToString()
	}
	r.throw(failure{actual: actual, expected: expected, message: message, operator: name, generated: &generated})
}

// isErrorClass reports whether v inherits from the constructor Error.
func (r *Room) isErrorClass(v *goja.Object) bool {
	for p := v.Prototype(); p != nil; p = p.Prototype() {
		if p == r.errorCtor {
			return true
		}
	}
	return false
}

// properties compares the properties of expected with those of what was thrown.
func (r *Room) properties(name string, actual goja.Value, expected *goja.Object, message goja.Value) {
	o, ok := actual.(*goja.Object)
	if !ok {
		err := r.newError(failure{actual: actual, expected: expected, message: message, operator: "deepStrictEqual", of: name})
		err.Set("operator", name)
		panic(err)
	}
	keys := expected.Keys()
	if r.h.Err.Is(expected) {
		keys = append(keys, "name", "message")
	} else if len(keys) == 0 {
		panic(r.h.Err.InvalidArgValue("error", expected, "may not be an empty object"))
	}
	for _, k := range keys {
		got, want := o.Get(k), expected.Get(k)
		if nodeerr.IsString(got) && isRegExp(want) && r.exec(want, got) {
			continue
		}
		if got != nil && r.util.DeepEqual(got, want, true) {
			continue
		}
		if message.ToBoolean() {
			r.throw(failure{actual: actual, expected: expected, message: message, operator: name})
		}
		err := r.newError(failure{actual: r.pick(o, keys, nil), expected: r.pick(expected, keys, o), operator: "deepStrictEqual", of: name})
		err.Set("actual", actual)
		err.Set("expected", expected)
		err.Set("operator", name)
		panic(err)
	}
}

// pick returns an object with the keys of o for the message; where a regular expression matches the
// actual string, it has the string.
func (r *Room) pick(o *goja.Object, keys []string, actual *goja.Object) *goja.Object {
	out := r.vm.CreateObject(r.comparison.Proto)
	for i, k := range keys {
		v := o.Get(k)
		if v == nil || slices.Contains(keys[:i], k) {
			continue
		}
		if actual != nil {
			if got := actual.Get(k); nodeerr.IsString(got) && isRegExp(v) && r.exec(v, got) {
				v = got
			}
		}
		out.Set(k, v)
	}
	return out
}

// expectNone fails if something was thrown that matches args, and throws it on if it does not match.
func (r *Room) expectNone(name, noun string, actual goja.Value, args []goja.Value) {
	if actual == nil {
		return
	}
	expected, message := bind.Arg(args, 0), bind.Arg(args, 1)
	if nodeerr.IsString(expected) {
		expected, message = goja.Undefined(), expected
	}
	if expected.ToBoolean() && !r.matches(actual, expected) {
		panic(actual)
	}
	details := "."
	if message.ToBoolean() {
		details = ": " + util.Text(message.ToString())
	}
	m := "undefined"
	if o, ok := actual.(*goja.Object); ok {
		m = util.Text(bind.Property(o, "message").ToString())
	} else if !actual.ToBoolean() {
		m = util.Text(actual.ToString()) // actual && actual.message
	}
	r.throw(failure{actual: actual, expected: expected, operator: name,
		message: text("Got unwanted " + noun + details + "\nActual message: \"" + m + "\"")})
}

func (r *Room) matches(actual, expected goja.Value) bool {
	fn, ok := expected.(*goja.Object)
	switch {
	case isRegExp(expected):
		return r.exec(expected, actual)
	case !ok || nodeerr.TypeOf(fn) != "function":
		panic(r.h.Err.InvalidArgType("expected", []string{"Function", "RegExp"}, expected))
	case !bind.IsUndefined(bind.Property(fn, "prototype")) && r.vm.InstanceOf(actual, fn):
		return true
	case r.isErrorClass(fn):
		return false
	}
	return bind.Call(fn, r.vm.NewObject(), actual).StrictEquals(bind.True)
}
