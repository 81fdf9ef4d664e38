package process

import (
	"os"
	"syscall"

	"github.com/dop251/goja"
	"golang.org/x/term"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// TTYModule is require('tty').
//
// Follows https://nodejs.org/docs/latest-v20.x/api/tty.html, but for one thing: the streams are no
// net.Sockets.
var TTYModule = modules.Module{ID: "tty", Load: func(h *modules.Host) goja.Value {
	t := Rooms.Of(h).terminals()
	o := h.VM.NewObject()
	bind.DefineMethods(h.VM, o, []bind.Method{{Name: "isatty", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return bind.Bool(isatty(h, c.Argument(0)))
	}}})
	o.Set("ReadStream", t.ReadStream.Ctor)
	o.Set("WriteStream", t.WriteStream.Ctor)
	return o
}}

// terminals are the classes of streams of a terminal.
type terminals struct {
	ReadStream, WriteStream *bind.Built
}

func (r *Room) terminals() *terminals {
	if r.tty != nil {
		return r.tty
	}
	vm, streams := r.h.VM, stream.Rooms.Of(r.h)
	r.tty = new(terminals)
	r.tty.ReadStream = bind.Define(vm, bind.Class{Name: "ReadStream", Length: 2, Parent: streams.Readable, Mode: bind.CallInstance,
		Construct: func(this *goja.Object, args []goja.Value) {
			f, opened := r.openTerminal(bind.Arg(args, 0), os.O_RDONLY)
			r.initInput(this, f).opened = opened
		},
		Methods: []bind.Method{{Name: "setRawMode", Length: 1, Fn: r.setRawMode}},
	})
	// What moves the cursor is readline's.
	cursor := func(name string, length int) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Invoke(vm, r.h.Builtin("readline").(*goja.Object), name, append([]goja.Value{c.This}, c.Arguments...)...)
		}}
	}
	r.tty.WriteStream = bind.Define(vm, bind.Class{Name: "WriteStream", Length: 1, Parent: streams.Writable, Mode: bind.CallInstance,
		Construct: func(this *goja.Object, args []goja.Value) {
			f, opened := r.openTerminal(bind.Arg(args, 0), os.O_RDWR)
			r.initOutput(this, f).opened = opened
		},
		Methods: []bind.Method{
			{Name: "getColorDepth", Fn: func(c goja.FunctionCall) goja.Value { return bind.Int(r.depthIn(c.Argument(0))) }},
			{Name: "hasColors", Length: 2, Fn: r.hasColors},
			{Name: "_refreshSize", Fn: r.refreshSize},
			cursor("cursorTo", 3), cursor("moveCursor", 3), cursor("clearLine", 2), cursor("clearScreenDown", 1),
			{Name: "getWindowSize", Fn: func(c goja.FunctionCall) goja.Value {
				return vm.NewArray(bind.Property(c.This, "columns"), bind.Property(c.This, "rows"))
			}},
		},
	})
	r.tty.WriteStream.Proto.Set("isTTY", true)
	return r.tty
}

// isatty reports whether a descriptor is a terminal; 0, 1 and 2 are what the embedder gave.
func isatty(h *modules.Host, v goja.Value) bool {
	fd, ok := descriptorOf(v)
	if !ok {
		return false
	}
	f, opened := fileOf(h, fd, os.O_RDONLY)
	if opened {
		defer f.Close()
	}
	return f != nil && terminal(f)
}

func descriptorOf(v goja.Value) (fd int, ok bool) {
	if !nodeerr.IsNumber(v) || v.ToFloat() != float64(int32(v.ToInteger())) || v.ToInteger() < 0 {
		return 0, false
	}
	return int(v.ToInteger()), true
}

// fileOf returns the file behind a descriptor, nil if there is none: the embedder's for 0, 1 and 2, else
// one opened for the caller to close.
func fileOf(h *modules.Host, fd, flag int) (f *os.File, opened bool) {
	switch fd {
	case 0:
		f, _ = h.Settings.Stdin.(*os.File)
	case 1:
		f, _ = h.Settings.Stdout.(*os.File)
	case 2:
		f, _ = h.Settings.Stderr.(*os.File)
	default:
		var err error
		f, err = os.OpenFile(descriptor(int64(fd)), flag|noControl, 0)
		return f, err == nil
	}
	return f, false
}

