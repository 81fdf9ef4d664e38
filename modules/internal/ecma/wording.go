package ecma

import (
	"reflect"
	"regexp"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
)

// wording puts the engine's messages into V8's words: programs and people read them, and tests compare
// them. An error gets its message when the engine makes it, since only then is it known which instruction
// failed, on which value, and where in the source: V8 says `res.foo is not a function`, the engine no more
// than `Object has no member 'foo'`.
//
// The engine tells nobody of an error before it throws it. So the constructors that it makes its errors with
// are wrapped where they stand, and its machine is looked at: fields that it keeps to itself, found by
// name. A version of the engine without them has its own messages; TestWording would tell.
type wording struct {
	vm      *goja.Runtime
	machine reflect.Value // the engine's struct vm; invalid: it is not there
}

// newWording returns the wording of vm's errors.
func newWording(vm *goja.Runtime) *wording {
	w := &wording{vm: vm}
	if m := reflect.ValueOf(vm).Elem().FieldByName("vm"); m.Kind() == reflect.Pointer {
		w.machine = m.Elem()
	}
	return w
}

// wrap makes the engine use our words in the errors that it makes with ctor, a constructor of its own.
// What was taken from ctor before, with goja.AssertConstructor, does not go this way.
func (w *wording) wrap(ctor *goja.Object, name string) {
	type construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object
	self := reflect.ValueOf(ctor).Elem().FieldByName("self")
	if self.Kind() != reflect.Interface || self.Elem().Kind() != reflect.Pointer {
		return
	}
	field := self.Elem().Elem().FieldByName("construct")
	if !w.machine.IsValid() || !field.IsValid() || field.Type() != reflect.TypeFor[construct]() {
		return
	}
	f := (*construct)(unsafe.Pointer(field.UnsafeAddr()))
	engines := *f
	*f = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		if len(args) == 1 {
			if s, ok := args[0].(goja.String); ok {
				if msg := s.String(); msg != "" {
					if better := w.message(name, msg); better != msg {
						args = []goja.Value{w.vm.ToValue(better)}
					}
				}
			}
		}
		return engines(args, newTarget)
	}
}

// fixed are messages that need nothing but other words.
var fixed = map[string]string{
	"No initial value": "Reduce of empty array with no initial value",
	"toFixed() precision must be between 0 and 100": "toFixed() digits argument must be between 0 and 100",
	"Malformed URI":                      "URI malformed",
	"Constructor Promise requires 'new'": "Promise constructor cannot be invoked without 'new'",
	"Promise self-resolution":            "Chaining cycle detected for promise #<Promise>",
	"Must call super constructor in derived class before accessing 'this'":                   "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
	"Must call super constructor in derived class before returning from derived constructor": "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
}

var (
	readOf      = regexp.MustCompile(`^Cannot read property '(?s:(.*))' of undefined(?: or null)?$`)
	noPrimitive = regexp.MustCompile(`^Could not convert (?s:.*) to primitive$`)
	parseError  = regexp.MustCompile(`^SyntaxError: (?:[^\n]*: Line \d+:\d+ )?((?s:.*?))(?: at [^\n ]*:\d+:\d+)?(?: \(and \d+ more errors?\))?$`)
	badToken    = regexp.MustCompile(`^Unexpected token (\S+)$`)
)

// message is msg, of an error of this class, in V8's words.
func (w *wording) message(class, msg string) string {
	if m, ok := fixed[msg]; ok {
		return m
	}
	switch class {
	case "SyntaxError":
		if m := parseError.FindStringSubmatch(msg); m != nil {
			return syntaxMessage(m[1])
		}
	case "ReferenceError":
		if msg == "Cannot access a variable before initialization" {
			if name := identAt(w.source()); name != "" {
				return "Cannot access '" + name + "' before initialization"
			}
		}
	case "RangeError":
		if msg == "Invalid count value" {
			return msg + ": " + text(w.argument())
		}
	case "TypeError":
		switch {
		case strings.HasPrefix(msg, "Object has no member '"),
			strings.HasPrefix(msg, "Value is not an object: "),
			strings.HasPrefix(msg, "Not a function: "),
			strings.HasPrefix(msg, "Value is not callable: "),
			msg == "Value is not a constructor":
			return w.notCallable(msg)
		case strings.HasPrefix(msg, "Cannot read property '"):
			if m := readOf.FindStringSubmatch(msg); m != nil {
				return w.unreadable(m[1])
			}
		case msg == "Cannot convert undefined or null to object":
			return w.nullish(msg)
		case msg == "Value is not object coercible":
			return w.notDestructurable(msg)
		case msg == "object is not iterable":
			return w.notIterable(msg)
		case msg == "Class constructor cannot be invoked without 'new'":
			if kind, _ := w.instruction(0); kind == "call" {
				return "Class constructor " + w.nameOf(w.called()) + " cannot be invoked without 'new'"
			}
		case strings.HasPrefix(msg, "Could not convert "):
			if noPrimitive.MatchString(msg) {
				return "Cannot convert object to primitive value"
			}
		case strings.HasPrefix(msg, "Expecting a function in instanceof check, but got "):
			return "Right-hand side of 'instanceof' is not callable"
		}
	}
	return msg
}

