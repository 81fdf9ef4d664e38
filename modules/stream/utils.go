package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// The questions of Node v20 lib/internal/streams/utils.js. They are asked of any object: streams
// of npm packages, of older interfaces, of the web.

// tri is true, false or null.
type tri uint8

const (
	null tri = iota
	no
	yes
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) value() goja.Value {
	switch t {
	case yes:
		return bind.True
	case no:
		return bind.False
	}
	return goja.Null()
}

// prop is o?.name.
func prop(o goja.Value, name string) goja.Value { return bind.Property(o, name) }

func truthy(o goja.Value, name string) bool { return bind.Truthy(prop(o, name)) }

func hasFunc(o goja.Value, name string) bool { return bind.IsFunction(prop(o, name)) }

// boolean returns a property if it is a boolean.
func boolean(o goja.Value, name string) tri {
	switch prop(o, name) {
	case bind.True:
		return yes
	case bind.False:
		return no
	}
	return null
}

func (r *Room) isReadableNodeStream(v goja.Value, strict bool) bool {
	s := bind.Of(v)
	if rd, w := readableOf(s), writableOf(s); rd != nil || w != nil {
		return rd != nil && (w == nil || !rd.has(isUnreadable))
	}
	return hasFunc(v, "pipe") && hasFunc(v, "on") &&
		(!strict || hasFunc(v, "pause") && hasFunc(v, "resume")) &&
		(!truthy(v, "_writableState") || prop(prop(v, "_readableState"), "readable") != bind.False) &&
		(!truthy(v, "_writableState") || truthy(v, "_readableState"))
}

func (r *Room) isWritableNodeStream(v goja.Value) bool {
	s := bind.Of(v)
	if rd, w := readableOf(s), writableOf(s); rd != nil || w != nil {
		if w == nil {
			return hasFunc(v, "write")
		}
		return rd == nil || w.flags&(hasWritable|writableTrue) != hasWritable
	}
	return hasFunc(v, "write") && hasFunc(v, "on") &&
		(!truthy(v, "_readableState") || prop(prop(v, "_writableState"), "writable") != bind.False)
}

func (r *Room) isDuplexNodeStream(v goja.Value) bool {
	return hasFunc(v, "pipe") && truthy(v, "_readableState") && hasFunc(v, "on") && hasFunc(v, "write")
}

func (r *Room) isNodeStream(v goja.Value) bool {
	s := bind.Of(v)
	if readableOf(s) != nil || writableOf(s) != nil {
		return true
	}
	if _, ok := v.(*goja.Object); !ok {
		return false
	}
	return truthy(v, "_readableState") || truthy(v, "_writableState") ||
		hasFunc(v, "on") && (hasFunc(v, "write") || hasFunc(v, "pipe"))
}

func (r *Room) isReadableStream(v goja.Value) bool {
	return hasFunc(v, "pipeThrough") && hasFunc(v, "getReader") && hasFunc(v, "cancel") && !r.isNodeStream(v)
}

func (r *Room) isWritableStream(v goja.Value) bool {
	return hasFunc(v, "getWriter") && hasFunc(v, "abort") && !r.isNodeStream(v)
}

func (r *Room) isTransformStream(v goja.Value) bool {
	_, a := prop(v, "readable").(*goja.Object)
	_, b := prop(v, "writable").(*goja.Object)
	return a && b && !r.isNodeStream(v)
}

func (r *Room) isWebStream(v goja.Value) bool {
	return r.isReadableStream(v) || r.isWritableStream(v) || r.isTransformStream(v)
}

// iteratorMethod returns v[Symbol.asyncIterator] or, if not async, v[Symbol.iterator].
func (r *Room) iteratorMethod(v goja.Value, async bool) (bind.Callable, bool) {
	if bind.IsNullish(v) {
		return bind.Callable{}, false
	}
	o := v.ToObject(r.h.VM)
	sym := goja.SymIterator
	if async {
		sym = r.asyncIterator
	}
	if sym == nil {
		return bind.Callable{}, false
	}
	return bind.ToCallable(o.GetSymbol(sym))
}

func (r *Room) isIterable(v goja.Value) bool {
	if _, ok := r.iteratorMethod(v, true); ok {
		return true
	}
	_, ok := r.iteratorMethod(v, false)
	return ok
}

func (r *Room) isAsyncIterable(v goja.Value) bool {
	_, ok := r.iteratorMethod(v, true)
	return ok
}

// state returns the state object of any stream, the writable half first.
func state(v goja.Value) goja.Value {
	if s := prop(v, "_writableState"); bind.Truthy(s) {
		return s
	}
	return prop(v, "_readableState")
}

func (r *Room) symbol(v goja.Value, sym *goja.Symbol) goja.Value {
	if o, ok := v.(*goja.Object); ok {
		if p := o.GetSymbol(sym); p != nil {
			return p
		}
	}
	return goja.Undefined()
}

func (r *Room) isDestroyed(v goja.Value) tri {
	if !r.isNodeStream(v) {
		return null
	}
	return triOf(truthy(v, "destroyed") || bind.Truthy(r.symbol(v, r.symDestroyed)) || truthy(state(v), "destroyed"))
}

func (r *Room) isWritableEnded(v goja.Value) tri {
	if !r.isWritableNodeStream(v) {
		return null
	}
	if prop(v, "writableEnded") == bind.True {
		return yes
	}
	s := prop(v, "_writableState")
	if truthy(s, "errored") {
		return no
	}
	return boolean(s, "ended")
}

