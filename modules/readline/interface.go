package readline

import (
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// lines is the state of an Interface.
type lines struct {
	r      *Room
	obj    *goja.Object
	input  *goja.Object
	output goja.Value // null or undefined: none

	decoder   *goja.Object
	rest      string    // of a line that has not ended
	returned  time.Time // when the last line ended in CR: LF within crlfDelay belongs to it
	crlfDelay time.Duration

	prompt, oldPrompt goja.Value
	answer            goja.Value // the callback of a question; nil: none is asked
	terminal          bool       // the line is edited here
	editor            *editor
	paused, closed    bool
	off               []func()
}

// lineEnd is what ends a line. A CR at the end of a piece does too; see returned.
var lineEnd = regexp.MustCompile("\r\n|\n|\r")

func (r *Room) lines(v goja.Value) *lines {
	l, ok := bind.SelfOf[*lines](v)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	return l
}

func (r *Room) defineInterface() {
	vm := r.h.VM
	method := func(name string, length int, fn func(l *lines, c goja.FunctionCall) goja.Value) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value { return fn(r.lines(c.This), c) }}
	}
	class := bind.Class{
		Name: "Interface", Length: 4, Parent: r.ev.EventEmitter, Mode: bind.CallInstance, Construct: r.construct,
		Methods: []bind.Method{
			method("close", 0, func(l *lines, _ goja.FunctionCall) goja.Value { l.close(); return goja.Undefined() }),
			method("getPrompt", 0, func(l *lines, _ goja.FunctionCall) goja.Value { return l.prompt }),
			method("pause", 0, func(l *lines, c goja.FunctionCall) goja.Value { l.pause(); return c.This }),
			method("prompt", 1, func(l *lines, c goja.FunctionCall) goja.Value {
				l.ask(bind.Truthy(c.Argument(0)))
				return goja.Undefined()
			}),
			method("question", 3, func(l *lines, c goja.FunctionCall) goja.Value { l.question(c); return goja.Undefined() }),
			method("resume", 0, func(l *lines, c goja.FunctionCall) goja.Value { l.resume(); return c.This }),
			method("setPrompt", 1, func(l *lines, c goja.FunctionCall) goja.Value {
				l.prompt = c.Argument(0)
				return goja.Undefined()
			}),
			method("write", 2, func(l *lines, c goja.FunctionCall) goja.Value {
				l.resume()
				switch {
				case l.terminal:
					l.editor.do("_ttyWrite", c.Argument(0), c.Argument(1))
				case !bind.IsUndefined(c.Argument(0)):
					l.take(c.Argument(0))
				}
				return goja.Undefined()
			}),
		},
		Accessors: []bind.Accessor{
			{Name: "closed", Get: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.lines(c.This).closed) }},
			{Name: "columns", Get: func(c goja.FunctionCall) goja.Value { return vm.ToValue(r.lines(c.This).columns()) }},
		},
	}
	class.Methods = append(class.Methods, r.editing()...)
	r.Interface = bind.Define(vm, class)
	iterate := bind.Function(vm, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return r.lines(c.This).iterate() }})
	custom, _ := bind.Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.util.promisify.custom")).(*goja.Symbol)
	r.Interface.Proto.Get("question").(*goja.Object).SetSymbol(custom, bind.Function(vm, bind.Method{Name: "question", Length: 2, Fn: r.promiseQuestion}))

	class.Parent, class.Methods, class.Accessors = r.Interface, []bind.Method{{Name: "question", Length: 1, Fn: r.promiseQuestion}}, nil
	r.PromiseInterface = bind.Define(vm, class)
	if symbol, ok := vm.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol); ok {
		r.Interface.Proto.DefineDataPropertySymbol(symbol, iterate, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// construct is new Interface(options) or new Interface(input[, output[, completer[, terminal]]]).
func (r *Room) construct(this *goja.Object, args []goja.Value) {
	vm, e := r.h.VM, r.h.Err
	bind.Call(r.ev.EventEmitter.Ctor, this)
	l := &lines{r: r, obj: this, output: bind.Arg(args, 1), crlfDelay: 100 * time.Millisecond, prompt: bind.String("> ")}
	l.editor = &editor{lines: l, promises: this.Prototype() == r.PromiseInterface.Proto || vm.InstanceOf(this, r.PromiseInterface.Ctor)}
	bind.Own(this).Put(bind.Self, l)
	var signal *goja.Object
	input, completer, terminal := bind.Arg(args, 0), bind.Arg(args, 2), bind.Arg(args, 3)
	history, historySize, unique := goja.Undefined(), goja.Undefined(), goja.Undefined()
	this.Set("isCompletionEnabled", true)
	this.Set("escapeCodeTimeout", int(escapeWait/time.Millisecond))
	this.Set("tabSize", 8)
	if o, ok := input.(*goja.Object); ok && bind.Truthy(o.Get("input")) {
		get := func(name string) goja.Value { return bind.Property(o, name) }
		input, l.output, completer, terminal = o.Get("input"), get("output"), get("completer"), get("terminal")
		history, historySize, unique = get("history"), get("historySize"), get("removeHistoryDuplicates")
		if v := get("tabSize"); !bind.IsUndefined(v) {
			e.ValidateUint32(v, "tabSize", true)
			this.Set("tabSize", v)
		}
		if v := get("prompt"); !bind.IsUndefined(v) {
			l.prompt = v
		}
		if v := get("escapeCodeTimeout"); !bind.IsUndefined(v) {
			if f := v.ToFloat(); !nodeerr.IsNumber(v) || math.IsNaN(f) || math.IsInf(f, 0) {
				panic(e.InvalidArgValue("input.escapeCodeTimeout", this.Get("escapeCodeTimeout"), ""))
			}
			this.Set("escapeCodeTimeout", v)
		}
		if v := get("signal"); bind.Truthy(v) {
			signal = e.ValidateAbortSignal(v, "options.signal")
		}
		if v := get("crlfDelay"); bind.Truthy(v) && v.ToFloat() > 100 {
			l.crlfDelay = time.Duration(min(v.ToFloat(), 1e9) * float64(time.Millisecond))
		}
	}
	complete, isFunction := goja.AssertFunction(completer)
	if !bind.IsUndefined(completer) && !isFunction {
		panic(e.InvalidArgValue("completer", completer, ""))
	}
	if bind.IsUndefined(history) {
		history = vm.NewArray()
	} else {
		e.ValidateArray(history, "history")
	}
	if bind.IsUndefined(historySize) {
		historySize = bind.Int(30)
	}
	e.ValidateNumber(historySize, "historySize", 0, math.NaN())
	if bind.IsUndefined(terminal) && !bind.IsNullish(l.output) {
		terminal = bind.Property(l.output, "isTTY")
	}
	if isFunction && !l.editor.promises && completer.(*goja.Object).Get("length").ToInteger() != 2 {
		completer = vm.ToValue(func(c goja.FunctionCall) goja.Value {
			v, err := complete(goja.Undefined(), c.Argument(0))
			if err != nil {
				bind.Rethrow(err)
			}
			return bind.Call(c.Argument(1), goja.Undefined(), goja.Null(), v)
		})
	}
	o, ok := input.(*goja.Object)
	if !ok {
		panic(vm.NewTypeError("Cannot read properties of " + input.String() + " (reading 'on')"))
	}
	l.input, l.terminal, l.decoder = o, bind.Truthy(terminal), r.newDecoder()
	this.Set("line", "")
	this.Set("output", l.output)
	this.Set("input", input)
	this.Set("history", history)
	this.Set("historySize", historySize)
	this.Set("removeHistoryDuplicates", bind.Truthy(unique))
	this.Set("crlfDelay", float64(l.crlfDelay/time.Millisecond))
	this.Set("completer", completer)
	this.Set("terminal", l.terminal)
	this.Set("cursor", 0)
	l.listen(o, "error", func(args []goja.Value) { r.ev.Emit(this, "error", bind.Arg(args, 0)) })
	if l.terminal {
		l.edit()
	} else {
		l.listen(o, "data", func(args []goja.Value) { l.take(bind.Arg(args, 0)) })
		l.listen(o, "end", func([]goja.Value) {
			if rest := l.rest; rest != "" {
				l.rest = ""
				r.ev.Emit(this, "line", bind.String(rest))
			}
			l.close()
		})
	}
	if signal != nil {
		l.off = append(l.off, l.onAbort(signal, l.close))
	}
	bind.Invoke(vm, o, "resume")
}

// edit makes the line one that is edited here: of keys as they are pressed.
func (l *lines) edit() {
	r := l.r
	term, _ := r.h.Process.Env("TERM")
	l.editor.dumb = term == "dumb"
	r.emitKeypressEvents(l.input, l.obj)
	l.listen(l.input, "keypress", func(args []goja.Value) {
		l.editor.do("_ttyWrite", bind.Arg(args, 0), bind.Arg(args, 1))
	})
	l.listen(l.input, "end", func([]goja.Value) {
		if line := l.obj.Get("line"); nodeerr.IsString(line) && line.String() != "" {
			r.ev.Emit(l.obj, "line", line)
		}
		l.close()
	})
	l.editor.do("_setRawMode", bind.True)
	l.obj.Set("historyIndex", -1)
	if output, ok := l.output.(*goja.Object); ok {
		l.listen(output, "resize", func([]goja.Value) { l.editor.refresh() })
	}
}

func (r *Room) newDecoder() *goja.Object {
	decoder, err := r.h.VM.New(bind.Property(r.h.Builtin("string_decoder"), "StringDecoder"), bind.String("utf8"))
	if err != nil {
		bind.Rethrow(err)
	}
	return decoder
}

// listen listens to an event of the input or output until the Interface is closed.
func (l *lines) listen(to *goja.Object, event string, fn func(args []goja.Value)) {
	vm := l.r.h.VM
	f := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		fn(c.Arguments)
		return goja.Undefined()
	})
	bind.Invoke(vm, to, "on", bind.String(event), f)
	l.off = append(l.off, func() { bind.Invoke(vm, to, "removeListener", bind.String(event), f) })
}

