// Package modules is the contract between the runtime and its rooms, the packages below this one
// that JavaScript can require. A room is a [Module]; all that it may touch of the world is the
// [Host] that it is loaded with.
//
// Everything here belongs to the loop goroutine unless it says otherwise.
package modules

import (
	"io"
	"io/fs"
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Request is a request that an http server is done with.
type Request struct {
	Method, Target string        // as they came
	Status         int           // of the answer; 0: there was none
	Took           time.Duration // from the end of the request's head
	Aborted        bool          // the connection ended before the answer did
}

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

// ShownTask is a tick whose stacks end, as in Node, with what runs ticks. Shown does nothing.
type ShownTask interface{ Shown() }

// Host is what one runtime gives its rooms.
type Host struct {
	VM       *goja.Runtime
	Loop     *eventloop.Loop
	Network  sock.Network    // where connections come from; nil: the operating system
	Err      *nodeerr.Errors // makes Node's errors
	Door     Door
	Process  Process
	Settings Settings
	Era      Era // Settings.Era, where it is at hand

	// OnRequest, unless nil, is told of each request that an http server is done with.
	OnRequest func(r Request)

	// RequestContext, unless nil, returns the context that a request on an accepted connection begins
	// in, nil for the empty one.
	RequestContext func(conn any) *AsyncContext

	// Context is the async context of what runs now; nil for the empty one.
	Context *AsyncContext

	// Diagnostics are the built-in channels of diagnostics_channel.
	Diagnostics Diagnostics
	// Performance is where modules leave what they measured for the observers of perf_hooks.
	Performance Performance

	// Sources has the text of scripts that are no files, by the name they run under: "[eval]".
	Sources map[string]string

	// Builtin returns the exports of the built-in module id, loading it if need be; nil if there
	// is none.
	Builtin func(id string) goja.Value
	// Namespaces has the namespaces of ECMAScript modules; their accessors are what util shows as data.
	Namespaces map[*goja.Object]bool

	// BuiltinIDs are the ids that Builtin knows, sorted.
	BuiltinIDs []string

	// StartWorker starts a worker of cluster; nil: there are none.
	StartWorker func(o WorkerOptions) (Worker, error)
	// Listening, unless nil, is told what a server listens on: the family (4, 6, or -1 for a path), the
	// host or path that was asked for, and the port. A worker tells its primary so.
	Listening func(family int, address string, port int)
	// FDs are the descriptors of files that the program has opened.
	FDs Descriptors
	// Given is a descriptor that a room makes a socket of at this moment; 0: none.
	Given int
	// SourceMaps heeds the source maps that files name; at first as Settings.Flags has it.
	SourceMaps bool
	// Main is the file that runs as the main module; it may be read whatever Settings.Access says.
	Main string

	rooms map[any]any
	end   []func()
}

// NewHost completes the engine of a fresh vm and returns a host without Door, Process and Builtin.
func NewHost(vm *goja.Runtime, loop *eventloop.Loop, s Settings) *Host {
	ecma.Install(vm, limit(s.Limits.JSONDepth, DefaultJSONDepth), limit(s.Limits.SourceNesting, DefaultSourceNesting))
	if limit := s.Flags.StackTraceLimit; limit != nil {
		vm.Get("Error").(*goja.Object).Set("stackTraceLimit", *limit)
	}
	h := &Host{Sources: make(map[string]string), VM: vm, Loop: loop, Err: nodeerr.NewErrors(vm), Settings: s, Era: s.Era, SourceMaps: s.Flags.SourceMaps}
	h.Err.Texts = s.Era.Texts
	return h
}

// BeforeDescriptor has look called with the name of a property of the global object, or "" for all of
// them, before a script reads its descriptor.
func (h *Host) BeforeDescriptor(look func(name string)) { ecma.BeforeDescriptor(h.VM, look) }

// AtEnd has fn called when the process that the program sees has ended, whatever ended it: on the
// goroutine that ran it, and without JavaScript.
func (h *Host) AtEnd(fn func()) { h.end = append(h.end, fn) }

// Ended calls the functions of AtEnd, the first time.
func (h *Host) Ended() {
	end := h.end
	h.end = nil
	for _, fn := range end {
		fn()
	}
}

// Now is the time on the runtime's clock.
func (h *Host) Now() time.Time {
	if h.Settings.Clock != nil {
		return h.Settings.Clock.Now()
	}
	return time.Now()
}

// AsyncContext is what follows an operation from where it was begun to its callbacks: the stores of
// AsyncLocalStorage. It is immutable, a list with one entry for a key. Timers, ticks, promises and
// work off the loop keep the Context of their beginning and set it again before they call back.
type AsyncContext struct {
	Key, Value any
	Outer      *AsyncContext
}

// Get returns the value of key; ok is false if c has none.
func (c *AsyncContext) Get(key any) (value any, ok bool) {
	for ; c != nil; c = c.Outer {
		if c.Key == key {
			return c.Value, true
		}
	}
	return nil, false
}

// With returns c with value for key.
func (c *AsyncContext) With(key, value any) *AsyncContext {
	return &AsyncContext{Key: key, Value: value, Outer: c.without(key)}
}

func (c *AsyncContext) without(key any) *AsyncContext {
	if _, ok := c.Get(key); !ok {
		return c
	}
	if c.Key == key {
		return c.Outer
	}
	return &AsyncContext{Key: c.Key, Value: c.Value, Outer: c.Outer.without(key)}
}

// Within runs fn in the context ctx.
func (h *Host) Within(ctx *AsyncContext, fn func()) {
	before := h.Context
	h.Context = ctx
	defer func() { h.Context = before }()
	fn()
}

// Enter is Door.Enter for fn in the context ctx: what a callback does that was begun in ctx. What
// fn throws reaches Process.Uncaught in that context.
func (h *Host) Enter(ctx *AsyncContext, fn func()) {
	h.Door.Enter(Func(func() { h.Context = ctx; fn() }))
}

// Door is the only way into JavaScript.
type Door interface {
	// Enter runs t with JavaScript allowed: t may call functions and may throw. When it returns,
	// the nextTick queue and the promise jobs have run until both were empty, and what was thrown
	// has gone to Process.Uncaught. Inside another Enter it only runs t, and
	// gives Host.Context back as it was. After the process has
	// exited it does nothing.
	//
	// Every callback that the loop makes and that can reach JavaScript goes through Enter.
	Enter(t Task)

	// NextTick queues t as process.nextTick does: it runs after the present callback, before
	// promise jobs, in order with the ticks of JavaScript. t may throw.
	NextTick(t Task)

	// Tick is a number that changes with every callback, tick and round of promise jobs: what has the
	// same number happened in one go.
	Tick() uint64

	// Exit ends the process with the code: it unwinds all JavaScript and does not return. Nothing
	// runs afterwards. ('exit' is the caller's to emit: room process does.)
	Exit(code int)
}

// Process is what the runtime and the rooms need of the process object; room process implements it.
type Process interface {
	// EmitWarning is process.emitWarning for a finished Error object.
	EmitWarning(warning *goja.Object)
	// Uncaught handles what nobody caught: 'uncaughtException', or the message and the exit.
	Uncaught(ex *goja.Exception)
	// Failed handles what the main module, an ECMAScript module, threw.
	Failed(ex *goja.Exception)
	// Rejected reports whether Rejections has anything to look at.
	Rejected() bool
	// Rejections handles the promises that are rejected and unhandled now; it reports whether it
	// ran JavaScript.
	Rejections() bool
	// Idle emits 'beforeExit'.
	Idle()
	// Ended emits 'exit' and returns the exit code. The places are those where the main module
	// awaits for ever; Ended tells of them.
	Ended(stalled []Place) int
	// Dir is process.cwd(), what relative paths start from.
	Dir() string
	// Env returns the variable of process.env and whether it is set.
	Env(name string) (string, bool)
	// SetMain makes m process.mainModule.
	SetMain(m *goja.Object)
}

// Place is one in a source.
type Place struct {
	File         string // a path or URL
	Line, Column int    // from 1; the column in UTF-16 units; 0: unknown
}

// Settings is what the embedder chose for the process of a runtime. Immutable.
type Settings struct {
	Args     []string          // process.argv from the script on
	ExecPath string            // process.execPath
	ExecArgv []string          // process.execArgv
	Env      map[string]string // process.env at the start; the rooms share process's copy
	Dir      string            // working directory for relative paths; empty: the process's own
	Stdin    io.Reader
	Stdout   io.Writer
	Stderr   io.Writer
	// FS is what modules are loaded from; nil: the system's files. With OnlyFS it is, read-only, what
	// require('fs') sees.
	FS     fs.FS
	OnlyFS bool
	// Transform rewrites a source that the engine cannot read, or an ECMAScript module, as
	// transform.Source does; nil: there is nothing that can.
	Transform func(file, source string, esm bool) (string, error)
	// Programs keeps what was compiled; nil: nothing is kept.
	Programs *Programs
	// Era is how the runtime behaves where Node's versions differ.
	Era Era
	// Loaded is told the path of each file that a module is loaded from; nil: nobody asks.
	Loaded func(file string)
	// Flags are what options of the command change.
	Flags Flags
	// Clock is where all of the runtime's time comes from; nil: the system's.
	Clock eventloop.Clock
	// CryptoRand is where require('crypto') has its random bytes from; nil: the system. Loop goroutine.
	CryptoRand io.Reader
	// Access is what the program may reach; nil: everything.
	Access Access
	// Limits is what the program may use.
	Limits Limits
	// PID is process.pid; 0: the process's.
	PID int
	// Worker is set in a worker of cluster.
	Worker *WorkerOptions
	// Owner is set when the runtime is its process's only purpose (the gonode command): signals,
	// chdir and umask then act on the operating system process.
	Owner bool
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

// TimerDuration validates a timeout argument in milliseconds as Node's getTimerDuration does: too
// large a value becomes 2^31-1 with a warning.
func (h *Host) TimerDuration(v goja.Value, name string) float64 {
	ms := h.Err.ValidateNumber(v, name, math.NaN(), math.NaN())
	if ms < 0 || math.IsInf(ms, 0) || math.IsNaN(ms) {
		panic(h.Err.OutOfRange(name, "a non-negative finite number", v))
	}
	if ms > 1<<31-1 {
		w := h.Err.Plain(nodeerr.Error, v.String()+" does not fit into a 32-bit signed integer.\nTimer duration was truncated to 2147483647.")
		w.Set("name", "TimeoutOverflowWarning")
		h.Process.EmitWarning(w)
		return 1<<31 - 1
	}
	return ms
}
