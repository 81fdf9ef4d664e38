package ecma

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"

	"github.com/gonode/gonode/modules/internal/engine"
)

// installStringify puts JSON.stringify of ours in the place of the engine's, which takes twice the
// time, loses the indentation behind an empty array, and does not say where a circle is.
//
// Source: ECMA-262 §25.5.2; messages of V8 11.3 src/json/json-stringifier.cc.
func installStringify(vm *goja.Runtime) {
	object := vm.Get("JSON").(*goja.Object)
	method := func(of, name string) goja.Callable {
		fn, _ := goja.AssertFunction(vm.Get(of).(*goja.Object).Get(name))
		return fn
	}
	w := &jsonWriter{vm: vm, isArray: method("Array", "isArray"), keys: method("Object", "keys")}
	fn := vm.ToValue(w.stringify).(*goja.Object)
	hide(fn, "name", vm.ToValue("stringify"))
	hide(fn, "length", vm.ToValue(3))
	object.Set("stringify", fn)
	// Raw JSON came after Node 20.
	object.Delete("rawJSON")
	object.Delete("isRawJSON")
}

// jsonWriter is what the calls of JSON.stringify in a runtime share.
type jsonWriter struct {
	vm            *goja.Runtime
	isArray, keys goja.Callable // Array.isArray, Object.keys
	get           goja.Callable // of getProgram; nil until it is needed
	spare         jsonSpare     // of the call before; empty while one runs
}

// jsonSpare is memory that one call leaves to the next.
type jsonSpare struct {
	out   []byte
	path  []jsonStep
	names []unistring.String
}

// getProgram reads a property. Reflect.get would do so too, but to ask for it makes all of Reflect.
var getProgram = goja.MustCompile("gonode:json", "(function (o, key) { return o[key] })", true)

func (w *jsonWriter) field(o *goja.Object, key goja.Value) goja.Value {
	if w.get == nil {
		v, err := w.vm.RunProgram(getProgram)
		if err != nil {
			panic("BUG: ecma: " + err.Error())
		}
		w.get, _ = goja.AssertFunction(v)
	}
	v, err := w.get(goja.Undefined(), o, key)
	if err != nil {
		panic(err)
	}
	return v
}

// jsonOutput is one call of JSON.stringify.
type jsonOutput struct {
	*jsonWriter
	out      []byte
	replacer goja.Callable
	only     []string // the keys of a replacer that is an array; nil: all
	gap      string
	indent   string
	path     []jsonStep
	names    []unistring.String // of the objects of path that have no others
}

// jsonStep is an object being written, and its place in the one before.
type jsonStep struct {
	object *goja.Object
	key    string
	index  int // in an array; else -1
}

func (w *jsonWriter) stringify(c goja.FunctionCall) goja.Value {
	o := jsonOutput{jsonWriter: w, out: w.spare.out[:0], path: w.spare.path[:0], names: w.spare.names[:0]}
	w.spare = jsonSpare{} // toJSON and its like may call stringify
	if r, ok := c.Argument(1).(*goja.Object); ok {
		o.setReplacer(r)
	}
	if len(c.Arguments) > 2 {
		o.gap = w.gap(c.Arguments[2])
	}
	var holder *goja.Object
	if o.replacer != nil {
		holder = w.vm.NewObject()
		holder.Set("", c.Argument(0))
	}
	if !o.value(c.Argument(0), holder, "", -1) {
		return goja.Undefined()
	}
	v := w.vm.ToValue(string(o.out))
	if cap(o.out) <= 1<<16 && cap(o.path) <= 1<<8 && cap(o.names) <= 1<<10 {
		clear(o.path[:cap(o.path)]) // it refers to objects
		w.spare = jsonSpare{o.out, o.path, o.names}
	}
	return v
}

func (o *jsonOutput) setReplacer(r *goja.Object) {
	if fn, ok := goja.AssertFunction(r); ok {
		o.replacer = fn
		return
	}
	if !o.array(r) {
		return
	}
	o.only = []string{}
	seen := make(map[string]bool)
	for i := range lengthOf(r) {
		v := r.Get(strconv.Itoa(i))
		if v == nil {
			continue
		}
		if k, ok := v.(*goja.Object); ok {
			if class := k.ClassName(); class != "String" && class != "Number" {
				continue
			}
		} else if _, isString := v.(goja.String); !isString && !isNumber(v) {
			continue
		}
		if key := v.String(); !seen[key] {
			seen[key] = true
			o.only = append(o.only, key)
		}
	}
}

