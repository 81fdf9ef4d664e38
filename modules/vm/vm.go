// Package vm is Node's vm module as far as one engine with one set of built-in objects goes: scripts and
// functions compiled from text and run in this context or in another, which has globals of its own; see
// context for what it shares. What needs cached code or the module classes throws.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/vm.html.
package vm

import (
	"errors"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/module"
)

// Module is require('vm').
var Module = modules.Module{ID: "vm", Load: func(h *modules.Host) goja.Value { return (&room{h: h, loader: module.Rooms.Of(h)}).exports() }}

type room struct {
	h      *modules.Host
	loader *module.Room
	script *bind.Built

	contexts *goja.Object // a WeakMap: from the objects that were made contexts
}

// script is the state of a Script.
type script struct {
	code       string
	options    options
	program    *goja.Program // for this context
	contextual *contextual   // for others; nil until it is used
}

func (r *room) exports() goja.Value {
	vm := r.h.VM
	contexts, err := vm.New(vm.Get("WeakMap"))
	if err != nil {
		bind.Rethrow(err)
	}
	r.contexts = contexts
	r.script = bind.Define(vm, bind.Class{Name: "Script", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			code := bind.ToString(bind.Arg(args, 0)).String()
			o := r.options(bind.Arg(args, 1))
			if !bind.IsUndefined(o.get("cachedData")) || bind.Truthy(o.get("produceCachedData")) {
				r.lack("cached code of vm.Script:")
			}
			bind.Own(this).Put(bind.Self, &script{code: code, options: o, program: r.compile(code, o)})
		},
		Methods: []bind.Method{
			{Name: "runInThisContext", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.run(r.of(c.This), r.timeout(c.Argument(0)))
			}},
			{Name: "runInContext", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				s := r.of(c.This)
				return r.runIn(r.validateContext(c.Argument(0)), s, r.timeout(c.Argument(1)))
			}},
			{Name: "runInNewContext", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				s := r.of(c.This)
				return r.runIn(r.createContext(c.Argument(0), c.Argument(1), "context"), s, r.timeout(c.Argument(1)))
			}},
			{Name: "createCachedData", Fn: r.lacking("script.createCachedData()")},
		}})
	o := vm.NewObject()
	o.Set("Script", r.script.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "createContext", Fn: func(c goja.FunctionCall) goja.Value {
			return r.createContext(c.Argument(0), c.Argument(1), "").sandbox
		}},
		{Name: "createScript", Length: 2, Fn: func(c goja.FunctionCall) goja.Value { return r.newScript(c.Argument(0), c.Argument(1)) }},
		{Name: "runInContext", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			in := r.validateContext(c.Argument(1))
			s, limit := r.given(c.Argument(0), c.Argument(2))
			return r.runIn(in, s, limit)
		}},
		{Name: "runInNewContext", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			options := c.Argument(2)
			if nodeerr.IsString(options) {
				options = goja.Undefined()
			}
			in := r.createContext(c.Argument(1), options, "context")
			s, limit := r.given(c.Argument(0), c.Argument(2))
			return r.runIn(in, s, limit)
		}},
		{Name: "runInThisContext", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			s, limit := r.given(c.Argument(0), c.Argument(1))
			return r.run(s, limit)
		}},
		{Name: "isContext", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.h.Err.ValidateObject(c.Argument(0), "object")
			return bind.Bool(r.contextOf(c.Argument(0)) != nil)
		}},
		{Name: "compileFunction", Length: 2, Fn: r.compileFunction},
		{Name: "measureMemory", Fn: r.lacking("vm.measureMemory()")},
	})
	constants := vm.CreateObject(nil)
	constants.Set("USE_MAIN_CONTEXT_DEFAULT_LOADER", goja.NewSymbol("vm_dynamic_import_main_context_default"))
	o.Set("constants", constants)
	return o
}

