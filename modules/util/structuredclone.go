package util

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// maxClone bounds the nesting of a cloned value as V8's stack does.
const maxClone = 10000

// clone is one structuredClone call: what has been cloned already, by its original.
//
// Source: https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal.
type clone struct {
	*Room
	done  map[*goja.Object]*goja.Object
	depth int
}

// Transferable is the state of objects that a transfer list may name beside ArrayBuffers.
type Transferable interface {
	// Transfer makes the object that takes over what this one stands for; commit moves it there.
	Transfer() (to *goja.Object, commit func())
}

// Cloneable is the state of platform objects that can be cloned.
type Cloneable interface{ Clone() *goja.Object }

// structuredClone is the global structuredClone(value[, {transfer}]).
func (r *Room) structuredClone(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) == 0 {
		panic(r.h.Err.New("ERR_MISSING_ARGS", "The value argument"))
	}
	transfer := goja.Undefined()
	if !bind.IsNullish(c.Argument(1)) {
		o, ok := c.Argument(1).(*goja.Object)
		if !ok {
			panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "The options argument must be either an object or undefined"))
		}
		transfer = bind.Property(o, "transfer")
	}
	return r.Clone(c.Argument(0), r.TransferList(transfer))
}

// TransferList reads a list of what is to be moved instead of copied.
func (r *Room) TransferList(v goja.Value) (moved []*goja.Object) {
	list, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	r.vm.ForOf(list, func(v goja.Value) bool {
		o, isObject := v.(*goja.Object)
		if isObject {
			if _, ok := bind.SelfOf[Transferable](o); !ok && (kindOf(o) != arrayBuffer || buffer.IsShared(o)) {
				isObject = false
			}
		}
		if !isObject {
			panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_TRANSFER_OBJECT", "Found invalid object in transferList"))
		}
		moved = append(moved, o)
		return true
	})
	return moved
}

// Clone returns a copy of v as structuredClone makes it; what is in moved belongs to the copy then.
// Throws a DataCloneError.
func (r *Room) Clone(v goja.Value, moved []*goja.Object) goja.Value {
	cl := &clone{Room: r, done: make(map[*goja.Object]*goja.Object)}
	for i, o := range moved {
		if slices.Contains(moved[:i], o) {
			kind := "ArrayBuffer"
			if kindOf(o) != arrayBuffer {
				kind = bind.Property(bind.Property(o, "constructor"), "name").String()
			}
			panic(r.dataClone("Transfer list contains duplicate " + kind))
		}
	}
	var commits []func()
	for _, o := range moved {
		if t, ok := bind.SelfOf[Transferable](o); ok {
			to, commit := t.Transfer()
			cl.done[o] = to
			commits = append(commits, commit)
			continue
		}
		ab := o.Export().(goja.ArrayBuffer)
		if ab.Detached() {
			panic(r.dataClone("An ArrayBuffer is detached and could not be cloned."))
		}
		// The memory moves; the original is detached when all has been cloned.
		cl.done[o] = r.vm.ToValue(r.vm.NewArrayBuffer(ab.Bytes())).(*goja.Object)
	}
	out := cl.value(v)
	for _, commit := range commits {
		commit()
	}
	for _, o := range moved {
		if kindOf(o) == arrayBuffer {
			o.Export().(goja.ArrayBuffer).Detach()
		}
	}
	return out
}

func (r *Room) dataClone(message string) *goja.Object {
	return r.NewDOMException(message, "DataCloneError")
}

func (c *clone) value(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	if s, ok := v.(*goja.Symbol); ok {
		panic(c.dataClone("Symbol(" + s.String() + ") could not be cloned."))
	}
	o, ok := v.(*goja.Object)
	if !ok {
		return v
	}
	if copied := c.done[o]; copied != nil {
		return copied
	}
	if c.depth++; c.depth > maxClone {
		panic(c.h.Err.Plain(nodeerr.RangeError, "Maximum call stack size exceeded"))
	}
	defer func() { c.depth-- }()
	return c.object(o)
}

