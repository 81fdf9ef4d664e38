// Package cluster is Node's cluster module: one script in several workers, which share its ports.
//
// A worker is a runtime of the same process, with an engine and a loop of its own on a goroutine of its
// own. Nothing of JavaScript is shared: messages are JSON, process.env, process.cwd() and process.title
// are the worker's, and what ends a worker (process.exit, an exception that nobody caught, worker.kill)
// leaves the others alone. The process is one: process.pid is the same in all of them, signals of the
// operating system reach every worker that listens to them, the umask is not a worker's to set, and a
// failure of the Go runtime, such as memory running out, ends all.
//
// A listener is shared by the workers that listen on its address; a connection goes to whoever is ready
// for one, in turn. Workers have the options of the command that their primary has: settings.execArgv can
// be no other, settings.uid and gid cannot be set. Sockets can be sent, but not a server whose port is shared.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/cluster.html.
package cluster

import (
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	childprocess "github.com/gonode/gonode/modules/child_process"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	nodenet "github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/modules/process"
)

// Module is require('cluster').
var Module = modules.Module{ID: "cluster", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).cluster }}

// Rooms holds the cluster module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Scheduling policies. Both mean the same here: a connection goes to a worker that is ready for one.
const (
	schedNone = 1
	schedRR   = 2
)

// Room is the cluster module of one runtime.
type Room struct {
	Worker *bind.Built

	h       *modules.Host
	ev      *events.Room
	net     *nodenet.Room
	cluster *goja.Object // the exports, an EventEmitter
	process *goja.Object
	acks    map[int64]func() // of our internal messages, by their number
	seq     int64

	// In the primary.
	ids     int
	ready   bool             // setupPrimary was called
	served  bool             // by Serve: workers end when they have nothing left to do, and run what it was given
	running map[*Worker]bool // forked, and not at their end
	waiting []func()         // for the end of the last

	self *Worker // in a worker
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), net: nodenet.Rooms.Of(h), process: h.Builtin("process").(*goja.Object), acks: make(map[int64]func()), running: make(map[*Worker]bool)}
	r.defineWorker()
	emitter, err := h.VM.New(r.ev.EventEmitter.Ctor)
	if err != nil {
		bind.Rethrow(err)
	}
	r.cluster = emitter
	isWorker := h.Settings.Worker != nil
	r.cluster.Set("isWorker", isWorker)
	r.cluster.Set("isMaster", !isWorker)
	r.cluster.Set("isPrimary", !isWorker)
	r.cluster.Set("Worker", r.Worker.Ctor)
	if !isWorker {
		r.initPrimary()
	}
	return r
}

// isInternal returns what is in a message between cluster and cluster; ok is false for others.
func isInternal(message goja.Value) (o *goja.Object, act string, ok bool) {
	cmd := bind.Property(message, "cmd")
	if !goja.IsString(cmd) || cmd.String() != "NODE_CLUSTER" {
		return nil, "", false
	}
	o = message.(*goja.Object)
	if v := o.Get("act"); v != nil && goja.IsString(v) {
		act = v.String()
	}
	return o, act, true
}

// post sends an internal message over the channel of process, and calls acked, unless nil, when the other
// side has answered.
func (r *Room) post(process *goja.Object, message *goja.Object, acked func()) {
	if !bind.Truthy(process.Get("connected")) {
		return
	}
	r.seq++
	message.Set("cmd", "NODE_CLUSTER")
	message.Set("seq", r.seq)
	if acked != nil {
		r.acks[r.seq] = acked
	}
	bind.Invoke(r.h.VM, process, "send", message)
}

func (r *Room) message(pairs ...any) *goja.Object {
	o := r.h.VM.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// onInternal calls fn for the internal messages that come to process.
func (r *Room) onInternal(process *goja.Object, fn func(o *goja.Object, act string)) {
	r.ev.On(process, "internalMessage", func(args []goja.Value) {
		o, act, ok := isInternal(bind.Arg(args, 0))
		if !ok {
			return
		}
		if v := o.Get("ack"); !bind.IsUndefined(v) {
			if acked := r.acks[v.ToInteger()]; acked != nil {
				delete(r.acks, v.ToInteger())
				acked()
			}
			return
		}
		fn(o, act)
	})
}

// Adopt makes h a worker of its primary: it has the channel, and tells that it is online.
//
// Node v20 lib/internal/cluster/child.js: cluster._setupWorker.
func Adopt(h *modules.Host) {
	childprocess.AdoptWorker(h)
	r := Rooms.Of(h)
	self := h.Settings.Worker
	w := r.newWorker(r.message("id", self.ID, "process", r.process, "state", "online"))
	r.self = w
	r.cluster.Set("worker", w.obj)
	bind.DefineMethods(h.VM, r.cluster, []bind.Method{{Name: "_setupWorker", Fn: func(goja.FunctionCall) goja.Value { return goja.Undefined() }}})
	r.ev.Once(r.process, "disconnect", func([]goja.Value) {
		r.process.Set("channel", goja.Null())
		r.ev.Emit(w.obj, "disconnect")
		if !bind.Truthy(w.obj.Get("exitedAfterDisconnect")) {
			r.exit()
		}
	})
	r.onInternal(r.process, func(_ *goja.Object, act string) {
		if act == "disconnect" {
			w.leave(true)
		}
	})
	h.Listening = func(family int, address string, port int) {
		m := r.message("act", "listening", "addressType", family, "port", port)
		m.Set("address", goja.Null())
		if address != "" {
			m.Set("address", address)
		}
		r.post(r.process, m, nil)
	}
	r.post(r.process, r.message("act", "online"), nil)
	if self.Free {
		bind.Invoke(h.VM, r.process.Get("channel").(*goja.Object), "unref")
	}
}

// exit ends the worker, as one whose primary is gone.
func (r *Room) exit() { process.Rooms.Of(r.h).Leave() }

// text is a number as a key of cluster.workers.
func text(id int) string { return strconv.Itoa(id) }