// gap is the third argument as the text of one indentation.
func (w *jsonWriter) gap(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok {
		switch o.ClassName() {
		case "Number":
			v = o.ToNumber()
		case "String":
			v = o.ToString()
		}
	}
	if isNumber(v) {
		return strings.Repeat(" ", int(max(0, min(10, v.ToFloat()))))
	}
	if s, ok := v.(goja.String); ok {
		if s.Length() > 10 {
			return s.Substring(0, 10).String()
		}
		return s.String()
	}
	return ""
}

func isNumber(v goja.Value) bool {
	if _, boxed := v.(*goja.Object); boxed {
		return false
	}
	t := v.ExportType()
	return t == typeInt || t == typeFloat
}

func lengthOf(o *goja.Object) int {
	if list, ok := engine.Elements(o); ok {
		return len(list)
	}
	v := o.Get("length")
	if v == nil {
		return 0
	}
	n := v.ToNumber().ToFloat()
	if !(n > 0) {
		return 0
	}
	return int(min(n, 1<<53-1))
}

// The kinds of objects that need no more questions.
func isPlain(o *goja.Object) bool { return o.ExportType() == typeObject && o.ClassName() == "Object" }
func isArray(o *goja.Object) bool { return o.ExportType() == typeArray && o.ClassName() == "Array" }

// array is Array.isArray.
func (w *jsonWriter) array(o *goja.Object) bool {
	return isArray(o) || !isPlain(o) && w.call(w.isArray, goja.Undefined(), o).ToBoolean()
}

var (
	typeObject = reflect.TypeFor[map[string]any]()
	typeArray  = reflect.TypeFor[[]any]()
	typeInt    = reflect.TypeFor[int64]()
	typeFloat  = reflect.TypeFor[float64]()
	typeBool   = reflect.TypeFor[bool]()
	typeBigInt = reflect.TypeFor[*big.Int]()
)

// value writes v, which stands in holder under key, or index if that is not -1. It is false, and
// nothing was written, if v has no place in JSON. Only a replacer needs the holder.
func (o *jsonOutput) value(v goja.Value, holder *goja.Object, key string, index int) bool {
	if v == nil {
		v = goja.Undefined()
	}
	object, isObject := v.(*goja.Object)
	if isObject || v.ExportType() == typeBigInt {
		v = o.toJSON(v, key, index)
		object, isObject = v.(*goja.Object)
	}
	if o.replacer != nil {
		v = o.call(o.replacer, holder, o.key(key, index), v)
		object, isObject = v.(*goja.Object)
	}
	if isObject {
		if !isPlain(object) && !isArray(object) {
			var done bool
			if v, done = o.exotic(object); done {
				return true
			}
			object, isObject = v.(*goja.Object)
			if _, callable := goja.AssertFunction(v); callable {
				return false
			}
		}
	}
	if isObject {
		o.enter(object, key, index)
		if o.array(object) {
			o.elements(object)
		} else {
			o.properties(object)
		}
		o.path = o.path[:len(o.path)-1]
		return true
	}
	switch s := v.(type) {
	case goja.String:
		o.quote(s)
		return true
	case *goja.Symbol:
		return false
	}
	switch v.ExportType() {
	case typeInt:
		o.out = strconv.AppendInt(o.out, v.ToInteger(), 10)
	case typeFloat:
		if f := v.ToFloat(); math.IsNaN(f) || math.IsInf(f, 0) {
			o.out = append(o.out, "null"...)
		} else {
			o.out = append(o.out, v.String()...)
		}
	case typeBool:
		o.out = strconv.AppendBool(o.out, v.ToBoolean())
	case typeBigInt:
		raise(o.vm, "TypeError", "Do not know how to serialize a BigInt")
	default:
		if !goja.IsNull(v) {
			return false
		}
		o.out = append(o.out, "null"...)
	}
	return true
}

// toJSON is v, or what its method toJSON makes of it.
func (o *jsonOutput) toJSON(v goja.Value, key string, index int) goja.Value {
	object, ok := v.(*goja.Object)
	if !ok {
		object = v.ToObject(o.vm)
	}
	method := object.Get("toJSON")
	if method == nil {
		return v
	}
	if fn, ok := goja.AssertFunction(method); ok {
		return o.call(fn, v, o.key(key, index))
	}
	return v
}

func (o *jsonOutput) key(key string, index int) goja.Value {
	if index >= 0 {
		key = strconv.Itoa(index)
	}
	return o.vm.ToValue(key)
}

func (w *jsonWriter) call(fn goja.Callable, this goja.Value, args ...goja.Value) goja.Value {
	v, err := fn(this, args...)
	if err != nil {
		panic(err)
	}
	return v
}

