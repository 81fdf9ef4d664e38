// Package childprocess is Node's child_process module: programs run as children, and scripts run
// by another gonode with a channel for messages between.
//
// Children are processes of the operating system; nothing of them is simulated. Their pipes are
// pairs of Unix sockets, as libuv's are, and net.Sockets in JavaScript. On systems other than Unix
// starting a child throws. Sockets and servers go over a channel as descriptors, on the wire as Node's
// do, so that either side may be node; elsewhere than on Unix sending one throws.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/child_process.html.
package childprocess

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	nodenet "github.com/gonode/gonode/modules/net"
)

// Module is require('child_process').
var Module = modules.Module{ID: "child_process", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the child_process module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the child_process module of one runtime.
type Room struct {
	ChildProcess *bind.Built
	control      *bind.Built // of process.channel and child.channel

	h     *modules.Host
	ev    *events.Room
	buf   *buffer.Room
	net   *nodenet.Room
	out   *goja.Object // the exports: what the program put there is what runs
	parse bind.Callable
	print bind.Callable
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), buf: buffer.Rooms.Of(h), net: nodenet.Rooms.Of(h)}
	json := h.VM.Get("JSON").(*goja.Object)
	r.parse, _ = bind.ToCallable(json.Get("parse"))
	r.print, _ = bind.ToCallable(json.Get("stringify"))
	r.defineChild()
	r.defineControl()
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	r.out = o
	bind.DefineMethods(r.h.VM, o, []bind.Method{{Name: "_forkChild", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		r.openChannel(int(c.Argument(0).ToInteger()), c.Argument(1).String())
		return goja.Undefined()
	}}})
	o.Set("ChildProcess", r.ChildProcess.Ctor)
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "exec", Length: 3, Fn: r.exec},
		{Name: "execFile", Length: 4, Fn: r.execFile},
		{Name: "execFileSync", Length: 3, Fn: r.execFileSync},
		{Name: "execSync", Length: 2, Fn: r.execSync},
		{Name: "fork", Length: 1, Fn: r.fork},
		{Name: "spawn", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			return r.spawn(c.Argument(0), c.Argument(1), c.Argument(2)).obj
		}},
		{Name: "spawnSync", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			return r.spawnSync(c.Argument(0), c.Argument(1), c.Argument(2)).object(r)
		}},
	})
	r.promisifyForms(o)
	return o
}

// spawn is spawn(file[, args][, options]).
//
// Node v20 lib/child_process.js: spawn.
func (r *Room) spawn(file, args, opts goja.Value) *ChildProcess {
	n := r.normalize(file, args, opts)
	timeout := r.timeout(n.option("timeout"))
	signal := r.h.Err.ValidateAbortSignal(n.option("signal"), "options.signal")
	killSignal := r.killSignal(n.option("killSignal"))
	o, err := r.h.VM.New(r.ChildProcess.Ctor)
	if err != nil {
		bind.Rethrow(err)
	}
	c := r.child(o)
	c.spawn(n)
	if timeout > 0 {
		c.killAfter(timeout, killSignal)
	}
	if signal != nil {
		c.killOnAbort(signal, killSignal)
	}
	return c
}

// fork is fork(modulePath[, args][, options]).
//
// Node v20 lib/child_process.js: fork.
func (r *Room) fork(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	script := r.path(c.Argument(0), "modulePath")
	args, opts := c.Argument(1), c.Argument(2)
	var own []goja.Value
	switch a, isObject := args.(*goja.Object); {
	case bind.IsNullish(args):
	case isObject && nodeerr.TypeOf(args) == "object" && a.ClassName() != "Array":
		opts = args
	default:
		own = list(r.h.Err.ValidateArray(args, "args"))
	}
	o := vm.CreateObject(nil)
	if !bind.IsNullish(opts) {
		assign(o, r.h.Err.ValidateObject(opts, "options"))
	}
	process := r.h.Builtin("process").(*goja.Object)
	execPath := bind.Property(o, "execPath")
	if !bind.Truthy(execPath) {
		execPath = process.Get("execPath")
	}
	r.checkNull(execPath, "options.execPath")
	var all []goja.Value
	if v, ok := bind.Property(o, "execArgv").(*goja.Object); ok {
		all = list(v)
	} else {
		all = withoutEval(r.h.Settings.ExecArgv, list(process.Get("execArgv").(*goja.Object)))
	}
	for i, a := range all {
		r.checkNull(a, "options.execArgv["+bind.Int(i).String()+"]")
	}
	all = append(append(all, bind.String(script)), own...)
	stdio := bind.Property(o, "stdio")
	array, isArray := stdio.(*goja.Object)
	switch {
	case nodeerr.IsString(stdio):
		stdio = vm.NewArray(append(r.shortcut(stdio), "ipc")...)
	case !isArray || array.ClassName() != "Array":
		how := "inherit"
		if bind.Truthy(bind.Property(o, "silent")) {
			how = "pipe"
		}
		stdio = vm.NewArray(append(r.shortcut(bind.String(how)), "ipc")...)
	default:
		found := false
		for _, v := range list(array) {
			found = found || nodeerr.IsString(v) && v.String() == "ipc"
		}
		if !found {
			r.h.Err.Throw("ERR_CHILD_PROCESS_IPC_REQUIRED", "options.stdio")
		}
	}
	o.Set("stdio", stdio)
	o.Set("shell", false)
	return r.spawn(execPath, r.array(all), o).obj
}

// withoutEval drops -e and its code from the flags of this process: a fork runs its own script.
func withoutEval(given []string, now []goja.Value) []goja.Value {
	for i := 0; i+1 < len(given) && i+1 < len(now); i++ {
		switch given[i] {
		case "-e", "--eval", "-p", "--print", "-pe":
			return append(append([]goja.Value(nil), now[:i]...), now[i+2:]...)
		}
	}
	return now
}

// list returns the elements of an array.
func list(o *goja.Object) []goja.Value {
	n := int(o.Get("length").ToInteger())
	out := make([]goja.Value, n)
	for i := range out {
		if out[i] = o.Get(bind.Int(i).String()); out[i] == nil {
			out[i] = goja.Undefined()
		}
	}
	return out
}

func (r *Room) array(vs []goja.Value) *goja.Object {
	all := make([]any, len(vs))
	for i, v := range vs {
		all[i] = v
	}
	return r.h.VM.NewArray(all...)
}

// assign copies the own enumerable properties of from.
func assign(to, from *goja.Object) {
	for _, k := range from.Keys() {
		to.Set(k, from.Get(k))
	}
}
