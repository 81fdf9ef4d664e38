package repl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// The modes of repl.start.
var (
	modeSloppy = goja.NewSymbol("repl-sloppy")
	modeStrict = goja.NewSymbol("repl-strict")
)

// server is a REPLServer: a session over a readline.Interface.
type server struct {
	r       *Room
	obj     *goja.Object
	session *Session
	queue   []string // lines that came while another is being answered
	busy    bool
	ended   bool // there will be no more lines
	closed  bool // and what there was is answered
	forget  func()
	aborted bool // Ctrl-C was the last that came
	prompt  goja.Value
}

func (r *Room) defineServer() {
	vm := r.h.VM
	servers := make(map[*goja.Object]*server) // until they close
	of := func(v goja.Value) *server {
		o, _ := v.(*goja.Object)
		s := servers[o]
		if s == nil {
			r.h.Err.Throw("ERR_USE_AFTER_CLOSE", "REPLServer")
		}
		return s
	}
	missing := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "REPLServer."+name)
			return nil
		}}
	}
	r.Server = bind.Define(vm, bind.Class{Name: "REPLServer", Length: 6, Parent: r.lines.Interface, Mode: bind.CallInstance,
		Construct: func(this *goja.Object, args []goja.Value) {
			s := r.newServer(this, args)
			servers[this] = s
			s.forget = func() { delete(servers, this) }
			r.ev.Once(this, "close", func([]goja.Value) {
				s.ended = true
				s.next()
			})
			s.ask()
		},
		Methods: []bind.Method{
			{Name: "clearBufferedCommand", Fn: func(c goja.FunctionCall) goja.Value { of(c.This).session.Clear(); return goja.Undefined() }},
			{Name: "defineCommand", Length: 2, Fn: func(c goja.FunctionCall) goja.Value { of(c.This).define(c); return goja.Undefined() }},
			{Name: "displayPrompt", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { of(c.This).ask(); return goja.Undefined() }},
			missing("setupHistory"),
		}})
	recoverable, err := vm.RunString(`(class Recoverable extends SyntaxError { constructor(err) { super(); this.err = err } })`)
	if err != nil {
		panic("BUG: repl: " + err.Error())
	}
	r.recoverable = recoverable.(*goja.Object)
}

// isRecoverable reports whether an evaluation of the program's own asks for more input.
func (r *Room) isRecoverable(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && r.h.VM.InstanceOf(o, r.recoverable)
}

