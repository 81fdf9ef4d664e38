package fs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dop251/goja"
	"github.com/fsnotify/fsnotify"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// watcher is the state of an FSWatcher: changes below a path as the system tells them.
type watcher struct {
	bind.State
	events.Emitter

	r         *Room
	obj       *goja.Object
	path      file
	isDir     bool
	recursive bool
	enc       string
	handle    eventloop.Handle
	closed    bool
	notify    *fsnotify.Watcher                       // shared with its goroutine
	deliver   func(eventType string, name goja.Value) // instead of the event; or nil
}

// watchClasses defines FSWatcher and StatWatcher on first use.
func (r *Room) watchClasses() {
	if r.fsWatcher != nil {
		return
	}
	vm := r.h.VM
	m := func(fn func(w *watcher) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			w, ok := bind.SelfOf[*watcher](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "FSWatcher")
			}
			return fn(w)
		}
	}
	r.fsWatcher = bind.Define(vm, bind.Class{Name: "FSWatcher", Mode: bind.CallNever, Parent: r.emitter().EventEmitter,
		Methods: []bind.Method{
			{Name: "close", Fn: m(func(w *watcher) goja.Value { w.close(); return goja.Undefined() })},
			{Name: "ref", Fn: m(func(w *watcher) goja.Value { w.handle.Ref(); return w.obj })},
			{Name: "unref", Fn: m(func(w *watcher) goja.Value { w.handle.Unref(); return w.obj })},
		}})
	s := func(fn func(w *statWatcher) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			w, ok := bind.SelfOf[*statWatcher](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "StatWatcher")
			}
			return fn(w)
		}
	}
	r.statWatcher = bind.Define(vm, bind.Class{Name: "StatWatcher", Mode: bind.CallNever, Parent: r.emitter().EventEmitter,
		Methods: []bind.Method{
			{Name: "stop", Fn: s(func(w *statWatcher) goja.Value { w.stop(); return goja.Undefined() })},
			{Name: "ref", Fn: s(func(w *statWatcher) goja.Value { w.timer.Ref(); return w.obj })},
			{Name: "unref", Fn: s(func(w *statWatcher) goja.Value { w.timer.Unref(); return w.obj })},
		}})
}

// watch is fs.watch(filename[, options][, listener]).
func (r *Room) watch(c goja.FunctionCall) goja.Value {
	opts, listener := c.Argument(1), c.Argument(2)
	if nodeerr.TypeOf(opts) == "function" {
		opts, listener = goja.Undefined(), opts
	}
	o := r.watchOptions(opts)
	p := r.path(c.Argument(0), "path")
	w := r.startWatcher(p, o)
	if fn, ok := listener.(*goja.Object); ok {
		r.emitter().AddListener(w.obj, "change", fn)
	}
	if signal := o.signal(); signal != nil {
		if bind.Truthy(signal.Get("aborted")) {
			r.h.Door.NextTick(modules.Func(w.close))
		} else {
			stop := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { w.close(); return goja.Undefined() })
			bind.Invoke(r.h.VM, signal, "addEventListener", bind.String("abort"), stop)
		}
	}
	return w.obj
}

// watchOptions reads the options; a wrong type has words of its own.
func (r *Room) watchOptions(v goja.Value) options {
	if _, isObject := v.(*goja.Object); !isObject && !bind.IsNullish(v) && !nodeerr.IsString(v) {
		panic(r.h.Err.InvalidArgType("options", []string{"string", "Object"}, v))
	}
	return r.options(v)
}

