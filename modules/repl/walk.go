package repl

import (
	"reflect"

	"github.com/dop251/goja/ast"
)

// anyAwait reports whether there is an await in the statements, outside of the functions in them.
func anyAwait(list []ast.Statement) bool { return finds(reflect.ValueOf(list)) }

var (
	awaitType = reflect.TypeFor[*ast.AwaitExpression]()
	functions = map[reflect.Type]bool{
		reflect.TypeFor[*ast.FunctionLiteral]():      true,
		reflect.TypeFor[*ast.ArrowFunctionLiteral](): true,
		reflect.TypeFor[*ast.MethodDefinition]():     true,
		reflect.TypeFor[*ast.FieldDefinition]():      true,
		reflect.TypeFor[*ast.ClassStaticBlock]():     true,
	}
)

// finds walks a part of the tree, whatever kind of node it is.
func finds(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return !v.IsNil() && finds(v.Elem())
	case reflect.Pointer:
		if v.IsNil() || functions[v.Type()] || v.Type().Elem().PkgPath() != awaitType.Elem().PkgPath() {
			return false
		}
		return v.Type() == awaitType || finds(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if finds(v.Index(i)) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && finds(v.Field(i)) {
				return true
			}
		}
	}
	return false
}