// onAbort runs fn when signal is aborted, at once if it was; the result takes the listener off.
func (l *lines) onAbort(signal *goja.Object, fn func()) (off func()) {
	if bind.Truthy(signal.Get("aborted")) {
		fn()
		return func() {}
	}
	vm := l.r.h.VM
	f := vm.ToValue(func(goja.FunctionCall) goja.Value {
		fn()
		return goja.Undefined()
	})
	once := vm.NewObject()
	once.Set("once", true)
	bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), f, once)
	return func() { bind.Invoke(vm, signal, "removeEventListener", bind.String("abort"), f) }
}

// take reads what came in, text or bytes, and hands out the lines that it completes.
//
// Node v20 lib/internal/readline/interface.js: kNormalWrite.
func (l *lines) take(v goja.Value) {
	text := v
	if !nodeerr.IsString(v) {
		text = bind.Invoke(l.r.h.VM, l.decoder, "write", v)
	}
	s := text.String()
	if s == "" {
		return
	}
	if !l.returned.IsZero() && l.r.h.Now().Sub(l.returned) <= l.crlfDelay {
		s = strings.TrimPrefix(s, "\n")
	}
	l.unreturned()
	s = l.rest + s
	parts := lineEnd.Split(s, -1)
	if len(parts) > 1 && strings.HasSuffix(s, "\r") {
		l.returned = l.r.h.Now()
	}
	l.rest = parts[len(parts)-1]
	for _, line := range parts[:len(parts)-1] {
		l.line(bind.String(line))
	}
}

