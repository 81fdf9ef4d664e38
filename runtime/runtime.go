package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	childprocess "github.com/gonode/gonode/modules/child_process"
	"github.com/gonode/gonode/modules/cluster"
	"github.com/gonode/gonode/modules/http"
	"github.com/gonode/gonode/modules/module"
	"github.com/gonode/gonode/modules/process"
)

// NodeVersion is the release of Node whose behaviour gonode follows, Version gonode's own.
const (
	NodeVersion = process.Version
	Version     = process.GonodeVersion
)

// Runtime is one JavaScript world: engine, event loop, process.
type Runtime struct {
	host        *modules.Host
	door        *door
	loader      *module.Room
	builtins    map[string]goja.Value
	extra       map[string]modules.Module
	preload     []string
	interrupted *goja.InterruptedError
	ended       bool
	log         *slog.Logger // nil: none
	onEntry     func(took time.Duration)
	watchdog    *watchdog // nil: entries may take any time
	workers     *workers  // of cluster; nil: there cannot be any
	goError     *goja.Symbol
	base        context.Context // Context where no call of the embedder's led to what runs

	// life ends with the runtime. Any goroutine.
	life context.Context
	end  context.CancelCauseFunc

	outside sync.Mutex // held while JavaScript is entered and the loop does not run
	closing sync.Mutex // held by Close

	// Guarded by mu.
	mu      sync.Mutex
	driving bool          // a goroutine runs the loop
	running bool          // that of Run, once there was one
	yield   chan struct{} // Run waits for driveLoop to end; nil: it does not

	idle chan struct{} // gets one when driveLoop has found nothing left to do

	// over is closed when the runtime can run nothing any more; overErr, written before, says why.
	over    chan struct{}
	overErr error
}

// New returns a runtime that has run nothing.
//
// # Errors
//
// An entry of Options.Modules of another type than documented; an unknown Backend or Compat.
func New(o Options) (*Runtime, error) { return newRuntime(o, nil, nil) }