func (r *room) lack(what string) { r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", what) }

func (r *room) lacking(what string) bind.Func {
	return func(goja.FunctionCall) goja.Value {
		r.lack(what)
		return nil
	}
}

func (r *room) of(v goja.Value) *script {
	s, ok := bind.SelfOf[*script](v)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	return s
}

// given is the script of code, and the limit of its run, as vm.runIn… has them.
func (r *room) given(code, options goja.Value) (s *script, limit time.Duration) {
	s, _ = bind.SelfOf[*script](r.newScript(code, options))
	if !nodeerr.IsString(options) {
		limit = r.timeout(options)
	}
	return s, limit
}

func (r *room) validateContext(v goja.Value) *context {
	r.h.Err.ValidateObject(v, "object")
	c := r.contextOf(v)
	if c == nil {
		panic(r.h.Err.InvalidArgType("contextifiedObject", []string{"vm.Context"}, v))
	}
	return c
}

func (r *room) newScript(code, opts goja.Value) *goja.Object {
	o, err := r.h.VM.New(r.script.Ctor, code, opts)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// options are those of compiling: a file name, or an object.
type options struct {
	file         string
	line, column int
	o            goja.Value
}

func (o options) get(name string) goja.Value { return bind.Property(o.o, name) }

func (r *room) options(v goja.Value) options {
	o := options{file: "evalmachine.<anonymous>", o: v}
	e := r.h.Err
	switch {
	case bind.IsUndefined(v):
		return o
	case nodeerr.IsString(v):
		o.file = v.String()
		return o
	}
	e.ValidateObject(v, "options")
	if f := o.get("filename"); !bind.IsUndefined(f) {
		o.file = e.ValidateString(f, "options.filename")
	}
	for name, to := range map[string]*int{"lineOffset": &o.line, "columnOffset": &o.column} {
		if n := o.get(name); !bind.IsUndefined(n) {
			*to = int(e.ValidateInt32(n, "options."+name))
		}
	}
	if f := o.get("importModuleDynamically"); !bind.IsUndefined(f) {
		r.lack("option importModuleDynamically of vm:")
	}
	return o
}

// compile makes global code; positions in errors start where the options say.
func (r *room) compile(code string, o options) *goja.Program {
	r.h.Sources[o.file] = code
	return r.loader.Compile(o.file, code, func(code string) string { return r.shift(o) + code })
}

// shift moves code down and to the right.
func (r *room) shift(o options) string {
	return strings.Repeat("\n", max(o.line, 0)) + strings.Repeat(" ", max(o.column, 0))
}

// timeout returns the limit of a run; 0 for none.
func (r *room) timeout(v goja.Value) time.Duration {
	if bind.IsUndefined(v) {
		return 0
	}
	o := r.h.Err.ValidateObject(v, "options")
	for _, name := range []string{"displayErrors", "breakOnSigint"} {
		if b := bind.Property(o, name); !bind.IsUndefined(b) {
			r.h.Err.ValidateBoolean(b, "options."+name)
		}
	}
	t := bind.Property(o, "timeout")
	if bind.IsUndefined(t) {
		return 0
	}
	return time.Duration(r.h.Err.ValidateUint32(t, "options.timeout", true)) * time.Millisecond
}

// expired is what interrupts a run at its limit.
type expired struct{ ms int }

// run runs a script in this context, at most for limit unless that is 0.
func (r *room) run(s *script, limit time.Duration) goja.Value {
	return r.limited(limit, func() (goja.Value, error) { return r.h.VM.RunProgram(s.program) })
}

// limited runs JavaScript, at most for limit unless that is 0.
func (r *room) limited(limit time.Duration, run func() (goja.Value, error)) goja.Value {
	if limit == 0 {
		v, err := run()
		if err != nil {
			bind.Rethrow(err)
		}
		return v
	}
	over := &expired{int(limit / time.Millisecond)}
	fired := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		r.h.VM.Interrupt(over)
		close(fired)
	})
	v, err := run()
	var stopped *goja.InterruptedError
	switch ours := errors.As(err, &stopped) && stopped.Value() == any(over); {
	case timer.Stop():
	case ours || err == nil || stopped == nil:
		// A script that ended just then must not leave its interrupt to what runs next.
		<-fired
		r.h.VM.ClearInterrupt()
		if ours {
			r.h.Err.Throw("ERR_SCRIPT_EXECUTION_TIMEOUT", over.ms)
		}
	}
	if err != nil {
		bind.Rethrow(err)
	}
	return v
}

// compileFunction is vm.compileFunction(code[, params[, options]]).
func (r *room) compileFunction(c goja.FunctionCall) goja.Value {
	e := r.h.Err
	code := e.ValidateString(c.Argument(0), "code")
	var params []string
	if v := c.Argument(1); !bind.IsUndefined(v) {
		list := e.ValidateArray(v, "params")
		for i := range int(list.Get("length").ToInteger()) {
			params = append(params, e.ValidateString(list.Get(bind.Int(i).String()), "params["+bind.Int(i).String()+"]"))
		}
	}
	o := r.options(c.Argument(2))
	if bind.IsUndefined(o.get("filename")) {
		o.file = "[eval]"
	}
	var in *context
	if v := o.get("parsingContext"); !bind.IsUndefined(v) {
		if in = r.contextOf(v); in == nil {
			panic(e.InvalidArgType("options.parsingContext", []string{"Context"}, v))
		}
	}
	for _, name := range []string{"contextExtensions", "cachedData"} {
		v := o.get(name)
		if list, ok := v.(*goja.Object); ok && name == "contextExtensions" && list.ClassName() == "Array" && list.Get("length").ToInteger() == 0 {
			continue
		}
		if !bind.IsUndefined(v) {
			r.lack("option " + name + " of vm.compileFunction:")
		}
	}
	r.h.Sources[o.file] = code
	if in != nil {
		return r.runIn(in, &script{code: "(function (" + strings.Join(params, ",") + ") {" + r.shift(o) + code + "\n})", options: options{file: o.file}}, 0)
	}
	prog := r.loader.Compile(o.file, code, func(code string) string {
		return "(function (" + strings.Join(params, ",") + ") {" + r.shift(o) + code + "\n})"
	})
	v, err := r.h.VM.RunProgram(prog)
	if err != nil {
		bind.Rethrow(err)
	}
	return v
}
