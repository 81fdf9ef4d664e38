package fs

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// ioMax is the most that is read or written at once.
const ioMax = 1<<31 - 1

var fileOps = []op{
	{name: "open", min: 1, max: 3, pathFirst: true, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		mode := r.mode(a.at(2), "mode", 0o666)
		flags := r.flags(a.at(1), "flags")
		return func() (result, *failure) {
			fd, err := r.disk.open(p.sys, flags, mode)
			if err != nil {
				return nil, fail(err, "open", p.name)
			}
			return func(*Room) goja.Value { return bind.Int(fd) }, nil
		}
	}},
	{name: "readFile", min: 1, max: 2, orLast: true, prepare: func(r *Room, a args, f form) work {
		o := r.options(a.at(1))
		enc := o.encoding()
		src := r.target(a.at(0), o, "r", goja.Undefined(), f)
		return r.abortable(o, f, func() (result, *failure) {
			fd, f := src.open()
			if f != nil {
				return nil, f
			}
			b, f := readAll(r.disk, fd)
			src.close(fd)
			if f == nil && enc == "buffer" {
				f = &failure{throw: func(r *Room) goja.Value { return r.h.Err.New("ERR_UNKNOWN_ENCODING", enc) }}
			}
			if f != nil {
				return nil, f
			}
			return func(r *Room) goja.Value { return r.contents(b, enc) }, nil
		})
	}},
	{name: "writeFile", min: 2, max: 3, orLast: true, piecesFlag: "w", prepare: func(r *Room, a args, f form) work {
		return r.writeFile(a, "w", f)
	}},
	{name: "appendFile", min: 2, max: 3, orLast: true, piecesFlag: "a", prepare: func(r *Room, a args, f form) work {
		return r.writeFile(a, "a", f)
	}},
	{name: "copyFile", min: 2, max: 3, pathFirst: true, prepare: func(r *Room, a args, _ form) work {
		from, to := r.path(a.at(0), "src"), r.path(a.at(1), "dest")
		mode := r.smallMode(a.at(2))
		return void(func() *failure { return copyFile(from, to, mode) })
	}},
	{name: "cp", min: 2, max: 3, always: true, asks: func(a args) bool {
		return !bind.IsUndefined(bind.Property(a.at(2), "filter"))
	}, prepare: func(r *Room, a args, f form) work {
		o := r.cpOptions(a.at(2), f)
		from, to := r.path(a.at(0), "src"), r.path(a.at(1), "dest")
		return void(func() *failure { return copyTree(from, to, o, true) })
	}},
}

// contents is what readFile gives.
func (r *Room) contents(b []byte, enc string) goja.Value {
	if enc == "" {
		return r.buf.Wrap(b)
	}
	e, _ := buffer.ParseEncoding(enc)
	return buffer.Decode(b, e)
}

// target is the file of readFile and writeFile: one to open and close, or the program's own.
type target struct {
	path  file
	flags int
	mode  uint32
	fd    int // of the program; -1 for none
}

func (r *Room) target(v goja.Value, o options, flag string, mode goja.Value, f form) target {
	if f == promiseForm {
		if h := handleOf(v); h != nil {
			return target{fd: h.fd}
		}
	} else if isFD(v) {
		return target{fd: r.fd(v)}
	}
	t := target{fd: -1, flags: flagNames[flag], mode: r.mode(mode, "mode", 0o666)}
	t.path = r.path(v, "path")
	if fl := o.get("flag"); !bind.IsUndefined(fl) && (flag == "r" || bind.Truthy(fl)) {
		t.flags = r.flags(fl, "options.flag")
	}
	return t
}

func (t *target) open() (int, *failure) {
	if t.fd >= 0 {
		return t.fd, nil
	}
	fd, err := t.path.disk.open(t.path.sys, t.flags, t.mode)
	return fd, fail(err, "open", t.path.name)
}

func (t *target) close(fd int) {
	if t.fd < 0 {
		t.path.disk.close(fd)
	}
}

