package module

import (
	"bytes"
	"encoding/json"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// packageJSON is what resolution reads of a package.json.
type packageJSON struct {
	file    string // its path
	Name    string
	Main    string
	Type    string
	Exports any // nil for none; see fields
	Imports *fields
}

// fields is a JSON object in the order in which it is written, which decides between conditions.
// Other values of exports and imports are string, []any, nil for null, and raw text.
type fields struct {
	keys   []string
	values map[string]any
}

// null is the null that forbids a subpath; a Go nil is no value at all.
type null struct{}

// readPackage returns dir's package.json, nil if there is none.
func (r *Room) readPackage(dir string) *packageJSON {
	if p, ok := r.packages[dir]; ok {
		return p
	}
	var p *packageJSON
	file := filepath.Join(dir, "package.json")
	if b, err := r.files.ReadFile(file); err == nil {
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			r.h.Err.Throw("ERR_INVALID_PACKAGE_CONFIG", file)
		}
		p = &packageJSON{file: file}
		// What is no string counts as absent.
		json.Unmarshal(raw["name"], &p.Name)
		json.Unmarshal(raw["main"], &p.Main)
		json.Unmarshal(raw["type"], &p.Type)
		p.Exports = orderedJSON(raw["exports"])
		if p.Exports == (null{}) {
			p.Exports = nil
		}
		p.Imports, _ = orderedJSON(raw["imports"]).(*fields)
	}
	r.packages[dir] = p
	return p
}

// orderedJSON decodes valid JSON text; empty text gives nil.
func orderedJSON(text json.RawMessage) any {
	if len(text) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return decodeOrdered(d)
}

func decodeOrdered(d *json.Decoder) any {
	t, err := d.Token()
	if err != nil {
		return nil
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.More() {
				list = append(list, decodeOrdered(d))
			}
			d.Token()
			return list
		}
		f := &fields{values: make(map[string]any)}
		for d.More() {
			key, _ := d.Token()
			name, _ := key.(string)
			if _, twice := f.values[name]; !twice {
				f.keys = append(f.keys, name)
			}
			f.values[name] = decodeOrdered(d)
		}
		d.Token()
		return f
	case nil:
		return null{}
	}
	return t
}

// packageOf returns the package.json of the package that a file in dir belongs to, nil for none.
func (r *Room) packageOf(dir string) *packageJSON {
	for ; ; dir = filepath.Dir(dir) {
		if filepath.Base(dir) == "node_modules" {
			return nil
		}
		if p := r.readPackage(dir); p != nil {
			return p
		}
		if filepath.Dir(dir) == dir {
			return nil
		}
	}
}

// packageType returns the type of the package that file belongs to.
func (r *Room) packageType(file string) string {
	if p := r.packageOf(filepath.Dir(file)); p != nil {
		return p.Type
	}
	return ""
}

// asker is who asks for a module: it decides on the conditions and is named in errors.
type asker struct {
	file       string // "" for none
	conditions []string
}

// The conditions of require and of import, beside "default".
var (
	requireConditions = []string{"node", "require", "module-sync", "node-addons"}
	importConditions  = []string{"node", "import", "module-sync", "node-addons"}
)

// from is the end of an error message that says who asked.
func (a asker) from() string {
	if a.file == "" {
		return ""
	}
	return " imported from " + a.file
}

// packageName splits a bare request into the package's name and the subpath, which begins with ".".
// It is false for what cannot be a package's name.
//
// Source: Node's PACKAGE_RESOLVE, https://nodejs.org/docs/latest-v20.x/api/esm.html.
func packageName(request string) (name, subpath string, ok bool) {
	end := strings.IndexByte(request, '/')
	if strings.HasPrefix(request, "@") {
		if end < 0 {
			return "", "", false
		}
		if next := strings.IndexByte(request[end+1:], '/'); next >= 0 {
			end += 1 + next
		} else {
			end = -1
		}
	}
	if end < 0 {
		end = len(request)
	}
	name = request[:end]
	return name, "." + request[end:], !strings.ContainsAny(name, "\\%") && !strings.HasPrefix(name, ".")
}

