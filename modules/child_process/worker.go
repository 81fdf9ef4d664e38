package childprocess

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// ForkWorker is fork for a worker of cluster: the ChildProcess is a runtime of this process. o has what
// is no matter of fork's: the id, and whether the worker is free. The options are cwd, env, execArgv,
// silent, stdio and serialization.
//
// Its pid is ours, and signals are those of kill() only.
func (r *Room) ForkWorker(script, args goja.Value, opts *goja.Object, o modules.WorkerOptions) *goja.Object {
	h, vm := r.h, r.h.VM
	o.Script = r.path(script, "modulePath")
	if !bind.IsNullish(args) {
		for i, a := range list(h.Err.ValidateArray(args, "args")) {
			r.checkNull(a, "args["+bind.Int(i).String()+"]")
			o.Args = append(o.Args, text(a))
		}
	}
	o.Dir = h.Process.Dir()
	if v := opts.Get("cwd"); !bind.IsNullish(v) {
		if o.Dir = r.path(v, "options.cwd"); !filepath.IsAbs(o.Dir) {
			o.Dir = filepath.Clean(h.Abs(o.Dir))
		}
	}
	if !filepath.IsAbs(o.Script) {
		o.Script = filepath.Clean(modules.Absolute(o.Dir, o.Script))
	}
	o.Granted = o.Granted || o.Script == h.Main
	o.Env = make(map[string]string)
	for _, kv := range r.environment(opts.Get("env")) {
		name, value, _ := strings.Cut(kv, "=")
		o.Env[name] = value
	}
	r.sameExecArgv(opts.Get("execArgv"))
	for _, name := range []string{"uid", "gid"} {
		if !bind.IsNullish(opts.Get(name)) {
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "cluster.fork() with a "+name+", as workers are of one process: the")
		}
	}
	if v := opts.Get("serialization"); !bind.IsNullish(v) {
		o.Advanced = r.advanced(v)
	}
	stdio := opts.Get("stdio")
	if bind.IsNullish(stdio) {
		how := "inherit"
		if bind.Truthy(opts.Get("silent")) {
			how = "pipe"
		}
		stdio = vm.NewArray(append(r.shortcut(bind.String(how)), "ipc")...)
	} else if nodeerr.IsString(stdio) {
		stdio = vm.NewArray(append(r.shortcut(stdio), "ipc")...)
	}
	all, ipc := r.validStdio(stdio, false)
	if ipc < 0 {
		h.Err.Throw("ERR_CHILD_PROCESS_IPC_REQUIRED", "options.stdio")
	}
	if h.StartWorker == nil {
		panic(h.Err.Coded(0, "ERR_METHOD_NOT_IMPLEMENTED", "cluster.fork() needs the option Cluster of the program that embeds gonode"))
	}
	h.NeedHandle()
	obj, err := vm.New(r.ChildProcess.Ctor)
	if err != nil {
		bind.Rethrow(err)
	}
	c := r.child(obj)
	c.file, c.args = h.Settings.ExecPath, r.array([]goja.Value{bind.String(h.Settings.ExecPath), bind.String(o.Script)})
	c.obj.Set("spawnfile", c.file)
	c.obj.Set("spawnargs", c.args)
	c.spawnWorker(all, o)
	return obj
}

// sameExecArgv refuses options for a worker that are not those of this process, which it has anyway.
func (r *Room) sameExecArgv(v goja.Value) {
	if bind.IsNullish(v) {
		return
	}
	given, ours := list(r.h.Err.ValidateArray(v, "options.execArgv")), r.h.Settings.ExecArgv
	same := len(given) == len(ours)
	for i := 0; same && i < len(ours); i++ {
		same = text(given[i]) == ours[i]
	}
	if !same {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "cluster.fork() with an execArgv other than that of this process, in which workers run: the")
	}
}

