package module

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

const wrapPrefix = ecma.WrapperPrefix

// esmPrefix is wrapPrefix for what was an ECMAScript module.
const (
	esmPrefix     = "(function* (" + esmParameters + ") { 'use strict'; "
	esmParameters = "__module, __require, __import, __import_meta"
)

// compileWrapper compiles source as the body of a CommonJS module, or, if esm says that it is an
// ECMAScript module, as that of a generator: see Transform of the settings.
func (r *Room) compileWrapper(source, file string, esm bool) bind.Callable {
	if strings.HasPrefix(source, "#!") {
		source = "//" + source[2:]
	}
	r.checkNesting(source, file)
	prog := r.compileProgram(file, source, esm, func(code string) string {
		if esm {
			return wrapESM(code)
		}
		return wrapPrefix + code + "\n})"
	})
	v, err := r.h.VM.RunProgram(prog)
	if err != nil {
		bind.Rethrow(err)
	}
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.h.Err.Plain(nodeerr.SyntaxError, "Unexpected end of module"))
	}
	return fn
}

// wrapESM makes a function of what package transform has made of an ECMAScript module.
func wrapESM(code string) string {
	if strings.HasPrefix(code, asyncMark) {
		return asyncPrefix + code + "\n})"
	}
	return esmPrefix + code + "\n})"
}

// checkNesting throws for a source that nests too deep.
func (r *Room) checkNesting(source, file string) {
	if why := ecma.TooDeep(source, r.h.SourceNesting()); why != "" {
		panic(r.h.Err.Plain(nodeerr.SyntaxError, file+": "+why))
	}
}

// compileProgram compiles source, wrapped by wrap, which must not add lines, unless that was done before.
// What the engine cannot read is first rewritten, if the host can.
func (r *Room) compileProgram(file, source string, esm bool, wrap func(code string) string) *goja.Program {
	if r.h.SourceMaps != r.h.Settings.Flags.SourceMaps {
		return r.compileAnew(file, source, esm, wrap) // what is kept was compiled otherwise
	}
	return r.h.Settings.Programs.Compile(file, wrap(source), func() *goja.Program {
		return r.compileAnew(file, source, esm, wrap)
	})
}

func (r *Room) compileAnew(file, source string, esm bool, wrap func(code string) string) *goja.Program {
	var refused error
	shown := file
	if esm {
		shown = r.fileURL(file)
	} else {
		var options []parser.Option
		if !r.h.SourceMaps {
			options = append(options, parser.WithDisableSourceMaps)
		}
		prog, err := compileText(file, wrap(source), options...)
		if err == nil {
			return prog
		}
		refused = err
	}
	if r.h.Settings.Transform != nil {
		code, err := r.h.Settings.Transform(file, source, esm)
		if err != nil {
			panic(r.syntaxError(later(refused, err), shown, source))
		}
		prog, err := compileText(file, wrap(code))
		if err == nil {
			return prog
		}
		if refused == nil {
			refused = err
		}
	}
	panic(r.syntaxError(refused, shown, source))
}

// compileText compiles text. Without options a source map at its end is heeded.
func compileText(file, text string, options ...parser.Option) (*goja.Program, error) {
	tree, err := parseText(file, text, options...)
	if err != nil {
		return nil, err
	}
	return goja.CompileAST(tree, false)
}

func parseText(file, text string, options ...parser.Option) (*ast.Program, error) {
	tree, err := ecma.ParseFile(file, text, options...)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(text, wrapPrefix) {
		ecma.NameTopLevel(tree)
	}
	ecma.MendSloppy(tree)
	if strings.Contains(text, "__asyncGenerator = ") {
		ecma.MarkAsyncGenerators(tree)
	}
	if strings.HasPrefix(text, asyncPrefix+asyncMark) {
		makeGenerator(tree)
	}
	return tree, nil
}

