package fs

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

var dirOps = []op{
	{name: "mkdir", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		mode, recursive := goja.Value(bind.Int(0o777)), goja.Value(bind.False)
		switch v := a.at(1); {
		case nodeerr.IsNumber(v) || nodeerr.IsString(v):
			mode = v
		case bind.Truthy(v):
			if x := bind.Property(v, "recursive"); !bind.IsUndefined(x) {
				recursive = x
			}
			if x := bind.Property(v, "mode"); !bind.IsUndefined(x) {
				mode = x
			}
		}
		p := r.path(a.at(0), "path")
		all := r.h.Err.ValidateBoolean(recursive, "options.recursive")
		m := r.mode(mode, "mode", -1)
		if !all {
			return void(func() *failure { return fail(r.disk.mkdir(p.sys, m), "mkdir", p.name) })
		}
		return func() (result, *failure) {
			first, err := mkdirAll(r.disk, p.sys, m)
			if err != nil {
				return nil, fail(err, "mkdir", p.name)
			}
			return func(r *Room) goja.Value {
				if first == "" {
					return goja.Undefined()
				}
				// What abs put before the path goes again.
				return r.text(strings.TrimPrefix(first, strings.TrimSuffix(p.sys, p.name)), "")
			}, nil
		}
	}},
	{name: "mkdtemp", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		o := r.options(a.at(1))
		p := r.path(a.at(0), "prefix")
		if strings.HasSuffix(p.name, "X") && !r.warnedXXX {
			r.warnedXXX = true
			w := r.h.Err.Plain(nodeerr.Error, "mkdtemp() templates ending with X are not portable. For details see: https://nodejs.org/api/fs.html")
			w.Set("name", "Warning")
			r.h.Process.EmitWarning(w)
		}
		enc := o.encoding()
		return func() (result, *failure) {
			suffix, err := "", error(nil)
			for range 100 {
				suffix = randomSuffix()
				if err = r.disk.mkdir(p.sys+suffix, 0o700); !errors.Is(err, os.ErrExist) {
					break
				}
			}
			if err != nil {
				return nil, fail(err, "mkdtemp", p.name+"XXXXXX")
			}
			return func(r *Room) goja.Value { return r.text(p.name+suffix, enc) }, nil
		}
	}},
	{name: "readdir", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		o := r.options(a.at(1))
		p := r.path(a.at(0), "path")
		recursive := false
		if v := o.get("recursive"); !bind.IsNullish(v) {
			recursive = r.h.Err.ValidateBoolean(v, "options.recursive")
		}
		types, enc := bind.Truthy(o.get("withFileTypes")), o.encoding()
		return func() (result, *failure) {
			list, f := readDir(p, recursive)
			if f != nil {
				return nil, f
			}
			return func(r *Room) goja.Value {
				out := make([]any, len(list))
				for i, e := range list {
					if types {
						out[i] = r.newDirent(r.text(e.name, enc), r.text(e.parent, enc), e.kind)
					} else {
						out[i] = r.text(e.rel, enc)
					}
				}
				return r.h.VM.NewArray(out...)
			}, nil
		}
	}},
	{name: "rmdir", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		o := r.rmOptions(a.at(1))
		if o.recursive && !r.warnedRmdir {
			r.warnedRmdir = true
			w := r.h.Err.Plain(nodeerr.Error, "In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. Use fs.rm(path, { recursive: true }) instead")
			w.Set("name", "DeprecationWarning")
			w.Set("code", "DEP0147")
			r.h.Process.EmitWarning(w)
		}
		return void(func() *failure {
			if o.recursive {
				s, err := r.disk.lstat(p.sys)
				if err != nil {
					return fail(err, "lstat", p.name)
				}
				if s.isDir() {
					return removeAll(p, o)
				}
			}
			return fail(r.disk.rmdir(p.sys), "rmdir", p.name)
		})
	}},
	{name: "rm", min: 1, max: 2, pathFirst: true, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		o := r.rmOptions(a.at(1))
		return void(func() *failure {
			s, err := r.disk.lstat(p.sys)
			switch {
			case err != nil && o.force && errors.Is(err, os.ErrNotExist):
				return nil
			case err != nil:
				return fail(err, "lstat", p.name)
			case s.isDir() && !o.recursive:
				return systemFailure("ERR_FS_EISDIR", "Path is a directory", "rm", "EISDIR", "is a directory", p.name, syscall.EISDIR)
			}
			return removeAll(p, o)
		})
	}},
	{name: "opendir", min: 1, max: 2, callbackName: "callback", prepare: func(r *Room, a args, f form) work {
		p := r.path(a.at(0), "path")
		o := r.options(a.at(1))
		size := 32
		if v := o.get("bufferSize"); !bind.IsUndefined(v) {
			size = int(r.h.Err.ValidateUint32(v, "options.bufferSize", true))
		}
		recursive := false
		if v := o.get("recursive"); !bind.IsNullish(v) {
			recursive = r.h.Err.ValidateBoolean(v, "options.recursive")
		}
		enc := o.encoding()
		return func() (result, *failure) {
			file, err := r.disk.openDir(p.sys)
			if err != nil {
				name := p.name
				if f == syncForm {
					name = noPath // Node v20 leaves it out here
				}
				return nil, fail(err, "opendir", name)
			}
			return func(r *Room) goja.Value {
				return r.newDir(&dirState{path: p, file: file, enc: enc, size: size, recursive: recursive})
			}, nil
		}
	}},
}

