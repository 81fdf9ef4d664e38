package ecma

import (
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// Errors that the engine throws itself have a stack in its own format, and nothing tells us when they are
// made. So programs are told ours when they look: x.stack becomes mended(x).stack, where mended returns x,
// after it has brought the stack of an error of the engine's into V8's format.

// Other things that a source does it tells by the same call, in a second argument: see chains and buffers.

// mendedName is what the function goes by: a constant of the global scope that no source can spell and no
// object has as a property.
const mendedName = "gonode:mended"

// mendedProgram declares it. The function is the value of a global property of a similar name then.
var mendedProgram = func() *goja.Program {
	tree, err := parser.ParseFile(nil, "gonode:ecma", "const mended = given", 0)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	b := tree.Body[0].(*ast.LexicalDeclaration).List[0]
	b.Target.(*ast.Identifier).Name = mendedName
	b.Initializer.(*ast.Identifier).Name = mendedName + ":given"
	prog, err := goja.CompileAST(tree, true)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	return prog
}()

func installMended(vm *goja.Runtime, guards *chains) {
	descriptor, _ := goja.AssertFunction(vm.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor"))
	name, base := vm.ToValue("stack"), vm.Get("Error").(*goja.Object)
	generators := new(asyncGenerators)
	mended := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		v := c.Argument(0)
		if len(c.Arguments) > 1 {
			switch does := c.Arguments[1].ToInteger(); does {
			case delegates:
				guards.guardGenerators()
			case reflects:
				guards.guardReflect(v)
			case generates:
				generators.mark(vm, v, c.Arguments[2:])
			default:
				return buffers[does-allocates].length(vm, v)
			}
			return v
		}
		o, ok := v.(*goja.Object)
		if !ok || o.ClassName() != "Error" {
			return v
		}
		// Not o.Get: an error of our constructors has an accessor until somebody reads its stack.
		d, err := descriptor(goja.Undefined(), o, name)
		own, ok := d.(*goja.Object)
		if err != nil || !ok {
			return v
		}
		if text := own.Get("value"); text != nil && goja.IsString(text) && strings.Contains(text.String(), "\n\tat ") {
			_ = o.DefineDataProperty("stack", vm.ToValue(limited(base, StackText(text.String()))), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		return v
	})
	g := vm.GlobalObject()
	if err := g.Set(mendedName+":given", mended); err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	if _, err := vm.RunProgram(mendedProgram); err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	_ = g.Delete(mendedName + ":given")
}

// limited drops the frames beyond Error.stackTraceLimit.
func limited(base *goja.Object, stack string) string {
	limit := 10
	if v := base.Get("stackTraceLimit"); v != nil && goja.IsNumber(v) {
		limit = max(int(v.ToInteger()), 0)
	}
	for at := 0; ; {
		i := strings.Index(stack[at:], "\n    at ")
		if i < 0 {
			return stack
		}
		if at += i + 1; limit == 0 {
			return stack[:at-1]
		}
		limit--
	}
}

// What a source says of itself in the second argument of mended; above these, generates and allocates.
const (
	delegates = 1 // yield* x is yield* mended(x, delegates)
	reflects  = 2 // Reflect.setPrototypeOf is mended(Reflect, reflects).setPrototypeOf
)

// callMended is mended(x), or mended(x, does).
func callMended(x ast.Expression, does int64) ast.Expression {
	at := x.Idx0()
	call := &ast.CallExpression{Callee: &ast.Identifier{Name: mendedName, Idx: at}, LeftParenthesis: at,
		ArgumentList: []ast.Expression{x}, RightParenthesis: x.Idx1()}
	if does != 0 {
		call.ArgumentList = append(call.ArgumentList, &ast.NumberLiteral{Idx: at, Value: does})
	}
	return call
}

// mendDot makes x.stack mended(x).stack, and looks for Reflect.setPrototypeOf.
func mendDot(e *ast.DotExpression) {
	switch e.Identifier.Name {
	case "stack":
	case "setPrototypeOf":
		if id, ok := e.Left.(*ast.Identifier); ok && id.Name == "Reflect" {
			e.Left = callMended(id, reflects)
		}
		return
	default:
		return
	}
	if inChain(e.Left) {
		return
	}
	switch left := e.Left.(type) {
	case *ast.ThisExpression, *ast.SuperExpression: // never the engine's own
	case *ast.Optional:
		left.Expression = callMended(left.Expression, 0)
	default:
		e.Left = callMended(left, 0)
	}
}

// inChain reports whether x goes on with what may have ended with ?. before: it cannot be an argument.
func inChain(x ast.Expression) bool {
	for first := true; ; first = false {
		switch e := x.(type) {
		case *ast.Optional:
			return !first || inChain(e.Expression)
		case *ast.DotExpression:
			x = e.Left
		case *ast.PrivateDotExpression:
			x = e.Left
		case *ast.BracketExpression:
			x = e.Left
		case *ast.CallExpression:
			x = e.Callee
		default:
			return false
		}
	}
}
