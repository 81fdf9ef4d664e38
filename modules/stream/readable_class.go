package stream

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// readableObject is the state of a stream made by JavaScript, in one allocation.
type readableObject struct {
	bind.State
	events.Emitter
	Readable
}

func (r *Room) defineReadable() {
	get := func(fn func(rd *Readable) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return fn(r.readable(c.This)) }
	}
	// maybe is get where Node answers for an object that no constructor has seen.
	maybe := func(def goja.Value, fn func(rd *Readable) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			if rd := ReadableOf(c.This); rd != nil {
				return fn(rd)
			}
			return def
		}
	}
	r.Readable = bind.Define(r.h.VM, bind.Class{
		Name: "Readable", Length: 1, Parent: r.Stream, Mode: bind.CallInstance, Construct: r.newReadable,
		Methods: []bind.Method{
			{Name: "destroy", Length: 2, Fn: r.jsDestroy},
			{Name: "_undestroy", Fn: r.undestroy},
			{Name: "_destroy", Length: 2, Fn: r.jsOwnDestroy},
			{Name: "push", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Bool(r.readable(c.This).PushValue(c.Argument(0), c.Argument(1)))
			}},
			{Name: "unshift", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Bool(r.readable(c.This).Unshift(c.Argument(0), c.Argument(1)))
			}},
			{Name: "isPaused", Fn: get(func(rd *Readable) goja.Value { return bind.Bool(rd.IsPaused()) })},
			{Name: "setEncoding", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.readable(c.This).SetEncoding(stringdecoder.ParseEncoding(r.h, c.Argument(0)))
				return c.This
			}},
			{Name: "read", Length: 1, Fn: r.jsRead},
			{Name: "_read", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				rd := ReadableOf(c.This)
				if rd == nil || rd.src == nil {
					r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "_read()")
				}
				rd.src.Read(toInt(c.Argument(0).ToFloat()))
				return goja.Undefined()
			}},
			{Name: "pipe", Length: 2, Fn: r.jsPipe},
			{Name: "unpipe", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				dest, _ := c.Argument(0).(*goja.Object)
				r.readable(c.This).Unpipe(dest)
				return c.This
			}},
			{Name: "on", Length: 2, Fn: r.jsOn},
			{Name: "addListener", Length: 2, Fn: r.jsOn},
			{Name: "once", Length: 2, Fn: r.jsOnce},
			{Name: "removeListener", Length: 2, Fn: r.jsRemoveListener},
			{Name: "off", Length: 2, Fn: r.jsRemoveListener},
			{Name: "removeAllListeners", Length: 1, Fn: r.jsRemoveAllListeners},
			{Name: "resume", Fn: func(c goja.FunctionCall) goja.Value { r.readable(c.This).Resume(); return c.This }},
			{Name: "pause", Fn: func(c goja.FunctionCall) goja.Value { r.readable(c.This).Pause(); return c.This }},
			{Name: "wrap", Length: 1, Fn: r.jsWrap},
			{Name: "iterator", Length: 1, Fn: r.jsIterator},
		},
		Accessors: []bind.Accessor{
			{Name: "readable", Get: maybe(bind.False, func(rd *Readable) goja.Value {
				return bind.Bool(!rd.has(isUnreadable | destroyed | errorEmitted | endEmitted))
			}), Set: func(c goja.FunctionCall) goja.Value {
				if rd := ReadableOf(c.This); rd != nil {
					rd.set(isUnreadable, !bind.Truthy(c.Argument(0)))
				}
				return goja.Undefined()
			}},
			{Name: "readableDidRead", Get: get(func(rd *Readable) goja.Value { return bind.Bool(rd.has(dataEmitted)) })},
			{Name: "readableAborted", Get: get(func(rd *Readable) goja.Value {
				return bind.Bool(!rd.has(isUnreadable) && rd.has(destroyed|errored) && !rd.has(endEmitted))
			})},
			{Name: "readableHighWaterMark", Get: get(func(rd *Readable) goja.Value { return bind.Int(rd.hwm) })},
			{Name: "readableBuffer", Get: maybe(goja.Undefined(), func(rd *Readable) goja.Value { return rd.bufferArray() })},
			{Name: "readableFlowing", Get: get(func(rd *Readable) goja.Value { return rd.flowingValue() }),
				Set: func(c goja.FunctionCall) goja.Value {
					if rd := ReadableOf(c.This); rd != nil {
						rd.setFlowing(c.Argument(0))
					}
					return goja.Undefined()
				}},
			{Name: "readableLength", Get: get(func(rd *Readable) goja.Value { return bind.Int(rd.length) })},
			{Name: "readableObjectMode", Get: maybe(bind.False, func(rd *Readable) goja.Value { return bind.Bool(rd.has(objectMode)) })},
			{Name: "readableEncoding", Get: maybe(goja.Null(), func(rd *Readable) goja.Value { return rd.encodingValue() })},
			{Name: "errored", Get: maybe(goja.Null(), func(rd *Readable) goja.Value { return rd.errValue() })},
			{Name: "closed", Get: maybe(bind.False, func(rd *Readable) goja.Value { return bind.Bool(rd.has(closed)) })},
			{Name: "destroyed", Get: maybe(bind.False, func(rd *Readable) goja.Value { return bind.Bool(rd.has(destroyed)) }),
				Set: func(c goja.FunctionCall) goja.Value {
					if rd := ReadableOf(c.This); rd != nil {
						rd.set(destroyed, bind.Truthy(c.Argument(0)))
					}
					return goja.Undefined()
				}},
			{Name: "readableEnded", Get: maybe(bind.False, func(rd *Readable) goja.Value { return bind.Bool(rd.has(endEmitted)) })},
			r.stateAccessor("_readableState", func(c goja.FunctionCall) *base {
				if rd := ReadableOf(c.This); rd != nil {
					return &rd.base
				}
				return nil
			}, func() *bind.Built { return r.readableState }),
		},
		Statics: append([]bind.Method{
			{Name: "ReadableState"}, // below; here for its place among the keys
			{Name: "_fromList", Length: 2, Fn: r.jsFromList},
			{Name: "from", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return r.from(r.Readable, c.Argument(0), c.Argument(1))
			}},
		}, append(webStatics(r.readableFromWeb, r.readableToWeb), bind.Method{Name: "wrap", Length: 2, Fn: r.staticWrap})...),
	})
	p := r.Readable.Proto
	p.Set("addListener", p.Get("on"))
	p.Set("off", p.Get("removeListener"))
	// Node's once goes through on. Ours does not, so it is a method of Readable's too, unseen.
	bind.Hide(p, "once", p.Get("once"))
	r.Readable.Ctor.Set("ReadableState", r.readableState.Ctor)
	r.defineAsync(p)
	r.defineDisposal(p)
	r.mark(p, "destroy", "_destroy", "push", "unshift", "read", "_read", "unpipe", "on", "once", "removeListener",
		"resume", "pause")
}

