package util

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// exports is require('util'), its properties in Node's order.
func (r *Room) exports() goja.Value {
	vm := r.vm
	o := vm.NewObject()
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "_errnoException", Fn: r.errnoException},
		{Name: "_exceptionWithHostPort", Fn: r.exceptionWithHostPort},
		{Name: "_extend", Length: 2, Fn: extend},
		{Name: "callbackify", Length: 1, Fn: r.callbackify},
	})
	debuglog := bind.Function(vm, bind.Method{Name: "debuglog", Length: 2, Fn: r.debuglog})
	o.Set("debug", debuglog)
	o.Set("debuglog", debuglog)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "deprecate", Length: 4, Fn: r.deprecate},
		{Name: "format", Fn: func(c goja.FunctionCall) goja.Value { return r.Format(c.Arguments) }},
		{Name: "styleText", Length: 2, Fn: r.styleText},
		{Name: "formatWithOptions", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			opts, ok := c.Argument(0).(*goja.Object)
			if !ok || isFunction(opts) {
				panic(r.h.Err.InvalidArgType("inspectOptions", []string{"Object"}, c.Argument(0)))
			}
			return r.FormatWith(opts, c.Arguments[1:])
		}},
		{Name: "getSystemErrorMap", Fn: r.systemErrorMap},
		{Name: "getSystemErrorName", Length: 1, Fn: r.systemErrorName},
		{Name: "inherits", Length: 2, Fn: r.inherits},
	})
	bind.DefineMethods(vm, o, r.printers())
	o.Set("inspect", r.inspectFn)
	legacy := r.legacyTypes()
	bind.DefineMethods(vm, o, legacy[:3])
	bind.DefineMethods(vm, o, []bind.Method{{Name: "isDeepStrictEqual", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		return bind.Bool(r.DeepEqual(c.Argument(0), c.Argument(1), true))
	}}})
	bind.DefineMethods(vm, o, legacy[3:])
	promisify := bind.Function(vm, bind.Method{Name: "promisify", Length: 1, Fn: r.promisify})
	promisify.Set("custom", r.promisifyCustom)
	bind.DefineMethods(vm, o, []bind.Method{{Name: "log", Fn: r.log}})
	o.Set("promisify", promisify)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "stripVTControlCharacters", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.h.Err.ValidateString(c.Argument(0), "str")
			return stringValue(stripVT(textOf(c.Argument(0))))
		}},
		{Name: "toUSVString", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return vm.ToValue(c.Argument(0).ToString().String()) // Go strings have no lone surrogates
		}},
		{Name: "aborted", Length: 2, Fn: r.aborted},
	})
	o.Set("types", r.Types())
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "parseEnv", Length: 1, Fn: r.parseEnv},
		{Name: "parseArgs", Fn: r.parseArgs},
		{Name: "getCallSites", Length: 2, Fn: r.callSites},
	})
	r.defineEncoding(o)
	r.defineMIME(o)
	for _, name := range []string{"transferableAbortController", "transferableAbortSignal"} {
		o.Set(name, bind.Function(vm, bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "util."+name+"()"))
		}}))
	}
	return o
}

// extend is util._extend(target, source).
func extend(c goja.FunctionCall) goja.Value {
	target, isTarget := c.Argument(0).(*goja.Object)
	source, isSource := c.Argument(1).(*goja.Object)
	if isTarget && isSource && typeOf(source) == "object" {
		for _, name := range source.Keys() {
			target.Set(name, source.Get(name))
		}
	}
	return c.Argument(0)
}

// log is util.log(...args): console.log with the time in front.
func (r *Room) log(c goja.FunctionCall) goja.Value {
	stamp := r.h.Now().Format("2 Jan 15:04:05")
	bind.Invoke(r.vm, r.h.Builtin("console").(*goja.Object), "log", bind.String("%s - %s"), bind.String(stamp), r.Format(c.Arguments))
	return goja.Undefined()
}

func (r *Room) systemErrorName(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	f := r.h.Err.ValidateNumber(v, "err", math.NaN(), math.NaN())
	if f >= 0 || f != math.Trunc(f) || f < -nodeerr.MaxSafeInteger {
		panic(r.h.Err.OutOfRange("err", "a negative integer", v))
	}
	if name, _, ok := nodeerr.SystemError(int(f)); ok {
		return bind.String(name)
	}
	return stringValue("Unknown system error " + v.String())
}

// systemErrorMap is util.getSystemErrorMap(): from number to name and text.
func (r *Room) systemErrorMap(goja.FunctionCall) goja.Value {
	m, err := r.vm.New(r.vm.Get("Map"))
	if err != nil {
		bind.Rethrow(err)
	}
	for n := -1; n >= -4096; n-- {
		if name, text, ok := nodeerr.SystemError(n); ok {
			bind.Invoke(r.vm, m, "set", bind.Int(n), r.vm.NewArray(name, text))
		}
	}
	return m
}

