package childprocess

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	nodenet "github.com/gonode/gonode/modules/net"
)

// ChildProcess is one child.
type ChildProcess struct {
	events.Emitter
	room    *Room
	obj     *goja.Object
	file    string
	args    *goja.Object
	proc    program            // nil before start and after exit
	pending *eventloop.Pending // of the exit; nil as proc
	used    map[*goja.Object]bool
	timer   *eventloop.Timer
	offKill func()
}

func (r *Room) defineChild() {
	m := func(fn func(c *ChildProcess, call goja.FunctionCall) goja.Value) bind.Func {
		return func(call goja.FunctionCall) goja.Value { return fn(r.child(call.This), call) }
	}
	r.ChildProcess = bind.Define(r.h.VM, bind.Class{Name: "ChildProcess", Mode: bind.CallAny, Parent: r.ev.EventEmitter,
		Construct: func(this *goja.Object, _ []goja.Value) {
			c := &ChildProcess{room: r, obj: this}
			st := bind.Own(this)
			events.Init(st, &c.Emitter)
			st.Put(bind.Self, c)
			for _, p := range []struct {
				name string
				v    any
			}{{"_closesNeeded", 1}, {"_closesGot", 0}, {"connected", false}, {"signalCode", nil}, {"exitCode", nil},
				{"killed", false}, {"spawnfile", nil}} {
				this.Set(p.name, p.v)
			}
			r.h.Diagnostics.ChildProcess.Tell(r.h, "process", this)
		},
		Methods: []bind.Method{
			{Name: "spawn", Length: 1, Fn: m((*ChildProcess).jsSpawn)},
			{Name: "kill", Length: 1, Fn: m(func(c *ChildProcess, call goja.FunctionCall) goja.Value {
				sig := syscall.SIGTERM
				if v := call.Argument(0); nodeerr.IsNumber(v) && v.ToFloat() == 0 {
					sig = 0
				} else if !bind.IsUndefined(v) {
					sig = r.signal(v)
				}
				return bind.Bool(c.kill(sig))
			})},
			{Name: "ref", Fn: m(func(c *ChildProcess, _ goja.FunctionCall) goja.Value {
				if c.pending != nil {
					c.pending.Ref()
				}
				return goja.Undefined()
			})},
			{Name: "unref", Fn: m(func(c *ChildProcess, _ goja.FunctionCall) goja.Value {
				if c.pending != nil {
					c.pending.Unref()
				}
				return goja.Undefined()
			})},
		}})
	if dispose, ok := r.h.VM.Get("Symbol").(*goja.Object).Get("dispose").(*goja.Symbol); ok {
		r.ChildProcess.Proto.DefineDataPropertySymbol(dispose, bind.Function(r.h.VM, bind.Method{Name: "[Symbol.dispose]", Fn: m(func(c *ChildProcess, _ goja.FunctionCall) goja.Value {
			if !bind.Truthy(c.obj.Get("killed")) {
				bind.Invoke(r.h.VM, c.obj, "kill")
			}
			return goja.Undefined()
		})}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func (r *Room) child(v goja.Value) *ChildProcess {
	c, ok := bind.SelfOf[*ChildProcess](v)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_THIS", "ChildProcess")
	}
	return c
}

// jsSpawn is the method spawn, with the options that spawn() makes of its arguments.
func (c *ChildProcess) jsSpawn(call goja.FunctionCall) goja.Value {
	e := c.room.h.Err
	o := e.ValidateObject(call.Argument(0), "options")
	n := &invocation{uid: -1, gid: -1, options: o}
	n.stdio, n.advanced = n.option("stdio"), n.option("serialization")
	c.room.validStdio(n.stdio, false)
	if v := n.option("envPairs"); !bind.IsUndefined(v) {
		for _, kv := range list(e.ValidateArray(v, "options.envPairs")) {
			n.env = append(n.env, text(kv))
		}
	} else {
		n.env = c.room.environment(goja.Undefined())
	}
	n.file = e.ValidateString(n.option("file"), "options.file")
	n.argv = c.room.h.VM.NewArray()
	if v := n.option("args"); !bind.IsUndefined(v) {
		n.argv = e.ValidateArray(v, "options.args")
	}
	for _, a := range list(n.argv) {
		n.args = append(n.args, text(a))
	}
	if v := n.option("cwd"); !bind.IsNullish(v) {
		n.dir = c.room.path(v, "options.cwd")
	}
	n.detached = bind.Truthy(n.option("detached"))
	n.uid, n.gid = c.room.id(n.option("uid"), "options.uid"), c.room.id(n.option("gid"), "options.gid")
	return bind.Int(c.spawn(n))
}

// spawn starts the child. It returns 0 or the negative error number of an error that is emitted;
// others are thrown.
//
// Node v20 lib/internal/child_process.js: ChildProcess.prototype.spawn.
func (c *ChildProcess) spawn(n *invocation) int {
	r, h := c.room, c.room.h
	all, ipc := r.validStdio(n.stdio, false)
	if v := n.advanced; !bind.IsUndefined(v) {
		if !nodeerr.IsString(v) || v.String() != "json" && v.String() != "advanced" {
			panic(h.Err.InvalidArgValue("options.serialization", v, "must be one of: undefined, 'json', 'advanced'"))
		}
	}
	mode := "json"
	if bind.Truthy(n.advanced) {
		mode = n.advanced.String()
	}
	if ipc >= 0 {
		n.env = append(without(n.env, channelVariable, modeVariable), channelVariable+"="+bind.Int(ipc).String(), modeVariable+"="+mode)
	}
	h.NeedHandle()
	r.needRun(n, all)
	c.file, c.args = n.file, n.argv
	c.obj.Set("spawnfile", n.file)
	c.obj.Set("spawnargs", n.argv)

	for _, s := range all {
		if s.kind == stdioWrap {
			if h := nodenet.HandleOf(s.stream.Get("_handle")); h != nil {
				h.StopReading() // what comes from now on is the child's
			}
		}
	}
	f, err := r.open(all)
	if err == nil {
		var p *os.Process
		if p, err = start(n.file, n, r.directory(n), f.childs); err == nil {
			c.proc = osProcess{p}
		}
	}
	f.started()
	errno := 0
	if err != nil {
		n, _ := nodeerr.Errno(err)
		errno = nodeerr.Number(n)
		switch n {
		case syscall.EACCES, syscall.EAGAIN, syscall.ENOENT:
		case syscall.EMFILE, syscall.ENFILE:
			f.abandon()
			c.failLater(errno)
			return errno
		default:
			f.abandon()
			panic(r.systemError(errno, "spawn"))
		}
		c.failLater(errno)
	} else {
		c.runs()
	}
	f.copyOutput(h)
	c.connect(all, f.ours)
	var channel line
	if ipc >= 0 {
		fd := f.ours[ipc]
		channel = r.setupChannel(c.obj, fd, mode, func(read reader) line { return newPipe(h.Loop, fd, read) }, func() { c.maybeClose() }).line
	}
	if c.proc != nil {
		c.wait(channel)
	}
	return errno
}

// program is what runs as a child: a process of the operating system, or a worker. Any goroutine.
type program interface {
	pid() int
	signal(sig syscall.Signal) error // os.ErrProcessDone if it has ended
	wait() (code int, sig syscall.Signal)
}

type osProcess struct{ *os.Process }

func (p osProcess) pid() int                        { return p.Pid }
func (p osProcess) signal(sig syscall.Signal) error { return p.Signal(sig) }
func (p osProcess) wait() (code int, sig syscall.Signal) {
	if state, err := p.Wait(); err == nil {
		code, sig = outcome(state)
	}
	return code, sig
}

// runs tells that the process has started.
func (c *ChildProcess) runs() {
	c.obj.Set("pid", c.proc.pid())
	c.room.h.Door.NextTick(modules.Func(func() { c.room.ev.Emit(c.obj, "spawn") }))
}

// connect makes the sockets for our sides of the pipes.
func (c *ChildProcess) connect(all []stdio, ours []int) {
	r, h := c.room, c.room.h
	sockets := make([]any, len(all))
	needed := 1
	for i, s := range all {
		sockets[i] = goja.Null()
		switch s.kind {
		case stdioIPC:
			needed++
		case stdioWrap:
			c.lend(s.stream)
		case stdioPipe:
			o := h.VM.NewObject()
			o.Set("fd", ours[i])
			o.Set("readable", i > 0)
			h.Given = ours[i]
			socket, err := h.VM.New(r.net.Socket.Ctor, o)
			h.Given = 0
			if err != nil {
				bind.Rethrow(err)
			}
			sockets[i] = socket
			if i > 0 {
				needed++
				r.ev.On(socket, "close", func([]goja.Value) { c.maybeClose() })
			}
		}
	}
	c.obj.Set("_closesNeeded", needed)
	for i, name := range []string{"stdin", "stdout", "stderr"} {
		c.obj.Set(name, sockets[i])
	}
	c.obj.Set("stdio", h.VM.NewArray(sockets...))
}

// lend stops our own reading of a socket that the child has now.
func (c *ChildProcess) lend(stream *goja.Object) {
	bind.Invoke(c.room.h.VM, stream.Get("_handle").(*goja.Object), "readStop")
	bind.Invoke(c.room.h.VM, stream, "pause")
	if state, ok := stream.Get("_readableState").(*goja.Object); ok {
		state.Set("reading", false)
	}
	if c.used == nil {
		c.used = make(map[*goja.Object]bool)
	}
	c.used[stream] = true
}

// without drops variables of an environment.
func without(env []string, names ...string) []string {
	var out []string
next:
	for _, kv := range env {
		for _, n := range names {
			if len(kv) > len(n) && kv[:len(n)] == n && kv[len(n)] == '=' {
				continue next
			}
		}
		out = append(out, kv)
	}
	return out
}

// systemError is Node's ErrnoException: "spawn x ENOENT".
func (r *Room) systemError(errno int, call string) *goja.Object {
	name, _, ok := nodeerr.SystemError(errno)
	if !ok {
		name = "UNKNOWN"
	}
	return r.h.Err.System(nodeerr.System{Code: name, Errno: errno, Syscall: call})
}

func (c *ChildProcess) failLater(errno int) {
	c.room.h.Door.NextTick(modules.Func(func() { c.exited(errno, 0) }))
}

// wait delivers the exit of the process that runs, after what it said over its channel, nil when it
// has none: libuv too looks at its pipes before it looks for children that ended.
func (c *ChildProcess) wait(line line) {
	pending, proc, ctx := c.room.h.Loop.Reserve(), c.proc, c.room.h.Context
	c.room.h.Loop.AddHandles(1)
	c.pending = pending
	held := &running{pending}
	c.room.h.Loop.Own(held)
	go func() {
		code, sig := proc.wait()
		if line != nil {
			line.drain()
		}
		pending.Done(func() {
			c.room.h.Loop.Disown(held)
			c.room.h.Loop.AddHandles(-1)
			c.room.h.Enter(ctx, func() { c.exited(code, sig) })
		})
	}()
}

// running is a process as what keeps the loop alive.
type running struct{ pending *eventloop.Pending }

// Holds implements eventloop.Holder.
func (p *running) Holds() []string {
	if !p.pending.HasRef() {
		return nil
	}
	return []string{"ProcessWrap"}
}

// CloseNow implements eventloop.Resource: a child outlives the loop.
func (p *running) CloseNow() {}

// exited tells of the end of the process, or, with a negative code, that there was none.
func (c *ChildProcess) exited(code int, sig syscall.Signal) {
	r := c.room
	c.proc, c.pending = nil, nil
	if c.timer != nil {
		c.timer.Stop()
	}
	if sig != 0 {
		c.obj.Set("signalCode", signalName(sig))
	} else {
		c.obj.Set("exitCode", code)
	}
	if in, ok := c.obj.Get("stdin").(*goja.Object); ok {
		bind.Invoke(r.h.VM, in, "destroy")
	}
	if code < 0 {
		err := r.systemError(code, "spawn "+c.file)
		err.Set("path", c.file)
		err.Set("spawnargs", bind.Invoke(r.h.VM, c.args, "slice", bind.Int(1)))
		bind.Invoke(r.h.VM, c.obj, "emit", bind.String("error"), err)
	} else {
		bind.Invoke(r.h.VM, c.obj, "emit", bind.String("exit"), c.obj.Get("exitCode"), c.obj.Get("signalCode"))
	}
	if c.offKill != nil {
		c.offKill()
	}
	// What nobody reads is read to its end, so that 'close' comes; later, for who reads from 'exit' on.
	r.h.Door.NextTick(modules.Func(c.flush))
	c.maybeClose()
}

func (c *ChildProcess) flush() {
	all, ok := c.obj.Get("stdio").(*goja.Object)
	if !ok {
		return
	}
	for _, v := range list(all) {
		if s, ok := v.(*goja.Object); ok && bind.Truthy(s.Get("readable")) && !c.used[s] {
			bind.Invoke(c.room.h.VM, s, "resume")
		}
	}
}

func (c *ChildProcess) maybeClose() {
	got := c.obj.Get("_closesGot").ToInteger() + 1
	c.obj.Set("_closesGot", got)
	if got == c.obj.Get("_closesNeeded").ToInteger() {
		bind.Invoke(c.room.h.VM, c.obj, "emit", bind.String("close"), c.obj.Get("exitCode"), c.obj.Get("signalCode"))
	}
}

// kill sends a signal and reports whether the process was there to get it.
//
// Node v20 lib/internal/child_process.js: ChildProcess.prototype.kill.
func (c *ChildProcess) kill(sig syscall.Signal) bool {
	if c.proc == nil {
		return false
	}
	err := c.proc.signal(sig)
	if err == nil {
		c.obj.Set("killed", true)
		return true
	}
	n, _ := nodeerr.Errno(err)
	switch {
	case errors.Is(err, os.ErrProcessDone), n == syscall.ESRCH:
	case n == syscall.EINVAL, n == syscall.ENOSYS:
		panic(c.room.systemError(nodeerr.Number(n), "kill"))
	default:
		bind.Invoke(c.room.h.VM, c.obj, "emit", bind.String("error"), c.room.systemError(nodeerr.Number(n), "kill"))
	}
	return false
}

// jsKill kills through the method, which the program may have replaced; what it throws is emitted.
func (c *ChildProcess) jsKill(sig syscall.Signal) (killed bool) {
	vm := c.room.h.VM
	if ex := vm.Try(func() {
		killed = bind.Truthy(bind.Invoke(vm, c.obj, "kill", bind.String(signalName(sig))))
	}); ex != nil {
		bind.Invoke(vm, c.obj, "emit", bind.String("error"), ex.Value())
	}
	return killed
}

// killAfter kills the child if it runs longer than so many milliseconds.
func (c *ChildProcess) killAfter(timeoutMs float64, sig syscall.Signal) {
	d, _ := eventloop.RoundTimeout(timeoutMs)
	ctx := c.room.h.Context
	c.timer = c.room.h.Loop.SetTimeout(d, func() { c.room.h.Enter(ctx, func() { c.jsKill(sig) }) })
}

// killOnAbort kills the child when the signal aborts.
func (c *ChildProcess) killOnAbort(signal *goja.Object, sig syscall.Signal) {
	h := c.room.h
	abort := func() {
		if c.jsKill(sig) {
			bind.Invoke(h.VM, c.obj, "emit", bind.String("error"), h.Err.Abort(bind.Property(signal, "reason")))
		}
	}
	if bind.Truthy(signal.Get("aborted")) {
		h.Door.NextTick(modules.Func(abort))
		return
	}
	c.offKill = onAbort(h, signal, abort)
}

// onAbort calls fn when the signal aborts, unless off was called before.
func onAbort(h *modules.Host, signal *goja.Object, fn func()) (off func()) {
	f := h.VM.ToValue(func(goja.FunctionCall) goja.Value { fn(); return goja.Undefined() })
	once := h.VM.NewObject()
	once.Set("once", true)
	bind.Invoke(h.VM, signal, "addEventListener", bind.String("abort"), f, once)
	return func() { bind.Invoke(h.VM, signal, "removeEventListener", bind.String("abort"), f) }
}

// descriptors are both sides of a child's stdio.
type descriptors struct {
	ours, childs []int // by number in the child; noFD: none
	close        []int // what only the child needs
	copies       []copied
}

// copied is output of a child that goes to a writer of the embedder's.
type copied struct {
	from *os.File
	to   io.Writer
}

// open makes the descriptors for stdio.
func (r *Room) open(all []stdio) (*descriptors, error) {
	f := &descriptors{}
	null := noFD
	for i, s := range all {
		ours, childs := noFD, noFD
		var err error
		switch s.kind {
		case stdioIgnore:
			if i < 3 {
				if null == noFD {
					if null, err = openNull(); err == nil {
						f.close = append(f.close, null)
					}
				}
				childs = null
			}
		case stdioPipe, stdioIPC:
			if ours, childs, err = socketPair(); err == nil {
				f.close = append(f.close, childs)
			}
		case stdioWrap:
			if childs = s.fd; i < 3 {
				setBlocking(childs)
			}
		case stdioFD:
			var w io.Writer
			if childs, w = r.own(s.fd); w != nil {
				var from int
				if from, childs, err = socketPair(); err == nil {
					f.close = append(f.close, childs)
					f.copies = append(f.copies, copied{os.NewFile(uintptr(from), "child"), w})
				}
			} else if !validFD(childs) {
				err = syscall.EBADF
			}
		}
		f.ours, f.childs = append(f.ours, ours), append(f.childs, childs)
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

// started closes what only the child needs.
func (f *descriptors) started() {
	for _, fd := range f.close {
		closeFD(fd)
	}
	f.close = nil
}

// abandon closes our side too.
func (f *descriptors) abandon() {
	for _, fd := range f.ours {
		if fd != noFD {
			closeFD(fd)
		}
	}
	for _, c := range f.copies {
		c.from.Close()
	}
}

// copyOutput moves what the child writes to the embedder's writers, on the loop goroutine, whose
// writers they are.
func (f *descriptors) copyOutput(h *modules.Host) {
	for _, c := range f.copies {
		pending := h.Loop.Reserve()
		go func() {
			defer pending.Done(nil)
			defer c.from.Close()
			for {
				buf := make([]byte, 32<<10)
				n, err := c.from.Read(buf)
				if n > 0 {
					h.Loop.Post(func() { _, _ = c.to.Write(buf[:n]) })
				}
				if err != nil {
					return
				}
			}
		}()
	}
}

// milliseconds is a timeout for goroutines.
func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