// syntaxMessage is V8's for what is wrong with a source, as far as it differs.
func syntaxMessage(msg string) string {
	switch m := badToken.FindStringSubmatch(msg); {
	case m == nil:
		return msg
	case m[1] == "ILLEGAL":
		return "Invalid or unexpected token"
	default:
		return "Unexpected token '" + m[1] + "'"
	}
}

// instruction is what the machine is at: its type's name, and the name in it if it has one; "" while a
// function of Go runs.
func (w *wording) instruction(ahead int) (kind, name string) {
	prg := w.machine.FieldByName("prg")
	if !prg.IsValid() || prg.IsNil() {
		return "", ""
	}
	code, pc := prg.Elem().FieldByName("code"), int(w.machine.FieldByName("pc").Int())+ahead
	if pc < 0 || pc >= code.Len() {
		return "", ""
	}
	op := code.Index(pc).Elem()
	kind = op.Type().Name()
	if op.Kind() == reflect.Pointer {
		kind = op.Type().Elem().Name()
	}
	if op.Kind() == reflect.String {
		name = op.String()
	}
	return kind, name
}

// operand is the value at depth on the machine's stack, 1 for the top; nil if it has none.
func (w *wording) operand(depth int) goja.Value {
	stack := w.machine.FieldByName("stack")
	i := int(w.machine.FieldByName("sp").Int()) - depth
	if i < 0 || i >= stack.Len() {
		return nil
	}
	v := *(*goja.Value)(unsafe.Pointer(stack.Index(i).UnsafeAddr()))
	return v
}

// source is the text that runs and the place in it that the instruction was made for.
func (w *wording) source() (text string, at int) {
	prg := w.machine.FieldByName("prg")
	if prg.IsNil() {
		return "", 0
	}
	src := prg.Elem().FieldByName("src")
	if src.IsNil() {
		return "", 0
	}
	pc := w.machine.FieldByName("pc").Int()
	places := prg.Elem().FieldByName("srcMap")
	at = -1
	for i := range places.Len() {
		if p := places.Index(i); p.FieldByName("pc").Int() <= pc {
			at = int(p.FieldByName("srcPos").Int())
		} else {
			break
		}
	}
	return (*file.File)(src.UnsafePointer()).Source(), at
}

// callbacks are the functions of the engine whose first argument must be one.
var callbacks = map[string]bool{
	"map": true, "forEach": true, "filter": true, "some": true, "every": true, "find": true, "findIndex": true,
	"findLast": true, "findLastIndex": true, "reduce": true, "reduceRight": true, "flatMap": true,
}

func (w *wording) notCallable(msg string) string {
	switch kind, _ := w.instruction(0); kind {
	case "call", "_callVariadic", "callEval", "callEvalStrict", "_callEvalVariadic", "_callEvalVariadicStrict":
		src, at := w.source()
		return w.named(calleeAt(src, at), msg) + " is not a function"
	case "_new", "_newVariadic":
		if ctor := w.called(); ctor != nil {
			if _, ok := goja.AssertConstructor(ctor); ok {
				return w.ofConstructor(w.nameOf(ctor), msg)
			}
		}
		src, at := w.source()
		return w.named(calleeAfterNew(src, at), msg) + " is not a constructor"
	case "":
		if v, ok := strings.CutPrefix(msg, "Value is not an object: "); ok && callbacks[w.running()] {
			return v + " is not a function"
		}
		if v, ok := strings.CutPrefix(msg, "Value is not callable: "); ok {
			if v == "[object Object]" {
				v = "#<Object>"
			}
			return v + " is not a function"
		}
	case "_op_in":
		return "Cannot use 'in' operator to search for '" + text(w.operand(2)) + "' in " + text(w.operand(1))
	case "_op_instanceof":
		return "Right-hand side of 'instanceof' is not an object"
	}
	return msg
}

// called is what a call or new is made of; nil if the instruction does not tell where it is.
func (w *wording) called() goja.Value {
	op := w.machine.FieldByName("prg").Elem().FieldByName("code").Index(int(w.machine.FieldByName("pc").Int())).Elem()
	if op.Kind() != reflect.Uint32 {
		return nil
	}
	return w.operand(int(op.Uint()) + 1)
}

// argument is the first one of the function of Go that runs.
func (w *wording) argument() goja.Value {
	stack, sb, sp := w.machine.FieldByName("stack"), int(w.machine.FieldByName("sb").Int()), int(w.machine.FieldByName("sp").Int())
	if kind, _ := w.instruction(0); kind != "" || sb < 0 || sb >= sp || sp > stack.Len() {
		return nil
	}
	return w.operand(sp - sb)
}

// nameOf is the name of a function; "" if an accessor of the program's throws in its place.
func (w *wording) nameOf(v goja.Value) (name string) {
	if o, ok := v.(*goja.Object); ok {
		w.vm.Try(func() {
			if s, ok := o.Get("name").(goja.String); ok {
				name = s.String()
			}
		})
	}
	return name
}

