package module

import (
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

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
		r.h.Err.ValidateString(c.Argument(0), "request")
		return r.static("_resolveFilename", r.jsResolveFilename, c.Argument(0), m, bind.False, c.Argument(1))
	}})
	define(resolve, "paths", bind.Function(vm, bind.Method{Name: "paths", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		r.h.Err.ValidateString(c.Argument(0), "request")
		return r.static("_resolveLookupPaths", r.jsResolveLookupPaths, c.Argument(0), m)
	}}))
	define(require, "resolve", resolve)
	define(require, "main", r.main)
	define(require, "extensions", r.extensionsNow())
	define(require, "cache", r.cacheNow())
	return require
}

// createRequire is module.createRequire(filename): a path, or a URL.
func (r *Room) createRequire(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	isURL := bind.Truthy(bind.Property(v, "href")) && bind.Truthy(bind.Property(v, "protocol")) // as lib/internal/url.js: isURL
	file := ""
	if nodeerr.IsString(v) {
		file = v.String()
	}
	if isURL || nodeerr.IsString(v) && !filepath.IsAbs(file) {
		if r.h.VM.Try(func() {
			file = bind.Invoke(r.h.VM, r.h.Builtin("url").(*goja.Object), "fileURLToPath", v).String()
		}) != nil {
			file = ""
		}
	}
	if file == "" {
		panic(r.h.Err.InvalidArgValue("filename", v, "must be a file URL object, file URL string, or absolute path string"))
	}
	if strings.HasSuffix(file, "/") || strings.HasSuffix(file, string(filepath.Separator)) {
		file = filepath.Join(file, "noop.js") // a directory
	}
	m := r.newModule(file, goja.Undefined())
	m.Set("filename", file)
	m.Set("paths", r.nodeModulePathsOf(filepath.Dir(file)))
	return r.makeRequire(m)
}