// openTerminal returns the terminal behind the argument of a constructor, or throws.
func (r *Room) openTerminal(v goja.Value, flag int) (f *os.File, opened bool) {
	fd, ok := descriptorOf(v)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_FD", bind.ToString(v).String())
	}
	r.h.NeedHand(fd)
	f, opened = fileOf(r.h, fd, flag)
	if f != nil && terminal(f) {
		return f, opened
	}
	if opened {
		f.Close()
	}
	e := r.h.Err.Coded(nodeerr.Error, "ERR_TTY_INIT_FAILED", "TTY initialization failed: uv_tty_init returned EINVAL (invalid argument)")
	errno := nodeerr.Number(syscall.EINVAL)
	e.Set("info", r.object("errno", errno, "code", "EINVAL", "message", "invalid argument", "syscall", "uv_tty_init"))
	e.Set("errno", errno)
	e.Set("syscall", "uv_tty_init")
	bind.Hide(e, "name", bind.String("SystemError"))
	panic(e)
}

// setRawMode is ReadStream.prototype.setRawMode(mode). The terminal is set back when the process ends.
func (r *Room) setRawMode(c goja.FunctionCall) goja.Value {
	in, ok := bind.SelfOf[*input](c.This)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	flag := bind.Truthy(c.Argument(0))
	f, ok := in.in.(*os.File)
	if !ok {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "setRawMode() of a stream that the embedder gave")
	}
	var err error
	switch {
	case flag && in.cooked == nil:
		var back func()
		if back, err = rawMode(f); err == nil {
			in.cooked = back
			r.h.AtEnd(func() {
				if in.cooked != nil {
					in.cooked()
				}
			})
		}
	case !flag && in.cooked != nil:
		in.cooked()
		in.cooked = nil
	}
	this := bind.This(r.h.VM, c)
	if err != nil {
		r.events().Emit(this, "error", r.h.Err.FromOS(err, "setRawMode", "", ""))
		return this
	}
	this.Set("isRaw", flag)
	return this
}

// depthIn is the depth of colours in an environment, that of the process if undefined.
func (r *Room) depthIn(env goja.Value) int {
	if bind.IsUndefined(env) {
		return r.colorDepth()
	}
	return colorDepth(func(name string) (string, bool) {
		v := bind.Property(env, name)
		if bind.IsUndefined(v) {
			return "", false
		}
		return bind.ToString(v).String(), true
	})
}

// hasColors is WriteStream.prototype.hasColors([count][, env]).
func (r *Room) hasColors(c goja.FunctionCall) goja.Value {
	count, env := c.Argument(0), c.Argument(1)
	n := int64(16)
	if _, isObject := count.(*goja.Object); bind.IsUndefined(env) && (bind.IsUndefined(count) || isObject) {
		env = count
	} else {
		n = r.h.Err.ValidateInteger(count, "count", 2, 1<<53-1)
	}
	return bind.Bool(n <= 1<<r.depthIn(env))
}

// size is that of the window; 0, 0 where the terminal does not know.
func (o *output) size() (columns, rows int) {
	if f, ok := o.w.(*os.File); ok {
		columns, rows, _ = term.GetSize(int(f.Fd()))
	}
	return columns, rows
}

// refreshSize emits 'resize' if the window has another size now.
func (r *Room) refreshSize(c goja.FunctionCall) goja.Value {
	o, ok := bind.SelfOf[*output](c.This)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	this := bind.This(r.h.VM, c)
	columns, rows := o.size()
	if this.Get("columns").ToInteger() != int64(columns) || this.Get("rows").ToInteger() != int64(rows) {
		this.Set("columns", columns)
		this.Set("rows", rows)
		r.events().Emit(this, "resize")
	}
	return goja.Undefined()
}

// watchSize follows the size of the window, as Node does for process.stdout.
func (r *Room) watchSize(stdout *goja.Object) {
	if _, ok := Signals["SIGWINCH"]; !ok {
		return
	}
	r.events().On(r.Object(), "SIGWINCH", func([]goja.Value) { bind.Invoke(r.h.VM, stdout, "_refreshSize") })
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && terminal(f)
}

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
