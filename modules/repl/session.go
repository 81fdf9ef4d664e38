package repl

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// The prompts: of a new input, and of one that goes on.
const (
	Prompt     = "> "
	MorePrompt = "... "
)

// Session is one conversation. Loop goroutine, inside the door.
type Session struct {
	Write func(text string) // where answers go
	Exit  func()            // for .exit

	// Terminal says that an editor reads the lines: there is .editor, which is Edit's to do.
	Terminal bool
	Edit     func(done func(text string, ok bool))

	// Show is how a value is shown; nil: repl.writer.
	Show func(v goja.Value) string
	// Evaluate takes the place of the evaluation of ours: done gets an error, or nil and the value.
	Evaluate        func(code, file string, done func(err, v goja.Value))
	IgnoreUndefined bool

	r        *Room
	buffered string // an input that is not complete
	entered  []string
	commands []*command
	waiting  func(err goja.Value) // gives up what is being evaluated; nil: nothing is
	last     goja.Value
	lastErr  goja.Value
	keeps    [2]bool // the program has assigned _, _error
}

// NewSession begins a conversation. The global scope gets require, module, the built-in modules by name,
// and _ and _error.
func (r *Room) NewSession(write func(text string)) *Session {
	s := &Session{Write: write, r: r, last: goja.Undefined(), lastErr: goja.Undefined(), Exit: func() { r.process.Leave() }}
	if !r.standard {
		r.standard = true
		r.loader.Interactive()
	}
	s.defineLast("_", 0, &s.last)
	s.defineLast("_error", 1, &s.lastErr)
	s.defineCommands()
	return s
}

// defineLast makes the global that has the last value, or error, until the program assigns it.
func (s *Session) defineLast(name string, i int, value *goja.Value) {
	vm := s.r.h.VM
	get := vm.ToValue(func(goja.FunctionCall) goja.Value { return *value })
	set := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		*value = c.Argument(0)
		if !s.keeps[i] {
			s.keeps[i] = true
			s.Write("Expression assignment to " + name + " now disabled.\n")
		}
		return goja.Undefined()
	})
	vm.GlobalObject().DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// Prompt is what to ask the next line with.
func (s *Session) Prompt() string {
	if s.buffered != "" {
		return MorePrompt
	}
	return Prompt
}

// Clear forgets an input that is not complete, and reports whether there was one.
func (s *Session) Clear() bool {
	had := s.buffered != ""
	s.buffered = ""
	return had
}

var keyword = regexp.MustCompile(`^\.(\S+)\s*([^\n]*)$`)

// isCommand reports whether a line names a command, and is no number such as .5, nor a spread.
func isCommand(line string) bool {
	return len(line) > 1 && line[0] == '.' && line[1] != '.' && (line[1] < '0' || line[1] > '9')
}

// Line takes one line, without its end, and calls done when it has been answered.
//
// Node v20 lib/repl.js: onLine.
func (s *Session) Line(line string, done func()) {
	if trimmed := strings.TrimSpace(line); isCommand(trimmed) || trimmed == "." {
		if m := keyword.FindStringSubmatch(trimmed); m != nil {
			for _, c := range s.commands {
				if c.name == m[1] {
					c.action(m[2], done)
					return
				}
			}
		}
		if s.buffered == "" {
			s.Write("Invalid REPL keyword\n")
			done()
			return
		}
	}
	s.entered = append(s.entered, line)
	s.take(s.buffered+line+"\n", true, done)
}

// take evaluates code; an incomplete one waits for more if it may.
func (s *Session) take(code string, mayWait bool, done func()) {
	s.buffered = ""
	if strings.TrimSpace(code) == "" {
		done()
		return
	}
	s.r.scripts++
	file := "REPL" + strconv.Itoa(s.r.scripts)
	over := false
	finish := func(err, v goja.Value) {
		if over {
			return
		}
		over, s.waiting = true, nil
		switch {
		case err == nil:
			s.answer(v)
		case s.r.isRecoverable(err) && mayWait:
			s.buffered = code
		default:
			s.Fail(err)
		}
		done()
	}
	s.waiting = func(err goja.Value) { finish(err, nil) }
	if s.Evaluate != nil {
		s.Evaluate(code, file, func(err, v goja.Value) {
			if !bind.Truthy(err) {
				err = nil
			}
			finish(err, v)
		})
		return
	}
	if mayWait && s.r.incomplete(file, code) {
		over, s.waiting, s.buffered = true, nil, code
		done()
		return
	}
	s.r.evaluate(file, code, finish)
}

// GiveUp ends the wait for what is being evaluated, with the error that Ctrl-C gives, and reports whether
// something was.
func (s *Session) GiveUp() bool {
	if s.waiting == nil {
		return false
	}
	s.waiting(s.r.Interrupted())
	return true
}

