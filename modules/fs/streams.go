package fs

import (
	"math"
	"slices"
	"sync"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
	"github.com/gonode/gonode/modules/url"
)

// fileStream is the Go state of a ReadStream or WriteStream. What Node keeps in properties (fd,
// path, pos, …) stands there too, since programs read and set it.
type fileStream struct {
	fs     *goja.Object // the option fs: functions in the place of ours; nil for none
	handle *handle      // the option fd, if it is a FileHandle
	busy   bool         // reading or writing: the descriptor must not be closed
	idle   func(err goja.Value)
}

func streamOf(v goja.Value) *fileStream {
	s, _ := bind.SelfOf[*fileStream](v)
	return s
}

// receiver is the stream that a method is called on. It throws for anything else.
func (r *Room) receiver(this *goja.Object) *fileStream {
	s := streamOf(this)
	if s == nil {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	return s
}

func (r *Room) createReadStream(c goja.FunctionCall) goja.Value {
	return r.newStream(r.streamClasses().readStream, c.Arguments)
}

func (r *Room) createWriteStream(c goja.FunctionCall) goja.Value {
	return r.newStream(r.streamClasses().writeStream, c.Arguments)
}

func (r *Room) newStream(class *bind.Built, args []goja.Value) goja.Value {
	o, err := r.h.VM.New(class.Ctor, args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// streamClasses makes the classes ReadStream and WriteStream on first use.
//
// They are written as Node's are, methods and all, and not as a stream.Source: libraries replace
// open and read the properties. A call through JavaScript for every 64 KiB costs nothing.
func (r *Room) streamClasses() *Room {
	if r.readStream != nil {
		return r
	}
	vm := r.h.VM
	r.streams = stream.Rooms.Of(r.h)
	readable, _ := bind.ToCallable(r.streams.Readable.Ctor)
	writable, _ := bind.ToCallable(r.streams.Writable.Ctor)
	nop := func(goja.FunctionCall) goja.Value { return goja.Undefined() }
	pending := bind.Accessor{Name: "pending", Get: func(c goja.FunctionCall) goja.Value {
		return bind.Bool(goja.IsNull(bind.Property(c.This, "fd")))
	}}
	autoClose := func(state string) bind.Accessor {
		return bind.Accessor{Name: "autoClose",
			Get: func(c goja.FunctionCall) goja.Value {
				return bind.Property(bind.Property(c.This, state), "autoDestroy")
			},
			Set: func(c goja.FunctionCall) goja.Value {
				if o, ok := bind.Property(c.This, state).(*goja.Object); ok {
					o.Set("autoDestroy", c.Argument(0))
				}
				return goja.Undefined()
			}}
	}
	construct := bind.Method{Name: "_construct", Length: 1, Fn: r.construct}
	destroy := bind.Method{Name: "_destroy", Length: 2, Fn: r.destroyStream}
	r.readStream = bind.Define(vm, bind.Class{Name: "ReadStream", Length: 2, Mode: bind.CallInstance, Parent: r.streams.Readable,
		Construct: func(this *goja.Object, a []goja.Value) { readable.Call(this, r.initRead(this, a)) },
		Accessors: []bind.Accessor{autoClose("_readableState"), pending},
		Methods: []bind.Method{{Name: "open", Fn: nop}, construct, {Name: "_read", Length: 1, Fn: r.read}, destroy,
			{Name: "close", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				this := bind.This(r.h.VM, c)
				if _, ok := bind.ToCallable(c.Argument(0)); ok {
					bind.Call(r.streams.Stream.Ctor.Get("finished"), goja.Undefined(), this, c.Argument(0))
				}
				bind.Invoke(vm, this, "destroy")
				return goja.Undefined()
			}}}})
	r.openRead = r.readStream.Proto.Get("open").(*goja.Object)
	r.writeStream = bind.Define(vm, bind.Class{Name: "WriteStream", Length: 2, Mode: bind.CallInstance, Parent: r.streams.Writable,
		Construct: func(this *goja.Object, a []goja.Value) {
			o := r.initWrite(this, a)
			writable.Call(this, o)
			if enc := o.Get("encoding"); bind.Truthy(enc) {
				bind.Invoke(vm, this, "setDefaultEncoding", enc)
			}
		},
		Accessors: []bind.Accessor{autoClose("_writableState"), pending},
		Methods: []bind.Method{{Name: "open", Fn: nop}, construct,
			{Name: "_write", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				b, _ := viewBytes(c.Argument(0))
				return r.write(bind.This(r.h.VM, c), [][]byte{b}, []goja.Value{c.Argument(0)}, c.Argument(2), "write")
			}},
			{Name: "_writev", Length: 2, Fn: r.writev}, destroy, {Name: "close", Length: 1, Fn: r.closeWrite},
			{Name: "destroySoon", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Invoke(vm, bind.This(r.h.VM, c), "end", c.Arguments...)
			}}}})
	r.openWrite = r.writeStream.Proto.Get("open").(*goja.Object)
	return r
}