// newRuntime is New, or, unless both are nil, makes a worker of those that primary has.
func newRuntime(o Options, primary *workers, worker *modules.WorkerOptions) (*Runtime, error) {
	era, err := modules.EraOf(o.Compat)
	if err != nil {
		return nil, fmt.Errorf("runtime: Options.Compat: %w", err)
	}
	s := modules.Settings{
		Args: o.Args, ExecPath: o.ExecPath, ExecArgv: o.ExecArgv, Env: o.Env, Dir: o.Dir,
		Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr, Owner: o.OwnsProcess,
		Transform: o.Transform, Era: era, Flags: o.Flags, Loaded: o.Loaded, FS: o.FS, OnlyFS: o.OnlyFS, Clock: o.Clock, CryptoRand: o.CryptoRand, PID: o.PID, Limits: o.Limits.settings(), Worker: worker, Programs: o.Programs,
	}
	if o.FS != nil && !filepath.IsAbs(s.Dir) {
		s.Dir = filepath.Join(modules.Root(), s.Dir)
	}
	if o.OnlyFS && o.FS == nil {
		return nil, errors.New("runtime: Options.OnlyFS without Options.FS")
	}
	if s.Env == nil {
		s.Env = make(map[string]string)
		for _, kv := range os.Environ() {
			if k, v, ok := strings.Cut(kv, "="); ok {
				s.Env[k] = v
			}
		}
	}
	if primary != nil {
		s.Access = primary.access // relative paths in it start where the primary did
	} else if o.Permissions != nil {
		if s.Access, err = newAccess(*o.Permissions, s.Dir, s.Env["PATH"]); err != nil {
			return nil, err
		}
	}
	if s.ExecPath == "" {
		s.ExecPath, _ = os.Executable()
	}
	if s.Stdin == nil {
		s.Stdin = os.Stdin
	}
	if s.Stdout == nil {
		s.Stdout = os.Stdout
	}
	if s.Stderr == nil {
		s.Stderr = os.Stderr
	}
	rt := &Runtime{preload: o.Preload, builtins: make(map[string]goja.Value), extra: make(map[string]modules.Module), over: make(chan struct{}), idle: make(chan struct{}, 1)}
	for id, m := range o.Modules {
		switch m := m.(type) {
		case modules.Module:
			rt.extra[id] = m
		case NativeModule:
			rt.extra[id] = modules.Native(id, m)
		case Exports:
			rt.extra[id] = rt.module(id, m)
		default:
			return nil, fmt.Errorf("runtime: Options.Modules[%q] is a %T; want Exports, modules.Module or func(*goja.Runtime, *goja.Object)", id, m)
		}
	}
	vm := goja.New()
	depth := o.Limits.CallStack
	if depth <= 0 {
		depth = 3000
	}
	vm.SetMaxCallStackSize(depth)
	poller, err := pollerFor(o.Backend)
	if err != nil {
		return nil, err
	}
	rt.log = o.Logger
	if rt.log != nil && o.ID != "" {
		rt.log = rt.log.With("runtime", o.ID)
	}
	loop := eventloop.New(eventloop.Options{Poller: poller, Clock: o.Clock, Warn: rt.warn})
	if o.Clock != nil {
		vm.SetTimeSource(o.Clock.Now)
	}
	if o.Rand != nil {
		vm.SetRandSource(rand.New(o.Rand).Float64)
	}
	rt.host = modules.NewHost(vm, loop, s)
	if o.Network != nil {
		rt.host.Network = network{*o.Network}
		rt.host.RequestContext = requestContext
	}
	if primary != nil {
		rt.host.Network = primary.sharing()
	} else if o.Cluster && o.Clock == nil && o.Rand == nil && o.CryptoRand == nil {
		rt.workers = newWorkers(o, rt.host.Network, s.Access)
		rt.host.StartWorker = rt.workers.start
	}
	if o.Observer != nil {
		rt.onEntry, rt.host.OnRequest, loop.HandlesChanged = o.Observer.Entry, o.Observer.Request, o.Observer.Handles
	}
	if o.Limits.EntryTime > 0 {
		rt.watchdog = &watchdog{vm: vm, limit: o.Limits.EntryTime}
	}
	if o.Limits.Heap > 0 {
		rt.watchHeap(o.Limits.Heap)
	}
	rt.life, rt.end = context.WithCancelCause(context.Background())
	rt.base, rt.goError = rt.life, goja.NewSymbol("gonode.error")
	rt.host.Builtin = rt.builtin
	rt.host.BuiltinIDs = rt.builtinIDs()
	rt.door = newDoor(rt)
	rt.host.Door = rt.door
	if era.TicksAfterImmediates {
		loop.AroundImmediates = func(run func()) { rt.door.Enter(modules.Func(run)) }
	}
	rt.host.Process = process.Rooms.Of(rt.host)
	installGlobals(rt.host)
	for name, v := range o.Globals {
		value, err := rt.ToJS(v)
		if err == nil {
			err = vm.GlobalObject().Set(name, value)
		}
		if err != nil {
			return nil, fmt.Errorf("runtime: Options.Globals[%q]: %w", name, err)
		}
	}
	rt.loader = module.Rooms.Of(rt.host)
	if o.OwnsProcess || worker != nil {
		if err := rt.adopt(); err != nil {
			return nil, err
		}
	}
	return rt, nil
}

// adopt opens the channel to the process that forked this one, if there is such, or to a worker's primary.
func (rt *Runtime) adopt() (err error) {
	open := childprocess.Adopt
	if rt.host.Settings.Worker != nil {
		open = cluster.Adopt
	}
	rt.door.Enter(eventloop.Func(func() {
		if ex := rt.host.VM.Try(func() { open(rt.host) }); ex != nil {
			err = ex
		}
	}))
	return err
}

// warn logs what no JavaScript hears of. Any goroutine.
func (rt *Runtime) warn(kind, msg string) {
	if rt.log != nil {
		rt.log.Warn(msg, "kind", kind)
	}
}

