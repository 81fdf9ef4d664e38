package module

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func isRelative(request string) bool {
	return request == "." || request == ".." || strings.HasPrefix(request, "./") || strings.HasPrefix(request, "../")
}

// nodeModulePaths lists the node_modules folders that a file in dir sees, nearest first.
func nodeModulePaths(dir string) []string {
	var out []string
	for {
		if filepath.Base(dir) != "node_modules" {
			out = append(out, filepath.Join(dir, "node_modules"))
		}
		up := filepath.Dir(dir)
		if up == dir {
			return out
		}
		dir = up
	}
}

// dirOf returns the folder that module m resolves relative requests from.
func (r *Room) dirOf(m goja.Value) string {
	if o, ok := m.(*goja.Object); ok {
		if f := o.Get("filename"); f != nil && nodeerr.IsString(f) {
			return filepath.Dir(f.String())
		}
	}
	return r.h.Process.Dir()
}

// resolve is Module._resolveFilename for the loader.
func (r *Room) resolve(request string, parent goja.Value, isMain bool) string {
	return r.static("_resolveFilename", r.jsResolveFilename, r.h.VM.ToValue(request), parent, bind.Bool(isMain)).String()
}

// jsResolveFilename is Module._resolveFilename(request, parent, isMain, options): the absolute path of
// the file that request means to module parent; options.paths replace the places to look.
func (r *Room) jsResolveFilename(c goja.FunctionCall) goja.Value {
	request, parent, isMain := c.Argument(0).String(), c.Argument(1), c.Argument(2)
	if r.isBuiltin(request) {
		return c.Argument(0)
	}
	request = fileOf(request)
	paths := r.placesFor(request, parent, c.Argument(3))
	a := asker{conditions: requireConditions}
	if r.importing || r.isESM(parent) {
		a.conditions = importConditions
	}
	a.conditions = slices.Concat(a.conditions, r.h.Settings.Flags.Conditions)
	if f := bind.Property(parent, "filename"); nodeerr.IsString(f) {
		a.file = f.String()
	}
	before := r.asking
	r.asking, r.unread = a, nil
	defer func() { r.asking = before }()
	if !isRelative(request) && !rooted(request) {
		dir := r.dirOf(parent)
		if strings.HasPrefix(request, "#") {
			return r.h.VM.ToValue(r.resolveImports(request, dir, a))
		}
		if file := r.resolveSelf(request, dir, a); file != "" {
			return r.h.VM.ToValue(file)
		}
	}
	if file := r.static("_findPath", r.jsFindPath, r.h.VM.ToValue(request), paths, isMain); bind.Truthy(file) {
		return file
	}
	r.notFound(request, parent)
	return nil
}

// placesFor is where _resolveFilename looks: an array, or null.
func (r *Room) placesFor(request string, parent, options goja.Value) goja.Value {
	vm := r.h.VM
	given := goja.Undefined()
	if o, ok := options.(*goja.Object); ok && nodeerr.TypeOf(o) == "object" {
		given = bind.Property(o, "paths")
	}
	if bind.IsUndefined(given) {
		return r.static("_resolveLookupPaths", r.jsResolveLookupPaths, vm.ToValue(request), parent)
	}
	list, ok := given.(*goja.Object)
	switch {
	case !ok || list.ClassName() != "Array":
		panic(r.h.Err.InvalidArgValue("options.paths", given, "is invalid"))
	case isRelative(request):
		return list
	}
	var places []string
	asIf := r.newModule("", goja.Null())
	vm.ForOf(list, func(dir goja.Value) bool {
		asIf.Set("paths", r.static("_nodeModulePaths", r.jsNodeModulePaths, dir))
		for _, place := range r.texts(r.static("_resolveLookupPaths", r.jsResolveLookupPaths, vm.ToValue(request), asIf)) {
			if !slices.Contains(places, place) {
				places = append(places, place)
			}
		}
		return true
	})
	return r.strings(places)
}

// jsResolveLookupPaths is Module._resolveLookupPaths(request, parent): the folders that request may be
// in, null for none.
func (r *Room) jsResolveLookupPaths(c goja.FunctionCall) goja.Value {
	request, parent := c.Argument(0).String(), c.Argument(1)
	if r.isBuiltin(request) {
		return goja.Null()
	}
	if !strings.HasPrefix(request, ".") || len(request) > 1 && request[1] != '.' && !os.IsPathSeparator(request[1]) {
		places := slices.Concat(r.texts(bind.Property(parent, "paths")), r.places)
		if len(places) == 0 {
			return goja.Null()
		}
		return r.strings(places)
	}
	file := bind.Property(parent, "filename")
	if !bind.Truthy(bind.Property(parent, "id")) || !bind.Truthy(file) { // what is typed has none
		return r.strings([]string{"."})
	}
	return r.strings([]string{filepath.Dir(file.String())})
}