// later returns of two refusals of one source the one that got further: the other stumbled over
// syntax that it does not know.
func later(engine, transform error) error {
	if engine == nil {
		return transform
	}
	a, _ := where(engine)
	b, _ := where(transform)
	if b > a {
		return transform
	}
	return engine
}

// where is the position of a refusal, in the text that was compiled; 0 for unknown.
func where(err error) (line, column int) {
	switch e := err.(type) {
	case *parser.Error:
		return e.Position.Line, e.Position.Column
	case parser.ErrorList:
		if len(e) > 0 {
			return e[0].Position.Line, e[0].Position.Column
		}
	case *goja.CompilerSyntaxError:
		if e.File != nil {
			p := e.File.Position(e.Offset)
			return p.Line, p.Column
		}
	case interface{ Position() (line, column int) }:
		return e.Position()
	}
	return 0, 0
}

// syntaxError makes the SyntaxError for what the engine's parser or compiler refused. Where it is
// stands in the hidden property that the process prints.
func (r *Room) syntaxError(err error, file, source string) *goja.Object {
	line, column := where(err)
	msg := err.Error()
	switch e := err.(type) {
	case *parser.Error:
		msg = e.Message
	case parser.ErrorList:
		if len(e) > 0 {
			msg = e[0].Message
		}
	case *goja.CompilerSyntaxError:
		msg = e.Message
	}
	if line == 1 && column > len(wrapPrefix) && !strings.HasPrefix(file, "[") && !strings.HasPrefix(file, "REPL") {
		column -= len(wrapPrefix)
	}
	o := r.h.Err.Plain(nodeerr.SyntaxError, nodeMessage(msg))
	lines := strings.Split(source, "\n")
	if line >= 1 && line <= len(lines) && msg == "Unexpected reserved word" {
		switch rest := lines[line-1][min(max(column-1, 0), len(lines[line-1])):]; {
		case strings.HasPrefix(rest, "import"):
			o.Set("message", "Cannot use import statement outside a module")
		case strings.HasPrefix(rest, "export"):
			o.Set("message", "Unexpected token 'export'")
		}
	}
	if line >= 1 && line <= len(lines) {
		arrow := ecma.Arrow(place(file, line), strings.TrimSuffix(lines[line-1], "\r"), column)
		o.DefineDataProperty("gonode:arrow", r.h.VM.ToValue(arrow), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return o
}

func place(file string, line int) string { return file + ":" + strconv.Itoa(line) }

var unexpected = regexp.MustCompile(`^Unexpected token (.+)$`)

// nodeMessage words a message as V8 does.
func nodeMessage(msg string) string {
	msg = strings.TrimPrefix(msg, "SyntaxError: ")
	if m := unexpected.FindStringSubmatch(msg); m != nil && !strings.HasPrefix(m[1], "'") && m[1] != "ILLEGAL" {
		return "Unexpected token '" + m[1] + "'"
	}
	if msg == "Unexpected token ILLEGAL" {
		return "Invalid or unexpected token"
	}
	return msg
}

// Compile compiles source, which runs under the name file, wrapped by wrap. Throws a SyntaxError.
func (r *Room) Compile(file, source string, wrap func(code string) string) *goja.Program {
	r.checkNesting(source, file)
	return r.compileProgram(file, source, false, wrap)
}

// Parse is Compile that stops before the engine compiles: at the tree, for who rewrites it.
func (r *Room) Parse(file, source string, wrap func(code string) string) *ast.Program {
	r.checkNesting(source, file)
	tree, err := parseText(file, wrap(source), parser.WithDisableSourceMaps)
	if err != nil && r.h.Settings.Transform != nil {
		code, terr := r.h.Settings.Transform(file, source, false)
		if terr != nil {
			panic(r.syntaxError(later(err, terr), file, source))
		}
		tree, err = parseText(file, wrap(code))
	}
	if err != nil {
		panic(r.syntaxError(err, file, source))
	}
	return tree
}
