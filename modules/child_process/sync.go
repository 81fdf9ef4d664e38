package childprocess

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// syncRun is a child that the loop waits for: nothing else happens meanwhile, as spawnSync promises.
type syncRun struct {
	proc       *os.Process
	maxBuffer  float64
	killSignal syscall.Signal

	// Any goroutine; guarded by mu.
	mu     sync.Mutex
	length float64 // bytes of all output
	errno  syscall.Errno
	files  []*os.File
}

// syncResult is what spawnSync returns.
type syncResult struct {
	pid      int
	code     int
	signal   syscall.Signal
	output   [][]byte // nil: none
	errno    syscall.Errno
	ran      bool
	file     string
	args     *goja.Object
	encoding goja.Value
}

// spawnSync is spawnSync(file[, args][, options]).
//
// Node v20 lib/child_process.js and src/spawn_sync.cc.
func (r *Room) spawnSync(file, args, opts goja.Value) *syncResult {
	e := r.h.Err
	n := r.normalize(file, args, opts)
	timeout := r.timeout(n.option("timeout"))
	maxBuffer := r.maxBuffer(n.option("maxBuffer"), maxBufferDefault)
	run := &syncRun{maxBuffer: maxBuffer, killSignal: r.killSignal(n.option("killSignal"))}
	all, _ := r.validStdio(n.stdio, true)
	encoding := n.option("encoding")
	if v := n.option("input"); bind.Truthy(v) && len(all) > 0 {
		all[0] = stdio{kind: stdioPipe, fd: noFD, input: v}
	}
	inputs := make([][]byte, len(all))
	for i, s := range all {
		if bind.IsNullish(s.input) {
			continue
		}
		if nodeerr.IsString(s.input) {
			enc := buffer.UTF8
			if nodeerr.IsString(encoding) {
				if parsed, ok := buffer.ParseEncoding(encoding.String()); ok {
					enc = parsed
				}
			}
			inputs[i] = buffer.Append([]byte{}, s.input, enc)
		} else if b, ok := buffer.Bytes(s.input); ok {
			inputs[i] = b
		} else {
			panic(e.InvalidArgType("options.stdio["+bind.Int(i).String()+"]", []string{"Buffer", "TypedArray", "DataView", "string"}, s.input))
		}
	}
	res := &syncResult{file: n.file, args: n.argv, encoding: encoding}
	r.needRun(n, all)
	f, err := r.open(all)
	if err == nil {
		run.proc, err = start(n.file, n, r.directory(n), f.childs)
	}
	f.started()
	if err != nil {
		f.abandon()
		res.errno, _ = nodeerr.Errno(err)
		return res
	}
	res.ran, res.pid = true, run.proc.Pid
	res.output = make([][]byte, len(all))
	run.wait(res, f, inputs, timeout)
	return res
}

