package module

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// A file that neither its name nor its package calls anything is an ECMAScript module if it can be one and
// cannot be CommonJS.
//
// https://nodejs.org/docs/latest-v20.x/api/packages.html#syntax-detection

// isAmbiguous reports whether nothing but its syntax says what file is.
func (r *Room) isAmbiguous(file string) bool {
	ext := filepath.Ext(file)
	return r.h.Settings.Transform != nil && (ext == ".js" || ext == "") && r.packageType(file) == ""
}

// moduleSyntax finds what CommonJS may fail for; it is in most modules, and in few other sources. statement
// finds what is in no CommonJS at all.
var (
	statement    = regexp.MustCompile(`(?m)^\s*(?:import\b\s*[^(\s.]|export\b)|\bimport\.meta\b`)
	moduleSyntax = regexp.MustCompile(statement.String() + `|\bawait\b|\b(?:const|let|class)\s+(?:module|exports|require|__filename|__dirname)\b`)
)

// isModule reports whether source, which cannot be CommonJS, is an ECMAScript module. It throws if it is
// meant to be one, and is wrong.
func (r *Room) isModule(file, source string) bool {
	if !moduleSyntax.MatchString(source) {
		return false
	}
	ex := r.h.VM.Try(func() { r.compileWrapper(source, file, true) })
	if ex != nil && statement.MatchString(source) {
		panic(ex)
	}
	return ex == nil
}

// detect is isESMFile for a file that is about to be imported, and is read for it if need be.
func (r *Room) detect(file string) bool {
	if r.isESMFile(file) || !r.isAmbiguous(file) {
		return r.isESMFile(file)
	}
	source := r.readFile(file)
	if !moduleSyntax.MatchString(source) || r.h.VM.Try(func() { r.compileWrapper(source, file, false) }) == nil {
		return false
	}
	if r.h.VM.Try(func() { r.noteModule(file, r.isModule(file, source)) }) != nil {
		r.noteModule(file, true) // what is wrong is told when it is linked
	}
	return r.isESMFile(file)
}

func (r *Room) noteModule(file string, is bool) {
	if is {
		if r.detected == nil {
			r.detected = make(map[string]bool)
		}
		r.detected[file] = true
	}
}

// IsModule reports whether source that comes from no file, and goes by name, is an ECMAScript module. It throws.
func (r *Room) IsModule(name, source string) bool {
	switch {
	case r.h.Settings.Flags.InputType != "":
		return r.h.Settings.Flags.InputType == "module"
	case r.h.Settings.Transform == nil || !moduleSyntax.MatchString(source):
		return false
	}
	return r.h.VM.Try(func() { r.Script(name, source) }) != nil && r.isModule(r.evalFile(source), source)
}

// missing are the names that CommonJS modules have.
var missing = []string{"require", "module", "exports", "__filename", "__dirname"}

// explain says in an error of an ECMAScript module why it does not see a name of CommonJS.
//
// Node v20 lib/internal/modules/esm/module_job.js: explainCommonJSGlobalLikeNotDefinedError.
func (r *Room) explain(es *esModule, ex *goja.Exception) *goja.Exception {
	if ex == nil {
		return nil
	}
	o, ok := ex.Value().(*goja.Object)
	if !ok || !r.h.Err.Is(o) || bind.Property(o, "name").String() != "ReferenceError" {
		return ex
	}
	message := bind.Property(o, "message").String()
	name, ok := strings.CutSuffix(message, " is not defined")
	if !ok || !slices.Contains(missing, name) {
		return ex
	}
	told := message + " in ES module scope"
	if name == "require" {
		told += ", you can use import instead"
	}
	if p := r.packageOf(filepath.Dir(es.file)); p != nil && p.Type == "module" && filepath.Ext(es.file) == ".js" {
		told += "\nThis file is being treated as an ES module because it has a '.js' file extension and '" + p.file +
			"' contains \"type\": \"module\". To treat it as a CommonJS script, rename it to use the '.cjs' file extension."
	}
	stack := bind.Property(o, "stack")
	o.Set("message", told)
	if nodeerr.IsString(stack) {
		o.Set("stack", strings.Replace(ecma.StackText(stack.String()), message, told, 1))
	}
	return ex
}
