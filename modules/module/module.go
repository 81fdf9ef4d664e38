// Package module is Node's module module: CommonJS, that is require, the Module class and the
// search for files.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/modules.html.
// ECMAScript modules, and the exports and imports fields of package.json.
package module

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('module').
var Module = modules.Module{ID: "module", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Module.Ctor }}

// Rooms holds the module system of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the module system of one runtime.
type Room struct {
	Module *bind.Built

	h          *modules.Host
	files      modules.Files
	cache      *goja.Object // require.cache
	extensions *goja.Object // require.extensions
	main       goja.Value   // require.main
	packages   map[string]*packageJSON
	unread     []string // folders that the present search may not read
	globals    bool     // BuiltinGlobals was called

	esm        map[string]*esModule       // by file
	linking    []*esModule                // since the outermost link began
	importing  bool                       // the present search is for an import
	detected   map[string]bool            // files that are modules by their syntax
	broken     map[string]*goja.Exception // why a file could not be linked; import() tells the same again
	orders     int                        // the last esModule.order
	entry      *esModule                  // the main module, while it runs
	namespaces map[string]*goja.Object    // of imported CommonJS modules, by what they were found as
	frame      bind.Callable              // see framed
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, files: h.Files(), main: goja.Undefined(), packages: make(map[string]*packageJSON), esm: make(map[string]*esModule)}
	vm := h.VM
	r.cache = vm.CreateObject(nil)
	r.extensions = vm.CreateObject(nil)
	bind.DefineMethods(vm, r.extensions, []bind.Method{
		{Name: ".js", Length: 2, Fn: r.loadJS},
		{Name: ".json", Length: 2, Fn: r.loadJSON},
		{Name: ".node", Length: 2, Fn: r.loadNative},
	})
	r.Module = bind.Define(vm, bind.Class{Name: "Module", Length: 2, Mode: bind.CallAny,
		Construct: func(this *goja.Object, args []goja.Value) {
			id := ""
			if v := bind.Arg(args, 0); !bind.IsUndefined(v) {
				id = v.String()
			}
			r.init(this, id, bind.Arg(args, 1))
		},
		Methods: []bind.Method{
			{Name: "load", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.load(c.This.(*goja.Object), c.Argument(0).String())
				return goja.Undefined()
			}},
			{Name: "require", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.require(c.This, c.Argument(0))
			}},
			{Name: "_compile", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return r.compile(c.This.(*goja.Object), c.Argument(0).String(), c.Argument(1).String())
			}},
		},
		Statics: []bind.Method{
			{Name: "_load", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				return r.loadRequest(c.Argument(0).String(), c.Argument(1), bind.Truthy(c.Argument(2)))
			}},
			{Name: "_resolveFilename", Length: 4, Fn: func(c goja.FunctionCall) goja.Value {
				return vm.ToValue(r.resolveFilename(c.Argument(0).String(), c.Argument(1), c.Argument(3)))
			}},
			{Name: "_nodeModulePaths", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.strings(nodeModulePaths(c.Argument(0).String()))
			}},
			{Name: "createRequire", Length: 1, Fn: r.createRequire},
			{Name: "isBuiltin", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				if !nodeerr.IsString(c.Argument(0)) {
					return bind.False
				}
				return bind.Bool(r.isBuiltin(c.Argument(0).String()))
			}},
			{Name: "wrap", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return vm.ToValue(wrapPrefix + c.Argument(0).String() + "\n});")
			}},
		}})
	m := r.Module.Ctor
	m.Set("Module", m)
	m.Set("_cache", r.cache)
	m.Set("_extensions", r.extensions)
	m.Set("globalPaths", r.strings(nil))
	m.Set("wrapper", r.strings([]string{wrapPrefix, "\n});"}))
	// Few programs ask: it is made when it is first read.
	list := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		var v goja.Value
		if len(c.Arguments) > 0 {
			v = c.Arguments[0]
		} else {
			var public []string
			for _, id := range h.BuiltinIDs {
				if !strings.HasPrefix(id, scheme) {
					public = append(public, id)
				}
			}
			v = r.strings(public)
		}
		m.DefineDataProperty("builtinModules", v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return v
	})
	m.DefineAccessorProperty("builtinModules", list, list, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return r
}

func (r *Room) strings(list []string) goja.Value {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return r.h.VM.NewArray(out...)
}