// systemFailure is a failure that Node itself found, with an ERR_FS_ code. The number is positive:
// Node's own slip.
func systemFailure(code, text, call, short, message, path string, errno syscall.Errno) *failure {
	return &failure{throw: func(r *Room) goja.Value {
		e := r.h.Err.Coded(nodeerr.Error, code, text+": "+call+" returned "+short+" ("+message+") "+path)
		info := r.h.VM.NewObject()
		info.Set("code", short)
		info.Set("message", message)
		info.Set("path", path)
		info.Set("syscall", call)
		info.Set("errno", int(errno))
		e.Set("info", info)
		e.Set("errno", int(errno))
		e.Set("syscall", call)
		e.Set("path", path)
		bind.Hide(e, "name", bind.String("SystemError"))
		return e
	}}
}

// mkdirAll makes a directory with all above it and returns the topmost one that it made.
func mkdirAll(d disk, p string, mode uint32) (first string, err error) {
	err = d.mkdir(p, mode)
	switch {
	case err == nil:
		return p, nil
	case err == syscall.ENOENT || errors.Is(err, os.ErrNotExist):
		// Not cleaned: "a/../b" makes a, as in Node.
		end := strings.LastIndexByte(strings.TrimRight(p, string(filepath.Separator)), filepath.Separator)
		if end <= 0 {
			return "", err
		}
		parent := p[:end]
		if first, err = mkdirAll(d, parent, mode); err != nil {
			return "", err
		}
		if err = d.mkdir(p, mode); err == nil {
			if first == "" {
				first = p
			}
			return first, nil
		}
	}
	if s, e := d.stat(p); e == nil {
		if s.isDir() {
			return first, nil
		}
		return "", syscall.EEXIST
	}
	return "", err
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func randomSuffix() string {
	var b [6]byte
	for i := range b {
		b[i] = letters[rand.IntN(len(letters))]
	}
	return string(b[:])
}

// entry is one name in a directory.
type entry struct {
	name, rel, parent string
	kind              int
}

func kindOf(e os.DirEntry) int {
	switch t := e.Type(); {
	case t.IsRegular():
		return direntFile
	case t.IsDir():
		return direntDir
	case t&os.ModeSymlink != 0:
		return direntLink
	case t&os.ModeNamedPipe != 0:
		return direntFIFO
	case t&os.ModeSocket != 0:
		return direntSocket
	case t&os.ModeCharDevice != 0:
		return direntChar
	case t&os.ModeDevice != 0:
		return direntBlock
	}
	return direntUnknown
}

// readDir lists a directory, sorted by name, or breadth first all below it.
func readDir(p file, recursive bool) ([]entry, *failure) {
	type place struct{ sys, rel, parent string }
	queue := []place{{p.sys, "", p.name}}
	var out []entry
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		if at.sys == "" {
			return nil, fail(syscall.ENOENT, "scandir", at.parent)
		}
		list, err := p.disk.readDir(at.sys)
		if err != nil {
			return nil, fail(bare(err), "scandir", at.parent)
		}
		for _, e := range list {
			name := e.Name()
			kind := kindOf(e)
			out = append(out, entry{name, filepath.Join(at.rel, name), at.parent, kind})
			if recursive && kind == direntDir {
				queue = append(queue, place{filepath.Join(at.sys, name), filepath.Join(at.rel, name), filepath.Join(at.parent, name)})
			}
		}
	}
	return out, nil
}

