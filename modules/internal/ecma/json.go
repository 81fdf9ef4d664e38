package ecma

import (
	"strconv"

	"github.com/dop251/goja"
)

// maxJSONDepth is how deep arrays and objects may nest in a text given to JSON.parse. The engine
// recurses on the Go stack: a few million brackets in a request's body would end the process, which no
// program can catch.
const maxJSONDepth = 100_000

// guardJSON puts a depth check before JSON.parse. V8 has no such limit; texts this deep are attacks.
func guardJSON(vm *goja.Runtime) {
	json := vm.Get("JSON").(*goja.Object)
	parse, _ := json.Get("parse").Export().(func(goja.FunctionCall) goja.Value)
	guarded := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		// Only text this long can be too deep.
		if s, ok := c.Argument(0).(goja.String); ok && s.Length() > maxJSONDepth && tooDeep(s.String()) {
			o, err := vm.New(vm.Get("RangeError"), vm.ToValue("JSON text is nested deeper than "+strconv.Itoa(maxJSONDepth)+" levels"))
			if err != nil {
				panic(err)
			}
			panic(o)
		}
		return parse(c)
	}).(*goja.Object)
	hide(guarded, "name", vm.ToValue("parse"))
	hide(guarded, "length", vm.ToValue(2))
	json.DefineDataProperty("parse", guarded, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// tooDeep counts brackets outside of strings.
func tooDeep(text string) bool {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '[' || c == '{':
			if depth++; depth > maxJSONDepth {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}
