package module

import (
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// isESMFile reports whether file holds an ECMAScript module, by its name or its package.
func (r *Room) isESMFile(file string) bool {
	return strings.HasSuffix(file, ".mjs") || strings.HasSuffix(file, ".js") && r.packageType(file) == "module"
}

// isESM reports whether module m was one.
func (r *Room) isESM(m goja.Value) bool {
	o, ok := m.(*goja.Object)
	if !ok {
		return false
	}
	f := o.Get("filename")
	return f != nil && nodeerr.IsString(f) && r.esm[f.String()] != nil
}

// compileESM runs source as module m. It becomes a CommonJS module: import is require, the exports
// are live, and there is no top-level await. What it exports as 'module.exports' is what require
// returns; import sees the names all the same.
func (r *Room) compileESM(m *goja.Object, source, file string) {
	if r.h.Settings.Transform == nil {
		r.h.Err.Throw("ERR_REQUIRE_ESM", "require() of ES Module "+file+" not supported: this program runs CommonJS modules only.")
	}
	vm := r.h.VM
	r.esm[file] = m.Get("exports")
	fn := r.compileWrapper(source, file, true)
	require := r.makeRequire(m)
	fn.Call(goja.Undefined(), m.Get("exports"), r.makeImport(require), m, vm.ToValue(file), vm.ToValue(filepath.Dir(file)), r.importMeta(require, file))
	namespace, ok := m.Get("exports").(*goja.Object)
	if !ok {
		return
	}
	r.esm[file] = namespace
	if bind.Truthy(bind.Invoke(vm, namespace, "hasOwnProperty", bind.String("module.exports"))) {
		m.Set("exports", namespace.Get("module.exports"))
	}
}

// makeImport returns what an ECMAScript module gets as require. The default of a CommonJS module is
// all that it exports, even if it calls itself a former ECMAScript module; the code that esbuild
// makes would look for a default inside.
func (r *Room) makeImport(require *goja.Object) *goja.Object {
	vm := r.h.VM
	real, _ := bind.ToCallable(require)
	return bind.Function(vm, bind.Method{Name: "require", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		v := real.Call(goja.Undefined(), c.Argument(0))
		if file := bind.Invoke(vm, require, "resolve", c.Argument(0)); r.esm[file.String()] != nil {
			return r.esm[file.String()]
		}
		o, ok := v.(*goja.Object)
		if !ok || !bind.Truthy(o.Get("__esModule")) {
			return v
		}
		wrapped := vm.NewObject()
		bind.Hide(wrapped, "__esModule", bind.True)
		for _, key := range o.Keys() {
			wrapped.DefineAccessorProperty(key, vm.ToValue(func(goja.FunctionCall) goja.Value { return o.Get(key) }), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		wrapped.DefineDataProperty("default", o, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return wrapped
	}})
}

// importMeta is import.meta of file.
func (r *Room) importMeta(require *goja.Object, file string) *goja.Object {
	vm := r.h.VM
	url := r.h.Builtin("url").(*goja.Object)
	toURL := func(path goja.Value) goja.Value {
		return bind.Property(bind.Invoke(vm, url, "pathToFileURL", path), "href")
	}
	meta := vm.CreateObject(nil)
	meta.Set("dirname", filepath.Dir(file))
	meta.Set("filename", file)
	meta.Set("resolve", bind.Function(vm, bind.Method{Name: "resolve", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		found := bind.Invoke(vm, require, "resolve", c.Argument(0))
		if r.isBuiltin(found.String()) {
			return vm.ToValue(scheme + strings.TrimPrefix(found.String(), scheme))
		}
		return toURL(found)
	}}))
	meta.Set("url", toURL(vm.ToValue(file)))
	return meta
}