func (r *Room) errnoException(c goja.FunctionCall) goja.Value {
	n := int(c.Argument(0).ToInteger())
	name, _, ok := nodeerr.SystemError(n)
	if !ok {
		name = "Unknown system error " + itoa(n)
	}
	call := c.Argument(1).String()
	msg := call + " " + name
	if v := c.Argument(2); bind.Truthy(v) {
		msg += " " + v.String()
	}
	return r.h.Err.System(nodeerr.System{Code: name, Errno: n, Syscall: call, Message: msg})
}

func (r *Room) exceptionWithHostPort(c goja.FunctionCall) goja.Value {
	n := int(c.Argument(0).ToInteger())
	name, _, ok := nodeerr.SystemError(n)
	if !ok {
		name = "Unknown system error " + itoa(n)
	}
	s := nodeerr.System{Code: name, Errno: n, Syscall: c.Argument(1).String(), Port: int(c.Argument(3).ToInteger())}
	if v := c.Argument(2); !bind.IsNullish(v) {
		s.Address = v.String()
	}
	return r.h.Err.System(s)
}

// styleText is util.styleText(format, text[, options]).
func (r *Room) styleText(c goja.FunctionCall) goja.Value {
	text := textOf(c.Argument(1))
	r.h.Err.ValidateString(c.Argument(1), "text")
	table := r.inspectFn.Get("colors").(*goja.Object)
	codes := func(v goja.Value) (string, string) {
		pair, ok := bind.Property(table, v.String()).(*goja.Object)
		if !ok {
			names := table.Keys()
			r.h.Err.ValidateOneOf(v, "format", names...)
		}
		return "\x1b[" + bind.Property(pair, "0").String() + "m", "\x1b[" + bind.Property(pair, "1").String() + "m"
	}
	format := c.Argument(0)
	if list, ok := format.(*goja.Object); ok && isArray(list) {
		left, right := "", ""
		for i := range int(list.Get("length").ToInteger()) {
			on, off := codes(bind.Property(list, itoa(i)))
			left, right = left+on, off+right
		}
		return stringValue(left + text + right)
	}
	on, off := codes(format)
	opts, _ := c.Argument(2).(*goja.Object)
	validate := goja.Value(bind.True)
	var stream goja.Value
	if opts != nil {
		if v := opts.Get("validateStream"); !bind.IsUndefined(v) {
			validate = bind.Bool(r.h.Err.ValidateBoolean(v, "options.validateStream"))
		}
		stream = opts.Get("stream")
	}
	if validate.ToBoolean() {
		if bind.IsUndefined(stream) {
			stream = bind.Property(r.h.Builtin("process"), "stdout")
		}
		if s, ok := stream.(*goja.Object); !ok || typeOf(s.Get("write")) != "function" && typeOf(s.Get("read")) != "function" {
			panic(r.h.Err.InvalidArgType("stream", []string{"ReadableStream", "WritableStream", "Stream"}, stream))
		}
		if !r.ShouldColorize(stream) {
			return c.Argument(1)
		}
	}
	return stringValue(on + text + off)
}

// ShouldColorize reports whether stream is a terminal that shows colors, or the environment says so.
//
// Node v20 lib/internal/util/colors.js.
func (r *Room) ShouldColorize(stream goja.Value) bool {
	if force, ok := r.h.Process.Env("FORCE_COLOR"); ok {
		return force != "0"
	}
	s, ok := stream.(*goja.Object)
	if !ok || !bind.Truthy(s.Get("isTTY")) {
		return false
	}
	if typeOf(s.Get("getColorDepth")) == "function" {
		return bind.Invoke(r.vm, s, "getColorDepth").ToInteger() > 2
	}
	return true
}

// parseEnv is util.parseEnv(content): the variables of a .env file.
func (r *Room) parseEnv(c goja.FunctionCall) goja.Value {
	o := r.vm.NewObject()
	for _, v := range ParseEnv(r.h.Err.ValidateString(c.Argument(0), "content")) {
		o.Set(v.Name, v.Value)
	}
	return o
}

// callSites is util.getCallSites([frameCount]).
func (r *Room) callSites(c goja.FunctionCall) goja.Value {
	count := 8
	if v := c.Argument(0); nodeerr.IsNumber(v) {
		count = int(r.h.Err.ValidateInteger(v, "frameCount", 1, 200))
	}
	var sites []any
	for _, f := range userFrames(r.vm) {
		if len(sites) == count {
			break
		}
		o := r.vm.NewObject()
		name := f.name
		if name == "<anonymous>" {
			name = ""
		}
		o.Set("functionName", name)
		o.Set("scriptName", f.file)
		o.Set("lineNumber", f.line)
		o.Set("column", f.column)
		sites = append(sites, o)
	}
	return r.vm.NewArray(sites...)
}