// ownState returns the state that an earlier constructor of the chain gave obj itself.
func ownState(obj *goja.Object) *bind.State {
	s := bind.Of(obj)
	if s == nil {
		return nil
	}
	if p := obj.Prototype(); p != nil && bind.Of(p) == s {
		return nil
	}
	return s
}

func (r *Room) newReadable(this *goja.Object, args []goja.Value) {
	s := ownState(this)
	var rd *Readable
	if s == nil {
		o := new(readableObject)
		s, rd = &o.State, &o.Readable
		bind.Attach(this, s)
		events.Init(s, &o.Emitter)
	} else {
		rd = new(Readable)
	}
	r.InitReadable(this, s, rd, nil, ReadableOptions{})
	o := r.options(args)
	rd.apply(o, false)
	o.methods(this, "read", "destroy", "construct")
	r.finishConstruction(this, rd, nil, o)
}

// apply sets what ReadableState's constructor sets.
func (rd *Readable) apply(o options, duplex bool) {
	o.common(&rd.base, "readable", duplex)
	if enc := o.get("encoding"); bind.Truthy(enc) {
		rd.decoder = stringdecoder.New(stringdecoder.ParseEncoding(o.r.h, enc))
		rd.encoding = enc
	}
}

// methods takes the functions among the options as methods of this: options.read becomes _read.
func (o options) methods(this *goja.Object, names ...string) {
	if o.o == nil {
		return
	}
	for _, name := range names {
		if fn := o.get(name); bind.IsFunction(fn) {
			if err := this.Set("_"+name, fn); err != nil {
				panic(err)
			}
		}
	}
}