// texts returns the elements of an array of strings; nothing for null and undefined.
func (r *Room) texts(v goja.Value) []string {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	n := int(bind.Property(o, "length").ToInteger())
	var out []string
	for i := range n {
		text := o.Get(strconv.Itoa(i))
		if text == nil || !goja.IsString(text) {
			panic(r.h.Err.InvalidArgType("paths", []string{"array of strings"}, v))
		}
		out = append(out, text.String())
	}
	return out
}

// rooted reports whether request begins at the root of a drive or of all files.
func rooted(request string) bool {
	return filepath.IsAbs(request) || request != "" && os.IsPathSeparator(request[0])
}

// jsFindPath is Module._findPath(request, paths): the file, or false.
func (r *Room) jsFindPath(c goja.FunctionCall) goja.Value {
	request := c.Argument(0).String()
	places := []string{""}
	if !rooted(request) {
		if places = r.texts(c.Argument(1)); len(places) == 0 {
			return bind.False
		}
	}
	if r.opened == nil {
		return r.fileOrFalse(r.findPath(request, places))
	}
	cache, _ := r.Module.Ctor.Get("_pathCache").(*goja.Object)
	key := request + "\x00" + strings.Join(places, "\x00")
	if known := bind.Property(cache, key); bind.Truthy(known) {
		return known
	}
	found := r.fileOrFalse(r.findPath(request, places))
	if cache != nil && bind.Truthy(found) {
		cache.Set(key, found)
	}
	return found
}

func (r *Room) fileOrFalse(file string) goja.Value {
	if file == "" {
		return bind.False
	}
	return r.h.VM.ToValue(file)
}

// findPath returns the file, or the built-in, that request means in one of places; "" if there is none.
func (r *Room) findPath(request string, places []string) string {
	bare := !rooted(request) && !isRelative(request)
	onlyDir := strings.HasSuffix(request, "/") || request == "." || request == ".." || strings.HasSuffix(request, "/..") || strings.HasSuffix(request, "/.")
	inside := !isRelative(request) || !strings.HasPrefix(filepath.Clean(request), "..")
	name, subpath, named := packageName(request)
	for _, place := range places {
		dir := place
		if dir != "" && !filepath.IsAbs(dir) {
			dir = filepath.Clean(r.h.Abs(dir))
		}
		if dir != "" && inside {
			info, err := r.files.Stat(dir)
			denied := (*modules.Denied)(nil)
			switch {
			case errors.As(err, &denied) && !bare: // told of below
			case err != nil && denied != nil && !r.ownPlace(place):
				r.unread = append(r.unread, place)
				continue
			case err != nil || !info.IsDir():
				continue
			}
		}
		if named && bare {
			if p := r.readPackage(filepath.Join(dir, name)); p != nil && p.Exports != nil {
				conditions := r.asking.conditions
				if conditions == nil {
					conditions = slices.Concat(requireConditions, r.h.Settings.Flags.Conditions)
				}
				return r.finish(r.resolveExports(p, subpath, asker{conditions: conditions}))
			}
		}
		path := filepath.Join(dir, request)
		if dir == "" {
			path = filepath.Clean(r.h.Abs(request))
		}
		file := r.resolvePath(path, request, onlyDir)
		if !bare {
			file = r.mustRead(path, file)
		}
		if file != "" {
			return file
		}
	}
	return ""
}

// ownPlace reports whether place is one that nobody asked for: the user's and the installation's.
func (r *Room) ownPlace(place string) bool {
	given, _ := r.h.Process.Env("NODE_PATH")
	return slices.Contains(r.places, place) && !slices.Contains(filepath.SplitList(given), place)
}

// fileOf is the path of request if it is a URL, which import takes.
func fileOf(request string) string {
	if !strings.HasPrefix(request, "file://") {
		return request
	}
	u, err := url.Parse(request)
	if err != nil {
		return request
	}
	if rest := filepath.FromSlash(strings.TrimPrefix(u.Path, "/")); filepath.VolumeName(rest) != "" {
		return rest
	}
	return u.Path
}

