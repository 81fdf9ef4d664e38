package util

import (
	"regexp"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// promisify is util.promisify(original).
func (r *Room) promisify(c goja.FunctionCall) goja.Value {
	vm := r.vm
	original := r.h.Err.ValidateFunction(c.Argument(0), "original")
	if custom := original.GetSymbol(r.promisifyCustom); bind.Truthy(custom) {
		fn := r.h.Err.ValidateFunction(custom, "util.promisify.custom")
		fn.DefineDataPropertySymbol(r.promisifyCustom, fn, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		return fn
	}
	call, _ := bind.ToCallable(original)
	fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		p, resolve, reject := vm.NewPromise()
		done := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if err := c.Argument(0); bind.Truthy(err) {
				reject(err)
			} else {
				resolve(c.Argument(1))
			}
			return goja.Undefined()
		})
		args := append(append(make([]goja.Value, 0, len(c.Arguments)+1), c.Arguments...), done)
		if ex := vm.Try(func() { call.Call(c.This, args...) }); ex != nil {
			reject(ex.Value())
		}
		return vm.ToValue(p)
	}).(*goja.Object)
	fn.SetPrototype(original.Prototype())
	fn.DefineDataPropertySymbol(r.promisifyCustom, fn, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.copyProperties(fn, original, nil)
	return fn
}

// copyProperties defines the own properties of src on dst; change may replace a value.
func (r *Room) copyProperties(dst, src *goja.Object, change func(name string, v goja.Value) goja.Value) {
	object := r.vm.Get("Object").(*goja.Object)
	descriptors := bind.Invoke(r.vm, object, "getOwnPropertyDescriptors", src).(*goja.Object)
	descriptors.DeleteSymbol(r.promisifyCustom)
	if change != nil {
		for _, name := range []string{"length", "name"} {
			if d, ok := descriptors.Get(name).(*goja.Object); ok {
				if v := d.Get("value"); v != nil {
					d.Set("value", change(name, v))
				}
			}
		}
	}
	bind.Invoke(r.vm, object, "defineProperties", dst, descriptors)
}

// callbackify is util.callbackify(original).
func (r *Room) callbackify(c goja.FunctionCall) goja.Value {
	vm := r.vm
	original := r.h.Err.ValidateFunction(c.Argument(0), "original")
	call, _ := bind.ToCallable(original)
	fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		var last goja.Value = goja.Undefined()
		args := c.Arguments
		if len(args) > 0 {
			last, args = args[len(args)-1], args[:len(args)-1]
		}
		r.h.Err.ValidateFunction(last, "last argument")
		cb, _ := bind.ToCallable(last)
		this := c.This
		// On a tick of its own, so that what the callback throws rejects nothing.
		later := func(run func()) { r.h.Door.NextTick(modules.Func(run)) }
		p, ok := call.Call(this, args...).(*goja.Object)
		if !ok {
			panic(vm.NewTypeError("Cannot read properties of undefined (reading 'then')"))
		}
		bind.Invoke(vm, p, "then",
			vm.ToValue(func(c goja.FunctionCall) goja.Value {
				value := c.Argument(0)
				later(func() { cb.Call(this, goja.Null(), value) })
				return goja.Undefined()
			}),
			vm.ToValue(func(c goja.FunctionCall) goja.Value {
				reason := c.Argument(0)
				later(func() {
					// null would read as "no error".
					if !reason.ToBoolean() {
						err := r.h.Err.New("ERR_FALSY_VALUE_REJECTION")
						err.Set("reason", reason)
						reason = err
					}
					cb.Call(this, reason)
				})
				return goja.Undefined()
			}))
		return goja.Undefined()
	}).(*goja.Object)
	r.copyProperties(fn, original, func(name string, v goja.Value) goja.Value {
		switch {
		case name == "length" && nodeerr.IsNumber(v):
			return bind.Int(int(v.ToInteger()) + 1)
		case name == "name" && nodeerr.IsString(v):
			return stringValue(textOf(v) + "Callbackified")
		}
		return v
	})
	return fn
}

// deprecated makes the wrapper of util.deprecate in JavaScript: only there can one function be
// called and constructed alike.
var deprecated = goja.MustCompile("gonode:util/deprecate", `(function (fn, warn) {
  return function deprecated(...args) {
    warn(deprecated);
    return new.target ? Reflect.construct(fn, args, new.target) : Reflect.apply(fn, this, args);
  };
})`, true)

