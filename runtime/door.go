package runtime

import (
	"errors"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/repl"
)

// door implements modules.Door. JavaScript runs below a JS frame (trampoline), because the engine
// drains promise jobs whenever the outermost call returns: with the frame that is once a task,
// after the ticks, and Node's order falls out: task, ticks, jobs, ticks queued by jobs, …
type door struct {
	rt           *Runtime
	trampoline   goja.Callable
	body         []goja.Value // the trampoline's one argument
	processTicks goja.Callable
	drained      []goja.Value // its one argument
	stack        *modules.Stack
	task         eventloop.Task
	ticks        tickQueue
	open         bool
	exit         *exitError // non-nil once Exit was called
}

// exitError unwinds JavaScript. Unwrapping to an InterruptedError makes the engine treat it as
// something that scripts cannot catch.
type exitError struct{ code int }

func (e *exitError) Error() string { return "process.exit" }
func (e *exitError) Unwrap() error { return &goja.InterruptedError{} }

func newDoor(rt *Runtime) *door {
	d := &door{rt: rt, ticks: tickQueue{host: rt.host}}
	vm := rt.host.VM
	d.body = []goja.Value{vm.ToValue(func(goja.FunctionCall) goja.Value {
		if t := d.task; t != nil {
			d.task = nil
			d.attempt(t.Run)
		}
		for !d.ticks.empty() {
			if d.ticks.shown() {
				d.attempt(d.drain)
			} else {
				d.attempt(d.drainOwn)
			}
		}
		d.ticks.count++
		return nil
	})}
	d.drained = []goja.Value{vm.ToValue(func(goja.FunctionCall) goja.Value {
		d.ticks.drain(false)
		return nil
	})}
	d.stack = modules.NewStack(vm)
	d.trampoline = d.compiled(trampolineProgram)
	d.processTicks = d.compiled(processTicksProgram)
	return d
}

// compiled is the function that a script of ours is.
func (d *door) compiled(p *goja.Program) goja.Callable {
	v, err := d.rt.host.VM.RunProgram(p)
	if err != nil {
		panic("BUG: runtime: " + err.Error())
	}
	fn, _ := goja.AssertFunction(v)
	return fn
}

func (d *door) drainOwn() { d.ticks.drain(true) }

// drain runs the ticks below the frame that stacks show there.
func (d *door) drain() {
	if _, err := d.processTicks(goja.Undefined(), d.drained...); err != nil {
		panic(err)
	}
}

// attempt runs fn, and what handles its exception, without leaving the trampoline: the ticks that
// wait go before the promise jobs, whatever was thrown.
func (d *door) attempt(fn func()) {
	if ex := d.rt.host.VM.Try(fn); ex != nil {
		d.rt.host.Process.Uncaught(ex)
	}
}

var trampolineProgram = goja.MustCompile("gonode:door", "(function (run) { run() })", true)

// processTicksProgram is the function that is at the bottom of a tick's stack: with the name that it has in
// Node, as V8 writes it.
var processTicksProgram = func() *goja.Program {
	tree, err := parser.ParseFile(nil, "node:internal/process/task_queues", "(function processTicks(run) { run() })", 0)
	if err != nil {
		panic("BUG: runtime: " + err.Error())
	}
	tree.Body[0].(*ast.ExpressionStatement).Expression.(*ast.FunctionLiteral).Name.Name = "process.processTicksAndRejections"
	prog, err := goja.CompileAST(tree, true)
	if err != nil {
		panic("BUG: runtime: " + err.Error())
	}
	return prog
}()

// Enter implements modules.Door.
func (d *door) Enter(t eventloop.Task) {
	if d.open {
		host, before := d.rt.host, d.rt.host.Context
		defer func() { host.Context = before }()
		t.Run()
		return
	}
	if d.exit != nil {
		return
	}
	d.open = true
	d.task = t
	d.rt.host.Context = nil
	if d.rt.onEntry != nil {
		defer func(began time.Time) { d.rt.onEntry(time.Since(began)) }(time.Now())
	}
	if w := d.rt.watchdog; w != nil {
		w.begin()
		defer func() { w.end(d.rt.interrupted != nil) }()
	}
	for {
		d.stack.Lend()
		_, err := d.trampoline(goja.Undefined(), d.body...)
		d.task = nil
		if err != nil && !d.failed(err) {
			break
		}
		if d.ticks.empty() && !d.rejections() {
			break
		}
	}
	d.stack.Clear()
	d.open = false
}

// failed handles what left the trampoline and reports whether to go on.
func (d *door) failed(err error) bool {
	var exit *exitError
	if errors.As(err, &exit) {
		d.stop(exit)
		return false
	}
	var stopped *goja.InterruptedError
	if errors.As(err, &stopped) && stopped.Value() == repl.Break {
		d.rt.host.VM.ClearInterrupt()
		err = d.rt.host.VM.Try(func() { panic(repl.Rooms.Of(d.rt.host).Interrupted()) })
	} else if errors.As(err, &stopped) {
		d.rt.interrupted = stopped
		d.rt.host.Loop.Stop()
		return false
	}
	ex := d.exception(err)
	// Process.Uncaught runs listeners, which may throw or exit themselves.
	_, err = d.call(func() { d.rt.host.Process.Uncaught(ex) })
	if errors.As(err, &exit) {
		d.stop(exit)
		return false
	}
	return d.exit == nil
}

// exception makes one of whatever error the engine reports. A stack overflow is no JavaScript
// value there; programs see Node's RangeError.
func (d *door) exception(err error) *goja.Exception {
	var ex *goja.Exception
	if errors.As(err, &ex) {
		return ex
	}
	vm := d.rt.host.VM
	msg := err.Error()
	ctor := "Error"
	var overflow *goja.StackOverflowError
	if errors.As(err, &overflow) {
		ctor, msg = "RangeError", "Maximum call stack size exceeded"
	}
	return vm.Try(func() {
		o, nerr := vm.New(vm.Get(ctor), vm.ToValue(msg))
		if nerr != nil {
			panic(nerr)
		}
		panic(o)
	})
}

// call runs fn below the trampoline, without ticks.
func (d *door) call(fn func()) (goja.Value, error) {
	return d.trampoline(goja.Undefined(), d.rt.host.VM.ToValue(func(goja.FunctionCall) goja.Value {
		fn()
		return nil
	}))
}

// rejections lets the process look at unhandled rejections; it reports whether there may be
// ticks to run now.
func (d *door) rejections() bool {
	if d.rt.host.Process == nil || !d.rt.host.Process.Rejected() {
		return false
	}
	var ran bool
	_, err := d.call(func() { ran = d.rt.host.Process.Rejections() })
	if err != nil {
		return d.failed(err)
	}
	return ran && !d.ticks.empty()
}

func (d *door) stop(exit *exitError) {
	if d.exit == nil {
		d.exit = exit
	}
	d.ticks.clear()
	d.rt.host.Loop.Stop()
}

// NextTick implements modules.Door.
func (d *door) NextTick(t eventloop.Task) { d.ticks.push(t) }

// Tick implements modules.Door.
func (d *door) Tick() uint64 { return d.ticks.count }

// Exit implements modules.Door.
func (d *door) Exit(code int) {
	exit := &exitError{code}
	d.stop(exit)
	panic(exit)
}

var _ modules.Door = (*door)(nil)
