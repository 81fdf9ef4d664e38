package ecma

import (
	"strconv"
	"sync/atomic"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// MendSloppy rewrites, in place, what the engine does not compile as Annex B of ECMA-262 has it for
// code that is not strict:
//
//   - B.3.3: a function declared in a block is also a variable of the function around it, from the
//     moment on at which its declaration is evaluated. The engine binds it in the block alone.
//   - B.3.5: `catch (e) { var e = 1 }` assigns to the parameter. The engine refuses it.
//
// Older packages use both. And regular expressions become such as the engine takes.
func MendSloppy(p *ast.Program) {
	w := &sloppy{}
	f := &sloppyFunc{decls: &p.DeclarationList, strict: isStrict(p.Body)}
	w.body(f, &p.Body)
}

// sloppy walks a program.
type sloppy struct {
	fn *sloppyFunc
}

// sloppyFunc is the function, or program, whose body is being walked.
type sloppyFunc struct {
	outer   *sloppyFunc
	strict  bool
	params  *ast.ParameterList // nil for none
	decls   *[]*ast.VariableDeclaration
	blocks  []sloppyBlock                        // around the walk, outermost first
	setters map[unistring.String]*ast.Identifier // by hoisted name: the arrow function that assigns it
	first   []ast.Statement                      // to be put before the body
}

// sloppyBlock is a list of statements with a scope of its own, or the scope of a catch parameter.
type sloppyBlock struct {
	list  []ast.Statement
	catch ast.BindingTarget
}

// isStrict reports whether a list of statements begins with "use strict".
func isStrict(list []ast.Statement) bool {
	for _, s := range list {
		e, ok := s.(*ast.ExpressionStatement)
		if !ok {
			return false
		}
		text, ok := e.Expression.(*ast.StringLiteral)
		if !ok {
			return false
		}
		if text.Literal == `"use strict"` || text.Literal == `'use strict'` {
			return true
		}
	}
	return false
}

// body walks the statements of f.
func (w *sloppy) body(f *sloppyFunc, list *[]ast.Statement) {
	f.outer, w.fn = w.fn, f
	f.blocks = append(f.blocks, sloppyBlock{list: *list})
	for i, s := range *list {
		(*list)[i] = w.statement(s)
	}
	if len(f.first) > 0 {
		*list = append(f.first, *list...)
	}
	w.fn = f.outer
}

// function walks a function's parameters and body.
func (w *sloppy) function(params *ast.ParameterList, body *ast.BlockStatement, decls *[]*ast.VariableDeclaration, strict bool) {
	w.params(params)
	strict = strict || w.fn.strict || isStrict(body.List)
	w.body(&sloppyFunc{strict: strict, params: params, decls: decls}, &body.List)
}

func (w *sloppy) params(params *ast.ParameterList) {
	if params == nil {
		return
	}
	w.bindings(params.List)
	w.expression(params.Rest)
}

func (w *sloppy) literal(f *ast.FunctionLiteral, strict bool) {
	w.function(f.ParameterList, f.Body, &f.DeclarationList, strict)
}

// block walks a list of statements with a scope of its own and returns what takes its place.
func (w *sloppy) block(list []ast.Statement) []ast.Statement {
	f := w.fn
	f.blocks = append(f.blocks, sloppyBlock{list: list})
	list = w.list(list)
	f.blocks = f.blocks[:len(f.blocks)-1]
	return list
}

// list is block for statements of the innermost scope.
func (w *sloppy) list(list []ast.Statement) []ast.Statement {
	f := w.fn
	var out []ast.Statement
	for i, s := range list {
		s = w.statement(s)
		list[i] = s
		if out != nil {
			out = append(out, s)
		}
		d, ok := s.(*ast.FunctionDeclaration)
		if !ok || f.strict || d.Function.Async || d.Function.Generator || !w.mayHoist(d.Function.Name.Name) {
			continue
		}
		if out == nil {
			out = append(make([]ast.Statement, 0, len(list)+1), list[:i+1]...)
		}
		out = append(out, w.hoist(d.Function.Name))
	}
	if out == nil {
		return list
	}
	return out
}

// mayHoist reports whether a variable called name in the place of a function of the innermost block
// would be allowed: no scope in between, and no parameter, has the name.
func (w *sloppy) mayHoist(name unistring.String) bool {
	f := w.fn
	for i, b := range f.blocks[:len(f.blocks)-1] {
		if b.catch != nil {
			// A plain parameter is no obstacle (B.3.5).
			if _, plain := b.catch.(*ast.Identifier); !plain && targetHas(b.catch, name) {
				return false
			}
			continue
		}
		if declares(b.list, name, i > 0) {
			return false
		}
	}
	if declares(f.blocks[len(f.blocks)-1].list, name, false) {
		return false
	}
	if f.params == nil {
		return true
	}
	for _, b := range f.params.List {
		if targetHas(b.Target, name) {
			return false
		}
	}
	rest, ok := f.params.Rest.(ast.BindingTarget)
	return !ok || !targetHas(rest, name)
}

// declares reports whether list has a lexical declaration of name; functions count as such in blocks.
func declares(list []ast.Statement, name unistring.String, functions bool) bool {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.LexicalDeclaration:
			for _, b := range s.List {
				if targetHas(b.Target, name) {
					return true
				}
			}
		case *ast.ClassDeclaration:
			if s.Class.Name != nil && s.Class.Name.Name == name {
				return true
			}
		case *ast.FunctionDeclaration:
			if functions && s.Function.Name.Name == name {
				return true
			}
		}
	}
	return false
}