// startWatcher begins to watch.
func (r *Room) startWatcher(p file, o options) *watcher {
	r.h.NeedHandle()
	if r.h.Settings.OnlyFS {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "watch() of the embedder's files")
	}
	r.watchClasses()
	w := &watcher{r: r, path: p, enc: o.encoding(), recursive: o.boolean("recursive", false)}
	persistent := o.boolean("persistent", true)
	info, err := r.disk.stat(p.sys)
	if denied := (*modules.Denied)(nil); errors.As(err, &denied) {
		panic(r.h.Err.Denied(denied))
	}
	if err == nil {
		w.isDir = info.isDir()
		w.notify, err = fsnotify.NewWatcher()
	}
	if err == nil {
		err = w.add(p.sys, nil)
	}
	if err != nil {
		if w.notify != nil {
			w.notify.Close()
		}
		panic(r.watchError(err, p))
	}
	w.obj = r.h.VM.CreateObject(r.fsWatcher.Proto)
	bind.Attach(w.obj, &w.State)
	events.Init(&w.State, &w.Emitter)
	w.Put(bind.Self, w)
	w.handle.Init(r.h.Loop)
	if !persistent {
		w.handle.Unref()
	}
	r.h.Loop.Own(w)
	r.h.Loop.Go(w.watchLoop)
	return w
}

// Holds implements eventloop.Holder.
func (w *watcher) Holds() []string {
	if w.handle.Closing() || !w.handle.HasRef() {
		return nil
	}
	return []string{"FSEventWrap"}
}

// watchError is an error of watching, its properties in Node's order.
func (r *Room) watchError(err error, p file) *goja.Object {
	from := r.h.Err.FromOS(bare(err), "watch", p.name, "")
	e := r.h.Err.Plain(nodeerr.Error, from.Get("message").String())
	for _, name := range []string{"errno", "syscall", "code", "path"} {
		e.Set(name, from.Get(name))
	}
	e.Set("filename", p.name)
	return e
}

// add watches dir, and with recursive all folders below it, and calls found, if not nil, with what is there
// already. What goes away meanwhile is left out.
func (w *watcher) add(dir string, found func(path string)) error {
	if err := w.notify.Add(dir); err != nil || !w.recursive || !w.isDir {
		return err
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return nil
		}
		if d.IsDir() {
			_ = w.notify.Add(path)
		}
		if found != nil {
			found(path)
		}
		return nil
	})
}

// watchLoop hands what the system tells to the loop. It ends with the watcher.
func (w *watcher) watchLoop() {
	for {
		select {
		case e, ok := <-w.notify.Events:
			if !ok {
				return
			}
			w.post(e)
			if w.recursive && e.Has(fsnotify.Create) {
				if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
					// What came into it before it was watched; what comes now may be told twice.
					_ = w.add(e.Name, func(path string) { w.post(fsnotify.Event{Name: path, Op: fsnotify.Create}) })
				}
			}
		case err, ok := <-w.notify.Errors:
			if !ok {
				return
			}
			w.r.h.Loop.Post(func() { w.failed(err) })
		}
	}
}

// post has the program told of e. The goroutine of watchLoop.
func (w *watcher) post(e fsnotify.Event) { w.r.h.Loop.Post(func() { w.changed(e) }) }

// changed tells the program of one change.
func (w *watcher) changed(e fsnotify.Event) {
	if w.closed {
		return
	}
	name := filepath.Base(e.Name)
	if w.isDir {
		if rel, err := filepath.Rel(w.path.sys, e.Name); err == nil && !strings.HasPrefix(rel, "..") && rel != "." {
			name = rel
		}
	}
	kind := "change"
	if e.Has(fsnotify.Create) || e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename) {
		kind = "rename"
	}
	w.r.h.Door.Enter(modules.Func(func() {
		if w.deliver != nil {
			w.deliver(kind, w.r.text(name, w.enc))
			return
		}
		w.r.emitter().Emit(w.obj, "change", bind.String(kind), w.r.text(name, w.enc))
	}))
}

func (w *watcher) failed(err error) {
	if w.closed {
		return
	}
	w.r.h.Door.Enter(modules.Func(func() {
		e := w.r.watchError(err, w.path)
		w.close()
		w.r.emitter().Emit(w.obj, "error", e)
	}))
}

// close is watcher.close().
func (w *watcher) close() {
	if w.closed {
		return
	}
	w.closed = true
	w.r.h.Loop.Disown(w)
	w.CloseNow()
	w.handle.Close(nil)
	w.r.h.Door.NextTick(modules.Func(func() { w.r.emitter().Emit(w.obj, "close") }))
}

