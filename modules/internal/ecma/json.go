package ecma

import (
	"strconv"

	"github.com/dop251/goja"
)

// guardJSON puts a depth check before JSON.parse, and V8's message into what it throws. The engine
// recurses on the Go stack: a few million brackets in a request's body would end the process, which no
// program can catch. V8 has no such limit; texts this deep are attacks.
func guardJSON(vm *goja.Runtime, maxDepth int) {
	json := vm.Get("JSON").(*goja.Object)
	parse, _ := json.Get("parse").Export().(func(goja.FunctionCall) goja.Value)
	guarded := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if len(c.Arguments) == 0 {
			c.Arguments = []goja.Value{goja.Undefined()}
		}
		text, ok := c.Arguments[0].(goja.String)
		if o, isObject := c.Arguments[0].(*goja.Object); isObject {
			if text, ok = o.ToString().(goja.String); ok { // once: the program may see it
				c.Arguments = append([]goja.Value{text}, c.Arguments[1:]...)
			}
		}
		// Only text this long can be too deep.
		if ok && text.Length() > maxDepth && tooDeep(text.String(), maxDepth) {
			raise(vm, "RangeError", "JSON text is nested deeper than "+strconv.Itoa(maxDepth)+" levels, the limit JSONDepth")
		}
		var v goja.Value
		ex := vm.Try(func() { v = parse(c) })
		if ex == nil {
			return v
		}
		if !ok {
			text, ok = vm.ToValue(c.Arguments[0].String()).(goja.String)
		}
		if o, isObject := ex.Value().(*goja.Object); ok && isObject && o.Get("name").String() == "SyntaxError" {
			if msg := jsonComplaint(text); msg != "" {
				raise(vm, "SyntaxError", msg)
			}
		}
		panic(ex)
	}).(*goja.Object)
	hide(guarded, "name", vm.ToValue("parse"))
	hide(guarded, "length", vm.ToValue(2))
	json.Set("parse", guarded)
}

// tooDeep counts brackets outside of strings.
func tooDeep(text string, maxDepth int) bool {
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
			if depth++; depth > maxDepth {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// raise throws an error of the global class called name.
func raise(vm *goja.Runtime, name, msg string) {
	o, err := vm.New(vm.Get(name), vm.ToValue(msg))
	if err != nil {
		panic(err)
	}
	panic(o)
}