// pollerFor finds what the loop waits with; nil is the loop's default, for goroutines.
func pollerFor(backend string) (eventloop.Poller, error) {
	if backend == "" {
		backend = os.Getenv("GONODE_BACKEND")
	}
	switch backend {
	case BackendGoroutine:
		return nil, nil
	case "", BackendEpoll:
		if epoll := eventloop.NewEpoll(); epoll != nil {
			return epoll, nil
		}
		if backend == "" {
			return nil, nil
		}
		return nil, fmt.Errorf("runtime: this system has no %q backend", backend)
	}
	return nil, fmt.Errorf("runtime: unknown backend %q; want %q or %q", backend, BackendEpoll, BackendGoroutine)
}

// builtin loads the built-in module id on first use; nil if there is none.
func (rt *Runtime) builtin(id string) goja.Value {
	if v, ok := rt.builtins[id]; ok {
		return v
	}
	m, ok := rt.extra[id]
	if !ok {
		if m, ok = builtins[id]; !ok {
			return nil
		}
	}
	v := m.Load(rt.host)
	rt.builtins[id] = v
	return v
}

func (rt *Runtime) builtinIDs() []string {
	if len(rt.extra) == 0 {
		return publicIDs()
	}
	ids := slices.AppendSeq(slices.Clone(publicIDs()), maps.Keys(rt.extra))
	slices.Sort(ids)
	return slices.Compact(ids)
}

