package repl

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
)

var (
	// objectLike is code that is meant as an object rather than as a block.
	objectLike = regexp.MustCompile(`^\s*\{`)
	closedLine = regexp.MustCompile(`;\s*$`)
	// unended are the words of the rewriter for a source that only lacks its end.
	unended = regexp.MustCompile(`end of file|to terminate multi-line comment`)
)

// incomplete reports whether code is the beginning of something.
func (r *Room) incomplete(file, code string) bool {
	_, err := ecma.ParseFile(file, code, parser.WithDisableSourceMaps)
	var list parser.ErrorList
	switch {
	case errors.As(err, &list) && list[0].Message == "Unexpected end of input":
		return true
	case err == nil && !strings.Contains(code, "switch"): // which the engine takes without its end
		return false
	case strings.HasSuffix(strings.TrimRight(code, "\n"), `\`) && strings.Contains(err.Error(), "ILLEGAL"):
		return true // a string goes on
	}
	if transform := r.h.Settings.Transform; transform != nil {
		_, err := transform(file, code, false)
		return err != nil && unended.MatchString(err.Error())
	}
	return false
}

// evaluate runs code in the global scope; done gets what was thrown, or nil and the value.
func (r *Room) evaluate(file, code string, done func(err, v goja.Value)) {
	vm := r.h.VM
	var v goja.Value
	awaits := false
	err := r.try(func() error {
		prog, names := r.awaiting(file, code)
		if awaits = prog != nil; awaits {
			if names != "" {
				if _, err := vm.RunScript(file, names); err != nil {
					return err
				}
			}
		} else {
			prog = r.compile(file, code)
		}
		var err error
		v, err = vm.RunProgram(prog)
		return err
	})
	switch {
	case err != nil:
		done(err, nil)
	case !awaits:
		done(nil, v)
	default:
		settle := func(fn func(v goja.Value)) goja.Value {
			return vm.ToValue(func(c goja.FunctionCall) goja.Value {
				fn(c.Argument(0))
				return goja.Undefined()
			})
		}
		bind.Invoke(vm, v.(*goja.Object), "then", settle(func(v goja.Value) { done(nil, v) }), settle(func(err goja.Value) {
			if err == nil {
				err = goja.Undefined()
			}
			done(err, nil)
		}))
	}
}

// try returns what fn throws or returns as an error; nil if there is none. What was interrupted is an
// error like others.
func (r *Room) try(fn func() error) (thrown goja.Value) {
	var err error
	if ex := r.h.VM.Try(func() { err = fn() }); ex != nil {
		return ex.Value()
	}
	var ex *goja.Exception
	var stopped *goja.InterruptedError
	var overflow *goja.StackOverflowError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ex):
		return ex.Value()
	case errors.As(err, &overflow):
		o, _ := r.h.VM.New(r.h.VM.Get("RangeError"), bind.String("Maximum call stack size exceeded"))
		return o
	case errors.As(err, &stopped):
		if stopped.Value() == Break {
			r.h.VM.ClearInterrupt()
			return r.Interrupted()
		}
	}
	bind.Rethrow(err)
	return nil
}

// Break is what the engine is interrupted with to end one evaluation, not the runtime.
var Break = &struct{ string }{"break"}

// compile compiles code: as an expression if it looks like an object. It throws.
func (r *Room) compile(file, code string) (prog *goja.Program) {
	if objectLike.MatchString(code) && !closedLine.MatchString(code) {
		if r.h.VM.Try(func() { prog = r.loader.Script(file, "("+strings.TrimSpace(code)+")\n") }) == nil {
			return prog
		}
	}
	prog = r.loader.Script(file, code)
	r.noteLexical(file, code)
	return prog
}

// noteLexical remembers the names that let, const and class declare, which no object has as properties.
func (r *Room) noteLexical(file, code string) {
	prog, err := ecma.ParseFile(file, code, parser.WithDisableSourceMaps)
	if err != nil {
		return
	}
	for _, s := range prog.Body {
		switch s := s.(type) {
		case *ast.LexicalDeclaration:
			for _, b := range s.List {
				for _, name := range targets(b.Target) {
					r.lexical[name] = true
				}
			}
		case *ast.ClassDeclaration:
			r.lexical[s.Class.Name.Name.String()] = true
		}
	}
}

// awaiting compiles code with await outside of functions, as an async function that is called. names is
// the declaration, to be run before, of the variables that it sets in the global scope. prog is nil if
// code does not await, or cannot be read.
//
// Node v20 lib/internal/repl/await.js.
func (r *Room) awaiting(file, code string) (prog *goja.Program, names string) {
	if !strings.Contains(code, "await") {
		return nil, ""
	}
	text := "(async () => { " + code + "\n})()"
	tree, err := ecma.ParseFile(file, text, parser.WithDisableSourceMaps)
	if err != nil && r.h.Settings.Transform != nil {
		if text, err = r.h.Settings.Transform(file, text, false); err == nil {
			tree, err = ecma.ParseFile(file, text, parser.WithDisableSourceMaps)
		}
	}
	if err != nil || len(tree.Body) == 0 {
		return nil, ""
	}
	fn := calledArrow(tree.Body[len(tree.Body)-1])
	if fn == nil {
		return nil, ""
	}
	body := fn.Body.(*ast.BlockStatement)
	if !anyAwait(body.List) {
		return nil, ""
	}
	names = r.hoist(fn, body)
	ecma.MendSloppy(tree)
	if prog, err = goja.CompileAST(tree, false); err != nil {
		return nil, ""
	}
	r.h.Sources[file] = code
	return prog, names
}

// calledArrow returns the arrow function of `(async () => {})()`.
func calledArrow(s ast.Statement) *ast.ArrowFunctionLiteral {
	if e, ok := s.(*ast.ExpressionStatement); ok {
		if call, ok := e.Expression.(*ast.CallExpression); ok {
			if fn, ok := call.Callee.(*ast.ArrowFunctionLiteral); ok {
				if _, ok := fn.Body.(*ast.BlockStatement); ok {
					return fn
				}
			}
		}
	}
	return nil
}

// hoist turns the declarations of the function into assignments to variables of the global scope, which
// it returns the declaration of, and lets the function return the value of its last statement.
func (r *Room) hoist(fn *ast.ArrowFunctionLiteral, body *ast.BlockStatement) string {
	var lexical, vars []string
	var first []ast.Statement
	assign := func(target, value ast.Expression) ast.Expression {
		return &ast.AssignExpression{Operator: token.ASSIGN, Left: target, Right: value}
	}
	undefined := func(at ast.Node) ast.Expression {
		return &ast.UnaryExpression{Operator: token.VOID, Idx: at.Idx0(), Operand: &ast.NumberLiteral{Idx: at.Idx0(), Literal: "0", Value: int64(0)}}
	}
	assignAll := func(list []*ast.Binding, isVar bool) ast.Statement {
		var all []ast.Expression
		for _, b := range list {
			switch {
			case b.Initializer != nil:
				all = append(all, assign(b.Target, b.Initializer))
			case !isVar:
				all = append(all, assign(b.Target, undefined(b)))
			}
		}
		// The value of a declaration is undefined.
		all = append(all, undefined(list[0]))
		return &ast.ExpressionStatement{Expression: &ast.SequenceExpression{Sequence: all}}
	}
	for i, s := range body.List {
		switch s := s.(type) {
		case *ast.LexicalDeclaration:
			for _, b := range s.List {
				lexical = append(lexical, targets(b.Target)...)
			}
			body.List[i] = assignAll(s.List, false)
		case *ast.VariableStatement:
			for _, b := range s.List {
				vars = append(vars, targets(b.Target)...)
			}
			fn.DeclarationList = slices.DeleteFunc(fn.DeclarationList, func(d *ast.VariableDeclaration) bool {
				return len(d.List) > 0 && d.List[0] == s.List[0]
			})
			body.List[i] = assignAll(s.List, true)
		case *ast.ClassDeclaration:
			name := s.Class.Name
			lexical = append(lexical, name.Name.String())
			class := assign(&ast.Identifier{Name: name.Name, Idx: name.Idx}, s.Class)
			body.List[i] = &ast.ExpressionStatement{Expression: &ast.SequenceExpression{Sequence: []ast.Expression{class, undefined(s)}}}
		case *ast.FunctionDeclaration:
			name := s.Function.Name
			global := &ast.DotExpression{Left: &ast.Identifier{Name: "globalThis", Idx: name.Idx}, Identifier: *name}
			first = append(first, &ast.ExpressionStatement{Expression: assign(global, &ast.Identifier{Name: name.Name, Idx: name.Idx})})
		}
	}
	if n := len(body.List); n > 0 {
		if e, ok := body.List[n-1].(*ast.ExpressionStatement); ok {
			body.List[n-1] = &ast.ReturnStatement{Return: e.Idx0(), Argument: e.Expression}
		}
	}
	body.List = append(first, body.List...)
	out := ""
	if len(lexical) > 0 {
		out += "let " + strings.Join(lexical, ", ") + ";"
	}
	if len(vars) > 0 {
		out += "var " + strings.Join(vars, ", ") + ";"
	}
	for _, name := range lexical {
		r.lexical[name] = true
	}
	return out
}

// targets are the names that a binding declares.
func targets(t ast.Expression) (names []string) {
	switch t := t.(type) {
	case *ast.Identifier:
		return []string{t.Name.String()}
	case *ast.AssignExpression: // a default
		return targets(t.Left)
	case *ast.ObjectPattern:
		for _, p := range t.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				names = append(names, p.Name.Name.String())
			case *ast.PropertyKeyed:
				names = append(names, targets(p.Value)...)
			}
		}
		return append(names, targets(t.Rest)...)
	case *ast.ArrayPattern:
		for _, e := range t.Elements {
			names = append(names, targets(e)...)
		}
		return append(names, targets(t.Rest)...)
	}
	return nil
}
