package ecma

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// installErrors puts constructors in the place of the engine's Error, TypeError, … that make the
// same objects but with a stack as V8 writes it, taken when the object is made, and adds
// captureStackTrace, stackTraceLimit and prepareStackTrace. Errors that the engine itself throws
// have its own format; StackText brings those into V8's where gonode prints them, and where programs read
// them (see mendDot).
func installErrors(vm *goja.Runtime) {
	e := &errors{vm: vm}
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
	base      *goja.Object
	preparing bool // a program's prepareStackTrace runs
}

// replace puts a constructor of ours in the place of the global one; both share the prototype.
func (e *errors) replace(name string, parent *goja.Object) *goja.Object {
	vm := e.vm
	original := vm.Get(name).(*goja.Object)
	construct, _ := goja.AssertConstructor(original)
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
	e.setStack(o, o, func(frames []goja.StackFrame) []goja.StackFrame {
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
	e.setStack(o, o, func(frames []goja.StackFrame) []goja.StackFrame { return below(frames, above) })
	return goja.Undefined()
}

// below drops the frames down to the function above.
func below(frames []goja.StackFrame, above *goja.Object) []goja.StackFrame {
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
func (e *errors) setStack(o, subject *goja.Object, choose func([]goja.StackFrame) []goja.StackFrame) {
	limit := 10
	if e.base != nil {
		v := e.base.Get("stackTraceLimit")
		if v == nil || !goja.IsNumber(v) {
			return
		}
		limit = int(v.ToInteger())
	}
	frames := choose(visible(e.vm.CaptureCallStack(0, nil)))
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
func (e *errors) stackText(subject *goja.Object, frames []goja.StackFrame) goja.Value {
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
		b.WriteString(frameText(&frames[i]))
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

// visible drops the frames of Go functions and of gonode's own scripts.
func visible(frames []goja.StackFrame) []goja.StackFrame {
	out := frames[:0]
	for _, f := range frames {
		if src := f.SrcName(); src == "<native>" || strings.HasPrefix(src, "gonode:") {
			continue
		}
		out = append(out, f)
	}
	return out
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

// FramesText is a stack as V8 writes it, a line for each frame of the program's own, without the head.
func FramesText(frames []goja.StackFrame) string {
	var b strings.Builder
	for _, f := range visible(slices.Clone(frames)) {
		b.WriteString("    at " + frameText(&f) + "\n")
	}
	return b.String()
}

func frameText(f *goja.StackFrame) string {
	file, line, column := Place(f)
	at := file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
	if name := f.FuncName(); name != "<anonymous>" && name != "" {
		return name + " (" + at + ")"
	}
	return at
}

// callSites are V8's CallSite objects, as far as libraries read them.
func (e *errors) callSites(frames []goja.StackFrame) goja.Value {
	sites := make([]any, len(frames))
	for i := range frames {
		f := &frames[i]
		file, line, column := Place(f)
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
		put("isAsync", false)
		put("toString", frameText(f))
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
