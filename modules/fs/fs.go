// Package fs is Node's fs module on the operating system's files. One table (ops.go, dir.go,
// file.go) describes each operation: how its arguments are read, on the loop, and what is then
// done, in plain Go. The synchronous form does it at once; the callback and promise forms do it
// on one of the loop's workers and come back through the door.
//
// File descriptors are the system's own numbers. Relative paths start from process.cwd().
//
// Follows https://nodejs.org/docs/latest-v20.x/api/fs.html. Left out, with an error: lchmod (macOS
// only), FileHandle's readLines, and async iterables as data of
// promises.writeFile. Beyond Unix only what needs no
// descriptor works.
package fs

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream"
)

// Module is require('fs'); PromisesModule is require('fs/promises').
var (
	Module         = modules.Module{ID: "fs", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports }}
	PromisesModule = modules.Module{ID: "fs/promises", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).promises() }}
)

// Rooms holds the fs module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the fs module of one runtime.
type Room struct {
	h       *modules.Host
	disk    disk // any goroutine
	buf     *buffer.Room
	exports *goja.Object
	running requests
	askers  *askers                 // nil until used
	own     map[string]*goja.Object // what streams call, as this module has it: replaced, the program's is called

	stats, bigStats, statFS, dirent, dir *bind.Built
	date                                 *goja.Object
	kindSymbol                           *goja.Symbol // Dirent's Symbol(type)
	constantsObject                      *goja.Object

	promisesObject          *goja.Object // made on first use, as are the rest
	fileHandle              *bind.Built
	streams                 *stream.Room
	ev                      *events.Room
	readStream, writeStream *bind.Built
	openRead, openWrite     *goja.Object // the streams' own open methods
	warnedRmdir, warnedXXX  bool
	fsWatcher, statWatcher  *bind.Built
	statWatchers            map[string]*statWatcher // by path
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, buf: buffer.Rooms.Of(h), disk: diskOf(h)}
	r.date = h.VM.Get("Date").(*goja.Object)
	r.kindSymbol = goja.NewSymbol("type")
	r.defineStats()
	r.exports = r.makeExports()
	return r
}