// CloseNow implements eventloop.Resource.
func (w *watcher) CloseNow() { _ = w.notify.Close() }

// watchPromise is fsPromises.watch(filename[, options]): an async iterator.
func (r *Room) watchPromise(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	o := r.watchOptions(c.Argument(1))
	p := r.path(c.Argument(0), "path")
	type waiter struct{ resolve, reject func(any) error }
	var w *watcher
	var queue []goja.Value
	var waiters []waiter
	var failure goja.Value
	over := false
	result := func(v goja.Value, done bool) goja.Value {
		o := vm.NewObject()
		o.Set("value", v)
		o.Set("done", done)
		return o
	}
	end := func(err goja.Value) {
		if over {
			return
		}
		over, failure = true, err
		if w != nil {
			w.close()
		}
		for _, next := range waiters {
			if failure != nil {
				next.reject(failure)
				failure = nil
			} else {
				next.resolve(result(goja.Undefined(), true))
			}
		}
		waiters = nil
	}
	signal := o.signal()
	if signal != nil && bind.Truthy(signal.Get("aborted")) {
		end(r.h.Err.Abort(signal.Get("reason")))
	} else {
		if ex := vm.Try(func() { w = r.startWatcher(p, o) }); ex != nil {
			end(ex.Value())
		} else {
			w.deliver = func(kind string, name goja.Value) {
				e := vm.NewObject()
				e.Set("eventType", kind)
				e.Set("filename", name)
				if len(waiters) > 0 {
					next := waiters[0]
					waiters = waiters[1:]
					next.resolve(result(e, false))
					return
				}
				queue = append(queue, e)
			}
			if signal != nil {
				stop := vm.ToValue(func(goja.FunctionCall) goja.Value {
					end(r.h.Err.Abort(signal.Get("reason")))
					return goja.Undefined()
				})
				bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), stop)
			}
		}
	}
	it := vm.NewObject()
	promise := func(fn func(resolve, reject func(any) error)) goja.Value {
		p, resolve, reject := vm.NewPromise()
		fn(resolve, reject)
		return vm.ToValue(p)
	}
	bind.DefineMethods(vm, it, []bind.Method{
		{Name: "next", Fn: func(goja.FunctionCall) goja.Value {
			return promise(func(resolve, reject func(any) error) {
				switch {
				case len(queue) > 0:
					e := queue[0]
					queue = queue[1:]
					resolve(result(e, false))
				case failure != nil:
					reject(failure)
					failure = nil
				case over:
					resolve(result(goja.Undefined(), true))
				default:
					waiters = append(waiters, waiter{resolve, reject})
				}
			})
		}},
		{Name: "return", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			queue = nil
			end(nil)
			return promise(func(resolve, _ func(any) error) { resolve(result(c.Argument(0), true)) })
		}},
	})
	it.SetSymbol(r.asyncIterator(), bind.Function(vm, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return c.This }}))
	return it
}

// statWatcher is the state of a StatWatcher: a file looked at again and again.
type statWatcher struct {
	bind.State
	events.Emitter

	r        *Room
	obj      *goja.Object
	path     file
	asBig    bool
	interval time.Duration
	timer    eventloop.Timer
	last     stat
	seen     bool // last is set
	stopped  bool
}

// defaultInterval is Node's, in milliseconds.
const defaultInterval = 5007

// watchFile is fs.watchFile(filename[, options], listener).
func (r *Room) watchFile(c goja.FunctionCall) goja.Value {
	p := r.path(c.Argument(0), "path")
	opts, listener := c.Argument(1), c.Argument(2)
	if nodeerr.TypeOf(opts) == "function" {
		opts, listener = goja.Undefined(), opts
	}
	fn := r.h.Err.ValidateFunction(listener, "listener")
	r.watchClasses()
	w := r.statWatchers[p.sys]
	if w == nil {
		w = &statWatcher{r: r, path: p, asBig: bind.Truthy(bind.Property(opts, "bigint")), interval: defaultInterval * time.Millisecond}
		if v := bind.Property(opts, "interval"); !bind.IsUndefined(v) {
			w.interval = time.Duration(r.h.Err.ValidateUint32(v, "interval", false)) * time.Millisecond
		}
		w.obj = r.h.VM.CreateObject(r.statWatcher.Proto)
		bind.Attach(w.obj, &w.State)
		events.Init(&w.State, &w.Emitter)
		w.Put(bind.Self, w)
		w.timer.Init(r.h.Loop, (*lookTask)(w))
		if v := bind.Property(opts, "persistent"); !bind.IsUndefined(v) && !bind.Truthy(v) {
			w.timer.Unref()
		}
		if r.statWatchers == nil {
			r.statWatchers = make(map[string]*statWatcher)
		}
		r.statWatchers[p.sys] = w
		w.look()
	}
	r.emitter().AddListener(w.obj, "change", fn)
	return w.obj
}

