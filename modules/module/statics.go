package module

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is the properties of the function Module. Packages replace them (_load,
// _resolveFilename, _nodeModulePaths, wrap, …), so the loader goes through them as soon as the
// program has the function in its hands; until then none is made.

// opened is what there is once the program has Module.
type opened struct {
	rewrapped bool       // the program has its own wrap or wrapper
	wrap      goja.Value // Module.wrap
	wrapper   goja.Value // Module.wrapper
}

// static calls the function that Module has under name, which is own unless the program put another
// in its place.
func (r *Room) static(name string, own bind.Func, args ...goja.Value) goja.Value {
	if r.opened == nil {
		return own(goja.FunctionCall{This: r.Module.Ctor, Arguments: args})
	}
	return bind.Invoke(r.h.VM, r.Module.Ctor, name, args...)
}

// current returns the object that Module has under name, which is own unless the program put another
// in its place.
func (r *Room) current(name string, own *goja.Object) *goja.Object {
	if r.opened != nil {
		if o, ok := r.Module.Ctor.Get(name).(*goja.Object); ok {
			return o
		}
	}
	return own
}

func (r *Room) cacheNow() *goja.Object      { return r.current("_cache", r.cache) }
func (r *Room) extensionsNow() *goja.Object { return r.current("_extensions", r.extensions) }

// open returns Module with all that it has.
func (r *Room) open() *goja.Object {
	m := r.Module.Ctor
	if r.opened != nil {
		return m
	}
	vm, o := r.h.VM, new(opened)
	r.opened = o
	define(m, "_cache", r.cache)
	define(m, "_pathCache", vm.CreateObject(nil))
	define(m, "_extensions", r.extensions)
	define(m, "globalPaths", r.strings(r.places))
	r.defineWrap(o)
	bind.DefineMethods(vm, m, []bind.Method{
		{Name: "isBuiltin", Length: 1, Fn: r.jsIsBuiltin},
		{Name: "_findPath", Length: 3, Fn: r.jsFindPath},
		{Name: "_nodeModulePaths", Length: 1, Fn: r.jsNodeModulePaths},
		{Name: "_resolveLookupPaths", Length: 2, Fn: r.jsResolveLookupPaths},
		{Name: "_load", Length: 3, Fn: r.jsLoad},
		{Name: "_resolveFilename", Length: 4, Fn: r.jsResolveFilename},
		{Name: "createRequire", Length: 1, Fn: r.createRequire},
		{Name: "_initPaths", Fn: r.jsInitPaths},
		{Name: "_preloadModules", Length: 1, Fn: r.jsPreload},
		// What is imported of a built-in module is always read from the module itself: it is as
		// new as this would make it.
		{Name: "syncBuiltinESMExports", Fn: func(goja.FunctionCall) goja.Value { return goja.Undefined() }},
	})
	define(m, "Module", m)
	define(m, "builtinModules", r.builtinModules())
	define(m, "runMain", bind.Function(vm, bind.Method{Name: "executeUserEntryPoint", Fn: r.jsRunMain}))
	bind.DefineMethods(vm, m, []bind.Method{
		{Name: "findSourceMap", Length: 1, Fn: r.findSourceMap},
		{Name: "register", Length: 1, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "module.register()")
			return nil
		}},
	})
	define(m, "SourceMap", sourceMapRooms.Of(r.h).class.Ctor)
	return m
}

// builtinModules lists the ids that need no node: before them, frozen.
func (r *Room) builtinModules() goja.Value {
	var public []string
	for _, id := range r.h.BuiltinIDs {
		if !strings.HasPrefix(id, scheme) {
			public = append(public, id)
		}
	}
	return bind.Invoke(r.h.VM, r.h.VM.Get("Object").(*goja.Object), "freeze", r.strings(public))
}

func (r *Room) jsIsBuiltin(c goja.FunctionCall) goja.Value {
	return bind.Bool(goja.IsString(c.Argument(0)) && r.isBuiltin(c.Argument(0).String()))
}

func (r *Room) jsNodeModulePaths(c goja.FunctionCall) goja.Value {
	from := r.h.Err.ValidateString(c.Argument(0), "path")
	if !filepath.IsAbs(from) {
		from = r.h.Abs(from)
	}
	return r.strings(nodeModulePaths(filepath.Clean(from)))
}

// nodeModulePathsOf is Module._nodeModulePaths(dir).
func (r *Room) nodeModulePathsOf(dir string) goja.Value {
	return r.static("_nodeModulePaths", r.jsNodeModulePaths, r.h.VM.ToValue(dir))
}

