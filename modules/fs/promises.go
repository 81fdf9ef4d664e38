package fs

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// defaultedPromises is defaulted for fs.promises.
var defaultedPromises = map[string]int{"access": 1, "open": 3, "opendir": 3, "truncate": 1, "lstat": 1, "stat": 1, "statfs": 1, "lchmod": 2}

// promiseOrder is the order of the functions in fs.promises.
var promiseOrder = []string{"access", "copyFile", "cp", "open", "opendir", "rename", "truncate", "rm", "rmdir", "mkdir", "readdir",
	"readlink", "symlink", "lstat", "stat", "statfs", "link", "unlink", "chmod", "lchmod", "lchown", "chown", "utimes", "lutimes",
	"realpath", "mkdtemp", "writeFile", "appendFile", "readFile", "watch"}

// promises makes fs.promises.
func (r *Room) promises() goja.Value {
	if r.promisesObject != nil {
		return r.promisesObject
	}
	vm := r.h.VM
	o := vm.NewObject()
	r.promisesObject = o
	for _, name := range promiseOrder {
		find := name
		if name == "realpath" {
			find = "realpath.native" // Node's promises use the system's
		}
		op := operation(find)
		fn := func(c goja.FunctionCall) goja.Value { return r.promise(op, c.Arguments) }
		length := 1
		switch name {
		case "open":
			fn = r.openHandle
		case "watch":
			fn = r.watchPromise
		case "lchmod":
			fn = func(goja.FunctionCall) goja.Value {
				p, _, reject := vm.NewPromise()
				reject(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", name+"()"))
				return vm.ToValue(p)
			}
		default:
			length = op.max
		}
		if n, ok := defaultedPromises[name]; ok {
			length = n
		}
		o.Set(name, bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn}))
	}
	o.Set("constants", r.constants())
	return o
}

func operation(name string) *op {
	for i := range operations {
		if operations[i].name == name {
			return &operations[i]
		}
	}
	return nil
}

// handle is the state of a FileHandle.
type handle struct {
	bind.State
	events.Emitter
	obj     *goja.Object
	fd      int // -1 when closed
	refs    int // itself and the streams on it
	closing goja.Value
	settle  func(f *failure) // of close, when a stream holds it open
	locked  bool             // it has a web stream
}

// handleOf returns the FileHandle v is, nil if it is none.
func handleOf(v goja.Value) *handle {
	h, _ := bind.SelfOf[*handle](v)
	return h
}

// openHandle is promises.open.
func (r *Room) openHandle(c goja.FunctionCall) goja.Value {
	open := *operation("open")
	prepare := open.prepare
	open.prepare = func(r *Room, a args, f form) work {
		w := prepare(r, a, f)
		return func() (result, *failure) {
			res, f := w()
			if f != nil {
				return nil, f
			}
			return func(r *Room) goja.Value { return r.newHandle(int(res(r).ToInteger())) }, nil
		}
	}
	return r.promise(&open, c.Arguments)
}

func (r *Room) newHandle(fd int) goja.Value {
	class := r.handleClass()
	h := &handle{fd: fd, refs: 1}
	h.obj = r.h.VM.CreateObject(class.Proto)
	bind.Attach(h.obj, &h.State)
	events.Init(&h.State, &h.Emitter)
	h.Put(bind.Self, h)
	// Node's close is a function of each object.
	h.obj.Set("close", bind.Function(r.h.VM, bind.Method{Name: "close", Fn: func(goja.FunctionCall) goja.Value { return r.closeHandle(h) }}))
	return h.obj
}

// release drops one reference; the last one closes the file.
func (r *Room) release(h *handle) {
	if h.refs--; h.refs > 0 {
		return
	}
	fd := h.fd
	h.fd = -1
	r.async(void(func() *failure { return fail(r.disk.close(fd), "close", noPath) }), func(_ result, f *failure) {
		if h.settle != nil {
			h.settle(f)
		}
	})
}

func (r *Room) closeHandle(h *handle) goja.Value {
	vm := r.h.VM
	if h.fd < 0 && h.closing == nil {
		p, resolve, _ := vm.NewPromise()
		resolve(goja.Undefined())
		return vm.ToValue(p)
	}
	if h.closing != nil {
		return h.closing
	}
	p, resolve, reject := vm.NewPromise()
	promise := vm.ToValue(p)
	h.closing = promise
	h.settle = func(f *failure) {
		h.closing = nil
		if f != nil {
			reject(f.value(r))
		} else {
			resolve(goja.Undefined())
		}
	}
	r.release(h)
	r.emitter().Emit(h.obj, "close")
	return promise
}

func (r *Room) emitter() *events.Room {
	if r.ev == nil {
		r.ev = events.Rooms.Of(r.h)
	}
	return r.ev
}

