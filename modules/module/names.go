package module

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// checkNames throws if es uses a name of a module that has no such export. What a CommonJS module exports shows
// when it has run: checkLeaf.
//
// ECMA-262 §16.2.1.6.4 InitializeEnvironment, step 7.
func (r *Room) checkNames(es *esModule) {
	for i := range es.imports {
		one := &es.imports[i]
		for _, name := range one.names {
			if r.exports(one, name, nil) == no {
				r.missingName(es, one, name, "The requested module '"+one.specifier+"' does not provide an export named '"+name+"'")
			}
		}
	}
}

// exports reports whether what is imported has an export of the name.
func (r *Room) exports(one *esImport, name string, seen []*esModule) knowledge {
	dep := one.module
	switch {
	case dep == nil:
		id, ok := r.builtin(one.found)
		if !ok {
			return unknown
		}
		if o, ok := r.h.Builtin(id).(*goja.Object); ok && name != "default" && !hasOwn(o, name) {
			return no
		}
		return yes
	case dep.namespace == nil: // written for another host
		return unknown
	case hasOwn(dep.namespace, name):
		return yes
	case name == "default" || slices.Contains(seen, dep):
		return no
	}
	seen = append(seen, dep)
	found := no
	for i := range dep.imports {
		if star := &dep.imports[i]; slices.Contains(dep.stars, star.specifier) {
			switch r.exports(star, name, seen) {
			case yes:
				return yes
			case unknown:
				found = unknown
			}
		}
	}
	return found
}

// hasOwn does not read the property: it may not have a value yet.
func hasOwn(o *goja.Object, name string) bool { return slices.Contains(o.GetOwnPropertyNames(), name) }

// checkLeaf throws if es uses a name of a CommonJS module that has none such, nor speaks of one: Node looks
// for the names in the source, so one may get its value later.
func (r *Room) checkLeaf(es *esModule, one *esImport) {
	for _, name := range one.names {
		if hasOwn(one.namespace, name) || r.isBuiltin(one.found) || strings.Contains(r.readFile(one.found), name) {
			continue
		}
		r.missingName(es, one, name, "Named export '"+name+"' not found. The requested module '"+one.specifier+
			"' is a CommonJS module, which may not support all module.exports as named exports.\n"+
			"CommonJS modules can always be imported via the default export, for example using:\n\n"+
			"import pkg from '"+one.specifier+"';\nconst { "+name+" } = pkg;\n")
	}
}

// missingName throws the SyntaxError for a name that is not exported, if es does use it: the text that the
// transform found may be that of a string.
func (r *Room) missingName(es *esModule, one *esImport, name, message string) {
	if !r.uses(es, name) {
		return
	}
	o := r.h.Err.Plain(nodeerr.SyntaxError, message)
	if line, text, column := importOf(r.readFile(es.file), one.specifier, name); line > 0 {
		o.DefineDataProperty("gonode:arrow", r.h.VM.ToValue(ecma.Arrow(place(r.fileURL(es.file), line), text, column)), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	panic(o)
}

// uses reports whether the code of es reads the property name of a variable that stands for an import.
func (r *Room) uses(es *esModule, name string) (found bool) {
	code, err := r.h.Settings.Transform(es.file, r.readFile(es.file), true)
	if err != nil {
		return false
	}
	tree, err := parseText(es.file, wrapESM(code), parser.WithDisableSourceMaps)
	if err != nil {
		return false
	}
	walk(reflect.ValueOf(tree.Body), func(node any) {
		if dot, ok := node.(*ast.DotExpression); ok && dot.Identifier.Name.String() == name {
			variable, ok := dot.Left.(*ast.Identifier)
			found = found || ok && strings.HasPrefix(variable.Name.String(), "import_")
		}
	})
	return found
}

// walk calls visit with the nodes of a part of a tree.
func walk(v reflect.Value, visit func(node any)) {
	switch v.Kind() {
	case reflect.Interface:
		walk(v.Elem(), visit)
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().PkgPath() == nodes {
			visit(v.Interface())
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	}
}

// importOf looks in source for the import of a name, or of the default, as specifier: the line, from 1, what is
// in it, and the column, from 1; 0 for not found.
func importOf(source, specifier, name string) (line int, text string, column int) {
	what := `\b` + regexp.QuoteMeta(name) + `\b`
	if name == "default" {
		what = `[\w$]+`
	}
	statement, err := regexp.Compile(`(?m)^[ \t]*(?:import|export)\b[^;'"]*?(` + what + `)[^;'"]*from\s*['"]` + regexp.QuoteMeta(specifier) + `['"]`)
	if err != nil {
		return 0, "", 0
	}
	m := statement.FindStringSubmatchIndex(source)
	if m == nil {
		return 0, "", 0
	}
	begin := strings.LastIndexByte(source[:m[2]], '\n') + 1
	text, _, _ = strings.Cut(source[begin:], "\n")
	return strings.Count(source[:begin], "\n") + 1, strings.TrimSuffix(text, "\r"), m[2] - begin + 1
}
