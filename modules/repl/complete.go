package repl

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// What a line ends in; compiled when somebody first completes, not at every start.
var (
	// requireCall is a call with a module id that is being written.
	requireCall = lazily(`\b(?:require|import)\s*\(\s*(['"` + "`" + `])([^'"` + "`" + `]*)$`)
	// pathString is a string that looks like a path.
	pathString = lazily(`(['"` + "`" + `])((?:\.{0,2}/|~/)[^'"` + "`" + `]*)$`)
	// chain is a name with properties: a?.b.c
	chain      = lazily(`(?:^|[^\w$.])((?:[\p{L}_$][\p{L}\p{N}_$]*\??\.)*)([\p{L}_$][\p{L}\p{N}_$]*)?$`)
	identifier = lazily(`^[\p{L}_$][\p{L}\p{N}_$]*$`)
)

func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// keywords are what else may begin an expression.
var keywords = strings.Fields("async await break case catch const continue debugger default delete do else export false " +
	"finally for function if import in instanceof let new null return switch this throw true try typeof var void while with yield")

// Complete returns what the end of line may become, and how much of line it takes the place of, in bytes.
// It calls no getters and runs nothing of the program's but Proxy traps.
//
// Node v20 lib/repl.js: complete.
func (s *Session) Complete(line string) (all []string, replaces int) {
	if trimmed := strings.TrimLeft(line, " \t"); s.buffered == "" && strings.HasPrefix(trimmed, ".") && !strings.ContainsAny(trimmed, " \t(") {
		return starting(s.names(), trimmed), len(trimmed)
	}
	if m := requireCall().FindStringSubmatch(line); m != nil {
		return s.r.completeID(m[2]), len(m[2])
	}
	if m := pathString().FindStringSubmatch(line); m != nil {
		return s.r.completePath(m[2], nil), len(m[2])
	}
	m := chain().FindStringSubmatch(line)
	if m == nil || m[1] == "" && m[2] == "" && strings.TrimSpace(line) != "" {
		return nil, 0
	}
	owner, name := strings.ReplaceAll(m[1], "?", ""), m[2]
	if owner == "" {
		return starting(s.r.globals(), name), len(name)
	}
	parts := strings.Split(strings.TrimSuffix(owner, "."), ".")
	v, ok := s.r.look(parts)
	if !ok || bind.IsNullish(v) {
		return nil, 0
	}
	return starting(s.r.properties(v.ToObject(s.r.h.VM)), name), len(name)
}

// starting returns the sorted, different words that begin so.
func starting(words []string, begin string) []string {
	var out []string
	for _, w := range words {
		if strings.HasPrefix(w, begin) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *Room) globals() []string {
	names := append([]string(nil), keywords...)
	for name := range r.lexical {
		names = append(names, name)
	}
	return append(names, r.properties(r.h.VM.GlobalObject())...)
}

// properties are the names, as far as they can follow a dot, of an object and its prototypes.
func (r *Room) properties(o *goja.Object) (names []string) {
	ex := r.h.VM.Try(func() {
		for ; o != nil; o = o.Prototype() {
			for _, name := range o.GetOwnPropertyNames() {
				if identifier().MatchString(name) {
					names = append(names, name)
				}
			}
		}
	})
	if ex != nil {
		return nil
	}
	return names
}

// look follows a chain of names without running getters, other than those of the built-in modules.
func (r *Room) look(parts []string) (v goja.Value, ok bool) {
	vm := r.h.VM
	if !slices.ContainsFunc(parts, func(p string) bool { return !identifier().MatchString(p) }) {
		ex := vm.Try(func() {
			if r.lexical[parts[0]] || parts[0] == "this" {
				if v, _ = vm.RunScript("REPL", parts[0]); v == nil {
					return
				}
			} else if v = r.property(vm.GlobalObject(), parts[0], true); v == nil {
				return
			}
			for _, name := range parts[1:] {
				if bind.IsNullish(v) {
					v = nil
					return
				}
				if v = r.property(v.ToObject(vm), name, false); v == nil {
					return
				}
			}
		})
		return v, ex == nil && v != nil
	}
	return nil, false
}

// property returns the value of a property, or nil if only a getter knows it.
func (r *Room) property(o *goja.Object, name string, getters bool) goja.Value {
	vm := r.h.VM
	descriptor, _ := bind.ToCallable(bind.Property(vm.Get("Object"), "getOwnPropertyDescriptor"))
	for p := o; p != nil; p = p.Prototype() {
		d, ok := descriptor.Call(goja.Undefined(), p, vm.ToValue(name)).(*goja.Object)
		if !ok {
			continue
		}
		if v := d.Get("value"); v != nil {
			return v
		}
		if getters {
			return o.Get(name)
		}
		return nil
	}
	return nil
}

// completeID completes what is given to require: ids of modules, packages, paths.
func (r *Room) completeID(begin string) []string {
	if strings.HasPrefix(begin, "./") || strings.HasPrefix(begin, "../") || strings.HasPrefix(begin, "/") || begin == "." || begin == ".." {
		return r.completePath(begin, func(name string, dir bool) string {
			if dir {
				return name
			}
			for _, ext := range []string{".js", ".json", ".cjs", ".mjs", ".ts"} {
				if strings.HasSuffix(name, ext) {
					return strings.TrimSuffix(name, ".js")
				}
			}
			return ""
		})
	}
	var ids []string
	for _, id := range r.h.BuiltinIDs {
		if !strings.HasPrefix(id, "_") {
			ids = append(ids, id, "node:"+id)
		}
	}
	for dir := r.h.Process.Dir(); ; dir = filepath.Dir(dir) {
		ids = append(ids, r.packages(filepath.Join(dir, "node_modules"))...)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return starting(ids, begin)
}

// packages are those in a folder node_modules.
func (r *Room) packages(dir string) (names []string) {
	for _, e := range r.list(dir) {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case strings.HasPrefix(name, "@"):
			for _, in := range r.list(filepath.Join(dir, name)) {
				names = append(names, name+"/"+in.Name())
			}
		default:
			names = append(names, name)
		}
	}
	return names
}

// list reads a folder, if the program may.
func (r *Room) list(dir string) []os.DirEntry {
	if r.h.Settings.FS != nil || !r.h.Files().May(dir) {
		return nil
	}
	entries, _ := os.ReadDir(dir)
	return entries
}

// completePath completes a path; only, unless nil, says under which name an entry is offered.
func (r *Room) completePath(begin string, only func(name string, dir bool) string) (all []string) {
	dir, base := "", begin
	if i := strings.LastIndexByte(begin, '/'); i >= 0 {
		dir, base = begin[:i+1], begin[i+1:]
	}
	folder := dir
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(dir, "~/") {
		folder = home + dir[1:]
	} else if !filepath.IsAbs(dir) {
		folder = filepath.Join(r.h.Process.Dir(), dir)
	}
	for _, e := range r.list(folder) {
		name, isDir := e.Name(), e.IsDir()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(base, ".") {
			continue
		}
		if only != nil {
			if name = only(name, isDir); name == "" {
				continue
			}
		}
		if isDir {
			name += "/"
		}
		all = append(all, dir+name)
	}
	return starting(all, begin)
}
