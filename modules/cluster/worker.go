package cluster

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Worker is a cluster.Worker: of a worker, seen from the primary, or the worker's own.
//
// Node v20 lib/internal/cluster/worker.js.
type Worker struct {
	events.Emitter
	room *Room
	obj  *goja.Object
}

func (r *Room) defineWorker() {
	vm := r.h.VM
	m := func(fn func(w *Worker, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			w, ok := bind.SelfOf[*Worker](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "Worker")
			}
			return fn(w, c)
		}
	}
	destroy := m((*Worker).destroy)
	r.Worker = bind.Define(vm, bind.Class{Name: "Worker", Length: 1, Mode: bind.CallInstance, Parent: r.ev.EventEmitter,
		Construct: r.construct,
		Methods: []bind.Method{
			{Name: "kill", Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, c.This.ToObject(vm), "destroy", c.Arguments...)
			}},
			{Name: "send", Fn: m(func(w *Worker, c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, w.process(), "send", c.Arguments...)
			})},
			{Name: "isDead", Fn: m(func(w *Worker, _ goja.FunctionCall) goja.Value { return bind.Bool(w.dead()) })},
			{Name: "isConnected", Fn: m(func(w *Worker, _ goja.FunctionCall) goja.Value { return w.process().Get("connected") })},
			{Name: "disconnect", Fn: m((*Worker).disconnect)},
			{Name: "destroy", Length: 1, Fn: destroy},
		}})
}

func (r *Room) construct(this *goja.Object, args []goja.Value) {
	w := &Worker{room: r, obj: this}
	st := bind.Own(this)
	events.Init(st, &w.Emitter)
	st.Put(bind.Self, w)
	options := bind.Arg(args, 0)
	this.Set("exitedAfterDisconnect", goja.Undefined())
	state := bind.Property(options, "state")
	if !bind.Truthy(state) {
		state = bind.String("none")
	}
	this.Set("state", state)
	this.Set("id", 0)
	if id := bind.Property(options, "id"); nodeerr.IsNumber(id) {
		this.Set("id", id.ToInteger())
	}
	process, ok := bind.Property(options, "process").(*goja.Object)
	if !ok {
		return
	}
	this.Set("process", process)
	for _, name := range []string{"error", "message"} {
		r.ev.On(process, name, func(args []goja.Value) {
			bind.Invoke(r.h.VM, this, "emit", append([]goja.Value{bind.String(name)}, args...)...)
		})
	}
}

func (r *Room) newWorker(options *goja.Object) *Worker {
	o, err := r.h.VM.New(r.Worker.Ctor, options)
	if err != nil {
		bind.Rethrow(err)
	}
	w, _ := bind.SelfOf[*Worker](o)
	return w
}

func (w *Worker) process() *goja.Object {
	p, ok := w.obj.Get("process").(*goja.Object)
	if !ok {
		panic(w.room.h.VM.NewTypeError("the worker has no process"))
	}
	return p
}

func (w *Worker) dead() bool {
	p := w.process()
	return !bind.IsNullish(p.Get("exitCode")) || !bind.IsNullish(p.Get("signalCode"))
}

func (w *Worker) state(name string) { w.obj.Set("state", name) }

// disconnect closes the worker's servers, waits for their connections, and then its channel.
func (w *Worker) disconnect(goja.FunctionCall) goja.Value {
	r := w.room
	if r.self == nil {
		w.obj.Set("exitedAfterDisconnect", true)
		r.post(w.process(), r.message("act", "disconnect"), nil)
		r.remove(w)
		return w.obj
	}
	if w.obj.Get("state").String() != "disconnecting" {
		w.state("disconnecting")
		w.leave(false)
	}
	return w.obj
}

// leave is disconnect in the worker itself. The primary has to know before the channel closes that it
// was wanted; if it asked, it does.
func (w *Worker) leave(asked bool) {
	r := w.room
	w.obj.Set("exitedAfterDisconnect", true)
	r.net.CloseServers(func() {
		hangUp := func() {
			if bind.Truthy(r.process.Get("connected")) {
				bind.Invoke(r.h.VM, r.process, "disconnect")
			}
		}
		if asked {
			hangUp()
		} else {
			r.post(r.process, r.message("act", "exitedAfterDisconnect"), hangUp)
		}
	})
}

// destroy is kill: in the primary a signal, in the worker an end.
func (w *Worker) destroy(c goja.FunctionCall) goja.Value {
	r := w.room
	if r.self == nil {
		sig := c.Argument(0)
		if !bind.Truthy(sig) {
			sig = bind.String("SIGTERM")
		}
		bind.Invoke(r.h.VM, w.process(), "kill", sig)
		return goja.Undefined()
	}
	if w.obj.Get("state").String() == "destroying" {
		return goja.Undefined()
	}
	w.obj.Set("exitedAfterDisconnect", true)
	if !bind.Truthy(r.process.Get("connected")) {
		r.exit()
		return goja.Undefined()
	}
	w.state("destroying")
	r.post(r.process, r.message("act", "exitedAfterDisconnect"), func() { bind.Invoke(r.h.VM, r.process, "disconnect") })
	r.ev.Once(r.process, "disconnect", func([]goja.Value) { r.exit() })
	return goja.Undefined()
}
