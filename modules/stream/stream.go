// Package stream is Node's stream module in Go: Readable, Writable, Duplex, Transform and what
// joins them. A stream is a Go struct behind a JavaScript object. Rooms embed [Readable] and
// [Writable] by value and feed them through [Source] and [Sink], so that bytes reach JavaScript
// only when it looks; whatever a program puts in the place of a method (_read, push, destroy, …)
// is what runs.
//
// Events come in Node's order because the state machines are Node's, tick by tick; the functions
// are named after theirs in lib/internal/streams. Ticks are the structs themselves under another
// type, so that none is allocated.
//
// Streams of the web are in stream/web; webadapters.go leads to them and back.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/stream.html.
package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
)

// Module is require('stream').
var Module = modules.Module{ID: "stream", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Stream.Ctor }}

// PrivateModules are the files of Node's stream that programs require by their own names, although
// Node does not document them: each is a class.
var PrivateModules = []modules.Module{
	{ID: "_stream_duplex", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Duplex.Ctor }},
	{ID: "_stream_passthrough", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).PassThrough.Ctor }},
	{ID: "_stream_readable", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Readable.Ctor }},
	{ID: "_stream_transform", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Transform.Ctor }},
	{ID: "_stream_writable", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Writable.Ctor }},
}

// Rooms holds the streams of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the stream module of one runtime.
type Room struct {
	Stream, Readable, Writable            *bind.Built
	Duplex, Transform, PassThrough        *bind.Built
	h                                     *modules.Host
	ev                                    *events.Room
	buf                                   *buffer.Room
	hwmBytes, hwmObjects                  int
	native                                map[*goja.Object]struct{} // our own methods
	emitFn                                *goja.Object
	readableState, writableState          *bind.Built
	eeOn, eeOnce, eeRemove, eeRemoveAll   bind.Func
	promiseResolve, promiseThen           bind.Callable
	promiseCtor                           *goja.Object
	frame                                 bind.Frame
	asyncIterator                         *goja.Symbol
	promises                              *goja.Object
	genProto                              *goja.Object
	symDestroyed, symErrored, symReadable *goja.Symbol
	symWritable, symDisturbed             *goja.Symbol
	objectProto                           *goja.Object // Object.prototype
}

// DefaultHighWaterMark returns the default for streams of bytes.
func (r *Room) DefaultHighWaterMark() int { return r.hwmBytes }

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), buf: buffer.Rooms.Of(h), hwmBytes: 16 * 1024, hwmObjects: 16,
		native: make(map[*goja.Object]struct{})}
	r.objectProto = h.VM.NewObject().Prototype()
	ee := r.ev.EventEmitter.Proto
	r.emitFn = ee.Get("emit").(*goja.Object)
	raw := func(name string) bind.Func {
		c, _ := bind.ToCallable(ee.Get(name))
		return func(call goja.FunctionCall) goja.Value { return c.Call(call.This, call.Arguments...) }
	}
	r.eeOn, r.eeOnce = raw("on"), raw("once")
	r.eeRemove, r.eeRemoveAll = raw("removeListener"), raw("removeAllListeners")
	r.defineLegacy()
	r.defineStates()
	r.defineReadable()
	r.defineWritable()
	r.defineDuplex()
	r.defineTransform()
	r.defineStatics()
	return r
}

// mark makes the methods of a class known as gonode's own, so that Go calls what they stand for
// without going through JavaScript.
func (r *Room) mark(o *goja.Object, names ...string) {
	for _, name := range names {
		if fn, ok := o.Get(name).(*goja.Object); ok {
			r.native[fn] = struct{}{}
		}
	}
}

// Native tells that the methods push, _read, _write, _writev, _final, _destroy and _construct that stand
// on the prototype of b now do what the Source and Sink of its objects do. Call it after
// bind.Define for a class that has such methods of its own; classes without them need not.
func (r *Room) Native(b *bind.Built) {
	r.mark(b.Proto, "push", "_read", "_write", "_writev", "_final", "_destroy", "_construct")
}

// NativeWrite tells that write of b's prototype is that of the ByteWriter behind its objects.
func (r *Room) NativeWrite(b *bind.Built) { r.mark(b.Proto, "write") }

func (r *Room) isNative(fn *goja.Object) bool {
	_, ok := r.native[fn]
	return ok
}

// ownEmit reports whether o's emit is EventEmitter's.
func (r *Room) ownEmit(o *goja.Object) bool { return engine.Lookup(o, "emit") == goja.Value(r.emitFn) }

// method finds a method as JavaScript does. native tells that it is gonode's own, to be called in
// Go; otherwise fn is it. cache, if not nil, keeps the last one found.
func (r *Room) method(o *goja.Object, name string, cache *bind.Callable) (fn bind.Callable, native bool) {
	v, _ := engine.Lookup(o, name).(*goja.Object)
	if v != nil {
		if cache != nil && cache.Is(v) {
			return *cache, false
		}
		if r.isNative(v) {
			return fn, true
		}
		var ok bool
		if fn, ok = bind.ToCallable(v); ok {
			if cache != nil {
				*cache = fn
			}
			return fn, false
		}
	}
	panic(r.h.VM.NewTypeError("stream." + name + " is not a function"))
}

// invoke calls a method of any object.
func (r *Room) invoke(o *goja.Object, name string, args ...goja.Value) goja.Value {
	return bind.Invoke(r.h.VM, o, name, args...)
}

// errFunc makes the JavaScript function that takes an error.
func (r *Room) errFunc(name string, fn func(err goja.Value)) *goja.Object {
	return bind.Function(r.h.VM, bind.Method{Name: name, Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		fn(c.Argument(0))
		return goja.Undefined()
	}})
}

// try runs fn and returns what it threw, nil if nothing.
func (r *Room) try(fn func()) goja.Value {
	if ex := r.h.VM.Try(fn); ex != nil {
		return ex.Value()
	}
	return nil
}

// knownEncoding throws ERR_UNKNOWN_ENCODING unless v names an encoding.
func (r *Room) knownEncoding(v goja.Value) goja.Value {
	r.encodingOf(v)
	return v
}

func (r *Room) encodingOf(v goja.Value) buffer.Encoding {
	if s, ok := v.(goja.String); ok {
		if enc, ok := buffer.ParseEncoding(s.String()); ok {
			return enc
		}
	}
	panic(r.h.Err.UnknownEncoding(v))
}

// isNumber reports whether v is a primitive number.
func isNumber(v goja.Value) bool {
	_, isObject := v.(*goja.Object)
	return v != nil && !isObject && goja.IsNumber(v)
}

// readable and writable return the halves of a receiver; they throw as reading a property of undefined does.
func (r *Room) readable(v goja.Value) *Readable {
	if rd := ReadableOf(v); rd != nil {
		return rd
	}
	panic(r.h.VM.NewTypeError("Cannot read properties of undefined (reading 'Symbol(kState)')"))
}

func (r *Room) writable(v goja.Value) *Writable {
	if w := WritableOf(v); w != nil {
		return w
	}
	panic(r.h.VM.NewTypeError("Cannot read properties of undefined (reading 'Symbol(kState)')"))
}
