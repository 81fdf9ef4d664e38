package vm

import (
	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// contextual is code for a context: what of it the context has to know before it runs.
type contextual struct {
	vars     []string      // var and function
	lexicals []lexicalName // let, const and class
	asked    []string      // names that typeof is asked of
	program  *goja.Program // a function of the scope that returns one which runs the code and returns its value
}

type lexicalName struct {
	name     string
	constant bool
}

// frame is what a context's code is put into: its names are looked up in scope first. The arrow function
// keeps this, and is as strict as the code.
//
// Its positions are taken for some of the code's: the code is followed by as many blanks.
const frame = `(function (scope) { with (scope) { return () => { let completion; return completion; }; } })`

// completion holds the value of the code; no source can spell it.
const completion unistring.String = "completion value"

// rewrite turns the program, in place, into the expression of a function. What it declares at its top
// becomes assignments, which find the scope; the values of its expressions are kept.
func rewrite(p *ast.Program) *contextual {
	w := new(rewriter)
	for _, d := range p.DeclarationList {
		for _, b := range d.List {
			w.declare(b.Target, &w.vars)
		}
	}
	p.DeclarationList = nil

	outer, err := parser.ParseFile(nil, "", frame, 0)
	if err != nil {
		panic(err)
	}
	function := outer.Body[0].(*ast.ExpressionStatement).Expression.(*ast.FunctionLiteral)
	with := function.Body.List[0].(*ast.WithStatement)
	arrow := with.Body.(*ast.BlockStatement).List[0].(*ast.ReturnStatement).Argument.(*ast.ArrowFunctionLiteral)
	inner := arrow.Body.(*ast.BlockStatement)
	let, result := inner.List[0].(*ast.LexicalDeclaration), inner.List[1].(*ast.ReturnStatement)
	let.List[0].Target.(*ast.Identifier).Name = completion
	result.Argument.(*ast.Identifier).Name = completion

	directives := directives(p.Body)
	list := append([]ast.Statement(nil), p.Body[:directives]...)
	list = append(list, let)
	rest := p.Body[directives:]
	for _, s := range rest {
		if f, ok := s.(*ast.FunctionDeclaration); ok {
			w.vars = append(w.vars, f.Function.Name.Name.String())
			list = append(list, assign(f.Function.Name, f.Function))
		}
	}
	for _, s := range rest {
		switch s := s.(type) {
		case *ast.FunctionDeclaration:
		case *ast.LexicalDeclaration:
			var all []ast.Expression
			for _, b := range s.List {
				var names []string
				w.declare(b.Target, &names)
				for _, n := range names {
					w.lexicals = append(w.lexicals, lexicalName{n, s.Token == token.CONST})
				}
				value := b.Initializer
				if value == nil {
					value = &ast.UnaryExpression{Operator: token.VOID, Idx: s.Idx, Operand: &ast.NumberLiteral{Idx: s.Idx, Literal: "0", Value: int64(0)}}
				}
				all = append(all, &ast.AssignExpression{Operator: token.ASSIGN, Left: b.Target, Right: value})
			}
			list = append(list, expression(all))
		case *ast.ClassDeclaration:
			w.lexicals = append(w.lexicals, lexicalName{s.Class.Name.Name.String(), false})
			list = append(list, assign(s.Class.Name, s.Class))
		default:
			list = append(list, w.statement(s, true))
		}
	}
	inner.List = append(list, result)
	p.Body = outer.Body
	return &w.contextual
}

type rewriter struct{ contextual }

func assign(to *ast.Identifier, value ast.Expression) ast.Statement {
	return &ast.ExpressionStatement{Expression: &ast.AssignExpression{Operator: token.ASSIGN, Left: to, Right: value}}
}

func expression(all []ast.Expression) ast.Statement {
	switch len(all) {
	case 0:
		return &ast.EmptyStatement{}
	case 1:
		return &ast.ExpressionStatement{Expression: all[0]}
	}
	return &ast.ExpressionStatement{Expression: &ast.SequenceExpression{Sequence: all}}
}

// directives counts the statements like "use strict" that a program begins with.
func directives(list []ast.Statement) (n int) {
	for n < len(list) {
		e, ok := list[n].(*ast.ExpressionStatement)
		if !ok {
			break
		}
		s, ok := e.Expression.(*ast.StringLiteral)
		if !ok || n == len(list)-1 && s.Value != "use strict" {
			break
		}
		n++
	}
	return n
}

// declare adds the names that a target binds.
func (w *rewriter) declare(target ast.Expression, names *[]string) {
	switch t := target.(type) {
	case *ast.Identifier:
		*names = append(*names, t.Name.String())
	case *ast.AssignExpression:
		w.declare(t.Left, names)
	case *ast.ArrayPattern:
		for _, e := range t.Elements {
			w.declare(e, names)
		}
		w.declare(t.Rest, names)
	case *ast.ObjectPattern:
		for _, p := range t.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				*names = append(*names, p.Name.Name.String())
			case *ast.PropertyKeyed:
				w.declare(p.Value, names)
			}
		}
		w.declare(t.Rest, names)
	}
}

