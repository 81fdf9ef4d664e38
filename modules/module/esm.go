package module

import (
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// esModule is an ECMAScript module: a cyclic module record of ECMA-262 §16.2.1.5, whose code has become
// a generator.
type esModule struct {
	object  *goja.Object // its Module object
	id      string       // what it is known by: the file, and the query of the URL that it was imported as
	file    string
	body    *goja.Object // the generator; it has stopped before its imports
	awaits  bool         // there is a top-level await in it
	imports []esImport
	stars   []string // the specifiers of what all is exported from

	line, column int  // of the last top-level await that it came to, from 1
	required     bool // what require returns has been made

	graph      knowledge // whether an await is in it or in what it imports
	evaluation           // see evaluate.go
}

// esImport is one module that another imports.
type esImport struct {
	specifier string
	found     string       // the file, or the built-in module
	names     []string     // that are used of it
	module    *esModule    // nil: it is no ECMAScript module
	namespace *goja.Object // of one that is none, once it has run
}

type knowledge int8

const (
	unknown knowledge = iota
	no
	yes
)

// isESMFile reports whether file holds an ECMAScript module, by its name, its package or what has been found
// in it.
func (r *Room) isESMFile(file string) bool {
	return strings.HasSuffix(file, ".mjs") || strings.HasSuffix(file, ".js") && r.packageType(file) == "module" || r.detected[file]
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

// loadESM is what the loader of files does with an ECMAScript module: it links it, and runs it, unless it
// is the main module, which is run later. require gets what it exports as 'module.exports', if it does;
// import sees the names all the same.
func (r *Room) loadESM(m *goja.Object, file string, read func(file string) string) {
	es := r.link(m, file, "", read)
	if m == r.main {
		r.runEntry(es)
		return
	}
	r.requireESM(es, parentOf(m))
	if m != es.object { // it was loaded before, and taken out of require.cache
		m.Set("exports", es.object.Get("exports"))
	}
}

// requireESM runs es for a require by parent, unless it has run, or runs. It throws.
func (r *Room) requireESM(es *esModule, parent goja.Value) {
	if ex := es.failure(); ex != nil {
		panic(ex)
	}
	if r.awaitsIn(es) {
		msg := "require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the" +
			" top-level await comes from, use --experimental-print-required-tla."
		if from := bind.Property(parent, "filename"); nodeerr.IsString(from) {
			msg += "\n  From " + from.String() + " "
		}
		msg += "\n  Requiring " + es.file + " "
		if es.state == evaluated {
			msg = strings.ReplaceAll(msg, " \n", "\n")[:len(msg)-2]
		}
		r.h.Err.Throw("ERR_REQUIRE_ASYNC_MODULE", msg)
	}
	r.evaluate(es)
	if ex := es.failure(); ex != nil {
		panic(ex)
	}
	if es.state == evaluated && !es.required {
		es.required = true
		es.object.Set("exports", r.required(es.namespace))
	}
}

// awaitsIn reports whether there is a top-level await in es or in what it imports.
func (r *Room) awaitsIn(es *esModule) bool {
	if es.graph == unknown {
		es.graph = no
		seen := map[*esModule]bool{es: true}
		for list := []*esModule{es}; len(list) > 0; {
			one := list[len(list)-1]
			list = list[:len(list)-1]
			if one.awaits {
				es.graph = yes
				break
			}
			for _, i := range one.imports {
				if i.module != nil && !seen[i.module] {
					seen[i.module] = true
					list = append(list, i.module)
				}
			}
		}
	}
	return es.graph == yes
}

// link compiles the ECMAScript module in file, which read returns and which goes by file and query, with all
// that it imports, and makes their exports; nothing of them runs yet. m becomes its Module object, unless it is
// linked. It throws; nothing is left of it then.
func (r *Room) link(m *goja.Object, file, query string, read func(file string) string) *esModule {
	id := file + query
	if es := r.esm[id]; es != nil {
		return es
	}
	if r.h.Settings.Transform == nil {
		r.h.Err.Throw("ERR_REQUIRE_ESM", "require() of ES Module "+file+" not supported: this program runs CommonJS modules only.")
	}
	outermost := len(r.linking) == 0
	var es *esModule
	ex := r.h.VM.Try(func() {
		es = r.linkOne(m, file, query, read(file))
		if outermost {
			for _, one := range r.linking {
				r.checkNames(one)
			}
		}
	})
	if outermost && ex != nil {
		if r.broken == nil {
			r.broken = make(map[string]*goja.Exception)
		}
		r.broken[id] = ex
	}
	if ex != nil {
		r.forget(m, id)
		for _, one := range r.linking {
			if outermost {
				r.forget(one.object, one.id)
			}
		}
	}
	if outermost {
		r.linking = nil
	}
	if ex != nil {
		panic(ex)
	}
	return es
}

// forget undoes what link has done for a module.
func (r *Room) forget(m *goja.Object, id string) {
	delete(r.esm, id)
	if cache := r.cacheNow(); cache.Get(id) == m {
		cache.Delete(id)
	}
}

func (r *Room) linkOne(m *goja.Object, file, query, source string) *esModule {
	vm := r.h.VM
	es := &esModule{object: m, id: file + query, file: file}
	fn := r.compileWrapper(source, file, true)
	r.esm[es.id] = es
	r.linking = append(r.linking, es)
	es.body, _ = fn.Call(goja.Undefined(), m, r.makeImport(es), r.makeDynamicImport(m), r.importMeta(m, file, query)).(*goja.Object)
	step := bind.Invoke(vm, es.body, "next")
	es.namespace, _ = m.Get("exports").(*goja.Object)
	if bind.Truthy(bind.Property(step, "done")) {
		return es // written for another host: there is nothing to wait for
	}
	r.makeNamespace(es.namespace)
	told, _ := bind.Property(step, "value").(*goja.Object)
	if inner, ok := told.Get("0").(*goja.Object); ok && inner.Get("1") != nil && nodeerr.TypeOf(inner.Get("1")) == "boolean" {
		told = inner // it was awaited
	}
	es.awaits = bind.Truthy(told.Get("1"))
	used := texts(vm, told.Get("2"))
	es.stars = texts(vm, told.Get("3"))
	for _, specifier := range texts(vm, told.Get("0")) {
		one := r.linkImport(m, vm.ToValue(specifier))
		for i := 0; i+1 < len(used); i += 2 {
			if used[i] == specifier {
				one.names = append(one.names, used[i+1])
			}
		}
		es.imports = append(es.imports, one)
	}
	return es
}

// texts are the strings of a list.
func texts(vm *goja.Runtime, list goja.Value) (all []string) {
	if list == nil {
		return nil // written for another host
	}
	vm.ForOf(list, func(v goja.Value) bool {
		all = append(all, v.String())
		return true
	})
	return all
}

// linkImport finds, and links, what m imports as specifier.
func (r *Room) linkImport(m *goja.Object, specifier goja.Value) esImport {
	i := esImport{specifier: specifier.String()}
	path, query := splitQuery(i.specifier)
	i.found = r.resolveImport(m, r.h.VM.ToValue(path))
	if r.isBuiltin(i.found) {
		return i
	}
	id := i.found + query
	if i.module = r.esm[id]; i.module != nil {
		return i
	}
	if _, cached := r.cacheNow().Get(id).(*goja.Object); cached || r.extension(i.found) != ".js" || !r.detect(i.found) {
		return i
	}
	if ex := r.broken[id]; ex != nil {
		panic(ex)
	}
	dep := r.newModule(id, m)
	r.cacheNow().Set(id, dep)
	dep.Set("filename", i.found)
	dep.Set("paths", r.nodeModulePathsOf(filepath.Dir(i.found)))
	i.module = r.link(dep, i.found, query, r.readFile)
	return i
}

// splitQuery cuts query and fragment off a specifier that is a path or a URL of a file. Modules whose URLs
// differ in these are different ones.
func splitQuery(specifier string) (path, query string) {
	at := strings.IndexAny(specifier, "?#")
	if at < 0 || !isRelative(specifier) && specifier[0] != '/' && !strings.HasPrefix(specifier, "file:") {
		return specifier, ""
	}
	return specifier[:at], specifier[at:]
}

// resolveImport returns the file, or the built-in module, that m imports as specifier. It throws.
func (r *Room) resolveImport(m *goja.Object, specifier goja.Value) string {
	if r.isBuiltin(specifier.String()) {
		return specifier.String()
	}
	if strings.HasPrefix(specifier.String(), scheme) {
		r.h.Err.Throw("ERR_UNKNOWN_BUILTIN_MODULE", specifier.String())
	}
	before := r.importing
	r.importing = true
	defer func() { r.importing = before }()
	return r.static("_resolveFilename", r.jsResolveFilename, specifier, m, bind.False).String()
}

// makeImport returns what the code of an ECMAScript module gets as __require.
func (r *Room) makeImport(es *esModule) *goja.Object {
	return bind.Function(r.h.VM, bind.Method{Name: "require", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		specifier := c.Argument(0).String()
		for i := range es.imports {
			if one := &es.imports[i]; one.specifier == specifier {
				if one.module != nil {
					return one.module.namespace
				}
				return one.namespace
			}
		}
		panic("BUG: module: the import of " + specifier + " was not announced")
	}})
}

// importMeta is import.meta of module m in file.
func (r *Room) importMeta(m *goja.Object, file, query string) *goja.Object {
	vm := r.h.VM
	meta := vm.CreateObject(nil)
	meta.Set("dirname", filepath.Dir(file))
	meta.Set("filename", file)
	meta.Set("resolve", bind.Function(vm, bind.Method{Name: "resolve", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		specifier := bind.ToString(c.Argument(0)).String()
		if isRelative(specifier) || strings.HasPrefix(specifier, "/") || strings.Contains(specifier, "://") {
			// Whether there is such a file is not asked.
			url, err := vm.New(r.h.Builtin("url").(*goja.Object).Get("URL"), vm.ToValue(specifier), vm.ToValue(r.fileURL(file)))
			if err != nil {
				bind.Rethrow(err)
			}
			return url.Get("href")
		}
		found := r.resolveImport(m, vm.ToValue(specifier))
		if r.isBuiltin(found) {
			return vm.ToValue(scheme + strings.TrimPrefix(found, scheme))
		}
		return vm.ToValue(r.fileURL(found))
	}}))
	meta.Set("url", r.fileURL(file)+query)
	return meta
}

// fileURL is the URL of a file.
func (r *Room) fileURL(file string) string {
	url := r.h.Builtin("url").(*goja.Object)
	if dir, name := filepath.Split(file); name == evalName {
		return bind.Property(bind.Invoke(r.h.VM, url, "pathToFileURL", r.h.VM.ToValue(dir)), "href").String() + name // as it is
	}
	return bind.Property(bind.Invoke(r.h.VM, url, "pathToFileURL", r.h.VM.ToValue(file)), "href").String()
}
