package stream

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
)

var unpipeShape = engine.NewShape("hasUnpiped")

// pipe is one Readable piped into one destination.
type pipe struct {
	r     *Room
	rd    *Readable
	src   *goja.Object
	dest  *goja.Object
	w     *Writable  // the destination, if it is one of ours; its methods may be the user's all the same
	bytes ByteWriter // or this
	clean bool

	close, finish, drain, unpiped, end, data, err *events.Listening // nil: not listening
}

// on adds a Go listener to any emitter: to one of ours without making a function for JavaScript.
func (r *Room) on(o *goja.Object, name string, once bool, fn func(args []goja.Value)) (l *events.Listening) {
	method := "on"
	if once {
		method = "once"
	}
	if m, ok := engine.Lookup(o, method).(*goja.Object); ok && r.isNative(m) {
		if once {
			l = r.ev.Once(o, name, fn)
		} else {
			l = r.ev.On(o, name, fn)
		}
		if rd := ReadableOf(o); rd != nil {
			rd.afterOn(name)
			if name == "readable" {
				own := l
				l = events.Removing(func() {
					own.Remove()
					rd.flags |= readableGone
					rd.tick((*updateListeningTask)(rd))
				})
			}
		}
		return l
	}
	f := r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		fn(c.Arguments)
		return goja.Undefined()
	})
	r.invoke(o, method, bind.String(name), f)
	return events.Removing(func() { r.invoke(o, "removeListener", bind.String(name), f) })
}

// Pipe is readable.pipe(dest): end tells whether the end of the data ends dest.
func (rd *Readable) Pipe(dest *goja.Object, end bool) {
	r := rd.r
	if len(rd.pipes) == 1 {
		rd.flags |= multiAwaitDrain
	}
	rd.pipes = append(rd.pipes, dest)
	p := &pipe{r: r, rd: rd, src: rd.obj, dest: dest, w: WritableOf(dest)}
	p.bytes, _ = bind.SelfOf[ByteWriter](dest)
	// A listener for 'newListener' may unpipe at any of them: those that come later are nil then.
	onend := func([]goja.Value) {
		if end {
			p.callEnd()
		} else {
			p.unpipe()
		}
	}
	if rd.has(endEmitted) {
		rd.tick(modules.Func(func() { onend(nil) }))
	} else {
		p.end = r.on(p.src, "end", true, onend)
	}
	p.unpiped = r.on(dest, "unpipe", false, p.onunpipe)
	p.data = p.listenData()
	p.listenError()
	p.close = r.on(dest, "close", true, func([]goja.Value) {
		p.finish.Remove()
		p.unpipe()
	})
	p.finish = r.on(dest, "finish", true, func([]goja.Value) {
		p.close.Remove()
		p.unpipe()
	})
	r.emitOn(dest, "pipe", p.src)
	if dest.Get("writableNeedDrain") == bind.True {
		p.pause()
	} else if !rd.has(flowing) {
		rd.callResume()
	}
}

// emitOn emits on any emitter.
func (r *Room) emitOn(o *goja.Object, name string, args ...goja.Value) {
	if r.ownEmit(o) {
		r.ev.Emit(o, name, args...)
		return
	}
	r.invoke(o, "emit", append([]goja.Value{bind.String(name)}, args...)...)
}

func (p *pipe) listenData() *events.Listening {
	if m, ok := engine.Lookup(p.src, "on").(*goja.Object); ok && p.r.isNative(m) {
		return p.rd.onData(p.ondata)
	}
	return p.r.on(p.src, "data", false, func(args []goja.Value) {
		c := Chunk{Value: bind.Arg(args, 0)}
		c.Bytes, _ = viewBytes(c.Value)
		p.ondata(c)
	})
}

// ondata writes a chunk. Bytes of a Go source go to a Go sink as they are.
func (p *pipe) ondata(c Chunk) {
	var more bool
	switch fn, native := p.r.method(p.dest, "write", nil); {
	case native && p.w != nil:
		more = p.w.WriteChunk(c, Callback{})
	case native && p.bytes != nil && c.Bytes != nil && c.Value == nil:
		more = p.bytes.WriteBytes(c.Bytes, c.Release)
	case native:
		more = p.r.invoke(p.dest, "write", c.JS(p.r)) != bind.False
	default:
		more = fn.Call(p.dest, c.JS(p.r)) != bind.False
	}
	if !more {
		p.pause()
	}
}

func (p *pipe) pause() {
	rd := p.rd
	if !p.clean {
		// Unpiped during the write, it must not stay paused for ever.
		if len(rd.pipes) == 1 && rd.pipes[0] == p.dest {
			rd.await = append(rd.await[:0], p.dest)
			rd.flags &^= multiAwaitDrain
		} else if len(rd.pipes) > 1 && slices.Contains(rd.pipes, p.dest) && !slices.Contains(rd.await, p.dest) {
			rd.await = append(rd.await, p.dest)
		}
		rd.callPause()
	}
	if p.drain == nil {
		p.drain = p.r.on(p.dest, "drain", false, func([]goja.Value) { p.ondrain() })
	}
}