// resolveSelf finds a request for the package that dir belongs to, by its own name; "" if it is none.
func (r *Room) resolveSelf(request, dir string, a asker) string {
	p := r.packageOf(dir)
	if p == nil || p.Exports == nil {
		return ""
	}
	name, subpath, ok := packageName(request)
	if !ok || name != p.Name {
		return ""
	}
	return r.finish(r.resolveExports(p, subpath, a))
}

// resolveImports finds a request that begins with "#".
func (r *Room) resolveImports(request, dir string, a asker) string {
	if request == "#" || strings.HasPrefix(request, "#/") {
		r.h.Err.Throw("ERR_INVALID_MODULE_SPECIFIER", strconv.Quote(request)+" is not a valid internal imports specifier name"+a.from())
	}
	p := r.packageOf(dir)
	in := ""
	if p != nil {
		in = " in package " + p.file
		if p.Imports != nil {
			if file, found := r.matchSubpath(p, p.Imports, request, request, true, a); found {
				return r.finish(file)
			}
		}
	}
	r.h.Err.Throw("ERR_PACKAGE_IMPORT_NOT_DEFINED", "Package import specifier \""+request+"\" is not defined"+in+a.from())
	return ""
}

// finish is what becomes of the file that a field of package.json names: it must be there as it is.
func (r *Room) finish(file string) string {
	if info, err := r.files.Stat(file); err != nil || info.IsDir() {
		panic(r.h.Err.Coded(nodeerr.Error, "MODULE_NOT_FOUND", "Cannot find module '"+file+"'"))
	}
	return r.realPath(file)
}

// resolveExports is Node's PACKAGE_EXPORTS_RESOLVE for a package that has exports.
func (r *Room) resolveExports(p *packageJSON, subpath string, a asker) string {
	table, ok := p.Exports.(*fields)
	if ok {
		dots := 0
		for _, key := range table.keys {
			if strings.HasPrefix(key, ".") {
				dots++
			}
		}
		if dots != 0 && dots != len(table.keys) {
			r.h.Err.Throw("ERR_INVALID_PACKAGE_CONFIG", p.file+`. "exports" cannot contain some keys starting with '.' and some not. The exports object must either be an object of package subpath keys or an object of main entry condition name keys only`)
		}
		ok = dots > 0
	}
	if !ok {
		table = &fields{keys: []string{"."}, values: map[string]any{".": p.Exports}}
	}
	if file, found := r.matchSubpath(p, table, subpath, subpath, false, a); found {
		return file
	}
	r.notExported(p, subpath, a)
	return ""
}

func (r *Room) notExported(p *packageJSON, subpath string, a asker) {
	msg := `Package subpath '` + subpath + `' is not defined by "exports" in ` + p.file
	if subpath == "." {
		msg = `No "exports" main defined in ` + p.file
	}
	r.h.Err.Throw("ERR_PACKAGE_PATH_NOT_EXPORTED", msg+a.from())
}

// matchSubpath is Node's PACKAGE_IMPORTS_EXPORTS_RESOLVE: an exact key, or the longest pattern.
func (r *Room) matchSubpath(p *packageJSON, table *fields, key, name string, imports bool, a asker) (file string, found bool) {
	if target, ok := table.values[key]; ok && !strings.Contains(key, "*") {
		return r.resolveTarget(p, target, "", false, name, key, imports, a)
	}
	best, match := "", ""
	for _, pattern := range table.keys {
		before, after, ok := strings.Cut(pattern, "*")
		if !ok || strings.Contains(after, "*") || !strings.HasPrefix(key, before) || key == before {
			continue
		}
		if len(key) >= len(pattern) && strings.HasSuffix(key, after) && (best == "" || patternBefore(pattern, best)) {
			best, match = pattern, key[len(before):len(key)-len(after)]
		}
	}
	if best == "" {
		return "", false
	}
	return r.resolveTarget(p, table.values[best], match, true, name, best, imports, a)
}

// patternBefore is Node's PATTERN_KEY_COMPARE: the longer base first, then the longer key.
func patternBefore(a, b string) bool {
	x, y := strings.IndexByte(a, '*'), strings.IndexByte(b, '*')
	return x > y || x == y && len(a) > len(b)
}