// streamOptions copies the options and sets what both classes set first.
func (r *Room) streamOptions(this *goja.Object, a args, flags string) (*goja.Object, *fileStream) {
	vm := r.h.VM
	given := r.options(a.at(1))
	o := vm.NewObject()
	if given.o != nil {
		for _, k := range given.o.Keys() {
			o.Set(k, given.o.Get(k))
		}
	} else if given.enc != nil {
		o.Set("encoding", given.enc)
	}
	s := &fileStream{}
	bind.Own(this).Put(bind.Self, s)
	if fs, ok := o.Get("fs").(*goja.Object); ok {
		s.fs = fs
	}
	if fd := o.Get("fd"); !bind.IsNullish(fd) {
		this.Set("fd", r.importFD(this, s, fd))
		return o, s
	}
	this.Set("fd", goja.Null())
	r.needs(s, "open")
	path := a.at(0)
	if p, ok := url.FilePath(r.h, path); ok {
		path = bind.String(p)
	}
	this.Set("path", path)
	or := func(name string, def any) {
		if v := o.Get(name); !bind.IsUndefined(v) {
			this.Set(name, v)
		} else {
			this.Set(name, def)
		}
	}
	or("flags", flags)
	or("mode", 0o666)
	r.path(path, "path")
	return o, s
}

// seams are the functions that a stream opens, reads, writes and closes with.
var seams = []string{"open", "read", "write", "writev", "fsync", "close"}

// seam returns the object whose function does the work in the place of ours: the option fs, the module
// itself if the program put its own function there, or the same for a FileHandle; nil for ours.
func (r *Room) seam(s *fileStream, name string) *goja.Object {
	switch {
	case s.fs != nil:
		return s.fs
	case s.handle != nil:
		method := name
		if name == "fsync" {
			method = "sync"
		}
		if own, ok := r.fileHandle.Proto.Get(method).(*goja.Object); ok && s.handle.obj.Get(method) != goja.Value(own) {
			return r.handleSeam(s.handle)
		}
	case r.exports.Get(name) != goja.Value(r.own[name]):
		return r.exports
	}
	return nil
}

// handleSeam is a FileHandle with the functions of fs.
//
// Node v20 lib/internal/fs/streams.js: FileHandleOperations.
func (r *Room) handleSeam(h *handle) *goja.Object {
	vm, o := r.h.VM, r.h.VM.NewObject()
	through := func(name, method, count, what string, release bool) {
		o.Set(name, vm.ToValue(func(c goja.FunctionCall) goja.Value {
			cb, _ := bind.ToCallable(c.Arguments[len(c.Arguments)-1])
			if release {
				r.release(h)
			}
			p := bind.Invoke(vm, h.obj, method, slices.Clone(c.Arguments[1:len(c.Arguments)-1])...).(*goja.Object)
			return bind.Invoke(vm, p, "then", vm.ToValue(func(c goja.FunctionCall) goja.Value {
				return cb.Call(goja.Undefined(), goja.Null(), bind.Property(c.Argument(0), count), bind.Property(c.Argument(0), what))
			}), vm.ToValue(func(c goja.FunctionCall) goja.Value {
				return cb.Call(goja.Undefined(), c.Argument(0), bind.Int(0))
			}))
		}))
	}
	through("read", "read", "bytesRead", "buffer", false)
	through("write", "write", "bytesWritten", "buffer", false)
	through("writev", "writev", "bytesWritten", "buffers", false)
	through("fsync", "sync", "", "", false)
	through("close", "close", "", "", true)
	return o
}

// needs throws unless the option fs, if there is one, has the function.
func (r *Room) needs(s *fileStream, name string) {
	if s.fs != nil {
		r.h.Err.ValidateFunction(s.fs.Get(name), "options.fs."+name)
	}
}