// targetHas reports whether a binding pattern binds name.
func targetHas(t ast.Expression, name unistring.String) bool {
	switch t := t.(type) {
	case *ast.Identifier:
		return t.Name == name
	case *ast.AssignExpression: // with a default
		return targetHas(t.Left, name)
	case *ast.ArrayPattern:
		for _, e := range t.Elements {
			if targetHas(e, name) {
				return true
			}
		}
		return t.Rest != nil && targetHas(t.Rest, name)
	case *ast.ObjectPattern:
		for _, p := range t.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				if p.Name.Name == name {
					return true
				}
			case *ast.PropertyKeyed:
				if targetHas(p.Value, name) {
					return true
				}
			}
		}
		return t.Rest != nil && targetHas(t.Rest, name)
	}
	return false
}

// setterCount makes names of setters differ: a program's are seen by those that run after it.
var setterCount atomic.Uint64

// hoist makes name a variable of the function and returns the statement that assigns the block's
// function to it. In the block the name means the block's, so that the assignment is made by an arrow
// function that stands outside.
func (w *sloppy) hoist(name *ast.Identifier) ast.Statement {
	f := w.fn
	at := name.Idx
	set := f.setters[name.Name]
	if set == nil {
		// No source can have such a name.
		set = &ast.Identifier{Name: unistring.NewFromString("set " + strconv.FormatUint(setterCount.Add(1), 10)), Idx: at}
		if f.setters == nil {
			f.setters = make(map[unistring.String]*ast.Identifier)
		}
		f.setters[name.Name] = set
		*f.decls = append(*f.decls, &ast.VariableDeclaration{Var: at, List: []*ast.Binding{{Target: name}}})
		value := &ast.Identifier{Name: "v ", Idx: at}
		f.first = append(f.first, &ast.LexicalDeclaration{Idx: at, Token: token.LET, List: []*ast.Binding{{
			Target: set,
			Initializer: &ast.ArrowFunctionLiteral{
				Start:         at,
				ParameterList: &ast.ParameterList{List: []*ast.Binding{{Target: value}}},
				Body:          &ast.ExpressionBody{Expression: &ast.AssignExpression{Operator: token.ASSIGN, Left: name, Right: value}},
			},
		}}})
	}
	return &ast.ExpressionStatement{Expression: &ast.CallExpression{Callee: set, ArgumentList: []ast.Expression{name}, LeftParenthesis: at, RightParenthesis: at}}
}

