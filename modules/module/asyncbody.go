package module

import (
	"reflect"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// asyncMark begins what package transform has made of a module with top-level await.
const asyncMark = "/* async */"

// asyncPrefix is esmPrefix for such a module: parsed as an async function, it is compiled as a generator
// that yields what it awaits, since it has to stop before its imports and to begin with them at once.
const asyncPrefix = "(async function (" + esmParameters + ") { 'use strict'; "

// makeGenerator makes await x of the async function that is all of tree yield [x, line, column].
func makeGenerator(tree *ast.Program) {
	fn := tree.Body[0].(*ast.ExpressionStatement).Expression.(*ast.FunctionLiteral)
	fn.Async, fn.Generator = false, true
	m := &yielder{tree}
	m.walk(reflect.ValueOf(&fn.Body.List).Elem())
}

type yielder struct{ tree *ast.Program }

var (
	nodes     = reflect.TypeFor[ast.Program]().PkgPath()
	awaitType = reflect.TypeFor[*ast.AwaitExpression]()
	functions = map[reflect.Type]bool{
		reflect.TypeFor[*ast.FunctionLiteral]():      true,
		reflect.TypeFor[*ast.ArrowFunctionLiteral](): true,
	}
)

// walk walks a part of the tree, whatever kind of node it is.
func (m *yielder) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		m.walk(v.Elem())
		if !v.IsNil() && v.Elem().Type() == awaitType {
			v.Set(reflect.ValueOf(m.yield(v.Interface().(*ast.AwaitExpression))))
		}
	case reflect.Pointer:
		if !v.IsNil() && !functions[v.Type()] && v.Type().Elem().PkgPath() == nodes {
			m.walk(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				m.walk(v.Field(i))
			}
		}
	}
}

func (m *yielder) yield(e *ast.AwaitExpression) ast.Expression {
	at := m.tree.File.Position(int(e.Await) - m.tree.File.Base())
	number := func(n int) ast.Expression { return &ast.NumberLiteral{Idx: e.Await, Value: int64(n)} }
	return &ast.YieldExpression{Yield: e.Await, Argument: &ast.ArrayLiteral{
		LeftBracket: e.Await, RightBracket: e.Argument.Idx1(),
		Value: []ast.Expression{e.Argument, number(at.Line), number(at.Column + 1)}, // source maps count from 0
	}}
}

// start runs es, which has a top-level await, up to the first.
//
// ECMA-262 §16.2.1.5.3.2 ExecuteAsyncModule.
func (r *Room) start(es *esModule) { r.resume(es, "next", goja.Undefined()) }

// resume lets es go on by a method of its generator, up to the next await. It does so too when the module has
// failed by what another that it imports threw meanwhile.
func (r *Room) resume(es *esModule, method string, v goja.Value) {
	var step, awaited goja.Value
	ex := r.h.VM.Try(func() {
		step = bind.Invoke(r.h.VM, es.body, method, v)
		if bind.Truthy(bind.Property(step, "done")) {
			return
		}
		told := bind.Property(step, "value").(*goja.Object)
		es.line, es.column = int(told.Get("1").ToInteger()), int(told.Get("2").ToInteger())
		awaited = r.promiseOf(told.Get("0"))
	})
	if awaited == nil {
		es.body = nil
	}
	switch ex = r.explain(es, ex); {
	case ex != nil:
		r.later(func() { r.rejected(es, ex) })
	case awaited == nil:
		r.later(func() { r.fulfilled(es) })
	default:
		r.then(awaited, func(v goja.Value) { r.resume(es, "next", v) }, func(reason goja.Value) { r.resume(es, "throw", reason) })
	}
}

// promiseOf is v if it is a promise, or one that is resolved with it. It throws.
func (r *Room) promiseOf(v goja.Value) goja.Value {
	if o, ok := v.(*goja.Object); ok && o.ExportType() == reflect.TypeFor[*goja.Promise]() && o.Get("constructor") == r.h.VM.Get("Promise") {
		return v
	}
	promise, resolve, _ := r.h.VM.NewPromise()
	settlePromise(resolve, v)
	return r.h.VM.ToValue(promise)
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