// makeExports makes the module, its properties in Node's order.
func (r *Room) makeExports() *goja.Object {
	vm := r.h.VM
	o := vm.NewObject()
	byName := make(map[string]*op, len(operations))
	for i := range operations {
		byName[operations[i].name] = &operations[i]
	}
	special := r.specials()
	watching := map[string]bind.Func{"openAsBlob": r.openAsBlob, "watch": r.watch, "watchFile": r.watchFile, "unwatchFile": r.unwatchFile}
	put := func(name string, length int, fn bind.Func) *goja.Object {
		if n, ok := defaulted[name]; ok {
			length = n
		}
		f := bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn})
		o.Set(name, f)
		return f
	}
	both := func(name string) {
		if fn, ok := special[name]; ok {
			put(name, fn.Length, fn.Fn)
			put(name+"Sync", special[name+"Sync"].Length, special[name+"Sync"].Fn)
			return
		}
		op := byName[name]
		put(name, op.max+1, func(c goja.FunctionCall) goja.Value { return r.callback(op, c.Arguments) })
		put(name+"Sync", op.max, func(c goja.FunctionCall) goja.Value { return r.sync(op, c.Arguments) })
	}
	for _, name := range exportOrder {
		switch {
		case watching[name] != nil:
			put(name, 2, watching[name])
		case name == "createReadStream":
			for _, m := range []bind.Method{
				{Name: name, Length: 2, New: true, Fn: r.createReadStream},
				{Name: "createWriteStream", Length: 2, New: true, Fn: r.createWriteStream},
			} {
				o.Set(m.Name, bind.Function(vm, m))
			}
		case name == "lchmod":
			o.Set("lchmod", goja.Undefined())
			o.Set("lchmodSync", goja.Undefined())
		case name == "Stats":
			o.Set("Dirent", r.dirent.Ctor)
			o.Set("Stats", r.stats.Ctor)
			r.lazy(o, "ReadStream", func() goja.Value { return r.streamClasses().readStream.Ctor })
			r.lazy(o, "WriteStream", func() goja.Value { return r.streamClasses().writeStream.Ctor })
			r.lazy(o, "FileReadStream", func() goja.Value { return r.streamClasses().readStream.Ctor })
			r.lazy(o, "FileWriteStream", func() goja.Value { return r.streamClasses().writeStream.Ctor })
			put("_toUnixTimestamp", 1, func(c goja.FunctionCall) goja.Value {
				return vm.ToValue(r.timeArg(c.Argument(0), "time"))
			})
			o.Set("Dir", r.dir.Ctor)
		default:
			both(name)
		}
	}
	native := func(name, op string) {
		f := o.Get(name).(*goja.Object)
		f.Set("native", bind.Function(vm, bind.Method{Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			if name == "realpathSync" {
				return r.sync(byName[op], c.Arguments)
			}
			return r.callback(byName[op], c.Arguments)
		}}))
	}
	native("realpath", "realpath.native")
	native("realpathSync", "realpath.native")
	c := r.constants()
	fixed := func(name string, v goja.Value) {
		o.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	for _, name := range []string{"F_OK", "R_OK", "W_OK", "X_OK"} {
		fixed(name, c.Get(name))
	}
	fixed("constants", c)
	o.DefineAccessorProperty("promises", vm.ToValue(func(goja.FunctionCall) goja.Value { return r.promises() }),
		nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	r.promisifyForms(o)
	r.own = make(map[string]*goja.Object, len(seams))
	for _, name := range seams {
		r.own[name] = o.Get(name).(*goja.Object)
	}
	return o
}

// defaulted are the lengths of functions whose last arguments have defaults in Node, so that they do not count.
var defaulted = map[string]int{"fstat": 1, "fstatSync": 1, "ftruncate": 1, "ftruncateSync": 1, "lstat": 1, "lstatSync": 1,
	"stat": 1, "statSync": 1, "statfs": 1, "statfsSync": 1, "openAsBlob": 1, "watch": 3, "watchFile": 3}

// exportOrder is Node's order; each name stands for itself and its Sync form.
var exportOrder = []string{"appendFile", "access", "chown", "chmod", "close", "copyFile", "cp", "createReadStream", "exists",
	"fchown", "fchmod", "fdatasync", "fstat", "fsync", "ftruncate", "futimes", "lchown", "lchmod", "link", "lstat", "lutimes",
	"mkdir", "mkdtemp", "open", "openAsBlob", "readdir", "read", "readv", "readFile", "readlink", "realpath", "rename", "rm",
	"rmdir", "stat", "statfs", "symlink", "truncate", "unwatchFile", "unlink", "utimes", "watch", "watchFile", "writeFile",
	"write", "writev", "Stats", "opendir"}

// lazy defines a property that is made when it is first read.
func (r *Room) lazy(o *goja.Object, name string, make func() goja.Value) {
	settle := func(v goja.Value) {
		o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	o.DefineAccessorProperty(name, r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		v := make()
		settle(v)
		return v
	}), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		settle(c.Argument(0))
		return goja.Undefined()
	}), goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// promisifyForms tells util.promisify about the functions with unusual callbacks.
func (r *Room) promisifyForms(o *goja.Object) {
	symbolFor, ok := goja.AssertFunction(r.h.VM.Get("Symbol").(*goja.Object).Get("for"))
	if !ok {
		return
	}
	v, err := symbolFor(goja.Undefined(), bind.String("nodejs.util.promisify.custom"))
	if err != nil {
		return
	}
	custom := v.(*goja.Symbol)
	set := func(name string, fn bind.Func) {
		o.Get(name).(*goja.Object).DefineDataPropertySymbol(custom,
			bind.Function(r.h.VM, bind.Method{Name: name, Length: 1, Fn: fn}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	set("exists", func(c goja.FunctionCall) goja.Value {
		p, resolve, _ := r.h.VM.NewPromise()
		bind.Invoke(r.h.VM, o, "exists", c.Argument(0), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			resolve(c.Argument(0))
			return goja.Undefined()
		}))
		return r.h.VM.ToValue(p)
	})
	for name, keys := range map[string][2]string{"read": {"bytesRead", "buffer"}, "readv": {"bytesRead", "buffers"},
		"write": {"bytesWritten", "buffer"}, "writev": {"bytesWritten", "buffers"}} {
		set(name, func(c goja.FunctionCall) goja.Value {
			p, resolve, reject := r.h.VM.NewPromise()
			args := append(append([]goja.Value(nil), c.Arguments...), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
				if err := c.Argument(0); bind.Truthy(err) {
					reject(err)
					return goja.Undefined()
				}
				resolve(r.pair(keys[0], c.Argument(1), keys[1], c.Argument(2)))
				return goja.Undefined()
			}))
			bind.Invoke(r.h.VM, o, name, args...)
			return r.h.VM.ToValue(p)
		})
	}
}

func (r *Room) pair(k1 string, v1 goja.Value, k2 string, v2 goja.Value) *goja.Object {
	o := r.h.VM.NewObject()
	o.Set(k1, v1)
	o.Set(k2, v2)
	return o
}