// start is repl.start(...).
func (r *Room) start(c goja.FunctionCall) goja.Value {
	o, err := r.h.VM.New(r.Server.Ctor, c.Arguments...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// newServer reads the options, or (prompt, stream, eval, useGlobal, ignoreUndefined, replMode).
func (r *Room) newServer(this *goja.Object, args []goja.Value) *server {
	vm, e := r.h.VM, r.h.Err
	o, ok := bind.Arg(args, 0).(*goja.Object)
	if !ok {
		o = vm.NewObject()
		for i, name := range []string{"prompt", "input", "eval", "useGlobal", "ignoreUndefined", "replMode"} {
			o.Set(name, bind.Arg(args, i))
		}
		if in := bind.Arg(args, 1); !bind.IsNullish(in) {
			o.Set("output", in)
		}
	}
	process := r.process.Object()
	pick := func(name, std string) goja.Value {
		if v := o.Get(name); bind.Truthy(v) {
			return v
		}
		return process.Get(std)
	}
	s := &server{r: r, obj: this}
	input, output := pick("input", "stdin"), pick("output", "stdout").(*goja.Object)
	if o.Get("replMode") == goja.Value(modeStrict) {
		e.Throw("ERR_METHOD_NOT_IMPLEMENTED", "repl.start({ replMode: REPL_MODE_STRICT })")
	}
	evaluate, custom := bind.ToCallable(o.Get("eval"))
	if custom && bind.Truthy(o.Get("breakEvalOnSigint")) {
		panic(e.Coded(nodeerr.TypeError, "ERR_INVALID_REPL_EVAL_CONFIG", `Cannot specify both "breakEvalOnSigint" and "eval" for REPL`))
	}
	line := vm.NewObject()
	line.Set("input", input)
	line.Set("output", output)
	if v := o.Get("terminal"); !bind.IsUndefined(v) {
		line.Set("terminal", v)
	}
	line.Set("historySize", historySize)
	completer := o.Get("completer")
	if !bind.Truthy(completer) {
		completer = bind.Function(vm, bind.Method{Name: "completer", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return s.complete(c.Argument(0).String()) }})
	}
	line.Set("completer", completer)
	bind.Call(r.lines.Interface.Ctor, this, line)
	prompt := bind.String(Prompt)
	if v := o.Get("prompt"); !bind.IsNullish(v) {
		prompt = bind.ToString(v)
	}
	bind.Invoke(vm, this, "setPrompt", prompt)

	s.session = r.NewSession(func(text string) { bind.Invoke(vm, output, "write", vm.ToValue(text)) })
	s.session.IgnoreUndefined = bind.Truthy(o.Get("ignoreUndefined"))
	s.session.Exit = func() {
		s.queue = nil
		bind.Invoke(vm, this, "close")
	}
	this.Set("context", vm.GlobalObject())
	this.Set("useGlobal", true)
	this.Set("ignoreUndefined", s.session.IgnoreUndefined)
	this.Set("editorMode", false)
	colors := o.Get("useColors")
	if bind.IsUndefined(colors) {
		colors = bind.Bool(r.hasColors(output))
	}
	this.Set("useColors", colors)
	s.setWriter(o.Get("writer"), colors)
	if custom {
		s.session.Evaluate = func(code, file string, done func(err, v goja.Value)) {
			cb := vm.ToValue(func(c goja.FunctionCall) goja.Value {
				done(c.Argument(0), c.Argument(1))
				return goja.Undefined()
			})
			if ex := vm.Try(func() {
				evaluate.Call(this, vm.ToValue(code), this.Get("context"), bind.String(file), cb)
			}); ex != nil {
				done(ex.Value(), nil)
			}
		}
	}
	r.ev.On(this, "line", func(args []goja.Value) {
		s.aborted = false
		if !s.ended {
			s.queue = append(s.queue, bind.Arg(args, 0).String())
			s.next()
		}
	})
	r.ev.On(this, "SIGINT", func([]goja.Value) { s.interrupted() })
	return s
}

// historySize is how many lines the history of a terminal has, as in Node.
const historySize = 30

// complete is the completer of a terminal: what the line may become, and what of it that replaces.
func (s *server) complete(line string) goja.Value {
	all, replaces := s.session.Complete(line)
	candidates := make([]any, len(all))
	for i, c := range all {
		candidates[i] = c
	}
	return s.r.h.VM.NewArray(s.r.h.VM.NewArray(candidates...), line[len(line)-replaces:])
}

// interrupted is Ctrl-C at a terminal: it gives up what is awaited, or what was typed; twice at an empty
// line it ends the conversation.
//
// Node v20 lib/repl.js: onSigInt.
func (s *server) interrupted() {
	if s.session.GiveUp() {
		return
	}
	empty := s.obj.Get("line").String() == ""
	bind.Invoke(s.r.h.VM, s.obj, "clearLine")
	switch {
	case s.session.Clear() || !empty:
		s.aborted = false
	case s.aborted:
		bind.Invoke(s.r.h.VM, s.obj, "close")
		return
	default:
		s.session.Write("(To exit, press Ctrl+C again or Ctrl+D or type .exit)\n")
		s.aborted = true
	}
	s.ask()
}

// setWriter makes the property writer, which shows the answers.
func (s *server) setWriter(writer, colors goja.Value) {
	vm := s.r.h.VM
	if _, ok := bind.ToCallable(writer); !ok {
		options := vm.NewObject()
		options.Set("showProxy", true)
		options.Set("colors", bind.Truthy(colors))
		writer = vm.ToValue(func(c goja.FunctionCall) goja.Value {
			return vm.ToValue(s.r.util.InspectWith(c.Argument(0), options))
		})
	}
	s.obj.Set("writer", writer)
	s.session.Show = func(v goja.Value) string { return bind.Invoke(vm, s.obj, "writer", v).String() }
}

// next answers the next line, one at a time.
func (s *server) next() {
	switch {
	case s.busy || s.closed:
		return
	case len(s.queue) == 0 && s.ended:
		s.closed = true
		s.forget()
		s.r.ev.Emit(s.obj, "exit")
		return
	case len(s.queue) == 0:
		return
	}
	line := s.queue[0]
	s.queue = s.queue[1:]
	s.busy = true
	s.session.Line(line, func() {
		s.busy = false
		if !s.ended || len(s.queue) > 0 {
			s.ask()
		}
		s.r.h.Door.NextTick(modules.Func(s.next))
	})
}

// ask shows the prompt.
func (s *server) ask() {
	if s.closed {
		return
	}
	vm := s.r.h.VM
	if now := bind.Invoke(vm, s.obj, "getPrompt"); now.String() != MorePrompt {
		s.prompt = now // the program's
	}
	prompt := s.prompt
	if s.session.Prompt() != Prompt {
		prompt = bind.String(MorePrompt)
	}
	bind.Invoke(vm, s.obj, "setPrompt", prompt)
	bind.Invoke(vm, s.obj, "prompt")
}

// define is defineCommand(keyword, command), where command is a function or { help, action }.
func (s *server) define(c goja.FunctionCall) {
	vm := s.r.h.VM
	name := s.r.h.Err.ValidateString(c.Argument(0), "keyword")
	help, action := "", c.Argument(1)
	if nodeerr.TypeOf(action) != "function" {
		if v := bind.Property(action, "help"); nodeerr.IsString(v) {
			help = v.String()
		}
		action = bind.Property(action, "action")
	}
	s.r.h.Err.ValidateFunction(action, "cmd.action")
	s.session.Define(name, help, func(rest string, done func()) {
		// As in Node the command shows the prompt itself, if there is to be one.
		s.busy = false
		bind.Call(action, s.obj, vm.ToValue(rest))
		s.r.h.Door.NextTick(modules.Func(s.next))
	})
}