// wait feeds and drains the child until it has ended and closed its output.
func (s *syncRun) wait(res *syncResult, f *descriptors, inputs [][]byte, timeoutMs float64) {
	var moving sync.WaitGroup
	files := make([]*os.File, len(f.ours))
	for i, fd := range f.ours {
		if fd != noFD {
			files[i] = os.NewFile(uintptr(fd), "child")
			s.files = append(s.files, files[i])
		}
	}
	// From here on stop may be called, which reads s.files.
	for i, file := range files {
		if file == nil {
			continue
		}
		if i == 0 {
			moving.Add(1)
			go func() {
				defer moving.Done()
				_, _ = file.Write(inputs[0])
				file.Close()
			}()
			continue
		}
		res.output[i] = []byte{}
		if len(inputs[i]) > 0 {
			go func() { _, _ = file.Write(inputs[i]) }()
		}
		moving.Add(1)
		go func() {
			defer moving.Done()
			s.drain(file, &res.output[i])
		}()
	}
	for _, c := range f.copies {
		moving.Add(1)
		go func() {
			defer moving.Done()
			defer c.from.Close()
			// The loop waits for us: its writer is ours meanwhile.
			_, _ = io.Copy(&lockedWriter{&s.mu, c.to}, c.from)
		}()
	}
	var timer *time.Timer
	if timeoutMs > 0 {
		timer = time.AfterFunc(milliseconds(timeoutMs), func() { s.stop(syscall.ETIMEDOUT) })
	}
	state, err := s.proc.Wait()
	if err == nil {
		res.code, res.signal = outcome(state)
	}
	// A grandchild may have the output still open: it is waited for, as in Node, unless we have stopped.
	moving.Wait()
	if timer != nil {
		timer.Stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range s.files {
		file.Close()
	}
	res.errno = s.errno
}

// lockedWriter keeps two streams that go to one writer apart.
type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (s *syncRun) drain(file *os.File, out *[]byte) {
	buf := make([]byte, 64<<10)
	for {
		n, err := file.Read(buf)
		*out = append(*out, buf[:n]...)
		s.mu.Lock()
		s.length += float64(n)
		over := s.maxBuffer > 0 && s.length > s.maxBuffer
		s.mu.Unlock()
		if over {
			s.stop(syscall.ENOBUFS)
			return
		}
		if err != nil {
			return
		}
	}
}

// stop kills the child for a reason and ends the reading. The first reason counts.
func (s *syncRun) stop(reason syscall.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.errno != 0 {
		return
	}
	s.errno = reason
	_ = s.proc.Signal(s.killSignal)
	for _, f := range s.files {
		f.Close()
	}
}

// object is the result as JavaScript sees it.
func (s *syncResult) object(r *Room) *goja.Object {
	vm := r.h.VM
	o := vm.NewObject()
	if s.errno != 0 {
		err := r.systemError(nodeerr.Number(s.errno), "spawnSync "+s.file)
		err.Set("path", s.file)
		err.Set("spawnargs", bind.Invoke(vm, s.args, "slice", bind.Int(1)))
		o.Set("error", err)
	}
	status, signal, output := goja.Null(), goja.Null(), goja.Null()
	var streams []any
	if s.ran {
		if s.signal != 0 {
			signal = bind.String(signalName(s.signal))
		} else {
			status = bind.Int(s.code)
		}
		for _, b := range s.output {
			if b == nil {
				streams = append(streams, goja.Null())
				continue
			}
			streams = append(streams, s.decode(r, b))
		}
		output = vm.NewArray(streams...)
	}
	o.Set("status", status)
	o.Set("signal", signal)
	o.Set("output", output)
	o.Set("pid", s.pid)
	for i, name := range []string{1: "stdout", 2: "stderr"} {
		if i == 0 {
			continue
		}
		v := any(goja.Null())
		if i < len(streams) {
			v = streams[i]
		}
		o.Set(name, v)
	}
	return o
}

// decode makes a string or a Buffer of output.
func (s *syncResult) decode(r *Room, b []byte) any {
	buf := r.buf.Wrap(b)
	if !bind.Truthy(s.encoding) || nodeerr.IsString(s.encoding) && s.encoding.String() == "buffer" {
		return buf
	}
	return bind.Invoke(r.h.VM, buf, "toString", s.encoding)
}

// execFileSync is execFileSync(file[, args][, options]).
func (r *Room) execFileSync(c goja.FunctionCall) goja.Value {
	args, o, _ := r.execFileArgs(c.Argument(1), c.Argument(2), goja.Undefined())
	res := r.runSync(c.Argument(0), args, o)
	first := bind.Property(o, "argv0")
	if !bind.Truthy(first) {
		first = c.Argument(0)
	}
	command := first.String()
	for _, a := range list(args) {
		command += " " + bind.ToString(a).String()
	}
	return r.checkSync(res, command)
}

// execSync is execSync(command[, options]).
func (r *Room) execSync(c goja.FunctionCall) goja.Value {
	o, _ := r.shellOptions(c.Argument(0), c.Argument(1), goja.Undefined())
	return r.checkSync(r.runSync(c.Argument(0), o, goja.Undefined()), c.Argument(0).String())
}

// runSync is spawnSync; the child's stderr shows in ours unless stdio says otherwise.
func (r *Room) runSync(file, args goja.Value, opts goja.Value) *goja.Object {
	res := r.spawnSync(file, args, opts).object(r)
	given := opts
	if bind.IsUndefined(opts) {
		given = args
	}
	if stderr := res.Get("stderr"); !bind.Truthy(bind.Property(given, "stdio")) && bind.Truthy(stderr) {
		process := r.h.Builtin("process").(*goja.Object)
		bind.Invoke(r.h.VM, process.Get("stderr").(*goja.Object), "write", stderr)
	}
	return res
}

// checkSync throws if the command failed, and returns its output.
//
// Node v20 lib/child_process.js: checkExecSyncError.
func (r *Room) checkSync(res *goja.Object, command string) goja.Value {
	err, failed := res.Get("error").(*goja.Object)
	if status := res.Get("status"); !failed && nodeerr.IsNumber(status) && status.ToFloat() == 0 {
		return res.Get("stdout")
	}
	if !failed {
		msg := "Command failed: " + command
		if stderr := res.Get("stderr"); bind.Truthy(stderr) && bind.Property(stderr.ToObject(r.h.VM), "length").ToInteger() > 0 {
			msg += "\n" + bind.ToString(stderr).String()
		}
		err = r.h.Err.Plain(nodeerr.Error, msg)
	}
	for _, k := range res.Keys() {
		err.Set(k, res.Get(k))
	}
	panic(err)
}
