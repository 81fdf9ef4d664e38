package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

type duplexObject struct {
	bind.State
	events.Emitter
	Readable
	Writable
	Transform
}

func (r *Room) defineDuplex() {
	r.Duplex = bind.Define(r.h.VM, bind.Class{
		Name: "Duplex", Length: 1, Parent: r.Readable, Mode: bind.CallInstance, Construct: r.newDuplex,
		Accessors: append([]bind.Accessor{
			{Name: "destroyed", Get: func(c goja.FunctionCall) goja.Value {
				s := bind.Of(c.This)
				rd, w := readableOf(s), writableOf(s)
				return bind.Bool(rd != nil && w != nil && rd.has(destroyed) && w.has(destroyed))
			}, Set: func(c goja.FunctionCall) goja.Value {
				s := bind.Of(c.This)
				if rd, w := readableOf(s), writableOf(s); rd != nil && w != nil {
					rd.set(destroyed, bind.Truthy(c.Argument(0)))
					w.set(destroyed, bind.Truthy(c.Argument(0)))
				}
				return goja.Undefined()
			}},
		}, r.writableAccessors()...),
		Statics: append(webStatics(r.duplexFromWeb, r.duplexToWeb),
			bind.Method{Name: "from", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return r.duplexify(c.Argument(0), "body") }}),
	})
	p := r.Duplex.Proto
	for _, name := range []string{"write", "cork", "uncork", "setDefaultEncoding", "_write", "_writev", "end", "destroy"} {
		p.Set(name, r.Writable.Proto.Get(name))
	}
}

func (r *Room) newDuplex(this *goja.Object, args []goja.Value) {
	r.initDuplex(this, r.options(args), nil)
}

// initDuplex is Duplex's constructor; adjust, if not nil, has the last word on the new halves.
func (r *Room) initDuplex(this *goja.Object, o options, adjust func(d *duplexObject)) *duplexObject {
	d := new(duplexObject)
	s := ownState(this)
	if s == nil {
		s = &d.State
		bind.Attach(this, s)
	}
	events.Init(s, &d.Emitter)
	rd, w := &d.Readable, &d.Writable
	r.InitReadable(this, s, rd, nil, ReadableOptions{})
	r.InitWritable(this, s, w, nil, WritableOptions{})
	rd.apply(o, true)
	w.apply(o, true)
	if adjust != nil {
		adjust(d)
	}
	this.DefineDataProperty("allowHalfOpen", bind.Bool(!o.isFalse("allowHalfOpen")), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	if o.isFalse("readable") {
		rd.SetEnding()
	}
	if o.isFalse("writable") {
		w.SetFinished()
	}
	o.methods(this, "read", "write", "writev", "destroy", "final", "construct")
	r.finishConstruction(this, rd, w, o)
	return d
}

// ApplyOptions reads the options of a constructor over a Duplex for the two halves of one that is
// made in Go. What such a stream is made for stays: emitClose, autoDestroy and decodeStrings.
func (r *Room) ApplyOptions(rd *Readable, w *Writable, opts *goja.Object) {
	o := options{r, opts}
	const own = emitClose | autoDestroy | decodeStrings
	rflags, wflags := rd.flags&own, w.flags&own
	rd.apply(o, true)
	w.apply(o, true)
	rd.flags, w.flags = rd.flags&^own|rflags, w.flags&^own|wflags
	if o.isFalse("readable") {
		rd.SetEnding()
	}
	if o.isFalse("writable") {
		w.SetFinished()
	}
	o.methods(rd.obj, "read", "write", "writev", "destroy", "final", "construct")
	if signal := o.get("signal"); bind.Truthy(signal) {
		r.h.Err.ValidateAbortSignal(signal, "signal")
	}
	r.finishConstruction(rd.obj, rd, w, o)
}

// duplexPair is two streams: what is written to one is read from the other.
func (r *Room) duplexPair(c goja.FunctionCall) goja.Value {
	var sides [2]*pairSide
	for i := range sides {
		o := r.create(r.Duplex, c.Argument(0))
		s := &pairSide{r: r, rd: ReadableOf(o)}
		s.rd.src, WritableOf(o).sink = s, s
		sides[i] = s
	}
	sides[0].other, sides[1].other = sides[1], sides[0]
	return r.h.VM.NewArray(sides[0].rd.obj, sides[1].rd.obj)
}

// pairSide is one side of a duplexPair. A write is done when the other side has read it.
type pairSide struct {
	r     *Room
	rd    *Readable
	other *pairSide
	done  func(err goja.Value)
}

func (s *pairSide) Read(int) {
	if done := s.done; done != nil {
		s.done = nil
		done(nil)
	}
}

func (s *pairSide) Write(c Chunk, done func(err goja.Value)) {
	if c.size(s.rd.has(objectMode)) == 0 {
		s.r.h.Door.NextTick(modules.Func(func() { done(nil) }))
		return
	}
	s.other.rd.callPush(c.JS(s.r))
	s.other.done = done
}

func (s *pairSide) Final(done func(err goja.Value)) {
	s.r.on(s.other.rd.obj, "end", false, func([]goja.Value) { done(nil) })
	s.other.rd.callPush(goja.Null())
}
