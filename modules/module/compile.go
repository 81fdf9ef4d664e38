package module

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

const wrapPrefix = ecma.WrapperPrefix

// maxNesting is how deep brackets may nest in a source. The engine's parser recurses on the Go
// stack, and a million levels would end the process; 10,000 are far beyond written code.
const maxNesting = 10000

// compileWrapper compiles source as the body of a CommonJS module.
func (r *Room) compileWrapper(source, file string) bind.Callable {
	if strings.HasPrefix(source, "#!") {
		source = "//" + source[2:]
	}
	r.checkNesting(source, file)
	prog := r.compileProgram(file, wrapPrefix+source+"\n})", source)
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

// checkNesting bounds the depth of brackets, whether in code or in strings.
func (r *Room) checkNesting(source, file string) {
	depth := 0
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '(', '[', '{':
			if depth++; depth > maxNesting {
				panic(r.h.Err.Plain(nodeerr.SyntaxError, file+": nested deeper than "+strconv.Itoa(maxNesting)+" brackets"))
			}
		case ')', ']', '}':
			if depth > 0 {
				depth--
			}
		}
	}
}

// compileProgram compiles text, which shows source to the reader of an error message.
func (r *Room) compileProgram(file, text, source string) *goja.Program {
	ast, err := parser.ParseFile(nil, file, text, 0, parser.WithDisableSourceMaps)
	if err == nil {
		ecma.MendSloppy(ast)
		var prog *goja.Program
		if prog, err = goja.CompileAST(ast, false); err == nil {
			return prog
		}
	}
	panic(r.syntaxError(err, file, source))
}

// syntaxError makes the SyntaxError for what the engine's parser or compiler refused. Where it is
// stands in the hidden property that the process prints.
func (r *Room) syntaxError(err error, file, source string) *goja.Object {
	line, column, msg := 0, 0, err.Error()
	switch e := err.(type) {
	case *parser.Error:
		line, column, msg = e.Position.Line, e.Position.Column, e.Message
	case parser.ErrorList:
		if len(e) > 0 {
			line, column, msg = e[0].Position.Line, e[0].Position.Column, e[0].Message
		}
	case *goja.CompilerSyntaxError:
		msg = e.Message
		if e.File != nil {
			p := e.File.Position(e.Offset)
			line, column = p.Line, p.Column
		}
	}
	if line == 1 && column > len(wrapPrefix) && !strings.HasPrefix(file, "[") {
		column -= len(wrapPrefix)
	}
	o := r.h.Err.Plain(nodeerr.SyntaxError, nodeMessage(msg))
	lines := strings.Split(source, "\n")
	if line >= 1 && line <= len(lines) {
		arrow := file + ":" + strconv.Itoa(line) + "\n" + strings.TrimSuffix(lines[line-1], "\r") + "\n" + strings.Repeat(" ", max(column-1, 0)) + "^"
		o.DefineDataProperty("gonode:arrow", r.h.VM.ToValue(arrow), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return o
}

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
