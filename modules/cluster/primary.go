package cluster

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	childprocess "github.com/gonode/gonode/modules/child_process"
	"github.com/gonode/gonode/modules/internal/bind"
)

// initPrimary gives cluster what it has in the primary.
//
// Node v20 lib/internal/cluster/primary.js.
func (r *Room) initPrimary() {
	vm := r.h.VM
	r.cluster.Set("workers", vm.NewObject())
	r.cluster.Set("settings", vm.NewObject())
	r.cluster.Set("SCHED_NONE", schedNone)
	r.cluster.Set("SCHED_RR", schedRR)
	policy := schedRR
	if name, _ := r.h.Process.Env("NODE_CLUSTER_SCHED_POLICY"); name == "none" {
		policy = schedNone
	}
	r.cluster.Set("schedulingPolicy", policy)
	setup := bind.Function(vm, bind.Method{Name: "setupPrimary", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		r.setup(c.Argument(0))
		return goja.Undefined()
	}})
	r.cluster.Set("setupPrimary", setup)
	r.cluster.Set("setupMaster", setup)
	bind.DefineMethods(vm, r.cluster, []bind.Method{
		{Name: "fork", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return r.fork(c.Argument(0)).obj }},
		{Name: "disconnect", Length: 1, Fn: r.disconnect},
	})
}

// assign copies the own enumerable properties of from, if it is an object.
func assign(to *goja.Object, from goja.Value) *goja.Object {
	if o, ok := from.(*goja.Object); ok {
		for _, k := range o.Keys() {
			to.Set(k, o.Get(k))
		}
	}
	return to
}

// setup is setupPrimary(settings).
func (r *Room) setup(options goja.Value) {
	vm := r.h.VM
	argv := r.process.Get("argv").(*goja.Object)
	settings := vm.NewObject()
	settings.Set("args", bind.Invoke(vm, argv, "slice", bind.Int(2)))
	settings.Set("exec", argv.Get("1"))
	settings.Set("execArgv", r.process.Get("execArgv"))
	settings.Set("silent", false)
	assign(assign(settings, r.cluster.Get("settings")), options)
	r.cluster.Set("settings", settings)
	if !r.ready {
		r.ready = true
		switch policy := r.cluster.Get("schedulingPolicy"); policy.ToInteger() {
		case schedNone, schedRR:
		default:
			panic(r.h.Err.Coded(0, "ERR_INTERNAL_ASSERTION", "Bad cluster.schedulingPolicy: "+policy.String()))
		}
	}
	r.h.Door.NextTick(modules.Func(func() { r.ev.Emit(r.cluster, "setup", settings) }))
}

// fork is fork([env]).
func (r *Room) fork(env goja.Value) *Worker {
	vm := r.h.VM
	r.setup(goja.Undefined())
	r.ids++
	id := r.ids
	settings := r.cluster.Get("settings").(*goja.Object)
	options := vm.NewObject()
	for _, name := range []string{"cwd", "execArgv", "serialization", "silent", "stdio", "uid", "gid"} {
		options.Set(name, settings.Get(name))
	}
	options.Set("env", assign(assign(vm.NewObject(), r.process.Get("env")), env))
	process := childprocess.Rooms.Of(r.h).ForkWorker(settings.Get("exec"), settings.Get("args"), options,
		modules.WorkerOptions{ID: id, Free: r.served, Granted: r.served})
	w := r.newWorker(r.message("id", id, "process", process))
	r.ev.On(w.obj, "message", func(args []goja.Value) {
		r.ev.Emit(r.cluster, "message", w.obj, bind.Arg(args, 0), bind.Arg(args, 1))
	})
	settle := func(state string) {
		w.obj.Set("exitedAfterDisconnect", bind.Truthy(w.obj.Get("exitedAfterDisconnect")))
		w.state(state)
	}
	r.ev.Once(process, "exit", func(args []goja.Value) {
		if !bind.Truthy(process.Get("connected")) {
			r.ended(w)
		}
		settle("dead")
		r.ev.Emit(w.obj, "exit", args...)
		r.ev.Emit(r.cluster, "exit", append([]goja.Value{w.obj}, args...)...)
	})
	r.ev.Once(process, "disconnect", func([]goja.Value) {
		if w.dead() {
			r.ended(w)
		}
		settle("disconnected")
		r.ev.Emit(w.obj, "disconnect")
		r.ev.Emit(r.cluster, "disconnect", w.obj)
	})
	r.onInternal(process, func(o *goja.Object, act string) { r.heard(w, o, act) })
	r.h.Door.NextTick(modules.Func(func() { r.ev.Emit(r.cluster, "fork", w.obj) }))
	r.workers().Set(text(id), w.obj)
	r.running[w] = true
	return w
}