// ondrain is pipeOnDrain: the source flows again when nobody waits any more.
func (p *pipe) ondrain() {
	rd := p.rd
	if i := slices.Index(rd.await, p.dest); i >= 0 {
		rd.await = slices.Delete(rd.await, i, i+1)
	}
	if len(rd.await) == 0 && rd.dataListening() {
		rd.callResume()
	}
}

func (p *pipe) callEnd() {
	if fn, native := p.r.method(p.dest, "end", nil); native && p.w != nil {
		p.w.End(Callback{})
	} else {
		fn.Call(p.dest)
	}
}

// listenError stops the pipe when dest fails, before the program hears of it. It does not hide the
// error: with no other listener it is emitted again, and thrown.
func (p *pipe) listenError() {
	r := p.r
	p.err = r.prepend(p.dest, "error", func(args []goja.Value) {
		err := bind.Arg(args, 0)
		p.unpipe()
		p.err.Remove()
		if r.countListeners(p.dest, "error") > 0 {
			return
		}
		s := bind.Of(p.dest)
		rd, w := readableOf(s), writableOf(s)
		if b := half(rd, w); b != nil && !b.has(errorEmitted) && !r.h.Era.PipeErrorThrows {
			r.errorOrDestroy(rd, w, err, false) // 'error' was emitted by hand
		} else {
			r.emitOn(p.dest, "error", err)
		}
	})
}

// prepend adds fn in front, as on does behind.
func (r *Room) prepend(o *goja.Object, name string, fn func(args []goja.Value)) *events.Listening {
	if m, ok := engine.Lookup(o, "prependListener").(*goja.Object); ok && r.isNative(m) {
		return r.ev.Prepend(o, name, fn)
	}
	f := r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		fn(c.Arguments)
		return goja.Undefined()
	}).(*goja.Object)
	r.prependListener(o, name, f)
	return events.Removing(func() { r.removeListener(o, name, f) })
}

// prependListener adds fn in front, to emitters that are not ours too.
func (r *Room) prependListener(o *goja.Object, name string, fn *goja.Object) {
	if m, ok := bind.ToCallable(o.Get("prependListener")); ok {
		m.Call(o, bind.String(name), fn)
		return
	}
	r.invoke(o, "on", bind.String(name), fn)
}

func (r *Room) removeListener(o *goja.Object, name string, fn *goja.Object) {
	r.invoke(o, "removeListener", bind.String(name), fn)
}

func (r *Room) countListeners(o *goja.Object, name string) int {
	if m, ok := bind.ToCallable(o.Get("listenerCount")); ok {
		return int(m.Call(o, bind.String(name)).ToInteger())
	}
	return r.ev.ListenerCount(o, name)
}

func (p *pipe) onunpipe(args []goja.Value) {
	if bind.Arg(args, 0) != goja.Value(p.src) {
		return
	}
	if info, ok := bind.Arg(args, 1).(*goja.Object); ok && info.Get("hasUnpiped") == bind.False {
		info.Set("hasUnpiped", true)
		p.cleanup()
	}
}

func (p *pipe) cleanup() {
	p.close.Remove()
	p.finish.Remove()
	waited := p.drain != nil
	p.drain.Remove()
	p.err.Remove()
	p.unpiped.Remove()
	p.end.Remove()
	p.rd.direct = nil
	p.data.Remove()
	p.clean = true
	// If the source waits for this destination it would wait for ever.
	if waited && len(p.rd.await) > 0 && (p.w == nil || p.w.has(needDrain)) {
		p.ondrain()
	}
}

func (p *pipe) unpipe() {
	if fn, native := p.r.method(p.src, "unpipe", nil); native {
		p.rd.Unpipe(p.dest)
	} else {
		fn.Call(p.src, p.dest)
	}
}

// unpipeInfo is the second argument of 'unpipe'.
func (r *Room) unpipeInfo() goja.Value { return unpipeShape.New(r.h.VM, r.objectProto, bind.False) }

// Unpipe takes dest out, all destinations if dest is nil.
func (rd *Readable) Unpipe(dest *goja.Object) {
	if len(rd.pipes) == 0 {
		return
	}
	if dest == nil {
		dests := rd.pipes
		rd.pipes = nil
		rd.callPause()
		for _, d := range dests {
			rd.r.emitOn(d, "unpipe", rd.obj, rd.r.unpipeInfo())
		}
		return
	}
	switch i := slices.Index(rd.pipes, dest); {
	case i < 0:
		return
	case len(rd.pipes) == 1:
		rd.pipes = nil
		rd.callPause()
	default:
		rd.pipes = slices.Delete(slices.Clone(rd.pipes), i, i+1)
	}
	rd.r.emitOn(dest, "unpipe", rd.obj, rd.r.unpipeInfo())
}