// finishConstruction is the end of the constructors: the abort signal, EventEmitter's part,
// _construct.
func (r *Room) finishConstruction(this *goja.Object, rd *Readable, w *Writable, o options) {
	if sig := o.get("signal"); bind.Truthy(sig) {
		r.h.Err.ValidateAbortSignal(sig, "signal")
		r.addAbortSignalNoValidate(sig, this)
	}
	if bind.Truthy(o.get("captureRejections")) || r.ev.EventEmitter.Ctor.Get("captureRejections") == bind.True {
		bind.Call(r.ev.EventEmitter.Ctor, this, bind.Arg([]goja.Value{o.value()}, 0))
	}
	r.construct(this, rd, w)
}

func (o options) value() goja.Value {
	if o.o == nil {
		return goja.Undefined()
	}
	return o.o
}

func (r *Room) jsDestroy(c goja.FunctionCall) goja.Value {
	s := bind.Of(c.This)
	rd, w := readableOf(s), writableOf(s)
	if rd == nil && w == nil {
		r.readable(c.This)
	}
	r.destroy(rd, w, c.Argument(0), ToCallback(c.Argument(1)))
	return c.This
}

// jsOwnDestroy is _destroy of the base classes, and of classes over a Source or Sink.
func (r *Room) jsOwnDestroy(c goja.FunctionCall) goja.Value {
	cb := ToCallback(c.Argument(1))
	if own := ownDestroyer(bind.Of(c.This)); own != nil {
		own.Destroy(errOf(c.Argument(0)), func(err goja.Value) { cb.Call(err) })
		return goja.Undefined()
	}
	return r.callArg(c.Argument(1), "cb", c.Argument(0))
}

// callArg calls an argument that should be a function.
func (r *Room) callArg(fn goja.Value, name string, args ...goja.Value) goja.Value {
	f, ok := bind.ToCallable(fn)
	if !ok {
		panic(r.h.VM.NewTypeError(name + " is not a function"))
	}
	return f.Call(goja.Undefined(), args...)
}

func (r *Room) jsRead(c goja.FunctionCall) goja.Value {
	rd := r.readable(c.This)
	chunk, ok := rd.read(readSize(c.Argument(0)))
	if !ok {
		return goja.Null()
	}
	return chunk.JS(r)
}

// readSize is the number of read(n): an integer, or what parseInt makes of it.
func readSize(v goja.Value) int {
	if goja.IsUndefined(v) {
		return nan
	}
	f := math.NaN()
	if isNumber(v) {
		f = math.Trunc(v.ToFloat())
	} else {
		s := strings.TrimSpace(v.String())
		end := 0
		for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
			end++
		}
		if n, err := strconv.ParseFloat(s[:end], 64); err == nil {
			f = n
		}
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nan
	}
	return toInt(f)
}

func (r *Room) jsPipe(c goja.FunctionCall) goja.Value {
	dest := c.Argument(0).ToObject(r.h.VM)
	end := bind.Property(c.Argument(1), "end") != bind.False && !bind.Truthy(dest.Get("_isStdio"))
	r.readable(c.This).Pipe(dest, end)
	return dest
}