// caught reports whether name is the plain parameter of a catch clause around the walk, with no
// scope in between that has it.
func (w *sloppy) caught(name unistring.String) bool {
	f := w.fn
	if f.strict {
		return false
	}
	for i := len(f.blocks) - 1; i > 0; i-- {
		if id, ok := f.blocks[i].catch.(*ast.Identifier); ok && id.Name == name {
			return true
		}
	}
	return false
}

// assignCaught rewrites a list of var bindings of which one is a catch parameter: the declarations
// stand in the function's own list, so that only the assignments are left to do. Nil: leave it.
func (w *sloppy) assignCaught(list []*ast.Binding) *ast.SequenceExpression {
	found := false
	for _, b := range list {
		if id, ok := b.Target.(*ast.Identifier); ok && w.caught(id.Name) {
			found = true
		} else if !ok {
			return nil
		}
	}
	if !found {
		return nil
	}
	seq := &ast.SequenceExpression{}
	for _, b := range list {
		if b.Initializer != nil {
			seq.Sequence = append(seq.Sequence, &ast.AssignExpression{Operator: token.ASSIGN, Left: b.Target, Right: b.Initializer})
		}
	}
	return seq
}

// statement walks s and returns what takes its place.
func (w *sloppy) statement(s ast.Statement) ast.Statement {
	switch s := s.(type) {
	case *ast.BlockStatement:
		s.List = w.block(s.List)
	case *ast.ExpressionStatement:
		w.expression(s.Expression)
	case *ast.VariableStatement:
		w.bindings(s.List)
		if seq := w.assignCaught(s.List); seq != nil {
			if len(seq.Sequence) == 0 {
				return &ast.EmptyStatement{Semicolon: s.Var}
			}
			return &ast.ExpressionStatement{Expression: seq}
		}
	case *ast.LexicalDeclaration:
		w.bindings(s.List)
	case *ast.FunctionDeclaration:
		w.literal(s.Function, false)
	case *ast.ClassDeclaration:
		w.class(s.Class)
	case *ast.IfStatement:
		w.expression(s.Test)
		s.Consequent = w.statement(s.Consequent)
		if s.Alternate != nil {
			s.Alternate = w.statement(s.Alternate)
		}
	case *ast.ForStatement:
		w.forStatement(s)
	case *ast.ForInStatement:
		s.Into = w.forInto(s.Into)
		w.expression(s.Source)
		s.Body = w.statement(s.Body)
	case *ast.ForOfStatement:
		w.forInto(s.Into) // var e in the head of for…of is an error in a catch (e)
		w.expression(s.Source)
		s.Body = w.statement(s.Body)
	case *ast.WhileStatement:
		w.expression(s.Test)
		s.Body = w.statement(s.Body)
	case *ast.DoWhileStatement:
		s.Body = w.statement(s.Body)
		w.expression(s.Test)
	case *ast.WithStatement:
		w.expression(s.Object)
		s.Body = w.statement(s.Body)
	case *ast.LabelledStatement:
		s.Statement = w.statement(s.Statement)
	case *ast.ReturnStatement:
		w.expression(s.Argument)
	case *ast.ThrowStatement:
		w.expression(s.Argument)
	case *ast.SwitchStatement:
		w.switchStatement(s)
	case *ast.TryStatement:
		w.try(s)
	}
	return s
}