// unwatchFile is fs.unwatchFile(filename[, listener]).
func (r *Room) unwatchFile(c goja.FunctionCall) goja.Value {
	p := r.path(c.Argument(0), "path")
	w := r.statWatchers[p.sys]
	if w == nil {
		return goja.Undefined()
	}
	if fn, ok := c.Argument(1).(*goja.Object); ok {
		bind.Invoke(r.h.VM, w.obj, "removeListener", bind.String("change"), fn)
	} else {
		r.emitter().RemoveAll(w.obj, "change")
	}
	if w.Emitter.Count("change") == 0 {
		w.stop()
	}
	return goja.Undefined()
}

func (w *statWatcher) stop() {
	if w.stopped {
		return
	}
	w.stopped = true
	w.timer.Stop()
	delete(w.r.statWatchers, w.path.sys)
	w.r.h.Door.NextTick(modules.Func(func() { w.r.emitter().Emit(w.obj, "stop") }))
}

// lookTask is a statWatcher as the task of its timer.
type lookTask statWatcher

func (t *lookTask) Run() { (*statWatcher)(t).look() }

// look reads the state of the file, off the loop, and tells of a change. A file that is not there has
// a state of zeros.
func (w *statWatcher) look() {
	// The timer, not the look, keeps the process alive.
	w.timer.Start(w.interval)
	var now stat
	var err error
	work := w.r.h.Loop.Work(func() func() {
		now, err = w.r.disk.stat(w.path.sys)
		return func() { w.looked(now, err == nil) }
	})
	if !w.timer.HasRef() {
		work.Unref()
	}
}

func (w *statWatcher) looked(now stat, there bool) {
	if w.stopped {
		return
	}
	if !there {
		now = stat{}
	}
	first, before := !w.seen, w.last
	w.last, w.seen = now, true
	same := before
	same.atime = now.atime // to read a file is no change
	if first && there || !first && same == now {
		return
	}
	w.r.h.Door.Enter(modules.Func(func() {
		w.r.emitter().Emit(w.obj, "change", w.r.newStats(&now, w.asBig), w.r.newStats(&before, w.asBig))
	}))
}

// openAsBlob is fs.openAsBlob(path[, options]): the file as it is now.
func (r *Room) openAsBlob(c goja.FunctionCall) goja.Value {
	p := r.path(c.Argument(0), "path")
	kind := bind.Property(c.Argument(1), "type")
	if !bind.IsUndefined(kind) {
		r.h.Err.ValidateString(kind, "options.type")
	} else {
		kind = bind.String("")
	}
	promise, resolve, reject := r.h.VM.NewPromise()
	r.async(func() (result, *failure) {
		b, err := readFile(r.disk, p.sys)
		if err != nil {
			return nil, fail(err, "open", p.name)
		}
		return func(r *Room) goja.Value {
			options := r.h.VM.NewObject()
			options.Set("type", kind)
			blob, err := r.h.VM.New(r.h.Builtin("buffer").(*goja.Object).Get("Blob"), r.h.VM.NewArray(r.buf.Wrap(b)), options)
			if err != nil {
				bind.Rethrow(err)
			}
			return blob
		}, nil
	}, func(res result, f *failure) {
		if f != nil {
			reject(f.value(r))
		} else {
			resolve(res.value(r))
		}
	})
	return r.h.VM.ToValue(promise)
}