// importFD takes the option fd: a number or a FileHandle.
func (r *Room) importFD(this *goja.Object, s *fileStream, v goja.Value) goja.Value {
	if nodeerr.IsNumber(v) {
		return bind.Int(r.fd(v))
	}
	h := handleOf(v)
	if h == nil {
		panic(r.h.Err.InvalidArgType("options.fd", []string{"number", "FileHandle"}, v))
	}
	if s.fs != nil {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "FileHandle with fs")
	}
	s.handle = h
	h.refs++
	bind.Invoke(r.h.VM, h.obj, "on", bind.String("close"), r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		return bind.Invoke(r.h.VM, this, "close")
	}))
	return bind.Int(r.fd(bind.Int(h.fd)))
}

// autoDestroy sets the option that Readable and Writable know for autoClose.
func autoDestroy(o *goja.Object) bool {
	v := o.Get("autoClose")
	if bind.IsUndefined(v) {
		v = bind.True
	}
	o.Set("autoDestroy", v)
	return bind.Truthy(v)
}

// initRead is the first half of ReadStream's constructor; it returns the options for Readable.
func (r *Room) initRead(this *goja.Object, a args) *goja.Object {
	o, s := r.streamOptions(this, a, "r")
	if bind.IsUndefined(o.Get("highWaterMark")) {
		o.Set("highWaterMark", 64*1024)
	}
	auto := autoDestroy(o)
	r.needs(s, "read")
	if auto {
		r.needs(s, "close")
	}
	start, end := bind.Property(o, "start"), bind.Property(o, "end")
	this.Set("start", start)
	pos := goja.Value(goja.Undefined())
	if !bind.IsUndefined(start) {
		r.h.Err.ValidateInteger(start, "start", 0, nodeerr.MaxSafeInteger)
		pos = start
	}
	if bind.IsUndefined(end) {
		this.Set("end", math.Inf(1))
	} else {
		this.Set("end", end)
		if !nodeerr.IsNumber(end) || !math.IsInf(end.ToFloat(), 1) {
			r.h.Err.ValidateInteger(end, "end", 0, nodeerr.MaxSafeInteger)
			if !bind.IsUndefined(start) && start.ToFloat() > end.ToFloat() {
				panic(r.h.Err.OutOfRange("start", `<= "end" (here: `+end.String()+")", start))
			}
		}
	}
	this.Set("pos", pos)
	this.Set("bytesRead", 0)
	return o
}

// initWrite is the same for WriteStream.
func (r *Room) initWrite(this *goja.Object, a args) *goja.Object {
	o, s := r.streamOptions(this, a, "w")
	o.Set("decodeStrings", true)
	auto := autoDestroy(o)
	if s.fs != nil {
		hasWrite, hasWritev := bind.Truthy(s.fs.Get("write")), bind.Truthy(s.fs.Get("writev"))
		if !hasWrite && !hasWritev {
			panic(r.h.Err.InvalidArgType("options.fs.write", []string{"function"}, s.fs.Get("write")))
		}
		if hasWrite {
			r.needs(s, "write")
		} else {
			this.Set("_write", goja.Null())
		}
		if hasWritev {
			r.needs(s, "writev")
		} else {
			this.Set("_writev", goja.Null())
		}
	}
	if auto {
		r.needs(s, "close")
	}
	flush := bind.Property(o, "flush")
	if bind.IsNullish(flush) {
		flush = bind.False
	} else {
		r.h.Err.ValidateBoolean(flush, "options.flush")
		r.needs(s, "fsync")
	}
	this.Set("flush", flush)
	start := bind.Property(o, "start")
	this.Set("start", start)
	this.Set("pos", goja.Undefined())
	this.Set("bytesWritten", 0)
	if !bind.IsUndefined(start) {
		r.h.Err.ValidateInteger(start, "start", 0, nodeerr.MaxSafeInteger)
		this.Set("pos", start)
	}
	return o
}

