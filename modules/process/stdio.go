package process

import (
	"io"
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

func (r *Room) defineStdio() {
	for fd, name := range []string{"stdin", "stdout", "stderr"} {
		get := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
			if r.stdio[fd] == nil {
				if fd == 0 {
					r.stdio[fd] = r.newStdin()
				} else {
					r.stdio[fd] = r.newOutput(fd)
				}
			}
			return r.stdio[fd]
		})
		r.Object.DefineAccessorProperty(name, get, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

// output is process.stdout or process.stderr. Writes are synchronous, as Node's are for files,
// terminals and, on POSIX systems, pipes: what was written is out when the process exits.
type output struct {
	bind.State
	events.Emitter
	stream.Writable
	r *Room
	w io.Writer
}

// failure is the error of a write: of a file in the words of fs, else, as of a socket.
func (o *output) failure(err error) *goja.Object {
	n, ok := nodeerr.Errno(err)
	name, _, known := nodeerr.SystemError(int(n))
	if kind(o.w) == "fs" || !ok || !known {
		return o.r.h.Err.FromOS(err, "write", "", "")
	}
	return o.r.h.Err.System(nodeerr.System{Code: name, Errno: -int(n), Syscall: "write"})
}

func (r *Room) newOutput(fd int) goja.Value {
	streams := stream.Rooms.Of(r.h)
	w := r.h.Settings.Stdout
	if fd == 2 {
		w = r.h.Settings.Stderr
	}
	o := &output{r: r, w: w}
	obj := r.h.VM.CreateObject(streams.Writable.Proto)
	bind.Attach(obj, &o.State)
	events.Init(&o.State, &o.Emitter)
	streams.InitWritable(obj, &o.State, &o.Writable, o, stream.WritableOptions{NoAutoDestroy: true, NoEmitClose: true, KeepStrings: true})
	obj.Set("fd", fd)
	obj.Set("_type", kind(w))
	bind.Hide(obj, "_isStdio", bind.True)
	if isTerminal(w) {
		obj.Set("isTTY", true)
		obj.Set("columns", 80)
		obj.Set("rows", 24)
		bind.DefineMethods(r.h.VM, obj, []bind.Method{
			{Name: "hasColors", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				count := int64(16)
				if v := c.Argument(0); nodeerr.IsNumber(v) {
					count = r.h.Err.ValidateInteger(v, "count", 2, 1<<53-1)
				}
				return bind.Bool(count <= 1<<r.colorDepth())
			}},
			{Name: "getColorDepth", Length: 1, Fn: func(goja.FunctionCall) goja.Value { return bind.Int(r.colorDepth()) }},
			{Name: "getWindowSize", Fn: func(goja.FunctionCall) goja.Value { return r.h.VM.NewArray(80, 24) }},
		})
	}
	return obj
}

// Write implements stream.Sink.
func (o *output) Write(c stream.Chunk, done func(err goja.Value)) {
	b := c.Bytes
	if b == nil {
		b = c.Append(nil)
	}
	if _, err := o.w.Write(b); err != nil {
		done(o.failure(err))
		return
	}
	done(nil)
}

// Destroy implements stream.Destroyer: stdio is never closed, only no longer written to.
func (o *output) Destroy(err goja.Value, done func(err goja.Value)) { done(err) }

func kind(v any) string {
	f, ok := v.(*os.File)
	if !ok {
		return "pipe"
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return "pipe"
	case info.Mode().IsRegular():
		return "fs"
	case info.Mode()&os.ModeCharDevice != 0:
		return "tty"
	}
	return "pipe"
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	if !ok {
		return false
	}
	return terminal(f)
}

// stdin reads Settings.Stdin in a goroutine of its own, one piece when asked. Reading keeps the
// process alive; a paused stdin does not.
type stdin struct {
	bind.State
	events.Emitter
	stream.Readable
	r       *Room
	in      io.Reader
	pending *eventloop.Pending
	chunk   []byte
	err     error
}

func (r *Room) newStdin() goja.Value {
	streams := stream.Rooms.Of(r.h)
	s := &stdin{r: r, in: r.h.Settings.Stdin}
	obj := r.h.VM.CreateObject(streams.Readable.Proto)
	bind.Attach(obj, &s.State)
	events.Init(&s.State, &s.Emitter)
	streams.InitReadable(obj, &s.State, &s.Readable, s, stream.ReadableOptions{HighWaterMark: 64 << 10, NoAutoDestroy: kind(s.in) == "tty"})
	obj.Set("fd", 0)
	if isTerminal(s.in) {
		obj.Set("isTTY", true)
		obj.Set("isRaw", false)
		bind.DefineMethods(r.h.VM, obj, []bind.Method{{Name: "setRawMode", Length: 1, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "process.stdin.setRawMode()")
			return nil
		}}})
	}
	r.ev.On(obj, "pause", func([]goja.Value) {
		if s.pending != nil {
			s.pending.Unref()
		}
	})
	r.ev.On(obj, "resume", func([]goja.Value) {
		if s.pending != nil {
			s.pending.Ref()
		}
	})
	bind.DefineMethods(r.h.VM, obj, []bind.Method{
		{Name: "ref", Fn: func(goja.FunctionCall) goja.Value {
			if s.pending != nil {
				s.pending.Ref()
			}
			return obj
		}},
		{Name: "unref", Fn: func(goja.FunctionCall) goja.Value {
			if s.pending != nil {
				s.pending.Unref()
			}
			return obj
		}},
	})
	return obj
}

// Read implements stream.Source. The goroutine is not the loop's to wait for: a read of a terminal
// ends when it likes.
func (s *stdin) Read(int) {
	if s.pending != nil {
		return
	}
	pending := s.r.h.Loop.Reserve()
	s.pending = pending
	go func() {
		buf := make([]byte, 64<<10)
		n, err := s.in.Read(buf)
		pending.Done(func() {
			s.pending = nil
			s.chunk, s.err = buf[:n:n], err
			s.r.h.Door.Enter(modules.Func(s.deliver))
		})
	}()
}

func (s *stdin) deliver() {
	b, err := s.chunk, s.err
	s.chunk = nil
	if len(b) > 0 {
		s.Readable.Push(b)
	}
	switch {
	case err == io.EOF:
		s.Readable.PushEOF()
	case err != nil:
		s.Readable.Destroy(s.r.h.Err.FromOS(err, "read", "", ""))
	case len(b) == 0:
		s.Read(0)
	}
}