func (r *Room) jsOn(c goja.FunctionCall) goja.Value {
	res := r.eeOn(c)
	r.listening(c)
	return res
}

func (r *Room) jsOnce(c goja.FunctionCall) goja.Value {
	o, isObject := c.This.(*goja.Object)
	fn, isFunction := bind.ToCallable(c.Argument(1))
	if !isObject || !isFunction {
		return r.eeOnce(c) // throws
	}
	if on, ok := o.Get("on").(*goja.Object); ok && !r.isNative(on) {
		return r.onceThroughOn(o, c.Argument(0), c.Argument(1))
	}
	r.ev.AddOnce(o, c.Argument(0), fn)
	r.listening(c)
	return o
}

// onceThroughOn is once for an object whose on is the user's: that is what Node's once calls.
func (r *Room) onceThroughOn(o *goja.Object, name, listener goja.Value) goja.Value {
	fn, _ := bind.ToCallable(listener)
	fired := false
	var wrap *goja.Object
	wrap = bind.Function(r.h.VM, bind.Method{Name: "bound onceWrapper", Fn: func(c goja.FunctionCall) goja.Value {
		if fired {
			return goja.Undefined()
		}
		fired = true
		r.invoke(o, "removeListener", name, wrap)
		return fn.Call(c.This, c.Arguments...)
	}})
	wrap.Set("listener", listener)
	r.invoke(o, "on", name, wrap)
	return o
}

func (r *Room) listening(c goja.FunctionCall) {
	if name, ok := c.Argument(0).(goja.String); ok {
		switch s := name.String(); s {
		case "data", "readable":
			r.readable(c.This).afterOn(s)
		}
	}
}

func (r *Room) jsRemoveListener(c goja.FunctionCall) goja.Value {
	res := r.eeRemove(c)
	if name, ok := c.Argument(0).(goja.String); ok && name.String() == "readable" {
		rd := r.readable(c.This)
		rd.flags |= readableGone
		// In the next tick, so that a cycle of once('readable') does not switch modes.
		rd.tick((*updateListeningTask)(rd))
	}
	return res
}

func (r *Room) jsRemoveAllListeners(c goja.FunctionCall) goja.Value {
	rd := ReadableOf(c.This)
	all := len(c.Arguments) == 0
	name := ""
	if s, ok := c.Argument(0).(goja.String); ok {
		name = s.String()
	}
	if rd != nil && (all || name == "data") {
		// Node forgets to note that nobody listens to 'data' any more.
		rd.set(dataSticky, rd.dataListening())
		rd.direct = nil
	}
	res := r.eeRemoveAll(c)
	if rd != nil && (name == "readable" || goja.IsUndefined(c.Argument(0))) {
		rd.flags |= readableGone
		rd.tick((*updateListeningTask)(rd))
	}
	return res
}

// jsFromList is Readable._fromList, which Node keeps for its tests.
func (r *Room) jsFromList(c goja.FunctionCall) goja.Value {
	rd := r.stateOf(c.Argument(1))
	if rd == nil {
		return goja.Null()
	}
	n := readSize(c.Argument(0))
	if n <= 0 {
		n = rd.length
	}
	chunk, ok := rd.take(n)
	if !ok {
		return goja.Null()
	}
	return chunk.JS(r)
}

