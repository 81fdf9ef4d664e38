// Package modules is the contract between the runtime and its rooms, the packages below this one
// that JavaScript can require. A room is a [Module]; all that it may touch of the world is the
// [Host] that it is loaded with.
//
// Everything here belongs to the loop goroutine unless it says otherwise.
package modules

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is one built-in module: require(ID) gives what Load returned, made on first use.
type Module struct {
	ID   string
	Load func(h *Host) goja.Value
}

// Native turns a module written for goja_nodejs's require registry into the form of this
// package: fn fills the exports property of the module object it is given.
func Native(id string, fn func(vm *goja.Runtime, module *goja.Object)) Module {
	return Module{ID: id, Load: func(h *Host) goja.Value {
		m := h.VM.NewObject()
		m.Set("id", id)
		m.Set("exports", h.VM.NewObject())
		fn(h.VM, m)
		return m.Get("exports")
	}}
}

// Task is work for the loop goroutine. Implement it on state that exists anyway, so that nothing
// is allocated to schedule it.
type Task = eventloop.Task

// Func is a Task from a function.
type Func = eventloop.Func

// Host is what one runtime gives its rooms.
type Host struct {
	VM      *goja.Runtime
	Loop    *eventloop.Loop
	Err     *nodeerr.Errors // makes Node's errors
	Door    Door
	Process Process

	// Builtin returns the exports of the built-in module id, loading it if need be; nil if there
	// is none.
	Builtin func(id string) goja.Value

	rooms map[any]any
}

// Door is the only way into JavaScript.
type Door interface {
	// Enter runs t with JavaScript allowed: t may call functions and may throw. When it returns,
	// the nextTick queue and the promise jobs have run until both were empty, and what was thrown
	// has gone to the process's 'uncaughtException'. Inside another Enter it only runs t.
	//
	// Every callback that the loop makes and that can reach JavaScript goes through Enter.
	Enter(t Task)

	// NextTick queues t as process.nextTick does: it runs after the present callback, before
	// promise jobs, in order with the ticks of JavaScript. t may throw.
	NextTick(t Task)

	// Uncaught treats v as thrown by nobody's callback: 'uncaughtException' or the end.
	Uncaught(v goja.Value)
}

// Process is what rooms need of the process they run in.
type Process interface {
	// EmitWarning is process.emitWarning for a finished Error object.
	EmitWarning(warning *goja.Object)
	// Env returns the environment variable and whether it is set.
	Env(name string) (string, bool)
	// Dir is the working directory that relative paths start from.
	Dir() string
	// Stdio returns the descriptor 0, 1 or 2 of the runtime.
	Stdio(fd int) any
}

// Room keeps one value per runtime for a room: its classes, prototypes and tables.
type Room[T any] struct {
	init func(h *Host) *T
}

// NewRoom declares a room's value. init may use other rooms, but not in a circle.
func NewRoom[T any](init func(h *Host) *T) *Room[T] { return &Room[T]{init} }

// Of returns h's value, made on first use. Keep the pointer instead of calling Of on a hot path.
func (r *Room[T]) Of(h *Host) *T {
	if v, ok := h.rooms[r]; ok {
		return v.(*T)
	}
	v := r.init(h)
	if h.rooms == nil {
		h.rooms = make(map[any]any)
	}
	h.rooms[r] = v
	return v
}