var (
	invalidSegment = regexp.MustCompile(`(?i)(^|\\|/)((\.|%2e)(\.|%2e)?|(n|%6e|%4e)(o|%6f|%4f)(d|%64|%44)(e|%65|%45)(_|%5f)(m|%6d|%4d)(o|%6f|%4f)(d|%64|%44)(u|%75|%55)(l|%6c|%4c)(e|%65|%45)(s|%73|%53))(\\|/|$)`)
	anyURL         = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// resolveTarget is Node's PACKAGE_TARGET_RESOLVE. found false goes on with the next condition;
// a null forbids, which here looks the same to the caller.
func (r *Room) resolveTarget(p *packageJSON, target any, match string, pattern bool, name, key string, imports bool, a asker) (file string, found bool) {
	switch t := target.(type) {
	case string:
		return r.resolveString(p, t, match, pattern, name, key, imports, a), true
	case []any:
		// Node tries the next only if one is not well formed; a missing file is an error.
		for i, one := range t {
			if s, ok := one.(string); ok && i < len(t)-1 && !r.wellFormed(s, imports) {
				continue
			}
			if file, found = r.resolveTarget(p, one, match, pattern, name, key, imports, a); found {
				return file, true
			}
		}
		return "", false
	case *fields:
		for _, condition := range t.keys {
			if condition != "default" && !slices.Contains(a.conditions, condition) {
				continue
			}
			next := t.values[condition]
			if next == (null{}) {
				return "", false
			}
			if file, found = r.resolveTarget(p, next, match, pattern, name, key, imports, a); found {
				return file, true
			}
		}
		return "", false
	case null:
		return "", false
	}
	text, _ := json.Marshal(target)
	r.invalidTarget(p, strings.Trim(string(text), `"`), key, imports, a)
	return "", false
}

// wellFormed reports whether target may stand for a file.
func (r *Room) wellFormed(target string, imports bool) bool {
	return strings.HasPrefix(target, "./") || imports && target != "" && !strings.HasPrefix(target, "../") && !strings.HasPrefix(target, "/")
}

func (r *Room) resolveString(p *packageJSON, target, match string, pattern bool, name, key string, imports bool, a asker) string {
	dir := filepath.Dir(p.file)
	if !strings.HasPrefix(target, "./") {
		if !r.wellFormed(target, imports) || anyURL.MatchString(target) && !strings.HasPrefix(target, "node:") {
			r.invalidTarget(p, target, key, imports, a)
		}
		// Another package, or a built-in, by its name.
		request := target
		if pattern {
			request = strings.ReplaceAll(target, "*", match)
		}
		if r.isBuiltin(request) {
			return request
		}
		file := r.resolveSelf(request, dir, a)
		if file == "" {
			file = r.findPath(request, slices.Concat(nodeModulePaths(dir), r.places))
		}
		if file == "" {
			panic(r.h.Err.Coded(nodeerr.Error, "MODULE_NOT_FOUND", "Cannot find package '"+request+"'"+a.from()))
		}
		return file
	}
	if invalidSegment.MatchString(target[2:]) {
		r.invalidTarget(p, target, key, imports, a)
	}
	if invalidSegment.MatchString(match) {
		field, from := "exports", ""
		if imports {
			field, from = "imports", a.from()
		}
		r.h.Err.Throw("ERR_INVALID_MODULE_SPECIFIER", strconv.Quote(name)+` request is not a valid match in pattern "`+key+`" for the "`+field+`" resolution of `+p.file+from)
	}
	if pattern {
		target = strings.ReplaceAll(target, "*", match)
	}
	if decoded, err := url.PathUnescape(target); err == nil { // it is a URL
		target = decoded
	}
	return filepath.Join(dir, filepath.FromSlash(path.Clean(target)))
}

func (r *Room) invalidTarget(p *packageJSON, target, key string, imports bool, a asker) {
	msg := `Invalid "exports" target ` + strconv.Quote(target) + ` defined for '` + key + `' in the package config ` + p.file
	if key == "." {
		msg = `Invalid "exports" main target ` + strconv.Quote(target) + ` defined in the package config ` + p.file
	}
	if imports {
		msg = strings.Replace(msg, `"exports"`, `"imports"`, 1)
	}
	msg += a.from()
	if !imports && !strings.HasPrefix(target, "./") {
		msg += `; targets must start with "./"`
	}
	r.h.Err.Throw("ERR_INVALID_PACKAGE_TARGET", msg)
}
