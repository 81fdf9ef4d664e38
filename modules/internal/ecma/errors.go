package ecma

import (
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// installErrors puts constructors in the place of the engine's Error, TypeError, … that make the
// same objects but with a stack as V8 writes it, taken when the object is made, and adds
// captureStackTrace, stackTraceLimit and prepareStackTrace. Errors that the engine itself throws say what V8 says (see wording), but
// their stacks have its own format; StackText brings those into V8's where gonode prints them, and where programs read
// them (see mendDot).
func installErrors(vm *goja.Runtime) {
	e := &errors{vm: vm, words: newWording(vm)}
	base := e.replace("Error", nil)
	for _, name := range []string{"TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"} {
		e.replace(name, base)
	}
	e.base = base
	base.Set("stackTraceLimit", 10)
	capture := vm.ToValue(e.captureStackTrace).(*goja.Object)
	capture.DefineDataProperty("name", vm.ToValue("captureStackTrace"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	base.DefineDataProperty("captureStackTrace", capture, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

type errors struct {
	vm        *goja.Runtime
	words     *wording
	base      *goja.Object
	preparing bool // a program's prepareStackTrace runs
}

// replace puts a constructor of ours in the place of the global one; both share the prototype.
func (e *errors) replace(name string, parent *goja.Object) *goja.Object {
	vm := e.vm
	original := vm.Get(name).(*goja.Object)
	construct, _ := goja.AssertConstructor(original)
	e.words.wrap(original, name) // not what construct does
	proto := original.Get("prototype").(*goja.Object)
	var ctor *goja.Object
	ctor = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		target := call.NewTarget
		if target == nil {
			target = ctor // called as a function: the same, ECMA-262 §20.5.1.1
		}
		o, err := construct(target, call.Arguments...)
		if err != nil {
			panic(err)
		}
		e.construct(o, target, ctor)
		return o
	}).(*goja.Object)
	hide(ctor, "name", vm.ToValue(name))
	hide(ctor, "length", original.Get("length"))
	ctor.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	proto.Set("constructor", ctor) // as the global, it is writable and not enumerable as it is
	if parent != nil {
		ctor.SetPrototype(parent)
	}
	if is := original.Get("isError"); is != nil && parent == nil {
		ctor.DefineDataProperty("isError", is, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	vm.GlobalObject().Set(name, ctor)
	return ctor
}

func hide(o *goja.Object, name string, v goja.Value) {
	o.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// construct gives the fresh error o its stack: without the constructors of the classes between the one
// that new was said of and ours.
func (e *errors) construct(o, target, ctor *goja.Object) {
	e.setStack(o, o, func(frames []frame) []frame {
		for c := target; c != nil && c != ctor && len(frames) > 0; c = c.Prototype() {
			if class, ok := strings.CutPrefix(frames[0].FuncName(), constructorPrefix); ok {
				if name := c.Get("name"); name != nil && name.String() == class {
					frames = frames[1:]
				}
			}
		}
		return frames
	})
}

// captureStackTrace is V8's Error.captureStackTrace(target[, above]).
func (e *errors) captureStackTrace(c goja.FunctionCall) goja.Value {
	o, ok := c.Argument(0).(*goja.Object)
	if !ok {
		panic(e.vm.NewTypeError("Invalid argument"))
	}
	above, _ := c.Argument(1).(*goja.Object)
	e.setStack(o, o, func(frames []frame) []frame { return below(frames, above) })
	return goja.Undefined()
}

// below drops the frames down to the function above.
func below(frames []frame, above *goja.Object) []frame {
	if above == nil {
		return frames
	}
	if name := above.Get("name"); name != nil {
		for i := range frames {
			if frames[i].FuncName() == name.String() {
				return frames[i+1:]
			}
		}
	}
	return frames
}

// setStack gives o the stack of this moment, headed by what subject reads as, of the frames that choose
// leaves.
func (e *errors) setStack(o, subject *goja.Object, choose func([]frame) []frame) {
	limit := 10
	if e.base != nil {
		v := e.base.Get("stackTraceLimit")
		if v == nil || !goja.IsNumber(v) {
			return
		}
		limit = int(v.ToInteger())
	}
	frames := choose(visible(callStack(e.vm)))
	if len(frames) > limit {
		frames = frames[:max(limit, 0)]
	}
	// V8 writes the text when it is first read: a name that the constructor of a subclass sets after
	// super() is in it. An own accessor that turns into the plain property does the same.
	settle := func(v goja.Value) {
		o.DefineDataProperty("stack", v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	var text goja.Value
	get := e.vm.ToValue(func(goja.FunctionCall) goja.Value {
		if text == nil {
			text = goja.Undefined() // prepareStackTrace may read the stack, and o may be frozen
			text = e.stackText(subject, frames)
			settle(text)
		}
		return text
	})
	set := e.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		settle(c.Argument(0))
		return goja.Undefined()
	})
	o.DefineAccessorProperty("stack", get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// stackText is the value of a stack property: what prepareStackTrace makes of it, or text.
func (e *errors) stackText(subject *goja.Object, frames []frame) goja.Value {
	if e.base != nil && !e.preparing {
		if prepare, ok := goja.AssertFunction(e.base.Get("prepareStackTrace")); ok {
			// As in V8, errors that it makes itself have plain stacks: it would go round for ever.
			e.preparing = true
			defer func() { e.preparing = false }()
			v, err := prepare(e.base, subject, e.callSites(frames))
			if err != nil {
				panic(err)
			}
			return v
		}
	}
	var b strings.Builder
	b.WriteString(Header(subject))
	for i := range frames {
		b.WriteString("\n    at ")
		b.WriteString(frames[i].text())
	}
	return e.vm.ToValue(b.String())
}

// Header is Error.prototype.toString of o, the first line of a stack.
func Header(o *goja.Object) string {
	name, msg := "Error", ""
	if v := o.Get("name"); v != nil && !goja.IsUndefined(v) {
		name = v.String()
	}
	if v := o.Get("message"); v != nil && !goja.IsUndefined(v) {
		msg = v.String()
	}
	switch {
	case name == "":
		return msg
	case msg == "":
		return name
	}
	return name + ": " + msg
}

// frame is a function on the call stack, or one that waits for it.
type frame struct {
	goja.StackFrame
	async bool // it awaits the one above
}

// callStack is the call stack and, below it, what awaits it: the engine puts those at the end and does
// not say where they begin. A capture of limited depth is without them as long as it does not reach the
// bottom, which under an async function that goes on are frames of the engine's own: it counts them and does
// not show them. One sits too between an async function before its first await and what called it; so a
// caller that nobody awaits, at the bottom itself, is taken for one that awaits.
func callStack(vm *goja.Runtime) []frame {
	all := vm.CaptureCallStack(0, nil)
	frames := make([]frame, len(all))
	called := callDepth(vm, all)
	for i := range all {
		frames[i] = frame{all[i], i >= called}
	}
	return frames
}

// callDepth returns how many of all, the whole stack, are calls.
func callDepth(vm *goja.Runtime, all []goja.StackFrame) int {
	if len(all) == 0 || !ofProgram(&all[len(all)-1]) {
		return len(all) // what entered JavaScript is at the bottom
	}
	scratch := make([]goja.StackFrame, 0, len(all))
	seen := func(depth int) int {
		if depth == 0 {
			return 0
		}
		return len(vm.CaptureCallStack(depth, scratch))
	}
	bound := len(all) + 1
	for seen(bound) < len(all) {
		bound *= 2
	}
	depth := max(sort.Search(bound, func(depth int) bool { return seen(depth) == len(all) })-1, 0)
	n := seen(depth)
	if len(all)-n > 1 || depth > 1 && n == seen(depth-1) && ofProgram(&all[n]) {
		return n
	}
	return len(all)
}

// visible drops the frames of Go functions and of gonode's own scripts.
func visible(frames []frame) []frame {
	return slices.DeleteFunc(frames, func(f frame) bool { return !ofProgram(&f.StackFrame) })
}

func ofProgram(f *goja.StackFrame) bool {
	src := f.SrcName()
	return src != "<native>" && !strings.HasPrefix(src, "gonode:")
}

// constructorPrefix begins the name of the frame of a class's constructor: MendSloppy gives it that.
const constructorPrefix = "new "

// topLevel is what V8 calls the function that is the body of a CommonJS module.
const topLevel = "Object.<anonymous>"

// WrapperPrefix is the text that package module puts before a file's first line; columns of that
// line are shown without it.
const WrapperPrefix = "(function (exports, require, module, __filename, __dirname) { "

// RewrittenScheme begins the name of a file, as a URL, in the source map of what was made of it before it
// was compiled. That of an ECMAScript module begins with file:, and is shown so, as in Node.
const RewrittenScheme = "rewritten://"

// plainFile is the file that a URL of a source map names, and whether it is such a URL.
func plainFile(name string) (file string, ok bool) {
	rest, ok := strings.CutPrefix(name, RewrittenScheme)
	if !ok {
		return name, strings.HasPrefix(name, "file://")
	}
	if path, err := url.PathUnescape(rest); err == nil {
		return path, true
	}
	return rest, true
}

// Place returns file, line and column of a frame as the author of the file sees them.
func Place(f *goja.StackFrame) (file string, line, column int) {
	p := f.Position()
	file, line, column = f.SrcName(), p.Line, p.Column
	if p.Filename != "" && p.Filename != file {
		file, _ = plainFile(p.Filename)
		return file, line, column + 1 // source maps count from 0
	}
	if line == 1 && column > len(WrapperPrefix) && !strings.HasPrefix(file, "[") {
		column -= len(WrapperPrefix)
	}
	return file, line, column
}

// StackLines are the call stack of this moment as V8 writes it, a line for each frame of the program's own.
func StackLines(vm *goja.Runtime) string { return lines(callStack(vm)) }

// FramesText is the stack of an exception in the same form. The engine does not say which of its frames
// awaited another.
func FramesText(stack []goja.StackFrame) string {
	frames := make([]frame, len(stack))
	for i := range stack {
		frames[i].StackFrame = stack[i]
	}
	return lines(frames)
}

func lines(frames []frame) string {
	var b strings.Builder
	for _, f := range visible(frames) {
		b.WriteString("    at " + f.text() + "\n")
	}
	return b.String()
}

func (f *frame) text() string {
	file, line, column := Place(&f.StackFrame)
	at := file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
	if name := f.FuncName(); name != "<anonymous>" && name != "" {
		at = name + " (" + at + ")"
	}
	if f.async {
		return "async " + at
	}
	return at
}

// callSites are V8's CallSite objects, as far as libraries read them.
func (e *errors) callSites(frames []frame) goja.Value {
	sites := make([]any, len(frames))
	for i := range frames {
		f := &frames[i]
		file, line, column := Place(&f.StackFrame)
		name := goja.Null()
		if n := f.FuncName(); n != "<anonymous>" && n != topLevel {
			name = e.vm.ToValue(n)
		}
		o := e.vm.NewObject()
		put := func(method string, v any) {
			val := e.vm.ToValue(v)
			o.DefineDataProperty(method, e.vm.ToValue(func(goja.FunctionCall) goja.Value { return val }),
				goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		put("getFileName", file)
		put("getScriptNameOrSourceURL", file)
		put("getLineNumber", line)
		put("getColumnNumber", column)
		put("getFunctionName", name)
		put("getMethodName", goja.Null())
		put("getTypeName", goja.Null())
		put("getThis", goja.Undefined())
		put("getFunction", goja.Undefined())
		put("getEvalOrigin", goja.Undefined())
		put("isNative", false)
		put("isEval", false)
		put("isToplevel", true)
		put("isConstructor", false)
		put("isAsync", f.async)
		put("toString", f.text())
		sites[i] = o
	}
	return e.vm.NewArray(sites...)
}

// StackText brings a stack in the engine's format into V8's; any other text stays as it is.
func StackText(stack string) string {
	if !strings.Contains(stack, "\n\tat ") {
		return stack
	}
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(stack, "\n"), "\n") {
		frame, ok := strings.CutPrefix(line, "\tat ")
		if !ok {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(line)
			continue
		}
		if strings.Contains(frame, "(native)") || frame == "native" || strings.Contains(frame, "gonode:") {
			continue
		}
		// "fn (file:1:2(3))" or "file:1:2(3)": the last parentheses hold the program counter.
		if open := strings.LastIndexByte(frame, '('); open > 0 {
			end := strings.IndexByte(frame[open:], ')')
			if _, err := strconv.Atoi(frame[open+1 : open+end]); err == nil {
				frame = frame[:open] + frame[open+end+1:]
			}
		}
		b.WriteString("\n    at " + authored(frame))
	}
	return b.String()
}

var mappedPlace = regexp.MustCompile(`((?:file|rewritten)://.*):(\d+):(\d+)(\)?)$`)

// authored shows the place of a frame as Place does.
func authored(frame string) string {
	m := mappedPlace.FindStringSubmatchIndex(frame)
	if m == nil {
		return unwrapped(frame)
	}
	file, _ := plainFile(frame[m[2]:m[3]])
	column, _ := strconv.Atoi(frame[m[6]:m[7]])
	return frame[:m[2]] + file + ":" + frame[m[4]:m[5]] + ":" + strconv.Itoa(column+1) + frame[m[8]:]
}

var firstLine = regexp.MustCompile(`:1:(\d+)(\)?)$`)

// unwrapped takes what a module's wrapper put before the first line out of a frame's column.
func unwrapped(frame string) string {
	m := firstLine.FindStringSubmatch(frame)
	if m == nil || strings.Contains(frame, "[eval]") {
		return frame
	}
	if column, err := strconv.Atoi(m[1]); err == nil && column > len(WrapperPrefix) {
		return strings.TrimSuffix(frame, m[0]) + ":1:" + strconv.Itoa(column-len(WrapperPrefix)) + m[2]
	}
	return frame
}