// ofConstructor is for a constructor of Go that found its argument wanting.
func (w *wording) ofConstructor(name, msg string) string {
	v, ok := strings.CutPrefix(msg, "Value is not an object: ")
	switch {
	case !ok:
	case name == "Promise":
		return "Promise resolver " + v + " is not a function"
	case name == "Map":
		return "Iterator value " + v + " is not an entry object"
	}
	return msg
}

// named is how V8 calls what the source calls callee; if that is not known, what the engine's message says.
func (w *wording) named(callee, msg string) string {
	if callee != "" {
		return callee
	}
	if m, ok := strings.CutPrefix(msg, "Object has no member '"); ok {
		return "(intermediate value)." + strings.TrimSuffix(m, "'")
	}
	return "(intermediate value)"
}

// running is the name of the function of Go that runs.
func (w *wording) running() string {
	frames := w.vm.CaptureCallStack(1, nil)
	if len(frames) == 0 {
		return ""
	}
	name := frames[0].FuncName()
	return name[strings.LastIndexByte(name, '.')+1:]
}

// text is a value as it stands in messages. Nothing of the program's is called for it.
func text(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Symbol:
		return "Symbol(" + v.String() + ")"
	case *goja.Object:
		if class := v.ClassName(); class != "Array" {
			return "#<" + class + ">"
		}
		return "[object Array]"
	}
	return v.String()
}

// property is a key of the program's, of which the engine's text is another for symbols.
func property(key string, v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		return text(v)
	}
	return key
}

func (w *wording) unreadable(key string) string {
	subject := w.operand(1)
	switch kind, _ := w.instruction(0); kind {
	case "_getElem", "_getElemCallee", "_getElemRecvCallee", "_getKey":
		subject, key = w.operand(2), property(key, w.operand(1))
	case "_getElemRecv":
		key = property(key, w.operand(2))
	}
	return "Cannot read properties of " + nullOr(subject) + " (reading '" + key + "')"
}

// nullOr is null or undefined.
func nullOr(v goja.Value) string {
	if v != nil && goja.IsNull(v) {
		return "null"
	}
	return "undefined"
}

// nullish is for what sets a property of nothing, or goes through nothing.
func (w *wording) nullish(msg string) string {
	kind, name := w.instruction(0)
	switch {
	case strings.HasPrefix(kind, "setProp"):
		return "Cannot set properties of " + nullOr(w.operand(2)) + " (setting '" + name + "')"
	case strings.HasPrefix(kind, "_setElem"):
		key := w.operand(2)
		return "Cannot set properties of " + nullOr(w.operand(3)) + " (setting '" + text(key) + "')"
	case kind == "_iterate", kind == "_iterateP":
		return w.notIterable(msg)
	}
	return msg
}

// notDestructurable is for `const {a} = undefined`. V8 names what stands in the source; a value that has
// no name is called by itself.
func (w *wording) notDestructurable(msg string) string {
	kind, _ := w.instruction(0)
	if kind != "_checkObjectCoercible" {
		return msg
	}
	v := nullOr(w.operand(1))
	name := ""
	for ahead := 1; ahead < 6 && name == ""; ahead++ {
		if kind, n := w.instruction(ahead); strings.HasPrefix(kind, "getProp") {
			name = n
		}
	}
	src, at := w.source()
	if name == "" {
		return "Cannot destructure '" + orText(chainAt(src, at), v) + "' as it is " + v + "."
	}
	return "Cannot destructure property '" + name + "' of '" + orText(chainAt(src, at), v) + "' as it is " + v + "."
}

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (w *wording) notIterable(msg string) string {
	kind, _ := w.instruction(0)
	switch kind {
	case "_iterate", "_iterateP":
		v := w.operand(1)
		src, at := w.source()
		return orText(chainAt(src, at), text(v)) + " is not iterable"
	case "_pushArraySpread", "_pushSpread":
		src, at := w.source()
		v := w.operand(1)
		if kind == "_pushSpread" {
			return "Spread syntax requires ...iterable[Symbol.iterator] to be a function"
		}
		return orText(chainAt(src, at), text(v)) + " is not iterable"
	case "_new":
		return notIterableArgument(w.operand(1))
	case "":
		return notIterableArgument(w.argument())
	}
	return msg
}

// notIterableArgument is V8's message for an argument of a function of its own.
func notIterableArgument(v goja.Value) string {
	what := text(v)
	switch v := v.(type) {
	case nil:
	case *goja.Object:
		what = "object"
		if _, ok := goja.AssertFunction(v); ok {
			what = "function"
		}
		if v.ClassName() == "Object" {
			break
		}
		what += " " + text(v)
	default:
		switch v.ExportType() {
		case typeInt, typeFloat:
			what = "number " + what
		case typeBool:
			what = "boolean " + what
		}
	}
	return what + " is not iterable (cannot read property Symbol(Symbol.iterator))"
}
