package process

import (
	"io"
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
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
	r      *Room
	w      io.Writer
	opened bool // by the script: to be closed
}

func (r *Room) newOutput(fd int) goja.Value {
	w := r.h.Settings.Stdout
	if fd == 2 {
		w = r.h.Settings.Stderr
	}
	proto := stream.Rooms.Of(r.h).Writable.Proto
	if isTerminal(w) {
		proto = r.terminals().WriteStream.Proto
	}
	obj := r.h.VM.CreateObject(proto)
	r.initOutput(obj, w)
	obj.Set("fd", fd)
	obj.Set("_type", kind(w))
	bind.Hide(obj, "_isStdio", bind.True)
	if fd == 1 && isTerminal(w) {
		r.watchSize(obj)
	}
	return obj
}

func (r *Room) initOutput(obj *goja.Object, w io.Writer) *output {
	o := &output{r: r, w: w}
	bind.Attach(obj, &o.State)
	events.Init(&o.State, &o.Emitter)
	o.State.Put(bind.Self, o)
	stream.Rooms.Of(r.h).InitWritable(obj, &o.State, &o.Writable, o, stream.WritableOptions{NoAutoDestroy: true, NoEmitClose: true, KeepStrings: true})
	if isTerminal(w) {
		columns, rows := o.size()
		obj.Set("columns", columns)
		obj.Set("rows", rows)
	}
	return o
}

// Write implements stream.Sink.
func (o *output) Write(c stream.Chunk, done func(err goja.Value)) {
	b := c.Bytes
	if b == nil {
		b = c.Append(nil)
	}
	if _, err := o.w.Write(b); err != nil {
		done(o.r.h.Err.FromOS(err, "write", "", ""))
		return
	}
	done(nil)
}

// Destroy implements stream.Destroyer: stdio is never closed, only no longer written to; what a script
// opened is.
func (o *output) Destroy(err goja.Value, done func(err goja.Value)) {
	if f, ok := o.w.(*os.File); ok && o.opened {
		f.Close()
	}
	done(err)
}

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

// input reads Settings.Stdin in a goroutine of its own, one piece when asked. Reading keeps the
// process alive; a paused stdin does not.
type input struct {
	bind.State
	events.Emitter
	stream.Readable
	r       *Room
	in      io.Reader
	pending *eventloop.Pending
	chunk   []byte
	err     error
	opened  bool   // by the script: to be closed
	cooked  func() // sets the terminal back from raw mode; nil: it is not in it
}

func (r *Room) newStdin() goja.Value {
	in := r.h.Settings.Stdin
	proto := stream.Rooms.Of(r.h).Readable.Proto
	if isTerminal(in) {
		proto = r.terminals().ReadStream.Proto
	}
	obj := r.h.VM.CreateObject(proto)
	r.initInput(obj, in)
	obj.Set("fd", 0)
	return obj
}

func (r *Room) initInput(obj *goja.Object, in io.Reader) *input {
	s := &input{r: r, in: in}
	bind.Attach(obj, &s.State)
	events.Init(&s.State, &s.Emitter)
	s.State.Put(bind.Self, s)
	stream.Rooms.Of(r.h).InitReadable(obj, &s.State, &s.Readable, s, stream.ReadableOptions{HighWaterMark: 64 << 10, NoAutoDestroy: kind(in) == "tty"})
	if isTerminal(in) {
		obj.Set("isRaw", false)
		obj.Set("isTTY", true)
	}
	held := func(keep func(*eventloop.Pending)) {
		if s.pending != nil {
			keep(s.pending)
		}
	}
	r.ev.On(obj, "pause", func([]goja.Value) { held((*eventloop.Pending).Unref) })
	r.ev.On(obj, "resume", func([]goja.Value) { held((*eventloop.Pending).Ref) })
	bind.DefineMethods(r.h.VM, obj, []bind.Method{
		{Name: "ref", Fn: func(goja.FunctionCall) goja.Value {
			held((*eventloop.Pending).Ref)
			return obj
		}},
		{Name: "unref", Fn: func(goja.FunctionCall) goja.Value {
			held((*eventloop.Pending).Unref)
			return obj
		}},
	})
	return s
}

// Destroy implements stream.Destroyer.
func (s *input) Destroy(err goja.Value, done func(err goja.Value)) {
	if f, ok := s.in.(*os.File); ok && s.opened {
		f.Close()
	}
	done(err)
}

// Read implements stream.Source. The goroutine is not the loop's to wait for: a read of a terminal
// ends when it likes.
func (s *input) Read(int) {
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

func (s *input) deliver() {
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