// heard takes an internal message of a worker.
func (r *Room) heard(w *Worker, o *goja.Object, act string) {
	switch act {
	case "online":
		w.state("online")
		r.ev.Emit(w.obj, "online")
		r.ev.Emit(r.cluster, "online", w.obj)
	case "listening":
		info := r.message("addressType", o.Get("addressType"), "address", o.Get("address"), "port", o.Get("port"), "fd", goja.Undefined())
		w.state("listening")
		r.ev.Emit(w.obj, "listening", info)
		r.ev.Emit(r.cluster, "listening", w.obj, info)
	case "exitedAfterDisconnect":
		w.obj.Set("exitedAfterDisconnect", true)
		r.post(w.process(), r.message("ack", o.Get("seq")), nil)
	}
}

func (r *Room) workers() *goja.Object { return r.cluster.Get("workers").(*goja.Object) }

// remove takes a worker that is gone, or on its way, out of cluster.workers.
func (r *Room) remove(w *Worker) {
	r.workers().Delete(text(int(w.obj.Get("id").ToInteger())))
}

// ended follows the end of a worker and of its channel.
func (r *Room) ended(w *Worker) {
	r.remove(w)
	delete(r.running, w)
	r.allEnded()
}

// allEnded calls who waits for the last worker, if there is none.
func (r *Room) allEnded() {
	if len(r.running) > 0 {
		return
	}
	waiting := r.waiting
	r.waiting = nil
	for _, fn := range waiting {
		fn()
	}
}

// disconnect is disconnect([callback]).
func (r *Room) disconnect(c goja.FunctionCall) goja.Value {
	if fn, ok := bind.ToCallable(c.Argument(0)); ok {
		r.waiting = append(r.waiting, func() { fn.Call(goja.Undefined()) })
	}
	if len(r.running) == 0 {
		r.h.Door.NextTick(modules.Func(r.allEnded))
	}
	for _, id := range r.workers().Keys() {
		if w, ok := r.workers().Get(id).(*goja.Object); ok && bind.Truthy(bind.Invoke(r.h.VM, w, "isConnected")) {
			bind.Invoke(r.h.VM, w, "disconnect")
		}
	}
	return goja.Undefined()
}

// Serve runs the script at path in n workers and nothing else. They end when they have nothing left to do;
// one that fails is told of on Stderr and is not replaced. The exit code is that of the first that failed.
func (r *Room) Serve(path string, n int) {
	r.served = true
	r.setup(r.message("exec", path))
	code, left := 0, n
	r.ev.On(r.cluster, "exit", func(args []goja.Value) {
		left--
		w, _ := bind.SelfOf[*Worker](bind.Arg(args, 0))
		how := ""
		if sig := bind.Arg(args, 2); bind.Truthy(sig) {
			how = "was ended by " + sig.String()
			code = first(code, 128+number(r.h, sig.String()))
		} else if c := int(bind.Arg(args, 1).ToInteger()); c != 0 {
			how = fmt.Sprintf("ended with exit code %d", c)
			code = first(code, c)
		}
		if how != "" {
			fmt.Fprintf(r.h.Settings.Stderr, "gonode: worker %s %s; %d of %d are left\n", w.obj.Get("id"), how, left, n)
			r.process.Set("exitCode", code)
		}
	})
	for range n {
		r.fork(goja.Undefined())
	}
}

// first keeps an exit code that is set.
func first(code, next int) int {
	if code != 0 {
		return code
	}
	return next
}

// number is the number of a signal.
func number(h *modules.Host, name string) int {
	signals := bind.Property(bind.Property(h.Builtin("os"), "constants"), "signals")
	return int(bind.Property(signals, name).ToInteger())
}
