package runtime_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever reads the documentation finds each entry point used.
func TestExamplesUseEveryEntryPoint(t *testing.T) {
	for _, dir := range []string{".", "nethttp"} {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files := token.NewFileSet()
		var all []*ast.File
		for _, path := range paths {
			f, err := parser.ParseFile(files, path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, f)
		}
		pkg, err := doc.NewFromFiles(files, all, "github.com/gonode/gonode/runtime/"+dir)
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		look := func(examples []*doc.Example) {
			for _, e := range examples {
				ast.Inspect(e.Code, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok {
						used[s.Sel.Name] = true
					}
					return true
				})
			}
		}
		look(pkg.Examples)
		var entries []string
		enter := func(of string, fs []*doc.Func) {
			for _, f := range fs {
				look(f.Examples)
				if f.Name == "Error" || f.Name == "Unwrap" || strings.Contains(f.Doc, f.Name+" implements ") {
					continue // the caller is package errors, or who has the interface
				}
				entries = append(entries, of+f.Name)
			}
		}
		enter("", pkg.Funcs)
		for _, typ := range pkg.Types {
			look(typ.Examples)
			enter("", typ.Funcs)
			enter(typ.Name+".", typ.Methods)
		}
		if len(entries) == 0 {
			t.Fatal("no entry points found in", dir)
		}
		for _, e := range entries {
			if name := e[strings.LastIndexByte(e, '.')+1:]; !used[name] {
				t.Errorf("%s: no Example uses %s", dir, e)
			}
		}
	}
}