// dirState is the state of a Dir.
type dirState struct {
	bind.State
	path      file
	enc       string
	size      int
	recursive bool
	closed    bool

	// One goroutine at a time: a worker while busy, else the loop.
	file  openDirectory
	at    entry   // the directory being read: rel and parent
	ahead []entry // read, not yet given
	queue []entry // directories to come, if recursive

	// Loop goroutine.
	busy    bool
	waiting []func() // asynchronous operations after the one under way
}

// do runs what prepare returns on a worker, after what is under way, and then done.
func (d *dirState) do(r *Room, prepare func() work, done func(res result, f *failure)) {
	start := func() {
		d.busy = true
		r.async(prepare(), func(res result, f *failure) {
			d.busy = false
			if len(d.waiting) > 0 {
				next := d.waiting[0]
				d.waiting = d.waiting[1:]
				next()
			}
			done(res, f)
		})
	}
	if d.busy {
		d.waiting = append(d.waiting, start)
		return
	}
	start()
}

// next returns the next entry; ok is false at the end.
func (d *dirState) next() (e entry, ok bool, err error) {
	for len(d.ahead) == 0 {
		if d.file == nil {
			if len(d.queue) == 0 {
				return e, false, nil
			}
			d.at, d.queue = d.queue[0], d.queue[1:]
			if d.file, err = d.path.disk.openDir(filepath.Join(d.path.sys, d.at.rel)); err != nil {
				return e, false, err
			}
		}
		list, err := d.file.ReadDir(d.size)
		parent := d.path.name
		if d.at.rel != "" {
			parent = filepath.Join(parent, d.at.rel)
		}
		for _, x := range list {
			e := entry{name: x.Name(), rel: filepath.Join(d.at.rel, x.Name()), parent: parent, kind: kindOf(x)}
			d.ahead = append(d.ahead, e)
			if d.recursive && e.kind == direntDir {
				d.queue = append(d.queue, e)
			}
		}
		if err != nil && err != io.EOF {
			return e, false, err
		}
		if err == io.EOF {
			d.file.Close()
			d.file = nil
		}
	}
	e, d.ahead = d.ahead[0], d.ahead[1:]
	return e, true, nil
}

func (d *dirState) close() {
	if d.file != nil {
		d.file.Close()
		d.file = nil
	}
}

func (r *Room) newDir(d *dirState) goja.Value {
	o := r.h.VM.CreateObject(r.dir.Proto)
	bind.Attach(o, &d.State)
	d.Put(bind.Self, d)
	return o
}

// direntOf makes what read gives: a Dirent, or null at the end.
func (r *Room) direntOf(d *dirState, e entry, ok bool) goja.Value {
	if !ok {
		return goja.Null()
	}
	return r.newDirent(r.text(e.name, d.enc), r.text(e.parent, ""), e.kind)
}

