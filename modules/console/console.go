// Package console is Node's console: the global object and the Console class.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/console.html. The functions that only act on an
// inspector (profile, timeStamp, …) exist and do nothing, as in Node without one.
package console

import (
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('console').
var Module = modules.Module{ID: "console", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Global }}

// Rooms holds the console of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the console module of one runtime.
type Room struct {
	Global *goja.Object

	h    *modules.Host
	util *util.Room
	ctor *goja.Object
	noop *goja.Object
}

// Console is the state of one console.
type Console struct {
	bind.State
	r            *Room
	obj          *goja.Object
	ignoreErrors bool
	color        goja.Value // 'auto' or a boolean
	options      *goja.Object
	indent       string
	indentBy     int
	counts       map[string]int
	times        map[string]time.Time
	stdout       goja.Value // nil in the global console until set: process's
	stderr       goja.Value
	handlers     [2]errorHandler // of stdout and stderr
}

// errorHandler is the callback of writes to a stream.
type errorHandler struct {
	stream *goja.Object
	fn     goja.Value
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, util: util.Rooms.Of(h)}
	vm := h.VM
	r.noop = vm.ToValue(func(goja.FunctionCall) goja.Value { return goja.Undefined() }).(*goja.Object)
	// Node's global console inherits from an empty object, not from Console.prototype, and has its
	// methods as own properties, bound to it.
	r.Global = vm.CreateObject(vm.NewObject())
	c := &Console{r: r, obj: r.Global, ignoreErrors: true, color: bind.String("auto"), indentBy: 2}
	c.attach()
	bind.DefineMethods(vm, r.Global, r.methods(c))
	bind.DefineMethods(vm, r.Global, inspectorOnly)
	r.Global.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("console"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.defineStreams(c)
	r.defineCtor()
	return r
}

func (c *Console) attach() {
	c.Put(bind.Self, c)
	bind.Attach(c.obj, &c.State)
}

// inspectorOnly are the functions that do nothing without an inspector.
var inspectorOnly = func() (ms []bind.Method) {
	for _, name := range []string{"profile", "profileEnd", "timeStamp"} {
		ms = append(ms, bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value { return goja.Undefined() }})
	}
	return ms
}()