// publicIDs are those of the built-in modules that scripts may name, sorted.
var publicIDs = sync.OnceValue(func() []string {
	var ids []string
	for id := range builtins {
		if !strings.HasPrefix(id, "gonode:") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
})

// RunFile is Run without a context.
func (rt *Runtime) RunFile(path string) error { return rt.Run(context.Background(), path) }

// Run runs the script at path as the main module, on the calling goroutine, and returns when nothing
// is left to wait for or ctx ends. The process that the script sees has ended then, and the runtime
// is good for nothing but Close. Do, Call and Await of other goroutines are served meanwhile.
//
// # Errors
//
// *ExitError if the exit code is not 0 (13: nothing is left that could settle a top-level await);
// *UncaughtError, which is one too, if that came of an exception that nobody caught (what went wrong is on
// Stderr, as with node); the cause of ctx if it ended; *LimitError if a limit ended it; *goja.InterruptedError after Interrupt; *PanicError if Go code panicked.
func (rt *Runtime) Run(ctx context.Context, path string) error {
	stop := context.AfterFunc(ctx, func() { rt.Interrupt(ctx.Err()) })
	defer stop()
	err := rt.run(ctx, func() {
		rt.loader.Preload(rt.preload)
		rt.loader.RunMain(path)
	})
	if stopped := new(goja.InterruptedError); ctx.Err() != nil && errors.As(err, &stopped) {
		return context.Cause(ctx)
	}
	return err
}

// RunString runs source as node -e does: as a CommonJS module called name in Options.Dir, or as an
// ECMAScript module if Flags.InputType says so.
// Errors as RunFile.
func (rt *Runtime) RunString(name, source string) error {
	return rt.run(rt.life, func() {
		rt.loader.Preload(rt.preload)
		rt.evaluate(name, source, false)
	})
}

// RunWorkers runs the script at path in n workers of cluster and returns when all have ended. One that
// fails is told of on Stderr; the others go on. Options.Cluster has to be set. Errors as RunFile: the exit
// code is that of the first worker that failed.
func (rt *Runtime) RunWorkers(path string, n int) error {
	return rt.run(rt.life, func() { cluster.Rooms.Of(rt.host).Serve(path, n) })
}

// Check compiles the file at path without running it, after the modules of Options.Preload. What is
// wrong with it is printed as when it is run; errors as RunFile.
func (rt *Runtime) Check(path string) error {
	return rt.run(rt.life, func() {
		rt.loader.Preload(rt.preload)
		rt.loader.CheckMain(path)
	})
}

// CheckString is Check for a source called name.
func (rt *Runtime) CheckString(name, source string) error {
	return rt.run(rt.life, func() {
		rt.loader.Preload(rt.preload)
		rt.loader.CheckSource(name, source)
	})
}

// PrintString is RunString that also writes the completion value as node -p does.
func (rt *Runtime) PrintString(name, source string) error {
	return rt.run(rt.life, func() {
		rt.loader.Preload(rt.preload)
		rt.evaluate(name, source, true)
	})
}

// evaluate runs source as RunString does, and may write its completion value.
func (rt *Runtime) evaluate(name, source string, print bool) {
	if rt.loader.IsModule(name, source) {
		rt.loader.RunModule(source, print)
		return
	}
	v := rt.loader.RunSource(name, source)
	if !print {
		return
	}
	console := rt.builtin("console").(*goja.Object)
	log, _ := goja.AssertFunction(console.Get("log"))
	if _, err := log(console, v); err != nil {
		panic(err)
	}
}

// ErrExited is the error for those who come when the process has exited with code 0.
var ErrExited = errors.New("runtime: the process has exited")

// run makes first the program, with ctx as what Context returns.
func (rt *Runtime) run(ctx context.Context, first func()) (err error) {
	if !rt.takeOver() {
		return errors.New("runtime: something else is running; load more code with Do and Require")
	}
	defer func() {
		if x := recover(); x != nil {
			err = &PanicError{x, debug.Stack()}
		}
		rt.finish(err)
		if rt.interrupted != nil {
			rt.workers.end(0)
		} else {
			rt.workers.end(workerPatience)
		}
	}()
	if rt.ended {
		return ErrExited
	}
	loop := rt.host.Loop
	rt.base = ctx
	// Before the loop, as node runs its main module: timers that are due by then go first.
	if !rt.enterOutside(first) {
		return eventloop.ErrClosed
	}
	for rt.interrupted == nil {
		// Also after an exit, which stops it at once: what was written before still leaves.
		if err := loop.Run(); err != nil {
			return err
		}
		if rt.door.exit != nil || rt.interrupted != nil {
			break
		}
		if !rt.enterOutside(rt.host.Process.Idle) {
			return eventloop.ErrClosed
		}
		if !loop.Alive() {
			break
		}
	}
	if rt.interrupted != nil {
		return rt.interruption()
	}
	rt.ended = true
	code := 0
	if rt.door.exit == nil {
		// 'exit' listeners run, but what they schedule does not.
		if !rt.enterOutside(func() { rt.door.Exit(rt.host.Process.Ended(rt.loader.Stalled())) }) {
			return eventloop.ErrClosed
		}
	}
	if rt.door.exit != nil {
		code = rt.door.exit.code
	}
	return rt.exitError(code)
}

// enterOutside enters the door while the loop does not run. Close waits for it, as it does for callbacks; false:
// Close has been.
func (rt *Runtime) enterOutside(fn func()) bool {
	rt.outside.Lock()
	defer rt.outside.Unlock()
	if rt.host.Loop.Closed() {
		return false
	}
	rt.door.Enter(eventloop.Func(fn))
	return true
}

// takeOver makes the caller the goroutine that runs the loop; false: another Run has been before. What a
// Do has begun goes on under it.
func (rt *Runtime) takeOver() bool {
	rt.mu.Lock()
	if rt.running {
		rt.mu.Unlock()
		return false
	}
	rt.running = true
	if !rt.driving {
		rt.driving = true
		rt.mu.Unlock()
		return true
	}
	yield := make(chan struct{})
	rt.yield = yield
	rt.mu.Unlock()
	// On the loop, lest Stop should meet the Run that follows.
	rt.host.Loop.Post(func() {
		rt.mu.Lock()
		defer rt.mu.Unlock()
		if rt.yield != nil {
			rt.host.Loop.Stop()
		}
	})
	select {
	case <-yield:
	case <-rt.over:
	}
	return true
}

// interruption is why JavaScript was cut off: the error of a limit, ErrClosed, or a *goja.InterruptedError.
func (rt *Runtime) interruption() error {
	switch v := rt.interrupted.Value().(type) {
	case *LimitError:
		if rt.log != nil {
			rt.log.Error("a limit has ended a script", "limit", v.Limit, "max", v.Max)
		}
		return v
	case error:
		if v == eventloop.ErrClosed {
			return v
		}
	}
	return rt.interrupted
}

// exitError is how a process ended with code.
func (rt *Runtime) exitError(code int) error {
	if code == 0 {
		return nil
	}
	exit := &ExitError{code}
	if u := process.Rooms.Of(rt.host).Fatal; u != nil {
		if rt.log != nil {
			rt.log.Error("a script ended with an exception that nobody caught", "error", u.Text)
		}
		code, cause := rt.origin(u.Value)
		return &UncaughtError{Value: u.Value, Code: code, Text: u.Text, exit: exit, cause: cause}
	}
	return exit
}

// Interrupt stops JavaScript that is running, or ends the wait for something to run; RunFile
// returns a *goja.InterruptedError with v. Any goroutine.
func (rt *Runtime) Interrupt(v any) {
	rt.host.VM.Interrupt(v)
	// A loop that waits has no JavaScript to stop: it enters some.
	rt.host.Loop.Post(func() { rt.door.Enter(eventloop.Func(func() {})) })
}

// Shutdown ends the http servers of the runtime, and of its workers, without cutting anything off: no new connections, idle
// ones end, answers in flight are finished and say Connection: close. It returns when the last
// connection has ended; whatever else the script does goes on. Goroutine, ctx and errors as Do, but
// nothing is cut off when ctx ends.
//
// served is false if no server was listening.
func (rt *Runtime) Shutdown(ctx context.Context) (served bool, err error) {
	workers := rt.workers.all()
	type outcome struct {
		served bool
		err    error
	}
	each := make(chan outcome, len(workers))
	for _, w := range workers {
		go func() {
			served, err := w.rt.drain(ctx)
			each <- outcome{served, err}
		}()
	}
	served, err = rt.drain(ctx)
	for range workers {
		if o := <-each; o.served {
			served = true
			if err == nil && ctx.Err() != nil {
				err = o.err // that a worker has ended is none
			}
		}
	}
	return served, err
}

// drain is Shutdown for rt alone.
func (rt *Runtime) drain(ctx context.Context) (served bool, err error) {
	drained := make(chan struct{})
	if err := rt.Do(ctx, func(*goja.Runtime) error {
		served = http.Rooms.Of(rt.host).Drain(func() { close(drained) })
		return nil
	}); err != nil || !served {
		return served, err
	}
	select {
	case <-drained:
		return true, nil
	case <-ctx.Done():
		return true, context.Cause(ctx)
	case <-rt.over:
		return true, rt.overErr
	}
}

// Listens reports whether the script, or a worker of it, listens to an event of process, such as "SIGTERM".
// Goroutine, ctx and errors as Do.
func (rt *Runtime) Listens(ctx context.Context, event string) (listens bool, err error) {
	if rt.workers.listens(ctx, event) {
		return true, nil
	}
	err = rt.Do(ctx, func(*goja.Runtime) error {
		listens = process.Rooms.Of(rt.host).Listens(event)
		return nil
	})
	return listens, err
}

// SignalName is the name that scripts listen to a signal by, such as "SIGTERM"; "" if they cannot.
func SignalName(sig syscall.Signal) string { return process.SignalName(sig) }

// Close ends every goroutine of the runtime, closes what the script has left open, and fails the Do, Call and Await that wait. Any goroutine
// but the loop's.
func (rt *Runtime) Close() {
	rt.end(eventloop.ErrClosed) // lest a function of Async be waited for
	rt.closing.Lock()           // another Close is no JavaScript outside the loop
	defer rt.closing.Unlock()
	if !rt.outside.TryLock() {
		rt.host.VM.Interrupt(eventloop.ErrClosed) // the first turn may never end
		rt.outside.Lock()
	}
	rt.host.Loop.Close()
	rt.outside.Unlock()
	rt.workers.end(0)
	rt.host.FDs.CloseAll()
	rt.finish(eventloop.ErrClosed)
}
