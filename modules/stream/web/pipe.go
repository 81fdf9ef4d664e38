package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// pipe is a running pipeTo.
type pipe struct {
	r        *Room
	source   *ReadableStream
	dest     *WritableStream
	reader   *reader
	writer   *writer
	result   *Deferred
	current  *Deferred // the last write
	stopping bool
	signal   *goja.Object // nil: none
	onAbort  goja.Value

	preventClose, preventAbort, preventCancel bool
}

// pipeTo validates the arguments of pipeTo and pipeThrough, of which the second is the options, and begins.
func (r *Room) pipeTo(s *ReadableStream, to goja.Value, args []goja.Value) *Deferred {
	dest, ok := stateOf(to).(*WritableStream)
	if !ok {
		panic(r.h.Err.InvalidArgType("transform.writable", []string{"WritableStream"}, to))
	}
	opts := r.dictionary(args, 1, "options", true)
	p := &pipe{r: r, source: s, dest: dest}
	p.preventAbort = bind.Truthy(bind.Property(opts, "preventAbort"))
	p.preventCancel = bind.Truthy(bind.Property(opts, "preventCancel"))
	p.preventClose = bind.Truthy(bind.Property(opts, "preventClose"))
	p.signal = r.h.Err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal")
	if s.locked() {
		panic(r.invalidState("The ReadableStream is locked"))
	}
	if dest.writer != nil {
		panic(r.invalidState("The WritableStream is locked"))
	}
	return p.start()
}

// start is ReadableStreamPipeTo.
func (p *pipe) start() *Deferred {
	p.reader, p.writer = p.source.getReader(false), p.dest.getWriter()
	p.source.disturbed = true
	p.result, p.current = p.r.Deferred(), p.r.fulfilled()
	if p.signal != nil {
		if bind.Truthy(p.signal.Get("aborted")) {
			p.abort()
			return p.result
		}
		p.onAbort = p.r.handler(func(goja.Value) goja.Value {
			p.abort()
			return goja.Undefined()
		})
		once := p.r.vm.NewObject()
		once.Set("once", true)
		bind.Invoke(p.r.vm, p.signal, "addEventListener", bind.String("abort"), p.onAbort, once)
	}
	p.step()
	p.watch()
	return p.result
}

// step moves one chunk, then the next.
func (p *pipe) step() {
	if p.stopping {
		return
	}
	p.r.Then(p.writer.ready.Promise(), func(goja.Value) {
		if p.stopping {
			return
		}
		read := p.r.quiet()
		p.reader.read(&pipeRead{p, read})
		p.r.Then(p.r.resolved(read.Promise()), func(end goja.Value) { // step of Node's is an async function
			if !end.ToBoolean() {
				p.step()
			}
		}, nothing)
	}, nothing)
}

// pipeRead is a read of a pipe.
type pipeRead struct {
	p *pipe
	*Deferred
}

func (q *pipeRead) chunk(v goja.Value) {
	if q.p.writer.stream != nil {
		q.p.current = q.p.writer.write(v)
		q.p.current.quiet = true
	}
	q.Resolve(bind.False)
}
func (q *pipeRead) close(goja.Value)    { q.Resolve(bind.True) }
func (q *pipeRead) fail(err goja.Value) { q.Reject(err) }

// watch heeds the ends of both streams.
func (p *pipe) watch() {
	failed := func(prevented bool, action func(err goja.Value) goja.Value) func(err goja.Value) {
		return func(err goja.Value) {
			if prevented {
				p.shutdown(nil, err)
				return
			}
			p.shutdown(func() goja.Value { return action(err) }, err)
		}
	}
	sourceFailed := failed(p.preventAbort, func(err goja.Value) goja.Value { return p.dest.abort(err).Promise() })
	destFailed := failed(p.preventCancel, p.source.cancel)
	sourceClosed := func(goja.Value) {
		if p.preventClose {
			p.shutdown(nil, nil)
			return
		}
		p.shutdown(func() goja.Value { return p.writer.closeWithErrorPropagation().Promise() }, nil)
	}
	closed1, closed2 := p.reader.closed, p.writer.closed
	if p.source.state == errored {
		sourceFailed(p.source.storedError)
	} else {
		p.r.Then(closed1.Promise(), nil, sourceFailed)
	}
	if p.dest.state == errored {
		destFailed(p.dest.storedError)
	} else {
		p.r.Then(closed2.Promise(), nil, destFailed)
	}
	if p.source.state == closed {
		sourceClosed(nil)
	} else {
		p.r.Then(closed1.Promise(), sourceClosed, nothing)
	}
	if p.dest.closing() || p.dest.state == closed {
		destFailed(p.r.invalidState("Destination WritableStream is closed"))
	}
}

// abort is what the signal does.
func (p *pipe) abort() {
	err := bind.Property(p.signal, "reason")
	p.shutdown(func() goja.Value {
		var ends []goja.Value
		if !p.preventAbort && p.dest.state == writable {
			ends = append(ends, p.dest.abort(err).Promise())
		}
		if !p.preventCancel && p.source.state == readable {
			ends = append(ends, p.source.cancel(err))
		}
		all, left := p.r.quiet(), len(ends)+1
		one := func(goja.Value) {
			if left--; left == 0 {
				all.Resolve(goja.Undefined())
			}
		}
		for _, end := range ends {
			p.r.Then(end, one, all.Reject)
		}
		one(nil)
		return p.r.Then(all.Promise(), nothing, nil)
	}, err)
}

// shutdown ends the pipe once the writes are done: with the action, unless that is nil, and then with err, nil for
// success. What the action or the last write rejects with goes before err.
func (p *pipe) shutdown(action func() goja.Value, err goja.Value) {
	if p.stopping {
		return
	}
	p.stopping = true
	complete := func(goja.Value) {
		if action == nil {
			p.finalize(err)
			return
		}
		p.r.Then(action(), func(goja.Value) { p.finalize(err) }, p.finalize)
	}
	if !p.dest.open() {
		complete(nil)
		return
	}
	written := p.r.quiet()
	p.wait(written)
	p.r.Then(written.Promise(), complete, p.finalize)
}

// wait settles d when the last write is over.
func (p *pipe) wait(d *Deferred) {
	write := p.current
	p.r.Then(write.Promise(), func(goja.Value) {
		if write != p.current {
			p.wait(d)
			return
		}
		d.Resolve(goja.Undefined())
	}, d.Reject)
}

// finalize lets both streams go.
func (p *pipe) finalize(err goja.Value) {
	p.writer.release()
	p.reader.unlock()
	if p.onAbort != nil {
		bind.Invoke(p.r.vm, p.signal, "removeEventListener", bind.String("abort"), p.onAbort)
	}
	if err != nil {
		p.result.Reject(err)
		return
	}
	p.result.Resolve(goja.Undefined())
}
