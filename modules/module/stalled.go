package module

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/gonode/gonode/modules"
)

// asyncBody is how package transform begins the function that was the body of a module with top-level await.
const asyncBody = `  async ""() {`

// markAwaits makes await x in those functions await __await(x, line, column), for the message that tells
// which of them was the last.
func markAwaits(tree *ast.Program) {
	m := &awaitMarker{tree: tree}
	m.find(reflect.ValueOf(tree.Body))
}

type awaitMarker struct {
	tree *ast.Program
	in   bool // such a function
}

var (
	nodes        = reflect.TypeFor[ast.Program]().PkgPath()
	awaitType    = reflect.TypeFor[*ast.AwaitExpression]()
	propertyType = reflect.TypeFor[*ast.PropertyKeyed]()
	functions    = map[reflect.Type]bool{
		reflect.TypeFor[*ast.FunctionLiteral]():      true,
		reflect.TypeFor[*ast.ArrowFunctionLiteral](): true,
		reflect.TypeFor[*ast.MethodDefinition]():     true,
		reflect.TypeFor[*ast.FieldDefinition]():      true,
		reflect.TypeFor[*ast.ClassStaticBlock]():     true,
	}
)

// find walks a part of the tree, whatever kind of node it is.
func (m *awaitMarker) find(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		m.find(v.Elem())
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != nodes {
			return
		}
		switch {
		case m.in && functions[v.Type()]:
			return
		case !m.in && v.Type() == propertyType:
			p := v.Interface().(*ast.PropertyKeyed)
			key, _ := p.Key.(*ast.StringLiteral)
			fn, _ := p.Value.(*ast.FunctionLiteral)
			if key != nil && key.Value == "" && fn != nil && fn.Async {
				m.in = true
				m.find(reflect.ValueOf(fn.Body))
				m.in = false
				return
			}
		}
		m.find(v.Elem())
		if m.in && v.Type() == awaitType {
			m.mark(v.Interface().(*ast.AwaitExpression))
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.find(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				m.find(v.Field(i))
			}
		}
	}
}

func (m *awaitMarker) mark(e *ast.AwaitExpression) {
	at := m.tree.File.Position(int(e.Await) - m.tree.File.Base())
	number := func(n int) ast.Expression { return &ast.NumberLiteral{Idx: e.Await, Value: int64(n)} }
	e.Argument = &ast.CallExpression{
		Callee:          &ast.Identifier{Name: "__await", Idx: e.Await},
		LeftParenthesis: e.Await, RightParenthesis: e.Argument.Idx1(),
		ArgumentList: []ast.Expression{e.Argument, number(at.Line), number(at.Column + 1)}, // source maps count from 0
	}
}

// makeAwait returns what the code of es gets as __await.
func (r *Room) makeAwait(es *esModule) goja.Value {
	return r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		es.line, es.column = int(c.Argument(1).ToInteger()), int(c.Argument(2).ToInteger())
		return c.Argument(0)
	})
}

// Stalled returns where the main module, or one that it imports, waits for something; nothing if it has
// ended.
func (r *Room) Stalled() []modules.Place {
	if r.entry == nil {
		return nil
	}
	var places []modules.Place
	seen := make(map[*esModule]bool)
	var walk func(es *esModule)
	walk = func(es *esModule) {
		if es == nil || seen[es] {
			return
		}
		seen[es] = true
		for i := range es.imports {
			walk(es.imports[i].module)
		}
		if es.awaits && es.pending == 0 && es.state == evaluatingAsync {
			places = append(places, modules.Place{File: r.fileURL(es.file), Line: es.line, Column: es.column})
		}
	}
	walk(r.entry)
	return places
}

// hasAsyncBody reports whether code is that of a module with top-level await.
func hasAsyncBody(code string) bool { return strings.Contains(code, asyncBody) }