// spawnWorker starts the worker.
func (c *ChildProcess) spawnWorker(all []stdio, o modules.WorkerOptions) {
	r, h := c.room, c.room.h
	own := [3]any{h.Settings.Stdin, h.Settings.Stdout, h.Settings.Stderr}
	streams := [3]any{strings.NewReader(""), io.Discard, io.Discard}
	ours := make([]int, len(all))
	var files []*os.File // what the worker has to itself
	abandon := func() {
		for i, s := range all {
			if s.kind == stdioPipe && ours[i] != noFD {
				closeFD(ours[i])
			}
		}
		for _, f := range files {
			_ = f.Close()
		}
	}
	for i := range ours {
		ours[i] = noFD
	}
	for i, s := range all {
		switch {
		case s.kind == stdioIPC, s.kind == stdioIgnore:
		case s.kind == stdioFD && i < 3 && s.fd < 3 && (i == 0) == (s.fd == 0):
			streams[i] = own[s.fd]
		case s.kind == stdioPipe && i < 3:
			our, theirs, err := socketPair()
			if err != nil {
				abandon()
				n, _ := nodeerr.Errno(err)
				panic(r.systemError(nodeerr.Number(n), "spawn"))
			}
			ours[i] = our
			setBlocking(theirs)
			file := os.NewFile(uintptr(theirs), "worker")
			files = append(files, file)
			streams[i] = file
		default:
			abandon()
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "cluster.fork() with descriptors that are neither 0, 1, 2 nor pipes: the")
		}
	}
	o.Stdin = streams[0].(io.Reader)
	o.Stdout, o.Stderr = r.shared(streams[1].(io.Writer)), r.shared(streams[2].(io.Writer))
	end, theirs := modules.NewChannel()
	o.Channel = theirs
	w, err := h.StartWorker(o)
	if err != nil {
		abandon()
		panic(h.Err.Coded(0, "ERR_WORKER_INIT_FAILED", "Worker initialization failure: "+err.Error()))
	}
	c.proc = &worker{w, files, r.pid()}
	c.runs()
	c.connect(all, ours)
	channel := r.setupChannel(c.obj, noFD, serialization(o.Advanced), func(read reader) line { return newMemoryLine(h.Loop, end, read) }, func() { c.maybeClose() })
	c.wait(channel.line)
}

func (r *Room) pid() int {
	return int(r.h.Builtin("process").(*goja.Object).Get("pid").ToInteger())
}

// shared makes w something that a worker may write to at any time. A file may be; what an embedder gave
// belongs to our loop.
func (r *Room) shared(w io.Writer) io.Writer {
	if _, ok := w.(*os.File); ok || w == io.Discard {
		return w
	}
	return &loopWriter{r.h.Loop, w}
}

type loopWriter struct {
	loop *eventloop.Loop
	w    io.Writer
}

func (w *loopWriter) Write(p []byte) (int, error) {
	data := append([]byte(nil), p...)
	w.loop.Post(func() { _, _ = w.w.Write(data) })
	return len(p), nil
}

// worker is a worker as a process.
type worker struct {
	modules.Worker
	files []*os.File // closed when it has ended
	id    int        // of the process
}

func (w *worker) pid() int { return w.id }

func (w *worker) signal(sig syscall.Signal) error {
	ok, err := w.Signal(sig)
	if err == nil && !ok {
		err = os.ErrProcessDone
	}
	return err
}

func (w *worker) wait() (code int, sig syscall.Signal) {
	code, sig = w.Wait()
	for _, f := range w.files {
		_ = f.Close()
	}
	return code, sig
}

// memoryLine is the line to another runtime of this process.
type memoryLine struct {
	ch     *modules.Channel
	loop   *eventloop.Loop
	handle eventloop.Handle
	ended  bool
}

func newMemoryLine(loop *eventloop.Loop, ch *modules.Channel, read reader) line {
	l := &memoryLine{ch: ch, loop: loop}
	l.handle.Init(loop)
	loop.Own(l)
	ch.Open(loop, func(p modules.Parcel) { read(p.Data, p.FDs) }, closeFD)
	return l
}

func (l *memoryLine) write(data []byte, fd int, _ func(error)) (bool, error) {
	if fd == noFD {
		return true, l.ch.Write(modules.Parcel{Data: data})
	}
	dup, err := duplicateFD(fd)
	if err != nil {
		return true, err
	}
	err = l.ch.Write(modules.Parcel{Data: data, FDs: []int{dup}})
	if err != nil {
		closeFD(dup)
	}
	return true, err
}

func (l *memoryLine) waiting() int { return l.ch.Waiting() }
func (l *memoryLine) closed() bool { return l.ended }
func (l *memoryLine) ref()         { l.handle.Ref() }
func (l *memoryLine) unref()       { l.handle.Unref() }

// drain has nothing to do: a worker posts what it says before it ends.
func (l *memoryLine) drain() {}

func (l *memoryLine) close() {
	if l.ended {
		return
	}
	l.ended = true
	l.loop.Disown(l)
	l.handle.Close(nil)
	l.ch.Close()
}

// CloseNow implements eventloop.Resource.
func (l *memoryLine) CloseNow() { l.ch.Close() }

// AdoptWorker opens the channel of a worker to its primary.
func AdoptWorker(h *modules.Host) {
	r := Rooms.Of(h)
	r.adopt(noFD, serialization(h.Settings.Worker.Advanced), func(read reader) line { return newMemoryLine(h.Loop, h.Settings.Worker.Channel, read) })
}