// Interrupted is the error of what Ctrl-C has ended.
func (r *Room) Interrupted() *goja.Object {
	return r.h.Err.Coded(nodeerr.Error, "ERR_SCRIPT_EXECUTION_INTERRUPTED", "Script execution was interrupted by `SIGINT`")
}

func (s *Session) show(v goja.Value) string {
	if s.Show != nil {
		return s.Show(v)
	}
	return bind.Call(s.r.writer, goja.Undefined(), v).String()
}

// answer shows a value.
func (s *Session) answer(v goja.Value) {
	if v == nil {
		v = goja.Undefined()
	}
	if !s.keeps[0] {
		s.last = v
	}
	if goja.IsUndefined(v) && s.IgnoreUndefined {
		return
	}
	if ex := s.r.h.VM.Try(func() { s.Write(s.show(v) + "\n") }); ex != nil {
		s.Fail(ex.Value())
	}
}

// errorLine is how a line of an error begins that tells its class.
var errorLine = regexp.MustCompile(`^\[?([A-Z][a-z0-9_]*)*Error`)

// Fail shows an error that nobody caught.
//
// Node v20 lib/repl.js: domain.on('error').
func (s *Session) Fail(err goja.Value) {
	var text string
	if ex := s.r.h.VM.Try(func() { text = s.failure(err) }); ex != nil {
		text = "Uncaught <an error that cannot be shown>"
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	s.Write(text)
	s.buffered = ""
	if !s.keeps[1] {
		s.lastErr = err
	}
}

func (s *Session) failure(err goja.Value) string {
	var shown, arrow string
	if o, ok := err.(*goja.Object); ok && s.r.h.Err.Is(o) {
		arrow = s.r.cleanStack(o)
		shown = s.show(o)
		if strings.HasPrefix(shown, "[") && strings.HasSuffix(shown, "]") {
			shown = shown[1 : len(shown)-1]
		}
	} else {
		shown = s.show(err)
	}
	lines := strings.SplitAfter(shown, "\n")
	text, matched := "", false
	for _, line := range lines {
		if !matched && errorLine.MatchString(line) {
			line = "Uncaught " + line
			if len(line) > 80+len("Uncaught ") {
				line = "Uncaught:\n" + strings.TrimPrefix(line, "Uncaught ")
			}
			matched = true
		}
		text += line
	}
	switch {
	case matched:
	case len(lines) == 1:
		text = "Uncaught " + text
	default:
		text = "Uncaught:\n" + text
	}
	return arrow + text
}

// ownFrame is a frame of what was typed, outside of any function.
var ownFrame = regexp.MustCompile(`^ +at REPL\d+:\d+:\d+$`)

// cleanStack takes the frames of the conversation itself out of an error's stack, all of those of a
// SyntaxError, and returns the line that a SyntaxError points at.
func (r *Room) cleanStack(o *goja.Object) (arrow string) {
	stack := o.Get("stack")
	if stack == nil || !goja.IsString(stack) {
		return ""
	}
	isSyntax := o.Get("name").String() == "SyntaxError"
	lines := strings.Split(ecma.StackText(stack.String()), "\n")
	kept := lines[:0:0]
	for _, line := range lines {
		if ownFrame.MatchString(line) {
			break
		}
		if isSyntax && strings.HasPrefix(line, "    at ") {
			continue
		}
		kept = append(kept, line)
	}
	bind.Hide(o, "stack", r.h.VM.ToValue(strings.Join(kept, "\n")))
	if v := o.Get(arrowProperty); isSyntax && v != nil && goja.IsString(v) {
		if _, source, ok := strings.Cut(v.String(), "\n"); ok {
			return source + "\n\n"
		}
	}
	return ""
}

// arrowProperty holds where a SyntaxError is in the source, as package process shows it.
const arrowProperty = "gonode:arrow"

// load evaluates a file as if it was typed.
func (s *Session) load(file string, done func()) {
	vm := s.r.h.VM
	var content string
	if ex := vm.Try(func() {
		content = bind.Invoke(vm, s.r.h.Builtin("fs").(*goja.Object), "readFileSync", vm.ToValue(file), bind.String("utf8")).String()
	}); ex != nil {
		s.Write("Failed to load: " + file + "\n")
		done()
		return
	}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n"), "\n")
	s.entered = append(s.entered, lines...)
	s.take(strings.Join(lines, "\n")+"\n", false, done)
}

// save writes what was typed.
func (s *Session) save(file string) {
	vm := s.r.h.VM
	if ex := vm.Try(func() {
		text := vm.ToValue(strings.Join(s.entered, "\n") + "\n")
		bind.Invoke(vm, s.r.h.Builtin("fs").(*goja.Object), "writeFileSync", vm.ToValue(file), text)
	}); ex != nil {
		s.Write("Failed to save: " + file + "\n")
		return
	}
	s.Write("Session saved to: " + file + "\n")
}