// exotic is what to write for an object that is neither plain nor an Array: the primitive in it, or
// the object again. done is true if it is written: a Go value that knows how.
func (o *jsonOutput) exotic(object *goja.Object) (v goja.Value, done bool) {
	t := object.ExportType()
	switch object.ClassName() {
	case "Number":
		return object.ToNumber(), false
	case "String":
		return object.ToString(), false
	case "Boolean":
		return o.vm.ToValue(reflect.ValueOf(object.Export()).Bool()), false
	case "Date": // which is a Go value too
		return object, false
	}
	switch {
	case t == nil:
	case t == typeBigInt:
		return o.vm.ToValue(object.Export()), false
	case t.Implements(typeEncodable):
		return o.vm.ToValue(object.Export().(goja.JsonEncodable).JsonEncodable()), false
	case t.Implements(typeMarshaler):
		b, err := object.Export().(json.Marshaler).MarshalJSON()
		if err != nil {
			panic(o.vm.NewGoError(err))
		}
		o.out = append(o.out, b...)
		return nil, true
	}
	return object, false
}

var (
	typeEncodable = reflect.TypeFor[goja.JsonEncodable]()
	typeMarshaler = reflect.TypeFor[json.Marshaler]()
)

// maxStringifyDepth is where Node's stack ends, roughly. The path is looked through at each step: the time
// goes with the square of the depth, 0.1 s for this one.
const maxStringifyDepth = 10_000

// enter puts object on the path, on which it must not be yet.
func (o *jsonOutput) enter(object *goja.Object, key string, index int) {
	for i := range o.path {
		if o.path[i].object == object {
			raise(o.vm, "TypeError", o.circle(i, jsonStep{key: key, index: index}))
		}
	}
	if len(o.path) == maxStringifyDepth {
		raise(o.vm, "RangeError", "Maximum call stack size exceeded")
	}
	o.path = append(o.path, jsonStep{object, key, index})
}

// circle is V8's message for a path that comes back to its entry start through last.
func (o *jsonOutput) circle(start int, last jsonStep) string {
	const before, after = 2, 1 // how many links V8 shows at either end
	var b strings.Builder
	b.WriteString("Converting circular structure to JSON\n    --> starting at object with constructor ")
	b.WriteString(constructorName(o.path[start].object))
	links := o.path[start+1:]
	for i, step := range links {
		if i >= before && i < len(links)-after {
			if i == before {
				b.WriteString("\n    |     ...")
			}
			continue
		}
		b.WriteString("\n    |     " + step.name() + " -> object with constructor " + constructorName(step.object))
	}
	b.WriteString("\n    --- " + last.name() + " closes the circle")
	return b.String()
}

func (s jsonStep) name() string {
	switch {
	case s.index >= 0:
		return "index " + strconv.Itoa(s.index)
	case s.key == "":
		return "<anonymous>"
	}
	return "property '" + s.key + "'"
}

func constructorName(o *goja.Object) string {
	for p := o; p != nil; p = p.Prototype() {
		if fn, ok := p.Get("constructor").(*goja.Object); ok {
			if name, ok := fn.Get("name").(goja.String); ok && name.Length() > 0 {
				return "'" + name.String() + "'"
			}
		}
	}
	return "'Object'"
}

func (o *jsonOutput) elements(array *goja.Object) {
	n := lengthOf(array)
	if n == 0 {
		o.out = append(o.out, "[]"...)
		return
	}
	outer := o.indent
	o.indent += o.gap
	o.out = append(o.out, '[')
	for i := range n {
		o.separate(i == 0)
		var v goja.Value
		if list, ok := engine.Elements(array); ok && i < len(list) {
			v = list[i]
		}
		if v == nil {
			v = array.Get(strconv.Itoa(i))
		}
		if !o.value(v, array, "", i) {
			o.out = append(o.out, "null"...)
		}
	}
	o.indent = outer
	o.newLine()
	o.out = append(o.out, ']')
}

func (o *jsonOutput) properties(object *goja.Object) {
	outer := o.indent
	o.indent += o.gap
	o.out = append(o.out, '{')
	var empty bool
	if start := len(o.names); o.only == nil && o.snapshot(object) {
		empty = o.ordinaryMembers(object, start)
	} else if o.only == nil {
		if keys := object.Keys(); slices.ContainsFunc(keys, isLossy) {
			empty = o.lossyMembers(object)
		} else {
			empty = o.members(object, keys)
		}
	} else {
		empty = o.members(object, o.only)
	}
	o.indent = outer
	if !empty {
		o.newLine()
	}
	o.out = append(o.out, '}')
}