// builtin returns the id of the built-in module that request names. Most go by their id and by
// node: and their id; one whose id begins so itself has no other name.
func (r *Room) builtin(request string) (id string, ok bool) {
	known := func(id string) bool {
		_, found := slices.BinarySearch(r.h.BuiltinIDs, id)
		return found
	}
	if known(request) {
		return request, true
	}
	id, ok = strings.CutPrefix(request, scheme)
	return id, ok && !strings.HasPrefix(id, scheme) && known(id)
}

const scheme = "node:"

func (r *Room) isBuiltin(request string) bool {
	_, ok := r.builtin(request)
	return ok
}

// init gives a module object its properties, in Node's order.
func (r *Room) init(m *goja.Object, id string, parent goja.Value) {
	m.Set("id", id)
	m.Set("path", filepath.Dir(id))
	m.Set("exports", r.h.VM.NewObject())
	bind.Hide(m, "parent", parent)
	if p, ok := parent.(*goja.Object); ok {
		if children, ok := p.Get("children").(*goja.Object); ok {
			bind.Invoke(r.h.VM, children, "push", m)
		}
	}
	m.Set("filename", goja.Null())
	m.Set("loaded", false)
	m.Set("children", r.h.VM.NewArray())
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
	return bind.Invoke(r.h.VM, r.Module.Ctor, "_load", id, parent, bind.False)
}

// loadRequest is Module._load: a built-in, the cached exports, or a file loaded now.
func (r *Room) loadRequest(request string, parent goja.Value, isMain bool) goja.Value {
	if id, ok := r.builtin(request); ok {
		return r.h.Builtin(id)
	}
	if strings.HasPrefix(request, scheme) {
		r.h.Err.Throw("ERR_UNKNOWN_BUILTIN_MODULE", request)
	}
	file := bind.Invoke(r.h.VM, r.Module.Ctor, "_resolveFilename", r.h.VM.ToValue(request), parent, bind.Bool(isMain)).String()
	if id, ok := r.builtin(file); ok {
		return r.h.Builtin(id) // the imports field named it
	}
	if cached, ok := r.cache.Get(file).(*goja.Object); ok {
		if es := r.esm[file]; es != nil && es.object == cached {
			r.requireESM(es, parent)
		}
		return cached.Get("exports")
	}
	m := r.newModule(file, parent)
	if isMain {
		r.main = m
		r.h.Process.SetMain(m)
		m.Set("id", ".")
	}
	r.cache.Set(file, m)
	if ex := r.h.VM.Try(func() { bind.Invoke(r.h.VM, m, "load", r.h.VM.ToValue(file)) }); ex != nil {
		r.cache.Delete(file)
		if p, ok := parent.(*goja.Object); ok {
			r.forgetChild(p, m)
		}
		panic(ex)
	}
	return m.Get("exports")
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
	m.Set("paths", r.strings(nodeModulePaths(filepath.Dir(file))))
	loader, ok := bind.ToCallable(r.extensions.Get(r.extension(file)))
	if !ok {
		loader, _ = bind.ToCallable(r.extensions.Get(".js"))
	}
	loader.Call(r.extensions, m, r.h.VM.ToValue(file))
	m.Set("loaded", true)
}