// line hands out one line: to who asked a question, else as the event.
func (l *lines) line(text goja.Value) {
	if cb := l.answer; cb != nil {
		l.answer, l.prompt = nil, l.oldPrompt
		bind.Call(cb, goja.Undefined(), text)
		return
	}
	l.r.ev.Emit(l.obj, "line", text)
}

// ask writes the prompt, and the line if the cursor is to stay where it is.
func (l *lines) ask(preserve bool) {
	l.resume()
	if !l.terminal || l.editor.dumb {
		l.editor.do("_writeToOutput", bind.ToString(l.prompt))
		return
	}
	if !preserve {
		l.obj.Set("cursor", 0)
	}
	l.editor.refresh()
}

// query asks a question; one that is asked already is asked again.
func (l *lines) query(text, cb goja.Value) {
	if l.closed {
		l.r.h.Err.Throw("ERR_USE_AFTER_CLOSE", "readline")
	}
	if l.answer == nil {
		l.oldPrompt, l.prompt, l.answer = l.prompt, text, cb
	}
	l.ask(false)
}

// withdraw takes a question back and leaves its line.
func (l *lines) withdraw() {
	if l.answer != nil {
		l.answer, l.prompt = nil, l.oldPrompt
		l.editor.do("clearLine")
	}
}