// readAll reads a file from where it stands to its end.
func readAll(d disk, fd int) ([]byte, *failure) {
	s, err := d.fstat(fd)
	if err != nil {
		return nil, fail(err, "fstat", noPath)
	}
	size := 0
	if s.kind() == sIFREG {
		if s.size > ioMax {
			n := s.size
			return nil, &failure{throw: func(r *Room) goja.Value { return r.h.Err.New("ERR_FS_FILE_TOO_LARGE", n) }}
		}
		size = int(s.size)
	}
	if size == 0 {
		size = 8192 // unknown: a pipe, or a file of /proc
	}
	b := make([]byte, 0, size+1) // one more, to see the end without growing
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := d.read(fd, b[len(b):cap(b)], -1)
		if err != nil {
			return nil, fail(err, "read", noPath)
		}
		if n == 0 {
			return b[:len(b):len(b)], nil
		}
		b = b[:len(b)+n]
	}
}

func writeAll(d disk, fd int, b []byte) *failure {
	for len(b) > 0 {
		n, err := d.write(fd, b[:min(len(b), ioMax)], -1)
		if err != nil {
			return fail(err, "write", noPath)
		}
		b = b[n:]
	}
	return nil
}

func (r *Room) writeFile(a args, flag string, f form) work {
	o := r.options(a.at(2))
	flush := false
	if v := o.get("flush"); !bind.IsNullish(v) {
		flush = r.h.Err.ValidateBoolean(v, "options.flush")
	}
	enc := o.encoding()
	if enc == "" {
		enc = "utf8"
	}
	data := r.fileData(a.at(1), enc, f)
	dst := r.target(a.at(0), o, flag, o.get("mode"), f)
	return r.abortable(o, f, void(func() *failure {
		fd, f := dst.open()
		if f != nil {
			return f
		}
		f = writeAll(r.disk, fd, data)
		if f == nil && flush {
			f = fail(r.disk.fsync(fd), "fsync", noPath)
		}
		dst.close(fd)
		return f
	}))
}

// fileData is data, or for promises also an iterable of it.
func (r *Room) fileData(v goja.Value, enc string, f form) []byte {
	o, ok := v.(*goja.Object)
	if ok && f == promiseForm {
		if _, isView := viewBytes(o); !isView {
			if !bind.IsNullish(o.GetSymbol(goja.SymIterator)) {
				var all []byte
				r.h.VM.ForOf(o, func(v goja.Value) bool {
					all = append(all, r.data(v, enc)...)
					return true
				})
				return all
			}
		}
	}
	return r.data(v, enc)
}

func (r *Room) cpOptions(v goja.Value, form form) *cpOptions {
	c := &cpOptions{force: true}
	if bind.IsUndefined(v) {
		return c
	}
	o := options{r: r, o: r.h.Err.ValidateObject(v, "options")}
	c.dereference = o.boolean("dereference", false)
	c.errorOnExist = o.boolean("errorOnExist", false)
	c.force = o.boolean("force", true)
	c.preserve = o.boolean("preserveTimestamps", false)
	c.recursive = o.boolean("recursive", false)
	c.verbatim = o.boolean("verbatimSymlinks", false)
	if m := o.get("mode"); !bind.IsNullish(m) {
		c.mode = int(r.h.Err.ValidateInteger(m, "mode", 0, 7))
	}
	if c.dereference && c.verbatim {
		r.h.Err.Throw("ERR_INCOMPATIBLE_OPTION_PAIR", "dereference", "verbatimSymlinks")
	}
	if f := o.get("filter"); !bind.IsUndefined(f) {
		fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(f, "options.filter"))
		if c.filter = r.filterNow(fn); form != syncForm {
			c.filter = r.filterLater(fn)
		}
	}
	return c
}

// transfer is one read or write of a descriptor.
type transfer struct {
	disk  disk
	fd    int
	views [][]byte
	pos   int64
	write bool
	call  string
}

// do moves bytes until the views are used up, the end comes, or the system takes fewer.
func (t *transfer) do() (n int, f *failure) {
	for _, b := range t.views {
		for len(b) > 0 {
			move := t.disk.read
			if t.write {
				move = t.disk.write
			}
			k, err := move(t.fd, b[:min(len(b), ioMax)], t.pos)
			if err != nil {
				if n > 0 {
					return n, nil
				}
				return 0, fail(err, t.call, noPath)
			}
			n += k
			if t.pos >= 0 {
				t.pos += int64(k)
			}
			if k < len(b) {
				return n, nil
			}
			b = b[k:]
		}
	}
	return n, nil
}