// jsRunMain is Module.runMain(main): the file runs as the main module.
func (r *Room) jsRunMain(c goja.FunctionCall) goja.Value {
	main := c.Argument(0)
	if bind.IsUndefined(main) {
		main = bind.Property(bind.Property(r.h.Builtin("process"), "argv"), "1")
	}
	r.static("_load", r.jsLoad, main, goja.Null(), bind.True)
	return goja.Undefined()
}

func (r *Room) jsPreload(c goja.FunctionCall) goja.Value {
	list, ok := c.Argument(0).(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		return goja.Undefined()
	}
	var ids []string
	r.h.VM.ForOf(list, func(v goja.Value) bool {
		ids = append(ids, v.String())
		return true
	})
	r.Preload(ids)
	return goja.Undefined()
}

// jsInitPaths is Module._initPaths(): looks at the environment again.
func (r *Room) jsInitPaths(goja.FunctionCall) goja.Value {
	r.places = r.globalFolders()
	r.Module.Ctor.Set("globalPaths", r.strings(r.places))
	return goja.Undefined()
}

// globalFolders lists the folders that all modules see: of NODE_PATH; in the command, where files are
// the system's, of the user and of the installation too.
//
// Source: https://nodejs.org/docs/latest-v20.x/api/modules.html#loading-from-the-global-folders.
func (r *Room) globalFolders() []string {
	var places []string
	if v, ok := r.h.Process.Env("NODE_PATH"); ok {
		places = slices.DeleteFunc(filepath.SplitList(v), func(dir string) bool { return dir == "" })
	}
	s := &r.h.Settings
	if !s.Owner || s.FS != nil {
		return places
	}
	home, prefix := "HOME", filepath.Join(s.ExecPath, "..", "..")
	if filepath.Separator == '\\' {
		home, prefix = "USERPROFILE", filepath.Join(s.ExecPath, "..")
	}
	if dir, _ := r.h.Process.Env(home); dir != "" {
		dir = r.h.Abs(dir)
		places = append(places, filepath.Join(dir, ".node_modules"), filepath.Join(dir, ".node_libraries"))
	}
	return append(places, filepath.Join(prefix, "lib", "node"))
}

// defineWrap makes wrap and wrapper, which a program may set.
func (r *Room) defineWrap(o *opened) {
	vm, m := r.h.VM, r.Module.Ctor
	o.wrap = bind.Function(vm, bind.Method{Name: "wrap", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		wrapper := m.Get("wrapper")
		text := bind.ToString(bind.Property(wrapper, "0")).String() + bind.ToString(c.Argument(0)).String() + bind.ToString(bind.Property(wrapper, "1")).String()
		return vm.ToValue(text)
	}})
	set := func(target *goja.Object, name string, v goja.Value) bool {
		o.rewrapped = true
		return target.Set(name, v) == nil
	}
	redefine := func(target *goja.Object, name string, d goja.PropertyDescriptor) bool {
		o.rewrapped = true
		if d.Getter != nil || d.Setter != nil {
			return target.DefineAccessorProperty(name, d.Getter, d.Setter, d.Configurable, d.Enumerable) == nil
		}
		return target.DefineDataProperty(name, d.Value, d.Writable, d.Configurable, d.Enumerable) == nil
	}
	o.wrapper = vm.ToValue(vm.NewProxy(r.strings([]string{wrapPrefix, "\n});"}).(*goja.Object), &goja.ProxyTrapConfig{
		Set: func(target *goja.Object, name string, v, _ goja.Value) bool { return set(target, name, v) },
		SetIdx: func(target *goja.Object, i int, v, _ goja.Value) bool {
			return set(target, bind.Int(i).String(), v)
		},
		DefineProperty: redefine,
		DefinePropertyIdx: func(target *goja.Object, i int, d goja.PropertyDescriptor) bool {
			return redefine(target, bind.Int(i).String(), d)
		},
	}))
	accessor := func(name string, v *goja.Value) {
		m.DefineAccessorProperty(name,
			bind.Function(vm, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value { return *v }}),
			bind.Function(vm, bind.Method{Name: "set", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				o.rewrapped, *v = true, c.Argument(0)
				return goja.Undefined()
			}}), goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	accessor("wrap", &o.wrap)
	accessor("wrapper", &o.wrapper)
}

// compileWrapped compiles source as the program's own Module.wrap wraps it.
func (r *Room) compileWrapped(source, file string) bind.Callable {
	text := bind.ToString(bind.Invoke(r.h.VM, r.Module.Ctor, "wrap", r.h.VM.ToValue(source))).String()
	r.checkNesting(text, file)
	v, err := r.h.VM.RunProgram(r.compileProgram(file, text, false, func(code string) string { return code }))
	if err != nil {
		bind.Rethrow(err)
	}
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.h.VM.NewTypeError("compiledWrapper is not a function"))
	}
	return fn
}
