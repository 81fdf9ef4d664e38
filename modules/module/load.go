package module

import (
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is how a module comes to be: Module._load, module.load and the loaders of
// require.extensions.

// define gives o an ordinary property, whatever its prototype has under that name.
func define(o *goja.Object, name string, v goja.Value) {
	o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// parentSymbol keys what module.parent is.
var parentSymbol = goja.NewSymbol("kModuleParent")

// parentOf returns the module that asked for m first; undefined if there is none.
func parentOf(m *goja.Object) goja.Value {
	if v := m.GetSymbol(parentSymbol); v != nil {
		return v
	}
	return goja.Undefined()
}

// init gives a module object its properties, in Node's order.
func (r *Room) init(m *goja.Object, id string, parent goja.Value) {
	vm := r.h.VM
	define(m, "id", vm.ToValue(id))
	define(m, "path", vm.ToValue(filepath.Dir(id)))
	define(m, "exports", vm.NewObject())
	m.DefineDataPropertySymbol(parentSymbol, parent, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.adopt(parent, m, false)
	define(m, "filename", goja.Null())
	define(m, "loaded", bind.False)
	define(m, "children", vm.NewArray())
}

// adopt makes m a child of parent; once says that it may be one already.
func (r *Room) adopt(parent goja.Value, m *goja.Object, once bool) {
	children, ok := bind.Property(parent, "children").(*goja.Object)
	if !ok || once && bind.Truthy(bind.Invoke(r.h.VM, children, "includes", m)) {
		return
	}
	bind.Invoke(r.h.VM, children, "push", m)
}

func (r *Room) newModule(id string, parent goja.Value) *goja.Object {
	m, err := r.h.VM.New(r.Module.Ctor, r.h.VM.ToValue(id), parent)
	if err != nil {
		bind.Rethrow(err)
	}
	return m
}

// require is module.require(id).
func (r *Room) require(parent, id goja.Value) goja.Value {
	name := r.h.Err.ValidateString(id, "id")
	if name == "" {
		panic(r.h.Err.InvalidArgValue("id", id, "must be a non-empty string"))
	}
	return r.static("_load", r.jsLoad, id, parent, bind.False)
}

// jsLoad is Module._load: a built-in, the cached exports, or a file loaded now.
func (r *Room) jsLoad(c goja.FunctionCall) goja.Value {
	request, parent, isMain := c.Argument(0).String(), c.Argument(1), bind.Truthy(c.Argument(2))
	if strings.HasPrefix(request, scheme) {
		id, ok := r.builtin(request)
		if !ok {
			r.h.Err.Throw("ERR_UNKNOWN_BUILTIN_MODULE", request)
		}
		return r.h.Builtin(id)
	}
	file := r.resolve(request, parent, isMain)
	cache := r.cacheNow()
	if cached, ok := cache.Get(file).(*goja.Object); ok {
		r.adopt(parent, cached, true)
		if es := r.esm[file]; es != nil && es.object == cached {
			r.requireESM(es, parent)
			return bind.Property(cached, "exports")
		}
		if !bind.Truthy(cached.Get("loaded")) {
			return r.early(cached)
		}
		return bind.Property(cached, "exports")
	}
	if id, ok := r.builtin(file); ok {
		return r.h.Builtin(id)
	}
	m := r.newModule(file, parent)
	if isMain {
		r.main = m
		r.h.Process.SetMain(m)
		m.Set("id", ".")
	}
	cache.Set(file, m)
	if ex := r.h.VM.Try(func() { bind.Invoke(r.h.VM, m, "load", r.h.VM.ToValue(file)) }); ex != nil {
		cache.Delete(file)
		if p, ok := parent.(*goja.Object); ok {
			r.forgetChild(p, m)
		}
		panic(ex)
	}
	exports := bind.Property(m, "exports")
	if o, ok := exports.(*goja.Object); ok && r.circular != nil && !isProxy(o) && o.Prototype() == r.circular {
		o.SetPrototype(r.objectProto())
	}
	return exports
}

func (r *Room) objectProto() *goja.Object { return r.h.VM.NewObject().Prototype() }

// early returns the exports of m, which is being loaded: who asks is in a circle. A property that is
// not there yet is told of.
//
// Node v20 lib/internal/modules/cjs/loader.js: getExportsForCircularRequire.
func (r *Room) early(m *goja.Object) goja.Value {
	exports := bind.Property(m, "exports")
	o, ok := exports.(*goja.Object)
	if !ok || isProxy(o) {
		return exports
	}
	proto := o.Prototype()
	if proto == nil || proto != r.objectProto() || bind.Truthy(o.Get("__esModule")) {
		return exports
	}
	if r.circular == nil {
		vm := r.h.VM
		r.circular = vm.ToValue(vm.NewProxy(vm.NewObject(), &goja.ProxyTrapConfig{
			Get: func(target *goja.Object, name string, _ goja.Value) goja.Value {
				if v := target.Get(name); v != nil || name == "__esModule" {
					return v
				}
				r.tooEarly(name)
				return goja.Undefined()
			},
			GetSym: func(target *goja.Object, name *goja.Symbol, _ goja.Value) goja.Value {
				if v := target.GetSymbol(name); v != nil {
					return v
				}
				r.tooEarly("Symbol(" + name.String() + ")")
				return goja.Undefined()
			},
			GetOwnPropertyDescriptor: func(_ *goja.Object, name string) goja.PropertyDescriptor {
				if name != "__esModule" {
					r.tooEarly(name)
				}
				return goja.PropertyDescriptor{}
			},
			GetOwnPropertyDescriptorSym: func(_ *goja.Object, name *goja.Symbol) goja.PropertyDescriptor {
				r.tooEarly("Symbol(" + name.String() + ")")
				return goja.PropertyDescriptor{}
			},
		})).(*goja.Object)
	}
	o.SetPrototype(r.circular)
	return exports
}

func isProxy(o *goja.Object) bool {
	_, ok := bind.Exported[goja.Proxy](o)
	return ok
}

func (r *Room) tooEarly(name string) {
	w := r.h.Err.Plain(nodeerr.Error, "Accessing non-existent property '"+name+"' of module exports inside circular dependency")
	w.Set("name", "Warning")
	r.h.Process.EmitWarning(w)
}

func (r *Room) forgetChild(parent, child *goja.Object) {
	children, ok := parent.Get("children").(*goja.Object)
	if !ok {
		return
	}
	if i := bind.Invoke(r.h.VM, children, "indexOf", child).ToInteger(); i >= 0 {
		bind.Invoke(r.h.VM, children, "splice", r.h.VM.ToValue(i), bind.Int(1))
	}
}

// load reads file into module m by its extension.
func (r *Room) load(m *goja.Object, file string) {
	m.Set("filename", file)
	m.Set("paths", r.nodeModulePathsOf(filepath.Dir(file)))
	extensions := r.extensionsNow()
	loader, ok := bind.ToCallable(extensions.Get(r.extension(file)))
	if !ok {
		panic(r.h.VM.NewTypeError("Module._extensions[extension] is not a function"))
	}
	loader.Call(extensions, m, r.h.VM.ToValue(file))
	m.Set("loaded", true)
}

// extension returns the longest extension of file that require.extensions knows, ".js" if none.
func (r *Room) extension(file string) string {
	extensions, name := r.extensionsNow(), filepath.Base(file)
	for i := 1; i < len(name); i++ {
		if name[i] == '.' && bind.Truthy(extensions.Get(name[i:])) {
			return name[i:]
		}
	}
	return ".js"
}

func (r *Room) readFile(file string) string {
	if loaded := r.h.Settings.Loaded; loaded != nil {
		loaded(file)
	}
	b, err := r.files.ReadFile(file)
	if err != nil {
		panic(r.h.Err.FromOS(err, "open", file, ""))
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}

// moduleArg is the first argument of a loader, the module.
func (r *Room) moduleArg(c goja.FunctionCall) *goja.Object {
	m, ok := c.Argument(0).(*goja.Object)
	if !ok {
		panic(r.h.Err.InvalidArgType("module", []string{"Object"}, c.Argument(0)))
	}
	return m
}

func (r *Room) loadJS(c goja.FunctionCall) goja.Value {
	m, file := r.moduleArg(c), c.Argument(1).String()
	if r.isESMFile(file) {
		r.loadESM(m, file, r.readFile)
		return goja.Undefined()
	}
	bind.Invoke(r.h.VM, m, "_compile", r.h.VM.ToValue(r.readFile(file)), c.Argument(1))
	return goja.Undefined()
}

func (r *Room) loadJSON(c goja.FunctionCall) goja.Value {
	m, file := r.moduleArg(c), c.Argument(1).String()
	text := r.h.VM.ToValue(r.readFile(file))
	parse, _ := bind.ToCallable(r.h.VM.Get("JSON").(*goja.Object).Get("parse"))
	if ex := r.h.VM.Try(func() { m.Set("exports", parse.Call(goja.Undefined(), text)) }); ex != nil {
		if o, ok := ex.Value().(*goja.Object); ok {
			o.Set("message", file+": "+bind.Property(o, "message").String())
			panic(o)
		}
		panic(ex)
	}
	return goja.Undefined()
}

func (r *Room) loadNative(c goja.FunctionCall) goja.Value {
	panic(r.h.Err.Coded(nodeerr.Error, "ERR_DLOPEN_FAILED", "gonode cannot load native addons: "+c.Argument(1).String()))
}

// compile runs source as the body of module m and returns what it returned.
func (r *Room) compile(m *goja.Object, source, file string) goja.Value {
	var fn bind.Callable
	if r.opened != nil && r.opened.rewrapped {
		fn = r.compileWrapped(source, file)
	} else if ex := r.h.VM.Try(func() { fn = r.compileWrapper(source, file, false) }); ex != nil {
		if !r.isAmbiguous(file) || !r.isModule(file, source) {
			panic(ex)
		}
		r.noteModule(file, true)
		r.loadESM(m, file, func(string) string { return source })
		return goja.Undefined()
	}
	exports := bind.Property(m, "exports")
	return fn.Call(exports, exports, r.makeRequire(m), m, r.h.VM.ToValue(file), r.h.VM.ToValue(filepath.Dir(file)))
}