// transferArgs reads the arguments of read and write: the fd, then what is a view with offset,
// length and position, or an object of these, or (to write) a string with position and encoding.
func (r *Room) transferArgs(a args, write bool) (t transfer, v goja.Value) {
	t = transfer{disk: r.disk, fd: r.fd(a.at(0)), pos: -1, write: write, call: "read"}
	if write {
		t.call = "write"
	}
	v = a.at(1)
	b, isView := viewBytes(v)
	if !isView && write {
		if !nodeerr.IsString(v) {
			panic(r.h.Err.InvalidArgType("buffer", []string{"string", "Buffer", "TypedArray", "DataView"}, v))
		}
		enc := "utf8"
		if e := a.at(3); nodeerr.IsString(e) {
			enc = e.String()
		}
		if p := a.at(2); nodeerr.IsNumber(p) {
			t.pos = int64(p.ToFloat())
		}
		t.views = [][]byte{r.data(v, enc)}
		return t, v
	}
	if !isView {
		r.view(v, "buffer")
	}
	offset, length, position := a.at(2), a.at(3), a.at(4)
	if !write && len(a) <= 3 && !bind.IsNullish(offset) {
		r.h.Err.ValidateObject(offset, "options")
	}
	if o, ok := offset.(*goja.Object); ok && nodeerr.TypeOf(o) == "object" {
		offset, length, position = bind.Property(o, "offset"), bind.Property(o, "length"), bind.Property(o, "position")
	}
	off := 0
	if !bind.IsNullish(offset) {
		off = int(r.h.Err.ValidateInteger(offset, "offset", 0, nodeerr.MaxSafeInteger))
	}
	n := len(b) - off
	if write {
		if nodeerr.IsNumber(length) {
			n = int(length.ToFloat())
		}
		if nodeerr.IsNumber(position) {
			t.pos = int64(position.ToFloat())
		} else if goja.IsBigInt(position) {
			t.pos = r.position(position)
		}
		switch {
		case off > len(b):
			panic(r.h.Err.OutOfRange("offset", "<= "+bind.Int(len(b)).String(), offset))
		case n > len(b)-off:
			panic(r.h.Err.OutOfRange("length", "<= "+bind.Int(len(b)-off).String(), bind.Int(n)))
		case n < 0:
			panic(r.h.Err.OutOfRange("length", ">= 0", bind.Int(n)))
		case n > math.MaxInt32:
			panic(r.h.Err.OutOfRange("length", ">= 0 && <= 2147483647", bind.Int(n)))
		}
		t.views = [][]byte{b[off : off+n]}
		return t, v
	}
	if !bind.IsUndefined(length) {
		n = int(int32(int64(math.Trunc(orZero(length.ToFloat())))))
	}
	if n == 0 {
		return t, v
	}
	if len(b) == 0 {
		panic(r.h.Err.InvalidArgValue("buffer", v, "is empty and cannot be written"))
	}
	switch {
	case n < 0:
		panic(r.h.Err.OutOfRange("length", ">= 0", bind.Int(n)))
	case off+n > len(b):
		panic(r.h.Err.OutOfRange("length", "<= "+bind.Int(len(b)-off).String(), bind.Int(n)))
	}
	t.pos = r.position(position)
	t.views = [][]byte{b[off : off+n]}
	return t, v
}