// construct opens the file.
func (r *Room) construct(c goja.FunctionCall) goja.Value {
	this := bind.This(r.h.VM, c)
	cb := stream.ToCallback(c.Argument(0))
	s := r.receiver(this)
	if nodeerr.IsNumber(bind.Property(this, "fd")) {
		cb.Call(nil)
		return goja.Undefined()
	}
	opened := func(fd goja.Value) {
		this.Set("fd", fd)
		cb.Call(nil)
		bind.Invoke(r.h.VM, this, "emit", bind.String("open"), fd)
		bind.Invoke(r.h.VM, this, "emit", bind.String("ready"))
	}
	if open, ok := this.Get("open").(*goja.Object); ok && open != r.openRead && open != r.openWrite {
		r.openPatched(this, cb)
		return goja.Undefined()
	}
	path, flags, mode := this.Get("path"), this.Get("flags"), this.Get("mode")
	if fs := r.seam(s, "open"); fs != nil {
		bind.Invoke(r.h.VM, fs, "open", path, flags, mode, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			if err := c.Argument(0); bind.Truthy(err) {
				cb.Call(err)
			} else {
				opened(c.Argument(1))
			}
			return goja.Undefined()
		}))
		return goja.Undefined()
	}
	w := operation("open").prepare(r, args{path, flags, mode}, callbackForm)
	r.async(w, func(res result, f *failure) {
		if f != nil {
			cb.Call(f.value(r))
		} else {
			opened(res(r))
		}
	})
	return goja.Undefined()
}

// openPatched is for programs that put an open of their own on the stream: it sets fd and emits
// 'open'.
func (r *Room) openPatched(this *goja.Object, cb stream.Callback) {
	original := this.Get("emit")
	this.Set("emit", r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		name := c.Argument(0)
		back := func() { this.Set("emit", original) }
		if nodeerr.IsString(name) {
			switch name.String() {
			case "open":
				back()
				cb.Call(nil)
			case "error":
				back()
				cb.Call(c.Argument(1))
				return bind.True
			}
		}
		return bind.Call(original, this, c.Arguments...)
	}))
	bind.Invoke(r.h.VM, this, "open")
}

// numberOf returns a property that is a number, or def.
func numberOf(o *goja.Object, name string, def float64) float64 {
	if v := o.Get(name); nodeerr.IsNumber(v) {
		return v.ToFloat()
	}
	return def
}

// done ends a read or write; it reports whether the stream was destroyed meanwhile, and then lets
// the descriptor be closed.
func (s *fileStream) done(destroyed bool, err goja.Value) bool {
	s.busy = false
	if destroyed && s.idle != nil {
		idle := s.idle
		s.idle = nil
		idle(err)
	}
	return destroyed
}

// streamBuffers are of streamBufferSize: what a ReadStream reads at once, unless it was told otherwise.
var streamBuffers sync.Pool // of *[]byte

const streamBufferSize = 64 << 10

// streamBuffer returns memory for n bytes and what takes it back; nil if nothing does.
func streamBuffer(n int) (b []byte, release func()) {
	if n != streamBufferSize {
		return make([]byte, n), nil
	}
	p, _ := streamBuffers.Get().(*[]byte)
	if p == nil {
		b := make([]byte, n)
		p = &b
	}
	return *p, func() { streamBuffers.Put(p) }
}

// read is ReadStream's _read.
func (r *Room) read(c goja.FunctionCall) goja.Value {
	this := bind.This(r.h.VM, c)
	s, rd := r.receiver(this), stream.ReadableOf(this)
	pos, end, soFar := numberOf(this, "pos", -1), numberOf(this, "end", math.Inf(1)), numberOf(this, "bytesRead", 0)
	left := end - soFar + 1
	if pos >= 0 {
		left = end - pos + 1
	}
	n := int(min(left, c.Argument(0).ToFloat()))
	if n <= 0 {
		rd.PushEOF()
		return goja.Undefined()
	}
	b, release := streamBuffer(n)
	s.busy = true
	finish := func(err goja.Value, got int, b []byte) {
		switch {
		case s.done(rd.Destroyed(), err):
		case err != nil:
			rd.ErrorOrDestroy(err)
		case got == 0:
			rd.PushEOF()
		default:
			if pos >= 0 {
				this.Set("pos", pos+float64(got))
			}
			this.Set("bytesRead", soFar+float64(got))
			if got < len(b) {
				// Do not keep the large one for a small read.
				b = append(make([]byte, 0, got), b[:got]...)
				if release != nil {
					release()
					release = nil
				}
			}
			rd.PushLent(b, release)
		}
	}
	if fs := r.seam(s, "read"); fs != nil {
		buf := r.buf.Wrap(b)
		release = nil // the program may keep it
		at := goja.Value(goja.Undefined())
		if pos >= 0 {
			at = r.h.VM.ToValue(pos)
		}
		bind.Invoke(r.h.VM, fs, "read", this.Get("fd"), buf, bind.Int(0), bind.Int(n), at, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			var err goja.Value
			if bind.Truthy(c.Argument(0)) {
				err = c.Argument(0)
			}
			finish(err, int(c.Argument(1).ToInteger()), b)
			return goja.Undefined()
		}))
		return goja.Undefined()
	}
	t := transfer{disk: r.disk, fd: int(this.Get("fd").ToInteger()), pos: int64(pos), call: "read"}
	got := 0
	r.async(func() (_ result, f *failure) {
		k, err := t.disk.read(t.fd, b, t.pos)
		got = k
		return nil, fail(err, t.call, noPath)
	}, func(_ result, f *failure) {
		if f != nil {
			finish(f.value(r), 0, nil)
		} else {
			finish(nil, got, b)
		}
	})
	return goja.Undefined()
}

