// Package path is Node's path module: pure functions on strings, in a POSIX and a Windows form
// that both work on every system. Go code uses [Posix] and [Win32] directly.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/path.html. The algorithms work on bytes, which
// gives the same results as on UTF-16 units because all that they look for is ASCII.
// Left out: extended globs in matchesGlob.
package path

import (
	"runtime"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('path'); PosixModule and Win32Module are its two forms.
var (
	Module = modules.Module{ID: "path", Load: func(h *modules.Host) goja.Value {
		if runtime.GOOS == "windows" {
			return rooms.Of(h).win32
		}
		return rooms.Of(h).posix
	}}
	PosixModule = modules.Module{ID: "path/posix", Load: func(h *modules.Host) goja.Value { return rooms.Of(h).posix }}
	Win32Module = modules.Module{ID: "path/win32", Load: func(h *modules.Host) goja.Value { return rooms.Of(h).win32 }}
)

var rooms = modules.NewRoom(newRoom)

type room struct {
	h            *modules.Host
	posix, win32 *goja.Object
	warned       bool // that matchesGlob is experimental
}

func newRoom(h *modules.Host) *room {
	r := &room{h: h}
	r.posix = r.exports(&Posix)
	r.win32 = r.exports(&Win32)
	for _, o := range []*goja.Object{r.posix, r.win32} {
		o.Set("win32", r.win32)
		o.Set("posix", r.posix)
		o.Set("_makeLong", o.Get("toNamespacedPath"))
	}
	return r
}

// Style is one of the two forms of paths.
type Style struct {
	Sep       string // between the segments of a path
	Delimiter string // between the paths of a list
	windows   bool
}

// The two forms.
var (
	Posix = Style{Sep: "/", Delimiter: ":"}
	Win32 = Style{Sep: `\`, Delimiter: ";", windows: true}
)

// Parsed is the result of Parse.
type Parsed struct{ Root, Dir, Base, Ext, Name string }

func (s *Style) isSep(c byte) bool { return c == '/' || s.windows && c == '\\' }

// exports makes the module's object for one form.
func (r *room) exports(s *Style) *goja.Object {
	h := r.h
	o := h.VM.NewObject()
	text := func(c goja.FunctionCall, i int, name string) string {
		return h.Err.ValidateString(c.Argument(i), name)
	}
	one := func(fn func(string) string) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return bind.String(fn(text(c, 0, "path"))) }
	}
	bind.DefineMethods(h.VM, o, []bind.Method{
		{Name: "resolve", Fn: func(c goja.FunctionCall) goja.Value { return bind.String(r.resolve(s, c.Arguments)) }},
		{Name: "normalize", Length: 1, Fn: one(s.Normalize)},
		{Name: "isAbsolute", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(s.IsAbs(text(c, 0, "path"))) }},
		{Name: "join", Fn: func(c goja.FunctionCall) goja.Value {
			parts := make([]string, len(c.Arguments))
			for i := range parts {
				parts[i] = text(c, i, "path")
			}
			return bind.String(s.Join(parts...))
		}},
		{Name: "relative", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			from, to := text(c, 0, "from"), text(c, 1, "to")
			return bind.String(s.Relative(from, to, r.world()))
		}},
		{Name: "toNamespacedPath", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if !s.windows || !nodeerr.IsString(c.Argument(0)) {
				return c.Argument(0)
			}
			return bind.String(s.namespaced(c.Argument(0).String(), r.world()))
		}},
		{Name: "dirname", Length: 1, Fn: one(s.Dir)},
		{Name: "basename", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			suffix := ""
			if !bind.IsUndefined(c.Argument(1)) {
				suffix = text(c, 1, "suffix")
			}
			return bind.String(s.Base(text(c, 0, "path"), suffix))
		}},
		{Name: "extname", Length: 1, Fn: one(s.Ext)},
		{Name: "format", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.format(s, h.Err.ValidateObject(c.Argument(0), "pathObject"))
		}},
		{Name: "parse", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			p := s.Parse(text(c, 0, "path"))
			ret := h.VM.NewObject()
			ret.Set("root", p.Root)
			ret.Set("dir", p.Dir)
			ret.Set("base", p.Base)
			ret.Set("ext", p.Ext)
			ret.Set("name", p.Name)
			return ret
		}},
		{Name: "matchesGlob", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			r.warn()
			return bind.Bool(s.Match(text(c, 0, "path"), text(c, 1, "pattern")))
		}},
	})
	bind.Name(o.Get("format").(*goja.Object), "bound _format", 1)
	o.Set("sep", s.Sep)
	o.Set("delimiter", s.Delimiter)
	o.Set("win32", goja.Null())
	o.Set("posix", goja.Null())
	return o
}

// warn tells once that globs are experimental.
func (r *room) warn() {
	if r.warned {
		return
	}
	r.warned = true
	w := r.h.Err.Plain(nodeerr.Error, "glob is an experimental feature and might change at any time")
	w.Set("name", "ExperimentalWarning")
	r.h.Process.EmitWarning(w)
}

// World is what relative paths depend on.
type World struct {
	Dir func() string                    // the current directory
	Env func(name string) (string, bool) // where Windows keeps the directory of each drive; may be nil
}

// world asks process.cwd as the program sees it: graceful-fs and others replace it.
func (r *room) world() World {
	return World{func() string {
		return bind.Invoke(r.h.VM, r.h.Builtin("process").(*goja.Object), "cwd").String()
	}, r.h.Process.Env}
}

// resolve validates from the right and only what counts, as Node does.
func (r *room) resolve(s *Style, args []goja.Value) string {
	parts := make([]string, len(args))
	for i := len(args) - 1; i >= 0; i-- {
		parts[i] = r.h.Err.ValidateString(args[i], "paths["+bind.Int(i).String()+"]")
		if !s.windows && s.IsAbs(parts[i]) {
			parts = parts[i:]
			break
		}
	}
	return s.Resolve(r.world(), parts...)
}

// format is path.format: dir or root, then base or name and ext.
func (r *room) format(s *Style, o *goja.Object) goja.Value {
	get := func(name string) string {
		if v := o.Get(name); bind.Truthy(v) {
			return v.String()
		}
		return ""
	}
	base := get("base")
	if base == "" {
		ext := get("ext")
		if ext != "" && ext[0] != '.' {
			ext = "." + ext
		}
		base = get("name") + ext
	}
	root := get("root")
	dir := get("dir")
	if dir == "" {
		dir = root
	}
	switch dir {
	case "":
		return bind.String(base)
	case root:
		return bind.String(dir + base)
	}
	return bind.String(dir + s.Sep + base)
}