// assignments makes assignments of the bindings of var.
func assignments(list []*ast.Binding) (all []ast.Expression) {
	for _, b := range list {
		if b.Initializer != nil {
			all = append(all, &ast.AssignExpression{Operator: token.ASSIGN, Left: b.Target, Right: b.Initializer})
		}
	}
	return all
}

func (w *rewriter) list(all []ast.Statement, keep bool) []ast.Statement {
	for i, s := range all {
		all[i] = w.statement(s, keep)
	}
	return all
}

func (w *rewriter) block(b *ast.BlockStatement, keep bool) {
	if b != nil {
		w.list(b.List, keep)
	}
}

// statement rewrites var, and keeps the values of expressions if they are the code's.
func (w *rewriter) statement(s ast.Statement, keep bool) ast.Statement {
	switch s := s.(type) {
	case *ast.ExpressionStatement:
		if keep {
			s.Expression = &ast.AssignExpression{Operator: token.ASSIGN, Left: &ast.Identifier{Name: completion, Idx: s.Idx0()}, Right: s.Expression}
		}
	case *ast.VariableStatement:
		return expression(assignments(s.List))
	case *ast.BlockStatement:
		w.block(s, keep)
	case *ast.IfStatement:
		s.Consequent = w.statement(s.Consequent, keep)
		if s.Alternate != nil {
			s.Alternate = w.statement(s.Alternate, keep)
		}
	case *ast.ForStatement:
		if v, ok := s.Initializer.(*ast.ForLoopInitializerVarDeclList); ok {
			s.Initializer = nil
			if e, ok := expression(assignments(v.List)).(*ast.ExpressionStatement); ok {
				s.Initializer = &ast.ForLoopInitializerExpression{Expression: e.Expression}
			}
		}
		s.Body = w.statement(s.Body, keep)
	case *ast.ForInStatement:
		s.Into = into(s.Into)
		s.Body = w.statement(s.Body, keep)
	case *ast.ForOfStatement:
		s.Into = into(s.Into)
		s.Body = w.statement(s.Body, keep)
	case *ast.WhileStatement:
		s.Body = w.statement(s.Body, keep)
	case *ast.DoWhileStatement:
		s.Body = w.statement(s.Body, keep)
	case *ast.LabelledStatement:
		s.Statement = w.statement(s.Statement, keep)
	case *ast.WithStatement:
		s.Body = w.statement(s.Body, keep)
	case *ast.SwitchStatement:
		for _, c := range s.Body {
			w.list(c.Consequent, keep)
		}
	case *ast.TryStatement:
		w.block(s.Body, keep)
		if s.Catch != nil {
			w.block(s.Catch.Body, keep)
		}
		w.block(s.Finally, false)
	}
	return s
}

func into(v ast.ForInto) ast.ForInto {
	if b, ok := v.(*ast.ForIntoVar); ok {
		return &ast.ForIntoExpression{Expression: b.Binding.Target}
	}
	return v
}