// writev is WriteStream's _writev.
func (r *Room) writev(c goja.FunctionCall) goja.Value {
	var views [][]byte
	var values []goja.Value
	r.h.VM.ForOf(c.Argument(0), func(v goja.Value) bool {
		chunk := bind.Property(v, "chunk")
		b, _ := viewBytes(chunk)
		views, values = append(views, b), append(values, chunk)
		return true
	})
	return r.write(bind.This(r.h.VM, c), views, values, c.Argument(1), "writev")
}

// write writes the views, whole, and then calls back.
func (r *Room) write(this *goja.Object, views [][]byte, values []goja.Value, done goja.Value, call string) goja.Value {
	s, w, cb := r.receiver(this), stream.WritableOf(this), stream.ToCallback(done)
	size := 0
	for _, b := range views {
		size += len(b)
	}
	pos := numberOf(this, "pos", -1)
	if pos >= 0 {
		this.Set("pos", pos+float64(size))
	}
	s.busy = true
	finish := func(err goja.Value, n int) {
		this.Set("bytesWritten", numberOf(this, "bytesWritten", 0)+float64(n))
		if err == nil && w.Destroyed() {
			err = r.h.Err.New("ERR_STREAM_DESTROYED", call)
		}
		if w.Destroyed() {
			s.busy = false
			cb.Call(err)
			s.done(true, err)
			return
		}
		s.done(false, nil)
		cb.Call(err)
	}
	if fs := r.seam(s, call); fs != nil {
		r.writeWith(this, fs, views, values, pos, size, finish)
		return goja.Undefined()
	}
	t := transfer{disk: r.disk, fd: int(this.Get("fd").ToInteger()), views: views, pos: int64(pos), write: true, call: "write"}
	n := 0
	r.async(func() (result, *failure) {
		f := t.all(&n)
		return nil, f
	}, func(_ result, f *failure) {
		if f != nil {
			finish(f.value(r), n)
		} else {
			finish(nil, n)
		}
	})
	return goja.Undefined()
}

// all writes everything; like Node it gives up after six tries without progress.
func (t *transfer) all(written *int) *failure {
	tries := 0
	for _, b := range t.views {
		for len(b) > 0 {
			k, err := t.disk.write(t.fd, b[:min(len(b), ioMax)], t.pos)
			if err != nil && err != syscall.EAGAIN {
				return fail(err, "write", noPath)
			}
			*written += k
			if t.pos >= 0 {
				t.pos += int64(k)
			}
			if b = b[k:]; k > 0 {
				tries = 0
			} else if tries++; tries > 5 {
				return &failure{throw: func(r *Room) goja.Value {
					return r.h.Err.New("ERR_SYSTEM_ERROR", "A system error occurred: write failed")
				}}
			}
		}
	}
	return nil
}

// writeWith writes with the functions of the option fs.
func (r *Room) writeWith(this, fs *goja.Object, views [][]byte, values []goja.Value, pos float64, size int, finish func(err goja.Value, n int)) {
	vm := r.h.VM
	total := 0
	var next func(b []byte, v goja.Value, rest [][]byte, restValues []goja.Value)
	next = func(b []byte, v goja.Value, rest [][]byte, restValues []goja.Value) {
		at := goja.Value(goja.Undefined())
		if pos >= 0 {
			at = vm.ToValue(pos)
		}
		bind.Invoke(vm, fs, "write", this.Get("fd"), v, bind.Int(0), bind.Int(len(b)), at, vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if bind.Truthy(c.Argument(0)) {
				finish(c.Argument(0), total)
				return goja.Undefined()
			}
			n := min(int(c.Argument(1).ToInteger()), len(b))
			total += n
			if pos >= 0 {
				pos += float64(n)
			}
			switch {
			case n < len(b):
				next(b[n:], r.buf.Wrap(b[n:]), rest, restValues)
			case len(rest) > 0:
				next(rest[0], restValues[0], rest[1:], restValues[1:])
			default:
				finish(nil, total)
			}
			return goja.Undefined()
		}))
	}
	if fn, ok := bind.ToCallable(fs.Get("writev")); ok && (len(views) > 1 || !bind.Truthy(fs.Get("write"))) {
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		at := goja.Value(goja.Undefined())
		if pos >= 0 {
			at = vm.ToValue(pos)
		}
		fn.Call(fs, this.Get("fd"), vm.NewArray(list...), at, vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if bind.Truthy(c.Argument(0)) {
				finish(c.Argument(0), 0)
			} else {
				finish(nil, size)
			}
			return goja.Undefined()
		}))
		return
	}
	next(views[0], values[0], views[1:], values[1:])
}