// jsWrap is readable.wrap(stream): an old-style stream as the source.
func (r *Room) jsWrap(c goja.FunctionCall) goja.Value {
	rd := r.readable(c.This)
	old := c.Argument(0).ToObject(r.h.VM)
	waiting := false
	listen := func(name string, fn func(v goja.Value)) {
		r.invoke(old, "on", bind.String(name), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			fn(c.Argument(0))
			return goja.Undefined()
		}))
	}
	listen("data", func(v goja.Value) {
		if !rd.callPush(v) && bind.Truthy(old.Get("pause")) {
			waiting = true
			r.invoke(old, "pause")
		}
	})
	listen("end", func(goja.Value) { rd.callPush(goja.Null()) })
	listen("error", func(err goja.Value) { rd.fail(err) })
	listen("close", func(goja.Value) { r.callDestroy(rd.obj, nil) })
	listen("destroy", func(goja.Value) { r.callDestroy(rd.obj, nil) })
	rd.obj.Set("_read", func(goja.FunctionCall) goja.Value {
		if waiting && bind.Truthy(old.Get("resume")) {
			waiting = false
			r.invoke(old, "resume")
		}
		return goja.Undefined()
	})
	// Filters and duplexes have methods of their own.
	for i, key := range old.Keys() {
		if i == 0 || !bind.IsUndefined(rd.obj.Get(key)) || !bind.IsFunction(old.Get(key)) {
			continue
		}
		fn, _ := bind.ToCallable(old.Get(key))
		rd.obj.Set(key, func(c goja.FunctionCall) goja.Value { return fn.Call(old, c.Arguments...) })
	}
	return c.This
}

func (r *Room) staticWrap(c goja.FunctionCall) goja.Value {
	src := c.Argument(0).ToObject(r.h.VM)
	o := r.h.VM.NewObject()
	mode := bind.Property(src, "readableObjectMode")
	if bind.IsNullish(mode) {
		mode = bind.Property(src, "objectMode")
	}
	if bind.IsNullish(mode) {
		mode = bind.True
	}
	o.Set("objectMode", mode)
	r.assign(o, c.Argument(1))
	o.Set("destroy", func(c goja.FunctionCall) goja.Value {
		r.destroyer(src, errOf(c.Argument(0)))
		return r.callArg(c.Argument(1), "callback", c.Argument(0))
	})
	rd := r.create(r.Readable, o)
	return r.invoke(rd, "wrap", src)
}

// assign copies the properties of v to o: {...v}.
func (r *Room) assign(o *goja.Object, v goja.Value) {
	if from, ok := v.(*goja.Object); ok {
		for _, k := range from.Keys() {
			o.Set(k, from.Get(k))
		}
	}
}

// create is new Class(options).
func (r *Room) create(b *bind.Built, args ...goja.Value) *goja.Object {
	o, err := r.h.VM.New(b.Ctor, args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// defineDisposal gives the prototype its rejection and disposal methods.
func (r *Room) defineDisposal(p *goja.Object) {
	if sym, ok := r.ev.EventEmitter.Ctor.Get("captureRejectionSymbol").(*goja.Symbol); ok {
		p.SetSymbol(sym, bind.Function(r.h.VM, bind.Method{Name: "", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.callDestroy(c.This.ToObject(r.h.VM), c.Argument(0))
			return goja.Undefined()
		}}))
	}
	sym, ok := r.h.VM.Get("Symbol").(*goja.Object).Get("asyncDispose").(*goja.Symbol)
	if !ok {
		return
	}
	p.SetSymbol(sym, bind.Function(r.h.VM, bind.Method{Name: "", Fn: func(c goja.FunctionCall) goja.Value {
		o := c.This.ToObject(r.h.VM)
		var err goja.Value
		if !bind.Truthy(o.Get("destroyed")) {
			ended := "readableEnded"
			if ReadableOf(o) == nil {
				ended = "writableFinished"
			}
			if !bind.Truthy(o.Get(ended)) {
				err = r.h.Err.Abort(nil)
			}
			r.callDestroy(o, err)
		}
		promise, resolve, reject := r.h.VM.NewPromise()
		r.Finished(o, FinishedOptions{}, func(e goja.Value) {
			if e != nil && e != err {
				reject(e)
			} else {
				resolve(goja.Null())
			}
		})
		return r.h.VM.ToValue(promise)
	}}))
}
