package process

import (
	"io"
	"os"

	"github.com/dop251/goja"

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
		r.Object().DefineAccessorProperty(name, get, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
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

// failure is the error of a write: of a file in the words of fs, else, as of a socket.
func (o *output) failure(err error) *goja.Object {
	n, ok := nodeerr.Errno(err)
	name, _, known := nodeerr.SystemError(int(n))
	if kind(o.w) == "fs" || !ok || !known {
		return o.r.h.Err.FromOS(err, "write", "", "")
	}
	return o.r.h.Err.System(nodeerr.System{Code: name, Errno: nodeerr.Number(n), Syscall: "write"})
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
	obj.Set("readable", false)
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
		done(o.failure(err))
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