func (r *Room) isWritableFinished(v goja.Value) tri {
	if !r.isWritableNodeStream(v) {
		return null
	}
	if prop(v, "writableFinished") == bind.True {
		return yes
	}
	s := prop(v, "_writableState")
	switch {
	case truthy(s, "errored"):
		return no
	case boolean(s, "finished") == null:
		return null
	}
	return triOf(truthy(s, "finished") || prop(s, "ended") == bind.True && isZero(prop(s, "length")))
}

// isReadableFinished is the question with strict undefined or false: whether all was read.
func (r *Room) isReadableFinished(v goja.Value, loose bool) tri {
	if !r.isReadableNodeStream(v, false) {
		return null
	}
	s := prop(v, "_readableState")
	switch {
	case truthy(s, "errored"):
		return no
	case boolean(s, "endEmitted") == null:
		return null
	}
	return triOf(truthy(s, "endEmitted") || loose && prop(s, "ended") == bind.True && isZero(prop(s, "length")))
}

func isZero(v goja.Value) bool { return isNumber(v) && v.ToFloat() == 0 }

func (r *Room) isReadable(v goja.Value) goja.Value {
	if s := r.symbol(v, r.symReadable); !bind.IsNullish(s) {
		return s
	}
	if boolean(v, "readable") == null {
		return goja.Null()
	}
	if r.isDestroyed(v) == yes {
		return bind.False
	}
	return bind.Bool(r.isReadableNodeStream(v, false) && truthy(v, "readable") && r.isReadableFinished(v, false) != yes)
}

func (r *Room) isWritable(v goja.Value) goja.Value {
	if s := r.symbol(v, r.symWritable); !bind.IsNullish(s) {
		return s
	}
	if boolean(v, "writable") == null {
		return goja.Null()
	}
	if r.isDestroyed(v) == yes {
		return bind.False
	}
	return bind.Bool(r.isWritableNodeStream(v) && truthy(v, "writable") && r.isWritableEnded(v) != yes)
}

func (r *Room) isFinished(v goja.Value) tri {
	switch {
	case !r.isNodeStream(v):
		return null
	case r.isDestroyed(v) == yes:
		return yes
	}
	return triOf(!bind.Truthy(r.isReadable(v)) && !bind.Truthy(r.isWritable(v)))
}

// erroredValue is isWritableErrored(v) || isReadableErrored(v): the error, if there is one.
func (r *Room) erroredValue(v goja.Value) goja.Value {
	for _, half := range [...][2]string{{"writableErrored", "_writableState"}, {"readableErrored", "_readableState"}} {
		if e := prop(v, half[0]); bind.Truthy(e) {
			return e
		}
		if e := prop(prop(v, half[1]), "errored"); bind.Truthy(e) {
			return e
		}
	}
	return nil
}

func (r *Room) isClosed(v goja.Value) tri {
	if !r.isNodeStream(v) {
		return null
	}
	if c := boolean(v, "closed"); c != null {
		return c
	}
	ws, rs := prop(v, "_writableState"), prop(v, "_readableState")
	if boolean(ws, "closed") != null || boolean(rs, "closed") != null {
		return triOf(truthy(ws, "closed") || truthy(rs, "closed"))
	}
	if c := boolean(v, "_closed"); c != null && isOutgoingMessage(v) {
		return c
	}
	return null
}

func isOutgoingMessage(v goja.Value) bool {
	for _, name := range []string{"_closed", "_defaultKeepAlive", "_removedConnection", "_removedContLen"} {
		if boolean(v, name) == null {
			return false
		}
	}
	return true
}

func isServerRequest(v goja.Value) bool {
	return boolean(v, "_consuming") != null && boolean(v, "_dumped") != null &&
		bind.IsUndefined(prop(prop(v, "req"), "upgradeOrConnect"))
}

func isRequest(v goja.Value) bool { return truthy(v, "setHeader") && hasFunc(v, "abort") }

func (r *Room) willEmitClose(v goja.Value) bool {
	if !r.isNodeStream(v) {
		return false
	}
	s := state(v)
	if !bind.Truthy(s) {
		return boolean(v, "_sent100") != null && isOutgoingMessage(v)
	}
	return truthy(s, "autoDestroy") && truthy(s, "emitClose") && prop(s, "closed") == bind.False
}

// destroyer destroys a stream of any kind: destroyer of Node's destroy.js.
func (r *Room) destroyer(v goja.Value, err goja.Value) {
	o, ok := v.(*goja.Object)
	if !ok || r.isDestroyed(o) == yes {
		return
	}
	if err == nil && r.isFinished(o) != yes {
		err = r.h.Err.Abort(nil)
	}
	args := []goja.Value{goja.Undefined()}
	if err != nil {
		args[0] = err
	}
	switch req := prop(o, "req"); {
	case isServerRequest(o):
		o.Set("socket", goja.Null())
		r.invoke(o, "destroy", args...)
	case isRequest(o):
		r.invoke(o, "abort")
	case isRequest(req):
		r.invoke(req.(*goja.Object), "abort")
	case hasFunc(o, "destroy"):
		r.invoke(o, "destroy", args...)
	case hasFunc(o, "close"):
		r.invoke(o, "close")
	case err != nil:
		r.h.Door.NextTick(modules.Func(func() {
			r.emitOn(o, "error", err)
			r.h.Door.NextTick(modules.Func(func() { r.emitOn(o, "close") }))
		}))
	default:
		r.h.Door.NextTick(modules.Func(func() { r.emitOn(o, "close") }))
	}
	if !truthy(o, "destroyed") {
		o.SetSymbol(r.symDestroyed, bind.True)
	}
}
