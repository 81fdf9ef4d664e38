package module

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// A namespace is an object without a prototype that has an accessor without a setter for each export. That
// of the language has data properties that cannot be redefined; reading, listing, and the refusal of all
// that would change it are the same.

// makeNamespace makes a namespace of an object with the accessors.
func (r *Room) makeNamespace(o *goja.Object) {
	if o == nil {
		return // written for another host
	}
	if err := o.SetPrototype(nil); err != nil {
		bind.Rethrow(err)
	}
	if err := o.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("Module"), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		bind.Rethrow(err)
	}
	if r.h.Namespaces == nil {
		r.h.Namespaces = make(map[*goja.Object]bool)
	}
	r.h.Namespaces[o] = true
}

// seal ends the time in which a namespace gets exports: export * has those of a module that has run.
func (r *Room) seal(namespace *goja.Object) {
	if namespace != nil {
		bind.Invoke(r.h.VM, r.h.VM.Get("Object").(*goja.Object), "preventExtensions", namespace)
	}
}

// leafNamespace is the namespace of what is no ECMAScript module: the default is all that it exports, even
// if it calls itself a former ECMAScript module; the other names are its properties, live.
func (r *Room) leafNamespace(exports goja.Value) *goja.Object {
	ns := r.h.VM.NewObject()
	if o, ok := exports.(*goja.Object); ok {
		r.mirror(ns, o, "default")
	}
	ns.DefineDataProperty("default", exports, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	r.makeNamespace(ns)
	r.seal(ns)
	return ns
}

// mirror gives ns an accessor for each property of o but one.
func (r *Room) mirror(ns, o *goja.Object, but string) {
	shown := o.Keys()
	for _, key := range o.GetOwnPropertyNames() {
		enumerable := goja.FLAG_FALSE
		if len(shown) > 0 && shown[0] == key { // both are in one order
			shown, enumerable = shown[1:], goja.FLAG_TRUE
		}
		if key != but {
			get := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { return o.Get(key) })
			ns.DefineAccessorProperty(key, get, nil, goja.FLAG_FALSE, enumerable)
		}
	}
}

// required is what require returns of a module with that namespace. It says __esModule if there is a
// default, which code that was compiled to CommonJS looks for.
//
// Node v22 lib/internal/modules/cjs/loader.js: loadESMFromCJS.
func (r *Room) required(namespace *goja.Object) goja.Value {
	if namespace == nil {
		return goja.Undefined()
	}
	if whole := namespace.Get("module.exports"); whole != nil {
		return whole
	}
	if namespace.Get("default") == nil || namespace.Get("__esModule") != nil {
		return namespace
	}
	facade := r.h.VM.NewObject()
	facade.DefineDataProperty("__esModule", bind.True, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	r.mirror(facade, namespace, "")
	r.makeNamespace(facade)
	r.seal(facade)
	return facade
}