// mustRead throws if no file was found because path may not be read.
func (r *Room) mustRead(path, file string) string {
	if file == "" && !r.files.May(path) {
		panic(r.h.Err.Denied(modules.DeniedRead(path)))
	}
	return file
}

// resolvePath tries path as a file, with each known extension, and as a folder. What was asked for is
// request.
func (r *Room) resolvePath(path, request string, onlyDir bool) string {
	info, err := r.files.Stat(path)
	if !onlyDir {
		if err == nil && info.Mode().IsRegular() || err == nil && !info.IsDir() {
			return r.realPath(path)
		}
		if file := r.withExtension(path); file != "" {
			return file
		}
	}
	if err != nil || !info.IsDir() {
		return ""
	}
	index := filepath.Join(path, "index")
	p := r.readPackage(path)
	if p == nil || p.Main == "" {
		return r.withExtension(index)
	}
	main := filepath.Join(path, p.Main)
	if info, err := r.files.Stat(main); err == nil && !info.IsDir() {
		return r.realPath(main)
	}
	if file := r.withExtension(main); file != "" {
		return file
	}
	if file := r.withExtension(filepath.Join(main, "index")); file != "" {
		return file
	}
	file := r.withExtension(index)
	if file == "" {
		err := r.h.Err.Plain(nodeerr.Error, "Cannot find module '"+main+"'. Please verify that the package.json has a valid \"main\" entry")
		err.Set("code", "MODULE_NOT_FOUND")
		err.Set("path", filepath.Join(path, "package.json"))
		err.Set("requestPath", request)
		panic(err)
	}
	w := r.h.Err.Plain(nodeerr.Error, "Invalid 'main' field in '"+filepath.Join(path, "package.json")+"' of '"+p.Main+"'. Please either fix that or report it to the module author")
	w.Set("name", "DeprecationWarning")
	w.Set("code", "DEP0128")
	r.h.Process.EmitWarning(w)
	return file
}

func (r *Room) withExtension(path string) string {
	for _, ext := range r.extensionsNow().Keys() {
		if info, err := r.files.Stat(path + ext); err == nil && !info.IsDir() {
			return r.realPath(path + ext)
		}
	}
	return ""
}

// realPath resolves symbolic links, so that a file is one module by whatever name it is reached.
func (r *Room) realPath(path string) string {
	if r.h.Settings.Flags.PreserveSymlinks {
		return path
	}
	return r.files.Real(path)
}

// notFound throws MODULE_NOT_FOUND with the chain of modules that asked.
func (r *Room) notFound(request string, parent goja.Value) {
	if r.importing && len(r.unread) == 0 {
		r.notFoundImport(request, parent)
	}
	var stack []any
	text := ""
	for m, ok := parent.(*goja.Object); ok; m, ok = parentOf(m).(*goja.Object) {
		name := bind.Property(m, "filename")
		if !nodeerr.IsString(name) {
			name = bind.Property(m, "id")
		}
		stack = append(stack, name)
		text += "\n- " + name.String()
	}
	msg := "Cannot find module '" + request + "'"
	if len(stack) > 0 {
		msg += "\nRequire stack:" + text
	}
	if len(r.unread) > 0 {
		msg += "\nNot permitted to be read (--allow-fs-read):\n- " + strings.Join(r.unread, "\n- ")
	}
	err := r.h.Err.Plain(nodeerr.Error, msg)
	err.Set("code", "MODULE_NOT_FOUND")
	err.Set("requireStack", r.h.VM.NewArray(stack...))
	panic(err)
}

// notFoundImport throws what import does.
//
// Node v20 lib/internal/modules/esm/resolve.js: finalizeResolution, packageResolve.
func (r *Room) notFoundImport(request string, parent goja.Value) {
	from := bind.Property(parent, "filename").String()
	what, path := "package", request
	if name, _, ok := packageName(request); ok {
		path = name
	}
	if isRelative(request) || filepath.IsAbs(request) || strings.HasPrefix(request, "file://") {
		what, path = "module", fileOf(request)
		if !filepath.IsAbs(path) {
			path = filepath.Join(r.dirOf(parent), path)
		}
	}
	err := r.h.Err.Coded(nodeerr.Error, "ERR_MODULE_NOT_FOUND", "Cannot find "+what+" '"+path+"' imported from "+from)
	if what == "module" {
		err.Set("url", r.fileURL(path))
	}
	panic(err)
}