func orZero(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// vectorArgs reads the arguments of readv and writev.
func (r *Room) vectorArgs(a args, write bool) (t transfer, v goja.Value) {
	t = transfer{disk: r.disk, fd: r.fd(a.at(0)), pos: -1, write: write, call: "read"}
	if write {
		t.call = "write"
	}
	v = a.at(1)
	t.views = r.views(v)
	if p := a.at(2); nodeerr.IsNumber(p) {
		t.pos = int64(p.ToFloat())
	}
	return t, v
}

// specials are the functions whose callbacks or arguments follow no rule.
func (r *Room) specials() map[string]bind.Method {
	out := map[string]bind.Method{
		"exists": {Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			cb, _ := bind.ToCallable(r.h.Err.ValidateFunction(c.Argument(1), "cb"))
			var p file
			if ex := r.h.VM.Try(func() { p = r.path(c.Argument(0), "path") }); ex != nil {
				cb.Call(goja.Undefined(), bind.False)
				return goja.Undefined()
			}
			r.async(void(func() *failure { return fail(r.disk.access(p.sys, 0), "access", p.name) }), func(_ result, f *failure) {
				cb.Call(goja.Undefined(), bind.Bool(f == nil))
			})
			return goja.Undefined()
		}},
		"existsSync": {Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			found := false
			r.h.VM.Try(func() { found = r.disk.access(r.path(c.Argument(0), "path").sys, 0) == nil })
			return bind.Bool(found)
		}},
	}
	out["close"] = bind.Method{Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		if len(c.Arguments) < 2 || bind.IsUndefined(c.Arguments[1]) {
			// Without a callback an error goes to nobody: it is thrown.
			w := operation("close").prepare(r, c.Arguments, callbackForm)
			r.async(w, func(_ result, f *failure) {
				if f != nil {
					panic(f.value(r))
				}
			})
			return goja.Undefined()
		}
		return r.callback(operation("close"), c.Arguments)
	}}
	out["closeSync"] = bind.Method{Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return r.sync(operation("close"), c.Arguments) }}
	type reader func(a args, write bool) (transfer, goja.Value)
	for _, x := range []struct {
		name   string
		length int
		write  bool
		args   reader
	}{{"read", 6, false, r.transferArgs}, {"write", 6, true, r.transferArgs}, {"readv", 4, false, r.vectorArgs}, {"writev", 4, true, r.vectorArgs}} {
		out[x.name] = bind.Method{Length: x.length, Fn: func(c goja.FunctionCall) goja.Value {
			a := args(c.Arguments)
			cb := bind.Callable{}
			for i := 1; i < len(a); i++ {
				if fn, ok := bind.ToCallable(a[i]); ok {
					cb, a = fn, a[:i]
					break
				}
			}
			if x.name == "read" {
				a = r.readDefaults(a)
			}
			if cb.IsZero() {
				r.fd(a.at(0))
				panic(r.h.Err.InvalidArgType("cb", []string{"function"}, a.at(x.length-1)))
			}
			t, v := x.args(a, x.write)
			if len(t.views) == 0 {
				r.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined(), goja.Null(), bind.Int(0), v) }))
				return goja.Undefined()
			}
			n := 0
			r.async(func() (_ result, f *failure) { n, f = t.do(); return nil, f }, func(_ result, f *failure) {
				err := goja.Null()
				if f != nil {
					err = f.value(r)
				}
				cb.Call(goja.Undefined(), err, bind.Int(n), v)
			})
			return goja.Undefined()
		}}
		out[x.name+"Sync"] = bind.Method{Length: x.length - 1, Fn: func(c goja.FunctionCall) goja.Value {
			t, _ := x.args(c.Arguments, x.write)
			n, f := t.do()
			if f != nil {
				panic(f.value(r))
			}
			return bind.Int(n)
		}}
	}
	return out
}

// lenient are the arguments of fileHandle.read for transferArgs: no length is what fits, and a position
// that is no whole number is the current one.
//
// Node v20 lib/internal/fs/promises.js: read.
func (a args) lenient() args {
	offset, length, position := a.at(2), a.at(3), a.at(4)
	if o, ok := offset.(*goja.Object); ok && len(a) == 3 {
		offset, length, position = bind.Property(o, "offset"), bind.Property(o, "length"), bind.Property(o, "position")
	}
	if goja.IsNull(length) {
		length = goja.Undefined()
	}
	if f := position.ToFloat(); !nodeerr.IsNumber(position) || f != math.Trunc(f) || math.Abs(f) > nodeerr.MaxSafeInteger {
		position = goja.Null()
	}
	return args{a.at(0), a.at(1), offset, length, position}
}

// readDefaults makes the buffer that fs.read(fd, cb) and fs.read(fd, options, cb) leave out.
func (r *Room) readDefaults(a args) args {
	if len(a) == 0 {
		return a
	}
	if _, ok := viewBytes(a.at(1)); ok {
		return a
	}
	if len(a) == 1 {
		return args{a[0], r.buf.Wrap(make([]byte, 16384))}
	}
	o, ok := a[1].(*goja.Object)
	if len(a) == 2 && (ok || goja.IsNull(a[1])) {
		var buf goja.Value = bind.Property(a[1], "buffer")
		if bind.IsUndefined(buf) {
			buf = r.buf.Wrap(make([]byte, 16384))
		}
		if !ok {
			return args{a[0], buf}
		}
		return args{a[0], buf, o}
	}
	return a
}