func (r *Room) handleClass() *bind.Built {
	if r.fileHandle != nil {
		return r.fileHandle
	}
	vm := r.h.VM
	// on makes a method of the operation on the handle's descriptor.
	on := func(name, op string, length int, first func(h *handle) goja.Value) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			h := handleOf(c.This)
			if h == nil || h.fd < 0 {
				return r.closedHandle(op)
			}
			return r.promise(operation(op), append(args{first(h)}, c.Arguments...))
		}}
	}
	fd := func(h *handle) goja.Value { return bind.Int(h.fd) }
	self := func(h *handle) goja.Value { return h.obj }
	move := func(name string, write bool, keys [2]string, read func(a args, write bool) (transfer, goja.Value)) bind.Method {
		return bind.Method{Name: name, Length: 4, Fn: func(c goja.FunctionCall) goja.Value {
			h := handleOf(c.This)
			if h == nil || h.fd < 0 {
				return r.closedHandle(name)
			}
			p, resolve, reject := vm.NewPromise()
			if ex := vm.Try(func() {
				a := append(args{bind.Int(h.fd)}, c.Arguments...)
				if name == "read" {
					if v := c.Argument(0); !bind.IsNullish(v) {
						if _, ok := viewBytes(v); !ok {
							r.h.Err.ValidateObject(v, "options")
						}
					}
					a = r.readDefaults(a).lenient()
				}
				t, v := read(a, write)
				n := 0
				r.async(func() (_ result, f *failure) { n, f = t.do(); return nil, f }, func(_ result, f *failure) {
					if f != nil {
						reject(f.value(r))
					} else {
						resolve(r.pair(keys[0], bind.Int(n), keys[1], v))
					}
				})
			}); ex != nil {
				reject(ex.Value())
			}
			return vm.ToValue(p)
		}}
	}
	absent := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "FileHandle."+name+"()"))
		}}
	}
	onStream := func(name string, make bind.Func) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			o := vm.NewObject()
			if opts, ok := c.Argument(0).(*goja.Object); ok {
				for _, k := range opts.Keys() {
					o.Set(k, opts.Get(k))
				}
			}
			o.Set("fd", c.This)
			return make(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{goja.Undefined(), o}})
		}}
	}
	r.fileHandle = bind.Define(vm, bind.Class{Name: "FileHandle", Length: 1, Mode: bind.CallNever, Parent: r.emitter().EventEmitter,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Methods: []bind.Method{
			{Name: "getAsyncId", Fn: func(goja.FunctionCall) goja.Value { return bind.Int(0) }},
			on("appendFile", "appendFile", 2, self),
			on("chmod", "fchmod", 1, fd),
			on("chown", "fchown", 2, fd),
			on("datasync", "fdatasync", 0, fd),
			on("sync", "fsync", 0, fd),
			move("read", false, [2]string{"bytesRead", "buffer"}, r.transferArgs),
			move("readv", false, [2]string{"bytesRead", "buffers"}, r.vectorArgs),
			on("readFile", "readFile", 1, self),
			absent("readLines"),
			on("stat", "fstat", 1, fd),
			on("truncate", "ftruncate", 0, fd),
			on("utimes", "futimes", 2, fd),
			move("write", true, [2]string{"bytesWritten", "buffer"}, r.transferArgs),
			move("writev", true, [2]string{"bytesWritten", "buffers"}, r.vectorArgs),
			on("writeFile", "writeFile", 2, self),
			{Name: "readableWebStream", Fn: r.readableWebStream},
			onStream("createReadStream", r.createReadStream),
			onStream("createWriteStream", r.createWriteStream),
		},
		Accessors: []bind.Accessor{{Name: "fd", Get: func(c goja.FunctionCall) goja.Value {
			if h := handleOf(c.This); h != nil {
				return bind.Int(h.fd)
			}
			return goja.Undefined()
		}}}})
	if s, ok := vm.Get("Symbol").(*goja.Object).Get("asyncDispose").(*goja.Symbol); ok {
		r.fileHandle.Proto.SetSymbol(s, vm.ToValue(func(c goja.FunctionCall) goja.Value {
			return bind.Invoke(vm, bind.This(r.h.VM, c), "close")
		}))
	}
	return r.fileHandle
}

// closedHandle is the promise of a method of a closed FileHandle.
func (r *Room) closedHandle(call string) goja.Value {
	p, _, reject := r.h.VM.NewPromise()
	err := r.h.Err.Plain(nodeerr.Error, "file closed")
	err.Set("code", "EBADF")
	err.Set("syscall", call)
	reject(err)
	return r.h.VM.ToValue(p)
}