// deprecate is util.deprecate(fn, msg[, code]).
func (r *Room) deprecate(c goja.FunctionCall) goja.Value {
	vm := r.vm
	fn, msg, code := c.Argument(0), c.Argument(1), c.Argument(2)
	if !bind.IsUndefined(code) {
		r.h.Err.ValidateString(code, "code")
	}
	warned := false
	warn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		process := r.h.Builtin("process").(*goja.Object)
		if warned || bind.Truthy(process.Get("noDeprecation")) {
			return goja.Undefined()
		}
		warned = true
		args := []goja.Value{msg, bind.String("DeprecationWarning")}
		if !bind.IsUndefined(code) {
			if r.codesWarned[code.String()] {
				return goja.Undefined()
			}
			if r.codesWarned == nil {
				r.codesWarned = make(map[string]bool)
			}
			r.codesWarned[code.String()] = true
			args = append(args, code)
		}
		bind.Invoke(vm, process, "emitWarning", append(args, c.Argument(0))...)
		return goja.Undefined()
	})
	factory, err := vm.RunProgram(deprecated)
	if err != nil {
		bind.Rethrow(err)
	}
	wrapper := bind.Call(factory, goja.Undefined(), fn, warn).(*goja.Object)
	if o, ok := fn.(*goja.Object); ok {
		wrapper.SetPrototype(o)
		if proto := o.Get("prototype"); bind.Truthy(proto) {
			wrapper.Set("prototype", proto)
		}
	}
	return wrapper
}

// inherits is util.inherits(ctor, superCtor).
func (r *Room) inherits(c goja.FunctionCall) goja.Value {
	ctor, super := c.Argument(0), c.Argument(1)
	if bind.IsNullish(ctor) {
		panic(r.h.Err.InvalidArgType("ctor", []string{"Function"}, ctor))
	}
	if bind.IsNullish(super) {
		panic(r.h.Err.InvalidArgType("superCtor", []string{"Function"}, super))
	}
	proto := bind.Property(super, "prototype")
	if bind.IsUndefined(proto) {
		panic(r.h.Err.InvalidArgType("superCtor.prototype", []string{"Object"}, proto))
	}
	o := ctor.ToObject(r.vm)
	bind.Hide(o, "super_", super)
	own, ok := o.Get("prototype").(*goja.Object)
	if !ok {
		panic(r.vm.NewTypeError("Object.setPrototypeOf called on null or undefined"))
	}
	parent, _ := proto.(*goja.Object)
	if err := own.SetPrototype(parent); err != nil {
		bind.Rethrow(err)
	}
	return goja.Undefined()
}

// debuglog is util.debuglog(section[, callback]): a logger to stderr if NODE_DEBUG names the section.
func (r *Room) debuglog(c goja.FunctionCall) goja.Value {
	vm := r.vm
	section, callback := strings.ToUpper(c.Argument(0).String()), c.Argument(1)
	state := 0 // 1: enabled, 2: not
	enabled := func() bool {
		if state == 0 {
			state = 2
			if env, ok := r.h.Process.Env("NODE_DEBUG"); ok && env != "" && debugPattern(env).MatchString(section) {
				state = 1
			}
		}
		return state == 1
	}
	write := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if !enabled() {
			return goja.Undefined()
		}
		process := r.h.Builtin("process").(*goja.Object)
		line := section + " " + process.Get("pid").String() + ": " + textOf(r.Format(c.Arguments)) + "\n"
		bind.Invoke(vm, process.Get("stderr").(*goja.Object), "write", stringValue(line))
		return goja.Undefined()
	})
	first := true
	logger := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if first {
			first = false
			if fn, ok := bind.ToCallable(callback); ok {
				fn.Call(goja.Undefined(), write)
			}
		}
		return bind.Call(write, goja.Undefined(), c.Arguments...)
	}).(*goja.Object)
	bind.Name(logger, "logger", 0)
	logger.DefineAccessorProperty("enabled", vm.ToValue(func(goja.FunctionCall) goja.Value { return bind.Bool(enabled()) }),
		nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return logger
}

// debugPattern turns NODE_DEBUG, a list with wildcards, into a pattern.
func debugPattern(env string) *regexp.Regexp {
	parts := strings.Split(env, ",")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*")
	}
	return regexp.MustCompile(`(?i)^(?:` + strings.Join(parts, "|") + `)$`)
}

// aborted is util.aborted(signal, resource): a promise that resolves when the signal aborts.
func (r *Room) aborted(c goja.FunctionCall) goja.Value {
	vm := r.vm
	p, resolve, reject := vm.NewPromise()
	if ex := vm.Try(func() {
		signal := r.h.Err.ValidateAbortSignal(c.Argument(0), "signal")
		if signal == nil {
			panic(r.h.Err.InvalidArgType("signal", []string{"AbortSignal"}, c.Argument(0)))
		}
		if res, ok := c.Argument(1).(*goja.Object); !ok || isFunction(res) {
			panic(r.h.Err.InvalidArgType("resource", []string{"Object"}, c.Argument(1)))
		}
		if bind.Truthy(signal.Get("aborted")) {
			resolve(goja.Undefined())
			return
		}
		once := vm.NewObject()
		once.Set("once", true)
		bind.Invoke(vm, signal, "addEventListener", bind.String("abort"),
			vm.ToValue(func(goja.FunctionCall) goja.Value { resolve(goja.Undefined()); return goja.Undefined() }), once)
	}); ex != nil {
		reject(ex.Value())
	}
	return vm.ToValue(p)
}
