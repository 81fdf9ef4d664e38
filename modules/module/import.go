package module

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// importMark is what a script that was rewritten gives its require as a second argument for import().
// Package transform writes it.
const importMark = "gonode:import"

// isImport reports whether the arguments of require are those of an import().
func isImport(c goja.FunctionCall) bool {
	return len(c.Arguments) == 2 && goja.IsString(c.Arguments[1]) && c.Arguments[1].String() == importMark
}

// makeDynamicImport returns what the code of an ECMAScript module gets as __import.
func (r *Room) makeDynamicImport(m *goja.Object) *goja.Object {
	return bind.Function(r.h.VM, bind.Method{Name: "import", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return r.importLater(m, c.Argument(0))
	}})
}

// importLater is import(specifier) in module m: a promise of the namespace, resolved as promises are: a
// namespace with a function then is a thenable, as in Node.
func (r *Room) importLater(m *goja.Object, specifier goja.Value) goja.Value {
	vm := r.h.VM
	promise, resolve, reject := vm.NewPromise()
	fail := func(ex *goja.Exception) { settlePromise(reject, ex.Value()) }
	if ex := vm.Try(func() {
		if _, ok := specifier.(*goja.Symbol); ok {
			panic(vm.NewTypeError("Cannot convert a Symbol value to a string"))
		}
		specifier = bind.ToString(specifier)
	}); ex != nil {
		fail(ex)
		return vm.ToValue(promise)
	}
	r.later(func() {
		var one esImport
		if ex := vm.Try(func() {
			one = r.linkImport(m, specifier)
			if one.module == nil {
				one.namespace = r.importLeaf(m, one.found)
			} else {
				r.evaluate(one.module)
			}
		}); ex != nil {
			fail(ex)
			return
		}
		es := one.module
		if es == nil {
			settlePromise(resolve, one.namespace)
			return
		}
		r.whenEvaluated(es, func(thrown *goja.Exception) {
			if thrown != nil {
				fail(thrown)
			} else {
				settlePromise(resolve, es.namespace)
			}
		})
	})
	return vm.ToValue(promise)
}

// settlePromise calls a resolving function of a promise. What it returns is an interrupt, which goes on.
func settlePromise(settle func(any) error, v goja.Value) {
	if err := settle(v); err != nil {
		bind.Rethrow(err)
	}
}

// importLeaf returns the namespace of what is no ECMAScript module, found from m. It throws.
func (r *Room) importLeaf(m *goja.Object, found string) *goja.Object {
	exports := bind.Invoke(r.h.VM, m, "require", r.h.VM.ToValue(found))
	if id, ok := r.builtin(found); ok {
		found = id
	}
	if known := r.namespaces[found]; known != nil && known.Get("default").SameAs(exports) {
		return known
	}
	ns := r.leafNamespace(exports)
	if r.namespaces == nil {
		r.namespaces = make(map[string]*goja.Object)
	}
	r.namespaces[found] = ns
	return ns
}

// framed is fn as a function for promises.
func (r *Room) framed(fn func(v goja.Value)) goja.Value {
	return r.frame.Handler(r.h.VM, func(v goja.Value) goja.Value {
		fn(v)
		return goja.Undefined()
	})
}

// then is promise.then with functions of Go.
func (r *Room) then(promise goja.Value, ok, failed func(v goja.Value)) {
	args := []goja.Value{r.framed(ok)}
	if failed != nil {
		args = append(args, r.framed(failed))
	}
	bind.Invoke(r.h.VM, promise.(*goja.Object), "then", args...)
}

// later runs fn as a promise job.
func (r *Room) later(fn func()) {
	promise, resolve, _ := r.h.VM.NewPromise()
	settlePromise(resolve, goja.Undefined())
	r.then(r.h.VM.ToValue(promise), func(goja.Value) { fn() }, nil)
}
