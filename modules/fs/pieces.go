package fs

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is writeFile and appendFile of data that comes piece by piece: streams and other async
// iterables. Each piece is written before the next is asked for.
//
// Node v20 lib/internal/fs/promises.js: writeFile, writeFileHandle.

// isPieces reports whether data comes so.
func (r *Room) isPieces(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	_, isView := viewBytes(o)
	return !isView && !bind.IsNullish(o.GetSymbol(r.asyncIterator()))
}

// pieces is one such writing. Loop goroutine, but for what its work does.
type pieces struct {
	r        *Room
	o        options
	enc      string
	flush    bool
	dst      target
	fd       int // -1 before it is open
	iterator *goja.Object

	resolve, reject func(any) error
}

// writePieces begins to write; the promise is settled when all is written, or something failed.
func (r *Room) writePieces(a args, flag string) goja.Value {
	promise, resolve, reject := r.h.VM.NewPromise()
	source := a.at(1).(*goja.Object)
	p := &pieces{r: r, fd: -1, resolve: resolve, reject: reject}
	if ex := r.h.VM.Try(func() {
		p.o = r.options(a.at(2))
		if v := p.o.get("flush"); !bind.IsNullish(v) {
			p.flush = r.h.Err.ValidateBoolean(v, "options.flush")
		}
		if p.enc = p.o.encoding(); p.enc == "" {
			p.enc = "utf8"
		}
		p.dst = r.target(a.at(0), p.o, flag, p.o.get("mode"), promiseForm)
		if p.aborted() {
			return
		}
		p.work(func() *failure {
			fd, f := p.dst.open()
			if f == nil {
				p.fd = fd
			}
			return f
		}, func() {
			if p.aborted() {
				return
			}
			p.iterator = bind.Call(source.GetSymbol(r.asyncIterator()), source).ToObject(r.h.VM)
			p.next()
		})
	}); ex != nil {
		reject(ex.Value())
	}
	return r.h.VM.ToValue(promise)
}

// work does something on a worker and then goes on, here, or ends with what failed.
func (p *pieces) work(do func() *failure, then func()) {
	p.r.run(void(do), &p.r.running.promises, p.r.worker, func(_ result, f *failure) {
		if f != nil {
			p.stop(f.value(p.r))
			return
		}
		p.guard(then)
	})
}

// guard ends with what fn throws.
func (p *pieces) guard(fn func()) {
	if ex := p.r.h.VM.Try(fn); ex != nil {
		p.stop(ex.Value())
	}
}

// aborted ends p if its signal was aborted.
func (p *pieces) aborted() bool {
	s := p.o.signal()
	if s == nil || !bind.Truthy(s.Get("aborted")) {
		return false
	}
	p.stop(p.r.h.Err.Abort(s.Get("reason")))
	return true
}

// next asks for a piece, and writes it.
func (p *pieces) next() {
	p.await(bind.Invoke(p.r.h.VM, p.iterator, "next"), func(step goja.Value) {
		if bind.Truthy(bind.Property(step, "done")) {
			p.iterator = nil
			p.work(func() *failure {
				if p.flush {
					return fail(p.r.disk.fsync(p.fd), "fsync", noPath)
				}
				return nil
			}, func() { p.end(func() { p.resolve(goja.Undefined()) }) })
			return
		}
		if p.aborted() {
			return
		}
		data := p.r.data(bind.Property(step, "value"), p.enc)
		p.work(func() *failure { return writeAll(p.r.disk, p.fd, data) }, p.next)
	}, func(err goja.Value) {
		p.iterator = nil // it has ended by itself
		p.stop(err)
	})
}

// await waits for a promise, or for what is none.
func (p *pieces) await(v goja.Value, ok, failed func(goja.Value)) {
	promise, resolve, _ := p.r.h.VM.NewPromise()
	resolve(v)
	on := func(fn func(goja.Value)) goja.Value {
		return p.r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			p.guard(func() { fn(c.Argument(0)) })
			return goja.Undefined()
		})
	}
	bind.Invoke(p.r.h.VM, p.r.h.VM.ToValue(promise).(*goja.Object), "then", on(ok), on(failed))
}

// stop ends p with an error; the iterator is told, and may take its time.
func (p *pieces) stop(err goja.Value) {
	fail := func() { p.end(func() { p.reject(err) }) }
	it := p.iterator
	p.iterator = nil
	if it == nil {
		fail()
		return
	}
	done := func(goja.Value) { fail() }
	if ex := p.r.h.VM.Try(func() {
		if fn, ok := bind.ToCallable(it.Get("return")); ok {
			p.await(fn.Call(it), done, done)
		} else {
			fail()
		}
	}); ex != nil {
		fail()
	}
}

// end closes what p has opened, and then calls fn.
func (p *pieces) end(fn func()) {
	if p.fd < 0 || p.dst.fd >= 0 {
		fn()
		return
	}
	p.r.run(void(func() *failure { p.dst.close(p.fd); return nil }), &p.r.running.promises, p.r.worker, func(result, *failure) { fn() })
}