func (w *sloppy) forStatement(s *ast.ForStatement) {
	switch init := s.Initializer.(type) {
	case *ast.ForLoopInitializerExpression:
		w.expression(init.Expression)
	case *ast.ForLoopInitializerVarDeclList:
		w.bindings(init.List)
		if seq := w.assignCaught(init.List); seq != nil {
			if s.Initializer = nil; len(seq.Sequence) > 0 {
				s.Initializer = &ast.ForLoopInitializerExpression{Expression: seq}
			}
		}
	case *ast.ForLoopInitializerLexicalDecl:
		w.bindings(init.LexicalDeclaration.List)
	}
	w.expression(s.Test)
	w.expression(s.Update)
	s.Body = w.statement(s.Body)
}

func (w *sloppy) forInto(into ast.ForInto) ast.ForInto {
	switch into := into.(type) {
	case *ast.ForIntoVar:
		w.binding(into.Binding)
		if id, ok := into.Binding.Target.(*ast.Identifier); ok && w.caught(id.Name) {
			return &ast.ForIntoExpression{Expression: id}
		}
	case *ast.ForDeclaration:
		w.expression(into.Target)
	case *ast.ForIntoExpression:
		w.expression(into.Expression)
	}
	return into
}

// switchStatement walks a switch, all of whose cases are one scope.
func (w *sloppy) switchStatement(s *ast.SwitchStatement) {
	w.expression(s.Discriminant)
	var all []ast.Statement
	for _, c := range s.Body {
		w.expression(c.Test)
		all = append(all, c.Consequent...)
	}
	f := w.fn
	f.blocks = append(f.blocks, sloppyBlock{list: all})
	for _, c := range s.Body {
		c.Consequent = w.list(c.Consequent)
	}
	f.blocks = f.blocks[:len(f.blocks)-1]
}

func (w *sloppy) try(s *ast.TryStatement) {
	s.Body.List = w.block(s.Body.List)
	if s.Catch != nil {
		f := w.fn
		if s.Catch.Parameter != nil {
			w.expression(s.Catch.Parameter)
		}
		f.blocks = append(f.blocks, sloppyBlock{catch: s.Catch.Parameter})
		s.Catch.Body.List = w.block(s.Catch.Body.List)
		f.blocks = f.blocks[:len(f.blocks)-1]
	}
	if s.Finally != nil {
		s.Finally.List = w.block(s.Finally.List)
	}
}

func (w *sloppy) bindings(list []*ast.Binding) {
	for _, b := range list {
		w.binding(b)
	}
}

func (w *sloppy) binding(b *ast.Binding) {
	if _, plain := b.Target.(*ast.Identifier); !plain {
		w.expression(b.Target)
	}
	w.expression(b.Initializer)
}

func (w *sloppy) class(c *ast.ClassLiteral) {
	nameConstructor(c)
	w.expression(c.SuperClass)
	for _, e := range c.Body {
		switch e := e.(type) {
		case *ast.MethodDefinition:
			w.expression(e.Key)
			w.literal(e.Body, true)
		case *ast.FieldDefinition:
			w.expression(e.Key)
			w.expression(e.Initializer)
		case *ast.ClassStaticBlock:
			w.body(&sloppyFunc{strict: true, decls: &e.DeclarationList}, &e.Block.List)
		}
	}
}

// NameTopLevel gives the wrapper of a CommonJS module, which is all that p is, the name that V8 shows in
// stacks.
func NameTopLevel(p *ast.Program) {
	if s, ok := p.Body[0].(*ast.ExpressionStatement); ok {
		if f, ok := s.Expression.(*ast.FunctionLiteral); ok {
			f.Name = &ast.Identifier{Name: topLevel, Idx: f.Function}
		}
	}
}

// nameConstructor gives the constructor of a class the name that V8 shows in stacks. It is no name that
// code could mean.
func nameConstructor(c *ast.ClassLiteral) {
	if c.Name == nil {
		return
	}
	for _, e := range c.Body {
		m, ok := e.(*ast.MethodDefinition)
		if !ok || m.Static || m.Computed || m.Kind != ast.PropertyKindMethod || m.Body == nil || m.Body.Name != nil {
			continue
		}
		if key, ok := m.Key.(*ast.StringLiteral); ok && key.Value == "constructor" {
			m.Body.Name = &ast.Identifier{Name: constructorPrefix + c.Name.Name, Idx: m.Idx}
		}
	}
}

