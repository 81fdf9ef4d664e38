package module

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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

// resolveFilename is Module._resolveFilename: the absolute path of the file that request means to
// module parent; options.paths replace the places to look.
func (r *Room) resolveFilename(request string, parent, options goja.Value) string {
	if r.isBuiltin(request) {
		return request
	}
	dirs := []string{r.dirOf(parent)}
	if list, ok := bind.Property(options, "paths").(*goja.Object); ok {
		dirs = nil
		r.h.VM.ForOf(list, func(v goja.Value) bool {
			dir := v.String()
			if !filepath.IsAbs(dir) {
				dir = filepath.Clean(r.h.Abs(dir))
			}
			dirs = append(dirs, dir)
			return true
		})
	}
	a := asker{conditions: requireConditions}
	if r.importing || r.isESM(parent) {
		a.conditions = importConditions
	}
	a.conditions = slices.Concat(a.conditions, r.h.Settings.Flags.Conditions)
	if o, ok := parent.(*goja.Object); ok {
		if f := o.Get("filename"); f != nil && nodeerr.IsString(f) {
			a.file = f.String()
		}
	}
	r.unread = nil
	for _, dir := range dirs {
		if file := r.find(request, dir, a); file != "" {
			return file
		}
	}
	r.notFound(request, parent)
	return ""
}

// find returns the file, or the built-in, that request means in dir; "" if there is none.
func (r *Room) find(request, dir string, a asker) string {
	request = fileOf(request)
	switch {
	case filepath.IsAbs(request), request != "" && os.IsPathSeparator(request[0]):
		request = r.h.Abs(request)
		return r.mustRead(request, r.resolvePath(request, strings.HasSuffix(request, "/")))
	case isRelative(request):
		onlyDir := strings.HasSuffix(request, "/") || request == "." || request == ".." || strings.HasSuffix(request, "/..") || strings.HasSuffix(request, "/.")
		path := filepath.Join(dir, request)
		return r.mustRead(path, r.resolvePath(path, onlyDir))
	case strings.HasPrefix(request, "#"):
		return r.resolveImports(request, dir, a)
	}
	if file := r.resolveSelf(request, dir, a); file != "" {
		return file
	}
	places := nodeModulePaths(dir)
	if v, ok := r.h.Process.Env("NODE_PATH"); ok {
		places = append(places, filepath.SplitList(v)...)
	}
	name, subpath, ok := packageName(request)
	for _, place := range places {
		info, err := r.files.Stat(place)
		if denied := (*modules.Denied)(nil); errors.As(err, &denied) {
			r.unread = append(r.unread, place)
		}
		if err != nil || !info.IsDir() {
			continue
		}
		if ok {
			if p := r.readPackage(filepath.Join(place, name)); p != nil && p.Exports != nil {
				return r.finish(r.resolveExports(p, subpath, asker{conditions: a.conditions}))
			}
		}
		if file := r.resolvePath(filepath.Join(place, request), strings.HasSuffix(request, "/")); file != "" {
			return file
		}
	}
	return ""
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

// resolvePath tries path as a file, with each known extension, and as a folder.
func (r *Room) resolvePath(path string, onlyDir bool) string {
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
	if p := r.readPackage(path); p != nil && p.Main != "" {
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
	}
	return r.withExtension(filepath.Join(path, "index"))
}

func (r *Room) withExtension(path string) string {
	for _, ext := range r.extensions.Keys() {
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
	for m, ok := parent.(*goja.Object); ok; m, ok = m.Get("parent").(*goja.Object) {
		name := m.Get("filename")
		if name == nil || !nodeerr.IsString(name) {
			name = m.Get("id")
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