// extension returns the longest extension of file that require.extensions knows, ".js" if none.
func (r *Room) extension(file string) string {
	name := filepath.Base(file)
	for i := 0; i < len(name); i++ {
		if name[i] == '.' && i > 0 && r.extensions.Get(name[i:]) != nil {
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

func (r *Room) loadJS(c goja.FunctionCall) goja.Value {
	m, file := c.Argument(0).(*goja.Object), c.Argument(1).String()
	if r.isESMFile(file) {
		r.loadESM(m, file, r.readFile)
		return goja.Undefined()
	}
	bind.Invoke(r.h.VM, m, "_compile", r.h.VM.ToValue(r.readFile(file)), c.Argument(1))
	return goja.Undefined()
}

func (r *Room) loadJSON(c goja.FunctionCall) goja.Value {
	m, file := c.Argument(0).(*goja.Object), c.Argument(1).String()
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
	if ex := r.h.VM.Try(func() { fn = r.compileWrapper(source, file, false) }); ex != nil {
		if !r.isAmbiguous(file) || !r.isModule(file, source) {
			panic(ex)
		}
		r.noteModule(file, true)
		r.loadESM(m, file, func(string) string { return source })
		return goja.Undefined()
	}
	exports := m.Get("exports")
	return fn.Call(exports, exports, r.makeRequire(m), m, r.h.VM.ToValue(file), r.h.VM.ToValue(filepath.Dir(file)))
}

// makeRequire returns the require function of module m.
func (r *Room) makeRequire(m *goja.Object) *goja.Object {
	vm := r.h.VM
	require := bind.Function(vm, bind.Method{Name: "require", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		if isImport(c) {
			return r.importLater(m, c.Argument(0))
		}
		return bind.Invoke(vm, m, "require", c.Argument(0))
	}})
	resolve := bind.Function(vm, bind.Method{Name: "resolve", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		request := r.h.Err.ValidateString(c.Argument(0), "request")
		if r.isBuiltin(request) {
			return c.Argument(0)
		}
		return bind.Invoke(vm, r.Module.Ctor, "_resolveFilename", c.Argument(0), m, bind.False, c.Argument(1))
	}})
	resolve.Set("paths", bind.Function(vm, bind.Method{Name: "paths", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		request := r.h.Err.ValidateString(c.Argument(0), "request")
		switch {
		case r.isBuiltin(request):
			return goja.Null()
		case isRelative(request):
			return r.strings([]string{r.dirOf(m)})
		}
		return r.strings(nodeModulePaths(r.dirOf(m)))
	}}))
	require.Set("resolve", resolve)
	require.Set("main", r.main)
	require.Set("extensions", r.extensions)
	require.Set("cache", r.cache)
	return require
}

func (r *Room) createRequire(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	file := bind.Property(v, "href").String()
	if nodeerr.IsString(v) {
		file = v.String()
	}
	file = strings.TrimPrefix(file, "file://")
	if !filepath.IsAbs(file) {
		panic(r.h.Err.InvalidArgValue("filename", v, "must be a file URL object, file URL string, or absolute path string"))
	}
	if strings.HasSuffix(file, "/") {
		file += "noop.js"
	}
	m := r.newModule(file, goja.Undefined())
	m.Set("filename", file)
	m.Set("paths", r.strings(nodeModulePaths(filepath.Dir(file))))
	return r.makeRequire(m)
}

// Require returns the exports of the module id as a file in the process's directory would get them. It
// throws.
func (r *Room) Require(id string) goja.Value {
	m := r.newModule("[host]", goja.Undefined())
	m.Set("filename", filepath.Join(r.h.Process.Dir(), "[host]"))
	return r.require(m, r.h.VM.ToValue(id))
}

// Preload requires modules as the option --require of the command does. It throws.
func (r *Room) Preload(ids []string) {
	if len(ids) == 0 {
		return
	}
	m := r.newModule("internal/preload", goja.Undefined())
	dir := r.h.Process.Dir()
	m.Set("paths", r.strings(nodeModulePaths(dir)))
	for _, id := range ids {
		bind.Invoke(r.h.VM, m, "require", r.h.VM.ToValue(id))
	}
}

// CheckMain compiles the file at path, found as RunMain finds it, and does not run it. It throws.
func (r *Room) CheckMain(path string) {
	if !filepath.IsAbs(path) {
		path = filepath.Clean(r.h.Abs(path))
	}
	file := bind.Invoke(r.h.VM, r.Module.Ctor, "_resolveFilename", r.h.VM.ToValue(path), goja.Null(), bind.True).String()
	if r.extension(file) == ".js" {
		source := r.readFile(file)
		ex := r.h.VM.Try(func() { r.compileWrapper(source, file, r.isESMFile(file)) })
		if ex != nil && (!r.isAmbiguous(file) || !r.isModule(file, source)) {
			panic(ex)
		}
	}
}

// CheckSource compiles source, which goes by name, and does not run it. It throws.
func (r *Room) CheckSource(name, source string) {
	if r.IsModule(name, source) {
		r.compileWrapper(source, r.evalFile(source), true)
		return
	}
	r.h.Sources[name] = source
	r.compileWrapper(source, name, false)
}