func (w *sloppy) expressions(list []ast.Expression) {
	for _, e := range list {
		w.expression(e)
	}
}

// expression walks e, which may be nil, for the functions in it.
func (w *sloppy) expression(e ast.Expression) {
	switch e := e.(type) {
	case nil, *ast.Identifier, *ast.StringLiteral, *ast.NumberLiteral, *ast.ThisExpression:
	case *ast.CallExpression:
		placeCall(e)
		w.expression(e.Callee)
		w.expressions(e.ArgumentList)
	case *ast.NewExpression:
		w.expression(e.Callee)
		w.expressions(e.ArgumentList)
		mendNew(e)
	case *ast.DotExpression:
		w.expression(e.Left)
		mendDot(e)
	case *ast.PrivateDotExpression:
		w.expression(e.Left)
	case *ast.BracketExpression:
		w.expression(e.Left)
		w.expression(e.Member)
	case *ast.FunctionLiteral:
		w.literal(e, false)
	case *ast.ArrowFunctionLiteral:
		switch body := e.Body.(type) {
		case *ast.BlockStatement:
			w.function(e.ParameterList, body, &e.DeclarationList, false)
		case *ast.ExpressionBody:
			w.params(e.ParameterList)
			w.expression(body.Expression)
		}
	case *ast.ClassLiteral:
		w.class(e)
	case *ast.AssignExpression:
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.BinaryExpression:
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.ConditionalExpression:
		w.expression(e.Test)
		w.expression(e.Consequent)
		w.expression(e.Alternate)
	case *ast.UnaryExpression:
		w.expression(e.Operand)
	case *ast.SequenceExpression:
		w.expressions(e.Sequence)
	case *ast.ArrayLiteral:
		w.expressions(e.Value)
	case *ast.ObjectLiteral:
		w.properties(e.Value)
	case *ast.ArrayPattern:
		w.expressions(e.Elements)
		w.expression(e.Rest)
	case *ast.ObjectPattern:
		w.properties(e.Properties)
		w.expression(e.Rest)
	case *ast.Binding:
		w.binding(e)
	case *ast.TemplateLiteral:
		w.expression(e.Tag)
		w.expressions(e.Expressions)
	case *ast.SpreadElement:
		w.expression(e.Expression)
	case *ast.OptionalChain:
		w.expression(e.Expression)
	case *ast.Optional:
		w.expression(e.Expression)
	case *ast.YieldExpression:
		w.expression(e.Argument)
		if e.Delegate {
			e.Argument = callMended(e.Argument, delegates)
		}
	case *ast.AwaitExpression:
		w.expression(e.Argument)
	case *ast.RegExpLiteral:
		mendRegExpLiteral(e)
	}
}

func (w *sloppy) properties(list []ast.Property) {
	for _, p := range list {
		switch p := p.(type) {
		case *ast.PropertyShort:
			w.expression(p.Initializer)
		case *ast.PropertyKeyed:
			w.expression(p.Key)
			w.expression(p.Value)
		case *ast.SpreadElement:
			w.expression(p.Expression)
		}
	}
}

// placeCall puts a call at the name it calls, where there is one: f in f() and c in a.b.c(). The engine
// has all calls at their parenthesis, which is all that it uses its position for.
func placeCall(e *ast.CallExpression) {
	switch callee := e.Callee.(type) {
	case *ast.Identifier:
		e.LeftParenthesis = callee.Idx
	case *ast.DotExpression:
		e.LeftParenthesis = callee.Identifier.Idx
	case *ast.PrivateDotExpression:
		e.LeftParenthesis = callee.Identifier.Idx
	}
}