// defineDir makes the class Dir.
func (r *Room) defineDir() {
	vm := r.h.VM
	method := func(fn func(d *dirState, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			d, ok := bind.SelfOf[*dirState](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "Dir")
			}
			return fn(d, c)
		}
	}
	// settle runs what prepare returns and gives the outcome to a callback, or returns a promise.
	settle := func(d *dirState, c goja.FunctionCall, prepare func() work) goja.Value {
		if v := c.Argument(0); !bind.IsUndefined(v) {
			cb, ok := bind.ToCallable(v)
			if !ok {
				panic(r.h.Err.InvalidArgType("callback", []string{"function"}, v))
			}
			d.do(r, prepare, func(res result, f *failure) {
				if f != nil {
					cb.Call(goja.Undefined(), f.value(r))
				} else {
					cb.Call(goja.Undefined(), goja.Null(), res.value(r))
				}
			})
			return goja.Undefined()
		}
		p, resolve, reject := vm.NewPromise()
		d.do(r, prepare, func(res result, f *failure) {
			if f != nil {
				reject(f.value(r))
			} else {
				resolve(res.value(r))
			}
		})
		return vm.ToValue(p)
	}
	closedError := &failure{throw: func(r *Room) goja.Value { return r.h.Err.New("ERR_DIR_CLOSED") }}
	read := func(d *dirState) work {
		if d.closed {
			return func() (result, *failure) { return nil, closedError }
		}
		return func() (result, *failure) {
			e, ok, err := d.next()
			return func(r *Room) goja.Value { return r.direntOf(d, e, ok) }, fail(err, "scandir", d.path.name)
		}
	}
	closing := func(d *dirState) work {
		if d.closed {
			return func() (result, *failure) { return nil, closedError }
		}
		d.closed = true
		return func() (result, *failure) { d.close(); return nil, nil }
	}
	// atOnce throws unless the directory can be used synchronously.
	atOnce := func(d *dirState) {
		switch {
		case d.closed:
			panic(closedError.value(r))
		case d.busy:
			panic(r.h.Err.Coded(nodeerr.Error, "ERR_DIR_CONCURRENT_OPERATION",
				"Cannot do synchronous work on directory handle with concurrent asynchronous operations"))
		}
	}
	// iterate is the async iterator: it closes the directory when it ends.
	iterate := method(func(d *dirState, c goja.FunctionCall) goja.Value {
		step := func(v goja.Value, done bool) goja.Value { return r.pair("value", v, "done", bind.Bool(done)) }
		it := vm.NewObject()
		bind.DefineMethods(vm, it, []bind.Method{
			{Name: "next", Fn: func(goja.FunctionCall) goja.Value {
				p, resolve, reject := vm.NewPromise()
				if d.closed {
					resolve(step(goja.Undefined(), true))
					return vm.ToValue(p)
				}
				// ended closes and then calls fn.
				ended := func(fn func()) {
					d.do(r, func() work { return closing(d) }, func(result, *failure) { fn() })
				}
				d.do(r, func() work { return read(d) }, func(res result, f *failure) {
					if f != nil {
						ended(func() { reject(f.value(r)) })
						return
					}
					v := res.value(r)
					if goja.IsNull(v) {
						ended(func() { resolve(step(goja.Undefined(), true)) })
						return
					}
					resolve(step(v, false))
				})
				return vm.ToValue(p)
			}},
			{Name: "return", Fn: func(c goja.FunctionCall) goja.Value {
				p, resolve, _ := vm.NewPromise()
				v := c.Argument(0)
				d.do(r, func() work { return closing(d) }, func(result, *failure) { resolve(step(v, true)) })
				return vm.ToValue(p)
			}},
		})
		it.SetSymbol(r.asyncIterator(), vm.ToValue(func(c goja.FunctionCall) goja.Value { return c.This }))
		return it
	})
	r.dir = bind.Define(vm, bind.Class{Name: "Dir", Length: 3, Mode: bind.CallNever,
		Construct: func(*goja.Object, []goja.Value) { panic(r.h.Err.New("ERR_MISSING_ARGS", `The "handle" argument`)) },
		Accessors: []bind.Accessor{{Name: "path", Get: method(func(d *dirState, _ goja.FunctionCall) goja.Value { return r.text(d.path.name, "") })}},
		Methods: []bind.Method{
			{Name: "read", Length: 1, Fn: method(func(d *dirState, c goja.FunctionCall) goja.Value {
				if _, ok := bind.ToCallable(c.Argument(0)); ok && d.closed {
					panic(closedError.value(r))
				}
				return settle(d, c, func() work { return read(d) })
			})},
			{Name: "readSync", Fn: method(func(d *dirState, _ goja.FunctionCall) goja.Value {
				atOnce(d)
				res, f := read(d)()
				if f != nil {
					panic(f.value(r))
				}
				return res.value(r)
			})},
			{Name: "close", Length: 1, Fn: method(func(d *dirState, c goja.FunctionCall) goja.Value {
				return settle(d, c, func() work { return closing(d) })
			})},
			{Name: "closeSync", Fn: method(func(d *dirState, _ goja.FunctionCall) goja.Value {
				atOnce(d)
				d.closed = true
				d.close()
				return goja.Undefined()
			})},
			{Name: "entries", Fn: iterate},
		}})
	r.dir.Proto.DefineDataPropertySymbol(r.asyncIterator(), r.dir.Proto.Get("entries"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (r *Room) asyncIterator() *goja.Symbol {
	s, _ := r.h.VM.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol)
	return s
}