// defineStreams makes _stdout and _stderr of the global console: process's streams, as they are
// when they are first used.
func (r *Room) defineStreams(c *Console) {
	for _, s := range []struct {
		name string
		get  func() goja.Value
		set  *goja.Value
	}{{"_stdout", c.out, &c.stdout}, {"_stderr", c.err, &c.stderr}} {
		r.Global.DefineAccessorProperty(s.name,
			r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { return s.get() }),
			r.h.VM.ToValue(func(call goja.FunctionCall) goja.Value { *s.set = call.Argument(0); return goja.Undefined() }),
			goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func (c *Console) process(name string, keep *goja.Value) goja.Value {
	if *keep == nil {
		*keep = bind.Property(c.r.h.Builtin("process"), name)
	}
	return *keep
}

func (c *Console) out() goja.Value { return c.process("stdout", &c.stdout) }
func (c *Console) err() goja.Value { return c.process("stderr", &c.stderr) }

// defineCtor makes the class Console.
func (r *Room) defineCtor() {
	vm := r.h.VM
	var ctor *goja.Object
	ctor = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		if call.NewTarget == nil {
			o, err := vm.New(ctor, call.Arguments...)
			if err != nil {
				bind.Rethrow(err)
			}
			return o
		}
		r.construct(call.This, call.Arguments)
		return nil
	}).(*goja.Object)
	bind.Name(ctor, "Console", 1)
	proto := ctor.Get("prototype").(*goja.Object)
	bind.DefineMethods(vm, proto, r.methods(nil))
	ctor.DefineDataPropertySymbol(goja.SymHasInstance, vm.ToValue(func(call goja.FunctionCall) goja.Value {
		_, ok := bind.SelfOf[*Console](call.Argument(0))
		return bind.Bool(ok)
	}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	r.ctor = ctor
	r.Global.DefineDataProperty("Console", ctor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// construct is new Console(options) and new Console(stdout[, stderr[, ignoreErrors]]).
func (r *Room) construct(this *goja.Object, args []goja.Value) {
	vm := r.h.VM
	writable := func(v goja.Value) bool { return nodeerr.TypeOf(bind.Property(v, "write")) == "function" }
	stdout, stderr, ignore := bind.Arg(args, 0), bind.Arg(args, 1), bind.Arg(args, 2)
	color, inspect, indent := goja.Undefined(), goja.Undefined(), goja.Undefined()
	if o, ok := stdout.(*goja.Object); ok && !writable(o) {
		get := func(name string) goja.Value { return bind.Property(o, name) }
		stdout, stderr, ignore = get("stdout"), get("stderr"), get("ignoreErrors")
		color, inspect, indent = get("colorMode"), get("inspectOptions"), get("groupIndentation")
	}
	if bind.IsUndefined(stderr) {
		stderr = stdout
	}
	if !writable(stdout) {
		r.h.Err.Throw("ERR_CONSOLE_WRITABLE_STREAM", "stdout")
	}
	if !writable(stderr) {
		r.h.Err.Throw("ERR_CONSOLE_WRITABLE_STREAM", "stderr")
	}
	c := &Console{r: r, obj: this, ignoreErrors: true, color: bind.String("auto"), indentBy: 2, stdout: stdout, stderr: stderr}
	if !bind.IsUndefined(ignore) {
		c.ignoreErrors = ignore.ToBoolean()
	}
	if !bind.IsUndefined(color) {
		if nodeerr.TypeOf(color) != "boolean" && !(nodeerr.IsString(color) && color.String() == "auto") {
			panic(r.h.Err.InvalidArgValue("colorMode", color, "must be one of: 'auto', true, false"))
		}
		c.color = color
	}
	if !bind.IsUndefined(indent) {
		c.indentBy = int(r.h.Err.ValidateInteger(indent, "groupIndentation", 0, 1000))
	}
	if !bind.IsUndefined(inspect) {
		c.options = r.h.Err.ValidateObject(inspect, "options.inspectOptions")
		if !bind.IsUndefined(bind.Property(inspect, "colors")) && !bind.IsUndefined(color) {
			r.h.Err.Throw("ERR_INCOMPATIBLE_OPTION_PAIR", "options.inspectOptions.color", "colorMode")
		}
	}
	c.attach()
	// The methods work without their object: const { log } = new Console(…). They are taken from
	// this, so that a subclass's own go first.
	for _, m := range r.methods(nil) {
		fn, ok := bind.ToCallable(this.Get(m.Name))
		if !ok {
			continue
		}
		this.Set(m.Name, bind.Function(vm, bind.Method{Name: m.Name, Fn: func(call goja.FunctionCall) goja.Value {
			return fn.Call(this, call.Arguments...)
		}}))
	}
	bind.Hide(this, "_stdout", stdout)
	bind.Hide(this, "_stderr", stderr)
	bind.Hide(this, "_ignoreErrors", bind.Bool(c.ignoreErrors))
	this.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("console"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// streams returns the streams as the program may have replaced them.
func (c *Console) stream(toErr bool) goja.Value {
	name := "_stdout"
	if toErr {
		name = "_stderr"
	}
	return bind.Property(c.obj, name)
}

// write writes text and a line end to one of the streams.
func (c *Console) write(toErr bool, v goja.Value) {
	if c.indent != "" {
		text := v.String()
		v = c.r.h.VM.ToValue(c.indent + strings.ReplaceAll(text, "\n", "\n"+c.indent))
	}
	s, ok := c.stream(toErr).(*goja.Object)
	if !ok {
		return
	}
	line := v.(goja.String).Concat(newline)
	vm := c.r.h.VM
	if !c.ignoreErrors {
		bind.Invoke(vm, s, "write", line)
		return
	}
	// A write that fails, now or later, must not end the program: nobody listens to 'error' of a
	// closed pipe. Not every stream in the place of process.stdout is an emitter.
	var count goja.Value
	ex := vm.Try(func() {
		if nodeerr.TypeOf(s.Get("listenerCount")) == "function" {
			if count = bind.Invoke(vm, s, "listenerCount", errorEvent); count.ToInteger() == 0 {
				bind.Invoke(vm, s, "once", errorEvent, c.r.noop)
			}
		}
		h := &c.handlers[0]
		if toErr {
			h = &c.handlers[1]
		}
		if h.stream != s {
			*h = errorHandler{s, c.errorHandler(s)}
		}
		bind.Invoke(vm, s, "write", line, h.fn)
	})
	_ = ex // what write throws is ignored, as documented for ignoreErrors
	if count != nil && count.ToInteger() == 0 {
		vm.Try(func() { bind.Invoke(vm, s, "removeListener", errorEvent, c.r.noop) })
	}
}

// errorHandler makes the callback of writes to s: it keeps an error that is still to be emitted from
// being thrown.
//
// Node v20 lib/internal/console/constructor.js: createWriteErrorHandler.
func (c *Console) errorHandler(s *goja.Object) goja.Value {
	vm := c.r.h.VM
	return vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if bind.IsNullish(call.Argument(0)) || bind.Truthy(bind.Property(bind.Property(s, "_writableState"), "errorEmitted")) {
			return goja.Undefined()
		}
		if bind.Invoke(vm, s, "listenerCount", errorEvent).ToInteger() == 0 {
			bind.Invoke(vm, s, "once", errorEvent, c.r.noop)
		}
		return goja.Undefined()
	})
}

var (
	newline    = bind.Constant("\n").(goja.String)
	errorEvent = bind.Constant("error")
)

// inspectOptions are the options for what goes to the stream; nil: the defaults.
func (c *Console) inspectOptions(toErr bool) *goja.Object {
	color := c.color.ToBoolean()
	if nodeerr.IsString(c.color) {
		color = c.r.util.ShouldColorize(c.stream(toErr))
	}
	if c.options != nil {
		if bind.IsUndefined(bind.Property(c.options, "colors")) {
			c.options.Set("colors", color)
		}
		return c.options
	}
	if !color {
		return nil
	}
	o := c.r.h.VM.NewObject()
	o.Set("colors", true)
	return o
}

func (c *Console) print(toErr bool, args []goja.Value) {
	if len(args) == 1 && nodeerr.IsString(args[0]) {
		c.write(toErr, args[0])
		return
	}
	c.write(toErr, c.r.util.FormatWith(c.inspectOptions(toErr), args))
}

// this returns the console that a method was called on.
func (r *Room) this(v goja.Value) *Console {
	if c, ok := bind.SelfOf[*Console](v); ok {
		return c
	}
	panic(r.h.VM.NewTypeError("Cannot read properties of undefined (reading 'Symbol(kGroupIndent)')"))
}
