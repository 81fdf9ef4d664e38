package fetch

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// pairs is the state of what is iterated over by pairs of a key and a value. It is live.
type pairs interface {
	// at returns the i-th pair; ok is false behind the last one.
	at(i int) (key, value goja.Value, ok bool)
}

// iterator is the state of what entries, keys and values return.
type iterator struct {
	class string
	over  pairs
	kind  string
	next  int
}

// iterable gives the class keys, values, entries, forEach and Symbol.iterator.
//
// Source: https://webidl.spec.whatwg.org/#js-iterable.
func iterable[T pairs](r *Room, class string, b *bind.Built) {
	array := r.vm.NewArray()
	proto := bind.Call(array.GetSymbol(goja.SymIterator), array).(*goja.Object).Prototype().Prototype()
	proto = r.vm.CreateObject(proto)
	bind.DefineMethods(r.vm, proto, []bind.Method{{Name: "next", Fn: func(c goja.FunctionCall) goja.Value {
		it, ok := bind.SelfOf[*iterator](c.This)
		if !ok || it.class != class {
			panic(r.typeError("'next' called on an object that does not implement interface %s Iterator.", class))
		}
		return it.step(r.vm)
	}}})
	proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(class+" Iterator"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	var methods []bind.Method
	for _, kind := range []string{"keys", "values", "entries"} {
		methods = append(methods, method(r, class, kind, 0, func(t T, _ goja.FunctionCall) goja.Value {
			o := r.vm.CreateObject(proto)
			bind.Own(o).Put(bind.Self, &iterator{class: class, over: t, kind: kind})
			return o
		}))
	}
	methods = append(methods, method(r, class, "forEach", 1, func(t T, c goja.FunctionCall) goja.Value {
		fn, ok := bind.ToCallable(c.Argument(0))
		if !ok {
			panic(r.typeError("Failed to execute 'forEach' on '%s': parameter 1 is not of type 'Function'.", class))
		}
		self, receiver := c.This, c.Argument(1)
		if goja.IsUndefined(receiver) {
			receiver = r.vm.GlobalObject()
		}
		for i := 0; ; i++ {
			key, value, ok := t.at(i)
			if !ok {
				return goja.Undefined()
			}
			fn.Call(receiver, value, key, self)
		}
	}))
	bind.DefineMethods(r.vm, b.Proto, methods)
	b.Proto.DefineDataPropertySymbol(goja.SymIterator, b.Proto.Get("entries"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (it *iterator) step(vm *goja.Runtime) *goja.Object {
	key, value, ok := it.over.at(it.next)
	switch {
	case !ok:
		value = goja.Undefined()
	case it.kind == "keys":
		value = key
	case it.kind == "entries":
		value = vm.NewArray(key, value)
	}
	if ok {
		it.next++
	}
	o := vm.NewObject()
	o.Set("value", value)
	o.Set("done", !ok)
	return o
}