// RunMain loads path, absolute or from the process's directory, as the main module. It throws.
func (r *Room) RunMain(path string) {
	w := r.h.Settings.Worker
	if r.h.Settings.Flags.InputType != "" && w == nil {
		r.h.Err.Throw("ERR_INPUT_TYPE_NOT_ALLOWED")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Clean(r.h.Abs(path))
	}
	if r.h.Settings.Access != nil && (w == nil || w.Granted) {
		// The embedder named it: it needs no permission, whatever the path leads to.
		r.files = r.h.AllFiles()
		r.h.Main = r.find(path, r.h.Process.Dir(), asker{conditions: requireConditions})
		clear(r.packages)
		if r.files = r.h.Files(); r.h.Main != "" {
			path = r.h.Main
		}
	}
	bind.Invoke(r.h.VM, r.Module.Ctor, "_load", r.h.VM.ToValue(path), goja.Null(), bind.True)
}

// BuiltinGlobals gives the built-in modules their names as globals, which load them, as -e and the
// REPL have them.
//
// Node v20 lib/internal/modules/helpers.js: addBuiltinLibsToObject.
func (r *Room) BuiltinGlobals() {
	if r.globals {
		return
	}
	r.globals = true
	vm := r.h.VM
	g := vm.GlobalObject()
	// To list what there is would make it all.
	has, _ := goja.AssertFunction(vm.Get("Object").(*goja.Object).Get("prototype").(*goja.Object).Get("hasOwnProperty"))
	for _, id := range r.h.BuiltinIDs {
		if strings.ContainsAny(id, "/:") || strings.HasPrefix(id, "_") {
			continue
		}
		if own, err := has(g, vm.ToValue(id)); err != nil || own.ToBoolean() {
			continue
		}
		// One function is getter and setter: only a setter gets an argument.
		settle := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			v := c.Argument(0)
			if len(c.Arguments) == 0 {
				v = r.h.Builtin(id)
			}
			bind.Hide(g, id, v)
			return v
		})
		g.DefineAccessorProperty(id, settle, settle, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// RunSource runs source in the global scope as node -e does, with require, module, exports,
// __filename and __dirname as globals, in the command the built-in modules as well, and returns its
// completion value. It throws.
func (r *Room) RunSource(name, source string) goja.Value {
	vm := r.h.VM
	r.moduleGlobals(name, filepath.Join(r.h.Process.Dir(), name))
	if r.h.Settings.Owner {
		r.BuiltinGlobals()
	}
	g := vm.GlobalObject()
	bind.Hide(g, "__filename", vm.ToValue(name))
	bind.Hide(g, "__dirname", vm.ToValue("."))
	v, err := vm.RunProgram(r.Script(name, source))
	if err != nil {
		bind.Rethrow(err)
	}
	return v
}

// RunModule runs source as an ECMAScript module, as node --input-type=module -e does. It throws, at once if
// its value is to be printed: it has none.
func (r *Room) RunModule(source string, print bool) {
	if print {
		r.h.Err.Throw("ERR_EVAL_ESM_CANNOT_PRINT")
	}
	file := r.evalFile(source)
	m := r.newModule(file, goja.Undefined())
	m.Set("filename", file)
	m.Set("paths", r.strings(nodeModulePaths(r.h.Process.Dir())))
	r.runEntry(r.link(m, file, "", func(string) string { return source }))
}

// evalName is what Node calls a module that comes from no file.
const evalName = "[eval1]"

// evalFile is the file that source would be if it came from one.
func (r *Room) evalFile(source string) string {
	file := filepath.Join(r.h.Process.Dir(), evalName)
	r.h.Sources[r.fileURL(file)] = source
	return file
}

// moduleGlobals makes module, exports and require globals, for a module id.
func (r *Room) moduleGlobals(id, filename string) {
	m := r.newModule(id, goja.Undefined())
	m.Set("filename", filename)
	m.Set("paths", r.strings(nodeModulePaths(r.h.Process.Dir())))
	g := r.h.VM.GlobalObject()
	bind.Hide(g, "module", m)
	bind.Hide(g, "exports", m.Get("exports"))
	bind.Hide(g, "require", r.makeRequire(m))
}

// Interactive prepares the global scope for what is typed: as RunSource, but there is no file.
func (r *Room) Interactive() {
	r.moduleGlobals("<repl>", "")
	r.BuiltinGlobals()
	r.h.VM.GlobalObject().Get("module").(*goja.Object).Set("filename", goja.Null())
}

// Script compiles source as it is, for the global scope, under a name that is no file's. It throws.
func (r *Room) Script(name, source string) *goja.Program {
	r.h.Sources[name] = source
	return r.compileProgram(name, source, false, func(code string) string { return code })
}
