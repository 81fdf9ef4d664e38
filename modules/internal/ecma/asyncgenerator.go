package ecma

import (
	"reflect"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// What package transform makes of async function* is a function that returns what __asyncGenerator of its third
// argument returns. MarkAsyncGenerators has such functions get the prototypes that they have in ECMA-262 §27.4,
// which programs look for: Object.getPrototypeOf(async function* () {}).prototype. Methods stay without.
func MarkAsyncGenerators(tree *ast.Program) {
	new(generatorMarker).walk(reflect.ValueOf(&tree.Body).Elem())
}

// generates, in the second argument of mended, says that the first is a function that was async function*. A third
// is its name.
const generates = 3

type generatorMarker struct{}

var (
	syntax        = reflect.TypeFor[ast.Program]().PkgPath()
	statementType = reflect.TypeFor[ast.Statement]()
)

// isAsyncGenerator reports whether e is a function that was async function*.
func isAsyncGenerator(e ast.Node) (fn *ast.FunctionLiteral, is bool) {
	fn, ok := e.(*ast.FunctionLiteral)
	if !ok || fn == nil || fn.Body == nil || len(fn.Body.List) != 1 {
		return nil, false
	}
	back, _ := fn.Body.List[0].(*ast.ReturnStatement)
	if back == nil {
		return nil, false
	}
	call, _ := back.Argument.(*ast.CallExpression)
	if call == nil || len(call.ArgumentList) != 3 {
		return nil, false
	}
	id, _ := call.Callee.(*ast.Identifier)
	inner, _ := call.ArgumentList[2].(*ast.FunctionLiteral)
	return fn, id != nil && id.Name == "__asyncGenerator" && inner != nil && inner.Generator
}

// walk walks a part of the tree, whatever kind of node it is.
func (m *generatorMarker) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		m.walk(v.Elem())
		if node, ok := v.Interface().(ast.Node); ok {
			if fn, is := isAsyncGenerator(node); is {
				v.Set(reflect.ValueOf(marked(fn, nil)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().PkgPath() == syntax {
			m.pointer(v)
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
		if v.Type().Elem() == statementType {
			m.declarations(v)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				m.walk(v.Field(i))
			}
		}
	}
}

// pointer walks a node, of which some keep their function or give it a name.
func (m *generatorMarker) pointer(v reflect.Value) {
	switch node := v.Interface().(type) {
	case *ast.PropertyKeyed:
		if fn, is := isAsyncGenerator(node.Value); is && node.Kind == ast.PropertyKindMethod {
			m.walk(reflect.ValueOf(fn).Elem())
			return
		}
	case *ast.Binding:
		id, named := node.Target.(*ast.Identifier)
		if fn, is := isAsyncGenerator(node.Initializer); is && named && fn.Name == nil {
			m.walk(reflect.ValueOf(fn).Elem())
			node.Initializer = marked(fn, id)
			return
		}
	}
	m.walk(v.Elem())
}

// declarations marks the functions that are declared in a list of statements: they are there from its beginning.
func (m *generatorMarker) declarations(list reflect.Value) {
	statements := list.Interface().([]ast.Statement)
	var marks []ast.Statement
	for _, s := range statements {
		if d, ok := s.(*ast.FunctionDeclaration); ok {
			if fn, is := isAsyncGenerator(d.Function); is {
				name := &ast.Identifier{Name: fn.Name.Name, Idx: fn.Function}
				marks = append(marks, &ast.ExpressionStatement{Expression: callMended(name, generates)})
			}
		}
	}
	if len(marks) == 0 {
		return
	}
	at := 0 // behind 'use strict'
	for at < len(statements) {
		e, ok := statements[at].(*ast.ExpressionStatement)
		if !ok {
			break
		}
		if _, directive := e.Expression.(*ast.StringLiteral); !directive {
			break
		}
		at++
	}
	list.Set(reflect.ValueOf(append(append(append([]ast.Statement(nil), statements[:at]...), marks...), statements[at:]...)))
}

// marked is mended(fn, generates), with a name for a function that gets one from what it is assigned to.
func marked(fn *ast.FunctionLiteral, name *ast.Identifier) ast.Expression {
	call := callMended(fn, generates).(*ast.CallExpression)
	if name != nil {
		call.ArgumentList = append(call.ArgumentList, &ast.StringLiteral{Idx: fn.Function, Value: name.Name})
	}
	return call
}

// asyncGenerators are the prototypes of async function*, made when one is marked.
type asyncGenerators struct {
	function *goja.Object // %AsyncGeneratorFunction.prototype%
	object   *goja.Object // %AsyncGeneratorFunction.prototype.prototype%
}

// mark gives the function v its prototypes.
func (a *asyncGenerators) mark(vm *goja.Runtime, v goja.Value, name []goja.Value) {
	fn, ok := v.(*goja.Object)
	if !ok {
		return
	}
	if a.function == nil {
		a.make(vm)
	}
	own := vm.CreateObject(a.object)
	_ = fn.SetPrototype(a.function)
	_ = fn.Set("prototype", own)
	for _, n := range name {
		hide(fn, "name", n)
	}
}

func (a *asyncGenerators) make(vm *goja.Runtime) {
	v, err := vm.RunProgram(asyncGeneratorProgram)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	a.function = v.(*goja.Object)
	a.object = a.function.Get("prototype").(*goja.Object)
}

// asyncGeneratorProgram makes %AsyncGeneratorFunction.prototype%, ECMA-262 §27.4.3, with what hangs on it. Their
// objects have next, return and throw of their own.
var asyncGeneratorProgram = goja.MustCompile("gonode:ecma", `(function () {
'use strict';
var define = function (o, name, value, writable) {
  Object.defineProperty(o, name, { value: value, writable: !!writable, enumerable: false, configurable: true });
};
var iterator = {};
define(iterator, Symbol.asyncIterator, { [Symbol.asyncIterator]() { return this; } }[Symbol.asyncIterator], true);
var generator = Object.create(iterator);
define(generator, Symbol.toStringTag, 'AsyncGenerator');
var methods = {
  next(value) { return method(this, 'next', value); },
  return(value) { return method(this, 'return', value); },
  throw(value) { return method(this, 'throw', value); },
};
var method = async function (it, name, value) {
  if (!Object.prototype.hasOwnProperty.call(Object(it), name)) {
    throw new TypeError(name + ' method called on incompatible receiver ' + String(it));
  }
  return it[name](value);
};
for (var name of ['next', 'return', 'throw']) define(generator, name, methods[name], true);
var fn = Object.create(Function.prototype);
define(fn, Symbol.toStringTag, 'AsyncGeneratorFunction');
define(fn, 'prototype', generator);
define(generator, 'constructor', fn);
define(fn, 'constructor', function AsyncGeneratorFunction() {
  throw new Error('The AsyncGeneratorFunction() constructor is not implemented');
});
fn.constructor.prototype = fn;
Object.setPrototypeOf(fn.constructor, Function);
return fn;
})()`, false)