// destroyStream is _destroy of both classes: the file is closed when nothing reads or writes it.
func (r *Room) destroyStream(c goja.FunctionCall) goja.Value {
	this := bind.This(r.h.VM, c)
	s, cb := streamOf(this), stream.ToCallback(c.Argument(1))
	err := c.Argument(0)
	if s == nil {
		cb.Call(err)
		return goja.Undefined()
	}
	if s.busy {
		s.idle = func(ioErr goja.Value) {
			if !bind.Truthy(err) && ioErr != nil {
				err = ioErr
			}
			r.closeStream(this, s, err, cb)
		}
	} else {
		r.closeStream(this, s, err, cb)
	}
	return goja.Undefined()
}

func (r *Room) closeStream(this *goja.Object, s *fileStream, err goja.Value, cb stream.Callback) {
	fd := this.Get("fd")
	if !bind.Truthy(fd) {
		cb.Call(err) // Node: not for descriptor 0 either
		return
	}
	finish := func(closeErr goja.Value) {
		if bind.Truthy(closeErr) {
			err = closeErr
		}
		cb.Call(err)
	}
	flush := bind.Truthy(this.Get("flush"))
	this.Set("fd", goja.Null())
	fs := r.seam(s, "close")
	if fs == nil && flush {
		fs = r.seam(s, "fsync")
	}
	switch {
	case fs != nil:
		end := func() {
			bind.Invoke(r.h.VM, fs, "close", fd, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
				finish(c.Argument(0))
				return goja.Undefined()
			}))
		}
		if !flush {
			end()
			return
		}
		bind.Invoke(r.h.VM, fs, "fsync", fd, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			if !bind.Truthy(err) {
				err = c.Argument(0)
			}
			end()
			return goja.Undefined()
		}))
	case s.handle != nil:
		h := s.handle
		n := int(fd.ToInteger())
		r.async(void(func() *failure {
			if flush {
				return fail(r.disk.fsync(n), "fsync", noPath)
			}
			return nil
		}), func(_ result, f *failure) {
			if f != nil && !bind.Truthy(err) {
				err = f.value(r)
			}
			r.release(h)
			p := r.closeHandle(h).(*goja.Object)
			bind.Invoke(r.h.VM, p, "then", r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { finish(nil); return goja.Undefined() }),
				r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value { finish(c.Argument(0)); return goja.Undefined() }))
		})
	default:
		n := int(fd.ToInteger())
		r.async(void(func() *failure {
			var first *failure
			if flush {
				first = fail(r.disk.fsync(n), "fsync", noPath)
			}
			if f := fail(r.disk.close(n), "close", noPath); f != nil {
				return f
			}
			return first
		}), func(_ result, f *failure) {
			if f != nil {
				finish(f.value(r))
			} else {
				finish(nil)
			}
		})
	}
}

// closeWrite is WriteStream's close: it ends the stream, so that what waits is written.
func (r *Room) closeWrite(c goja.FunctionCall) goja.Value {
	this, vm := bind.This(r.h.VM, c), r.h.VM
	if cb, ok := bind.ToCallable(c.Argument(0)); ok {
		if bind.Truthy(bind.Property(this, "closed")) {
			r.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined()) }))
			return goja.Undefined()
		}
		bind.Invoke(vm, this, "on", bind.String("close"), c.Argument(0))
	}
	if !bind.Truthy(bind.Property(this, "autoClose")) {
		bind.Invoke(vm, this, "on", bind.String("finish"), vm.ToValue(func(goja.FunctionCall) goja.Value {
			return bind.Invoke(vm, this, "destroy")
		}))
	}
	bind.Invoke(vm, this, "end")
	return goja.Undefined()
}
