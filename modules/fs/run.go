package fs

import (
	"errors"
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// failure is what went wrong, as far as any goroutine can tell.
type failure struct {
	err        error
	call       string // the system call by libuv's name
	path, dest string
	// throw, if set, makes the error in the place of the fields above.
	throw func(r *Room) goja.Value
	// late, if set, tells on the loop what went wrong, nil for nothing, in the place of all above.
	late func() *failure
}

// noPath stands for a failure without a path; an empty path is one that the program gave.
const noPath = "\x00"

func fail(err error, call, path string) *failure {
	if err == nil {
		return nil
	}
	return &failure{err: err, call: call, path: path}
}

// bare takes the system's error out of one of package os.
func bare(err error) error {
	var e *os.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func (f *failure) value(r *Room) goja.Value {
	if f.throw != nil {
		return f.throw(r)
	}
	switch f.path {
	case noPath:
		return r.h.Err.FromOS(f.err, f.call, "", "")
	case "":
		// The path that is shown as '' and set as ''.
		e := r.h.Err.FromOS(f.err, f.call+" ''", "", "")
		e.Set("syscall", f.call)
		e.Set("path", "")
		return e
	}
	return r.h.Err.FromOS(f.err, f.call, f.path, f.dest)
}

// result makes the value of a finished operation; nil stands for undefined.
type result func(r *Room) goja.Value

func (res result) value(r *Room) goja.Value {
	if res == nil {
		return goja.Undefined()
	}
	return res(r)
}

// work is an operation with its arguments read: it touches no JavaScript and may run anywhere.
type work func() (result, *failure)

// void is work without a result.
func void(fn func() *failure) work {
	return func() (result, *failure) { return nil, fn() }
}

// form is the way in which an operation was called.
type form uint8

const (
	syncForm form = iota
	callbackForm
	promiseForm
)

// op describes one operation.
type op struct {
	name string
	min  int // arguments that must come before the callback
	max  int // arguments that may
	// prepare reads and validates the arguments; it throws.
	prepare func(r *Room, a args, f form) work
	// pathFirst tells that arguments are validated before the callback.
	pathFirst bool
	// orLast tells that the last argument is the callback whatever it is: readFile, writeFile.
	orLast bool
	// always tells that the callback gets a second argument even if it is undefined.
	always bool
	// callbackName is what a missing callback is called: cb, but for opendir.
	callbackName string
	// asks, unless nil, tells that with these arguments the work asks the loop, and waits for its answers.
	asks func(a args) bool
	// piecesFlag, for what writes data that may come in pieces, is the flag that it opens files with.
	piecesFlag string
}

// args are the arguments of a call.
type args []goja.Value

func (a args) at(i int) goja.Value { return bind.Arg(a, i) }

// sync does the operation at once.
func (r *Room) sync(o *op, a args) goja.Value {
	res, f := o.prepare(r, a, syncForm)()
	if f != nil {
		panic(f.value(r))
	}
	return res.value(r)
}

// callback does it on a worker and calls back.
func (r *Room) callback(o *op, a args) goja.Value {
	cb, n := bind.Callable{}, len(a)
	for i := o.min; i <= o.max && i < len(a); i++ {
		if c, ok := bind.ToCallable(a[i]); ok {
			cb, n = c, i
			break
		}
	}
	bad := func() {
		v := a.at(o.max)
		if o.orLast && bind.IsUndefined(v) {
			v = a.at(o.max - 1)
		}
		name := "cb"
		if o.callbackName != "" {
			name = o.callbackName
		}
		panic(r.h.Err.InvalidArgType(name, []string{"function"}, v))
	}
	required := cb.IsZero() && !r.h.Era.NoCallbackThrows
	if required && !o.pathFirst {
		bad()
	}
	w := o.prepare(r, a[:n], callbackForm)
	if required {
		bad()
	}
	r.run(w, &r.running.callbacks, r.place(o, a), func(res result, f *failure) {
		if cb.IsZero() {
			if f != nil {
				panic(f.value(r)) // nobody hears of it otherwise
			}
			return
		}
		if f != nil {
			cb.Call(goja.Undefined(), f.value(r))
			return
		}
		v := res.value(r)
		if goja.IsUndefined(v) && !o.always {
			cb.Call(goja.Undefined(), goja.Null())
		} else {
			cb.Call(goja.Undefined(), goja.Null(), v)
		}
	})
	return goja.Undefined()
}

// promise does it on a worker and settles a promise.
func (r *Room) promise(o *op, a args) goja.Value {
	if o.piecesFlag != "" && r.isPieces(a.at(1)) {
		return r.writePieces(a, o.piecesFlag)
	}
	p, resolve, reject := r.h.VM.NewPromise()
	var w work
	if ex := r.h.VM.Try(func() { w = o.prepare(r, a, promiseForm) }); ex != nil {
		reject(ex.Value())
	} else {
		r.run(w, &r.running.promises, r.place(o, a), func(res result, f *failure) {
			if f != nil {
				reject(f.value(r))
			} else {
				resolve(res.value(r))
			}
		})
	}
	return r.h.VM.ToValue(p)
}

// async runs w on a worker and then done through the door.
func (r *Room) async(w work, done func(res result, f *failure)) {
	r.run(w, &r.running.callbacks, r.worker, done)
}

// place is where the work of o with the arguments a runs.
func (r *Room) place(o *op, a args) func(fn func() func()) {
	if o.asks != nil && o.asks(a) {
		return r.apart
	}
	return r.worker
}

// worker runs fn on one of the loop's workers and on the loop what it returns.
func (r *Room) worker(fn func() func()) { r.h.Loop.Work(fn) }

// run is async that counts the request in counter, and runs it on place.
func (r *Room) run(w work, counter *int, place func(fn func() func()), done func(res result, f *failure)) {
	if !r.running.owned {
		r.running.owned = true
		r.h.Loop.Own(&r.running)
	}
	*counter++
	ctx := r.h.Context
	place(func() func() {
		res, f := w()
		return func() {
			*counter--
			r.h.Enter(ctx, func() {
				if f != nil && f.late != nil {
					f = f.late()
				}
				done(res, f)
			})
		}
	})
}

// requests are those under way. Loop goroutine.
type requests struct {
	owned               bool
	callbacks, promises int
}

// Holds implements eventloop.Holder.
func (q *requests) Holds() (names []string) {
	for range q.callbacks {
		names = append(names, "FSReqCallback")
	}
	for range q.promises {
		names = append(names, "FSReqPromise")
	}
	return names
}

// CloseNow implements eventloop.Resource: work ends by itself.
func (q *requests) CloseNow() {}
