// Package module is Node's module module: CommonJS, that is require, the Module class and the
// search for files.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/modules.html.
// ECMAScript modules, and the exports and imports fields of package.json. register throws; module.wrap and
// the functions that begin with _ are what packages put their own in the place of (statics.go).
package module

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('module').
var Module = modules.Module{ID: "module", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).open() }}

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
	asking     asker    // for whom the present search is
	places     []string // folders that every module sees after those of its own
	globals    bool     // BuiltinGlobals was called
	preloading bool
	circular   *goja.Object // the prototype of exports that were asked for too early; nil until used
	opened     *opened      // nil: the program cannot have changed Module's properties

	esm        map[string]*esModule       // by file
	linking    []*esModule                // since the outermost link began
	importing  bool                       // the present search is for an import
	detected   map[string]bool            // files that are modules by their syntax
	broken     map[string]*goja.Exception // why a file could not be linked; import() tells the same again
	orders     int                        // the last esModule.order
	entry      *esModule                  // the main module, while it runs
	namespaces map[string]*goja.Object    // of imported CommonJS modules, by what they were found as
	frame      bind.Frame
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
	r.Module = bind.Define(vm, bind.Class{Name: "Module", Mode: bind.CallAny,
		Construct: func(this *goja.Object, args []goja.Value) {
			id := ""
			if v := bind.Arg(args, 0); !bind.IsUndefined(v) {
				id = v.String()
			}
			r.init(this, id, bind.Arg(args, 1))
		},
		Methods: []bind.Method{
			{Name: "load", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.load(bind.This(r.h.VM, c), c.Argument(0).String())
				return goja.Undefined()
			}},
			{Name: "require", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.require(c.This, c.Argument(0))
			}},
			{Name: "_compile", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				return r.compile(bind.This(r.h.VM, c), c.Argument(0).String(), c.Argument(1).String())
			}},
		}})
	// Module is reached through this and through require('module') only.
	constructor := vm.ToValue(func(goja.FunctionCall) goja.Value { return r.open() })
	r.Module.Proto.DefineAccessorProperty("constructor", constructor, nil, goja.FLAG_FALSE, goja.FLAG_FALSE)
	preloading := vm.ToValue(func(goja.FunctionCall) goja.Value { return bind.Bool(r.preloading) })
	r.Module.Proto.DefineAccessorProperty("isPreloading", preloading, nil, goja.FLAG_FALSE, goja.FLAG_FALSE)
	parent := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		m, ok := c.This.(*goja.Object)
		switch {
		case !ok:
			return goja.Undefined()
		case len(c.Arguments) > 0: // only a setter gets an argument
			m.SetSymbol(parentSymbol, c.Arguments[0])
			return goja.Undefined()
		}
		return parentOf(m)
	})
	r.Module.Proto.DefineAccessorProperty("parent", parent, parent, goja.FLAG_FALSE, goja.FLAG_FALSE)
	r.places = r.globalFolders()
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

// Require returns the exports of the module id as a file in the process's directory would get them. It
// throws.
func (r *Room) Require(id string) goja.Value {
	m := r.newModule("[host]", goja.Undefined())
	m.Set("filename", filepath.Join(r.h.Process.Dir(), "[host]"))
	m.Set("paths", r.strings(nodeModulePaths(r.h.Process.Dir())))
	return r.require(m, r.h.VM.ToValue(id))
}

// Preload requires modules as the option --require of the command does. It throws.
func (r *Room) Preload(ids []string) {
	if len(ids) == 0 {
		return
	}
	r.preloading = true
	defer func() { r.preloading = false }()
	m := r.newModule("internal/preload", goja.Null())
	m.Set("paths", r.nodeModulePathsOf(r.h.Process.Dir()))
	for _, id := range ids {
		bind.Invoke(r.h.VM, m, "require", r.h.VM.ToValue(id))
	}
}

// CheckMain compiles the file at path, found as RunMain finds it, and does not run it. It throws.
func (r *Room) CheckMain(path string) {
	if !filepath.IsAbs(path) {
		path = filepath.Clean(r.h.Abs(path))
	}
	file := r.resolve(path, goja.Null(), true)
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
		r.h.Main = r.resolvePath(path, path, false)
		clear(r.packages)
		if r.files = r.h.Files(); r.h.Main != "" {
			path = r.h.Main
		}
	}
	r.static("runMain", r.jsRunMain, r.h.VM.ToValue(path))
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
	m.Set("paths", r.nodeModulePathsOf(r.h.Process.Dir()))
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