// question is rl.question(query[, options], callback).
func (l *lines) question(c goja.FunctionCall) {
	options, cb := c.Argument(1), c.Argument(2)
	if _, ok := goja.AssertFunction(options); ok {
		options, cb = nil, options
	}
	if _, ok := goja.AssertFunction(cb); !ok {
		return
	}
	if v := bind.Property(options, "signal"); bind.Truthy(v) {
		signal := l.r.h.Err.ValidateAbortSignal(v, "options.signal")
		if bind.Truthy(signal.Get("aborted")) {
			return
		}
		off := l.onAbort(signal, l.withdraw)
		own := cb
		cb = l.r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			off()
			return bind.Call(own, goja.Undefined(), c.Argument(0))
		})
	}
	l.query(c.Argument(0), cb)
}

// promiseQuestion is question of readline/promises, and of the other as util.promisify has it.
func (r *Room) promiseQuestion(c goja.FunctionCall) goja.Value {
	l, vm := r.lines(c.This), r.h.VM
	promise, resolve, reject := vm.NewPromise()
	off := func() {}
	if v := bind.Property(c.Argument(1), "signal"); bind.Truthy(v) {
		signal := r.h.Err.ValidateAbortSignal(v, "options.signal")
		abort := func() {
			l.withdraw()
			reject(r.h.Err.Abort(signal.Get("reason")))
		}
		if bind.Truthy(signal.Get("aborted")) {
			abort()
			return vm.ToValue(promise)
		}
		off = l.onAbort(signal, abort)
	}
	if ex := vm.Try(func() {
		l.query(c.Argument(0), vm.ToValue(func(c goja.FunctionCall) goja.Value {
			off()
			resolve(c.Argument(0))
			return goja.Undefined()
		}))
	}); ex != nil {
		reject(ex.Value())
	}
	return vm.ToValue(promise)
}

// iterate is an async iterator over the lines, until 'close'.
func (l *lines) iterate() goja.Value {
	vm := l.r.h.VM
	options := vm.NewObject()
	options.Set("close", vm.NewArray("close"))
	options.Set("highWaterMark", 1024)
	it := bind.Invoke(vm, l.r.ev.EventEmitter.Ctor, "on", l.obj, bind.String("line"), options).(*goja.Object)
	first, _ := bind.ToCallable(unwrapFirst(vm))
	return first.Call(goja.Undefined(), it)
}

// unwrapProgram makes of an iterator over the arguments of an event one over the first of them.
var unwrapProgram = goja.MustCompile("gonode:readline", `(function (it) {
  const first = (step) => (step.done ? step : { value: step.value[0], done: false });
  return {
    next: () => it.next().then(first),
    return: () => it.return(),
    throw: (err) => it.throw(err),
    [Symbol.asyncIterator]() { return this; },
  };
})`, true)

func unwrapFirst(vm *goja.Runtime) goja.Value {
	v, err := vm.RunProgram(unwrapProgram)
	if err != nil {
		bind.Rethrow(err)
	}
	return v
}

func (l *lines) pause() {
	if !l.paused {
		bind.Invoke(l.r.h.VM, l.input, "pause")
		l.paused = true
		l.obj.Set("paused", true)
		l.r.ev.Emit(l.obj, "pause")
	}
}

func (l *lines) resume() {
	if l.paused {
		bind.Invoke(l.r.h.VM, l.input, "resume")
		l.paused = false
		l.obj.Set("paused", false)
		l.r.ev.Emit(l.obj, "resume")
	}
}

func (l *lines) close() {
	if l.closed {
		return
	}
	l.pause()
	if l.terminal {
		l.editor.do("_setRawMode", bind.False)
	}
	l.closed = true
	for _, off := range l.off {
		off()
	}
	l.off = nil
	l.r.ev.Emit(l.obj, "close")
}

// unreturned forgets a CR: an LF that comes now ends a line.
func (l *lines) unreturned() { l.returned = time.Time{} }