// snapshot puts the names of an ordinary object on names. It returns false if the engine is to be asked for them.
func (o *jsonOutput) snapshot(object *goja.Object) bool {
	start := len(o.names)
	names, ok := engine.Names(o.names, object)
	if ok {
		for _, name := range names[start:] {
			if name.AsUtf16() != nil && isLossy(name.String()) {
				return false
			}
		}
		o.names = names
	}
	return ok
}

// ordinaryMembers is members with the names behind start, which it takes off.
func (o *jsonOutput) ordinaryMembers(object *goja.Object, start int) (empty bool) {
	empty = true
	for i, end := start, len(o.names); i < end; i++ {
		name := o.names[i] // what is written may put others behind them
		before := len(o.out)
		o.separate(empty)
		key := name.String()
		o.quoteText(key)
		v := engine.Value(object, name)
		if v == nil {
			v = object.Get(key) // toJSON of another has changed it
		}
		if o.member(v, object, key) {
			empty = false
		} else {
			o.out = o.out[:before]
		}
	}
	o.names = o.names[:start]
	return empty
}

func (o *jsonOutput) members(object *goja.Object, keys []string) (empty bool) {
	empty = true
	for _, key := range keys {
		before := len(o.out)
		o.separate(empty)
		o.quoteText(key)
		if o.member(object.Get(key), object, key) {
			empty = false
		} else {
			o.out = o.out[:before]
		}
	}
	return empty
}

// isLossy reports whether s may be what became of a string with half of a surrogate pair in it.
func isLossy(s string) bool { return strings.Contains(s, "\uFFFD") || !utf8.ValidString(s) }

// lossyMembers is members without a Go string on the way from a key to its value.
func (o *jsonOutput) lossyMembers(object *goja.Object) (empty bool) {
	empty = true
	keys := o.call(o.keys, goja.Undefined(), object).(*goja.Object)
	for i := range lengthOf(keys) {
		key := keys.Get(strconv.Itoa(i))
		before := len(o.out)
		o.separate(empty)
		o.quote(key.(goja.String))
		if o.member(o.field(object, key), object, key.String()) {
			empty = false
		} else {
			o.out = o.out[:before]
		}
	}
	return empty
}

func (o *jsonOutput) separate(first bool) {
	if !first {
		o.out = append(o.out, ',')
	}
	o.newLine()
}

// member writes what stands behind a property's name.
func (o *jsonOutput) member(v goja.Value, object *goja.Object, key string) bool {
	o.out = append(o.out, ':')
	if o.gap != "" {
		o.out = append(o.out, ' ')
	}
	return o.value(v, object, key, -1)
}

func (o *jsonOutput) newLine() {
	if o.gap != "" {
		o.out = append(append(o.out, '\n'), o.indent...)
	}
}

// quote writes a string with its quotes. Halves of surrogate pairs become escapes.
func (o *jsonOutput) quote(s goja.String) {
	text := s.String()
	if len(text) != s.Length() && isLossy(text) { // as many bytes as units: ASCII
		o.quoteUnits(s)
		return
	}
	o.quoteText(text)
}

// quoteText writes a string that is valid UTF-8.
func (o *jsonOutput) quoteText(text string) {
	o.out = append(o.out, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			o.out = append(o.out, text[start:i]...)
			o.escape(c)
			start = i + 1
		}
	}
	o.out = append(append(o.out, text[start:]...), '"')
}

// quoteUnits is quote unit by unit.
func (o *jsonOutput) quoteUnits(s goja.String) {
	o.out = append(o.out, '"')
	for i := 0; i < s.Length(); i++ {
		switch c := s.CharAt(i); {
		case c < ' ' || c == '"' || c == '\\':
			o.escape(byte(c))
		case !utf16.IsSurrogate(rune(c)):
			o.out = utf8.AppendRune(o.out, rune(c))
		default:
			if i+1 < s.Length() {
				if r := utf16.DecodeRune(rune(c), rune(s.CharAt(i+1))); r != utf8.RuneError {
					o.out = utf8.AppendRune(o.out, r)
					i++
					continue
				}
			}
			o.out = append(o.out, `\u`...)
			o.out = strconv.AppendUint(o.out, uint64(c), 16)
		}
	}
	o.out = append(o.out, '"')
}

func (o *jsonOutput) escape(c byte) {
	switch c {
	case '"', '\\':
		o.out = append(o.out, '\\', c)
	case '\b':
		o.out = append(o.out, `\b`...)
	case '\t':
		o.out = append(o.out, `\t`...)
	case '\n':
		o.out = append(o.out, `\n`...)
	case '\f':
		o.out = append(o.out, `\f`...)
	case '\r':
		o.out = append(o.out, `\r`...)
	default:
		const hex = "0123456789abcdef"
		o.out = append(o.out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}