func (c *clone) construct(name string, args ...goja.Value) *goja.Object {
	o, err := c.vm.New(c.vm.Get(name), args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

func (c *clone) refuse(o *goja.Object) {
	name := "Object"
	if isFunction(o) {
		panic(c.dataClone(textOf(c.functionText.Call(o)) + " could not be cloned."))
	}
	if ctor := bind.Property(o, "constructor"); kindOf(o) != proxy && bind.Truthy(bind.Property(ctor, "name")) {
		name = bind.Property(ctor, "name").String()
	}
	panic(c.dataClone("#<" + name + "> could not be cloned."))
}

func (c *clone) object(o *goja.Object) goja.Value {
	if _, ok := bind.SelfOf[Transferable](o); ok {
		panic(c.h.Err.New("ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST"))
	}
	if x, ok := bind.SelfOf[Cloneable](o); ok {
		out := x.Clone()
		c.done[o] = out
		return out
	}
	k := kindOf(o)
	keep := func(out *goja.Object) *goja.Object {
		c.done[o] = out
		return out
	}
	switch k {
	case boxedNumber, boxedString, boxedBoolean, boxedBigInt:
		return keep(c.unbox(o, k).ToObject(c.vm))
	case date:
		return keep(c.construct("Date", c.dateTime.Call(o)))
	case regExp:
		source, flags := c.regExpParts(o)
		return keep(c.construct("RegExp", source, flags))
	case arrayBuffer:
		ab := o.Export().(goja.ArrayBuffer)
		if buffer.IsShared(o) {
			return keep(buffer.Rooms.Of(c.h).Share(ab.Bytes()))
		}
		if ab.Detached() {
			panic(c.dataClone("An ArrayBuffer is detached and could not be cloned."))
		}
		return keep(c.vm.ToValue(c.vm.NewArrayBuffer(append([]byte(nil), ab.Bytes()...))).(*goja.Object))
	case typedArray, dataView:
		name := "DataView"
		length := bind.Property(o, "byteLength")
		if k == typedArray {
			name, length = c.typedArrayTag.Call(o).String(), bind.Property(o, "length")
		}
		return keep(c.construct(name, c.value(o.Get("buffer")), o.Get("byteOffset"), length))
	case mapKind:
		out := keep(c.construct("Map"))
		keys, values := c.entries(o)
		for i := range keys {
			key := c.value(keys[i])
			bind.Invoke(c.vm, out, "set", key, c.value(values[i]))
		}
		return out
	case setKind:
		out := keep(c.construct("Set"))
		for _, v := range c.members(o) {
			bind.Invoke(c.vm, out, "add", c.value(v))
		}
		return out
	case errorKind:
		return c.error(o, keep)
	case array:
		out := keep(c.vm.NewArray())
		out.Set("length", o.Get("length"))
		c.properties(out, o)
		return out
	case plain:
		if c.h.Err.Is(o) || bind.Of(o) != nil {
			break
		}
		out := keep(c.vm.NewObject())
		c.properties(out, o)
		return out
	}
	c.refuse(o)
	return nil
}

// properties copies the enumerable string-keyed properties; getters run.
func (c *clone) properties(out, o *goja.Object) {
	for _, name := range o.Keys() {
		out.DefineDataProperty(name, c.value(o.Get(name)), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

// error copies an error's class, message, stack and cause; its other properties are lost.
func (c *clone) error(o *goja.Object, keep func(*goja.Object) *goja.Object) goja.Value {
	name := "Error"
	switch n := bind.Property(o, "name").String(); n {
	case "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError":
		name = n
	}
	var args []goja.Value
	if d, ok := c.own(o, key{name: "message"}); ok && d.value != nil {
		args = append(args, d.value.ToString())
	}
	out := keep(c.construct(name, args...))
	stack := bind.Property(o, "stack")
	if _, isObject := stack.(*goja.Object); !isObject && strings.TrimSpace(stack.String()) != "" {
		bind.Hide(out, "stack", stack)
	}
	if d, ok := c.own(o, key{name: "cause"}); ok && d.value != nil {
		bind.Hide(out, "cause", c.value(d.value))
	}
	return out
}
