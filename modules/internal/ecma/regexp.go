package ecma

import (
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
)

// DefaultRegexpTime is how long a regular expression may search. A person waits no longer for a page.
const DefaultRegexpTime = 2 * time.Second

// The engine searches with regexp2 where Go's own expressions do not do (lookaround, back-references,
// searches from a position), and regexp2 backtracks: (x+x+)+y takes for ever. Its limit is a variable of
// the process that is read when an expression is compiled, so it is set before anything is.
func init() { regexp2.DefaultMatchTimeout = DefaultRegexpTime }

// SetRegexpTime changes how long a regular expression may search, in the whole process; 0: for ever. It is
// not safe while anything compiles one.
func SetRegexpTime(d time.Duration) {
	if d <= 0 {
		d = 1<<63 - 1
	}
	regexp2.DefaultMatchTimeout = d
}

// guardRegExp makes the methods of RegExp throw when the limit was met: the engine takes what regexp2
// could not finish for a search that found nothing. exec stays the engine's, since all other methods lose
// their fast path without it; so exec, and matchAll, find nothing. They also throw for what is no regular
// expression and has no exec, which the engine does not survive.
func guardRegExp(vm *goja.Runtime) {
	mended := mendRegExp(vm)
	limit := regexp2.DefaultMatchTimeout
	proto := vm.Get("RegExp").(*goja.Object).Get("prototype").(*goja.Object)
	guard := func(name string, length int, original goja.Value) *goja.Object {
		search, ok := original.Export().(func(goja.FunctionCall) goja.Value)
		if !ok {
			panic("BUG: ecma: RegExp.prototype." + name + " is not the engine's")
		}
		switch name {
		case "[Symbol.split]":
			search = mended.split(search)
		case "[Symbol.match]", "[Symbol.replace]":
			search = mended.wholly(search)
		}
		fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if o, ok := c.This.(*goja.Object); ok && o.ClassName() != "RegExp" {
				// The engine would not survive it.
				if _, ok := goja.AssertFunction(o.Get("exec")); !ok {
					panic(vm.NewTypeError("Method RegExp.prototype.exec called on incompatible receiver " + o.String()))
				}
			}
			began := time.Now()
			v := search(c)
			if time.Since(began) < limit {
				return v
			}
			if len(c.Arguments) > 1 { // of replace: its function's time is not the search's
				if _, called := goja.AssertFunction(c.Arguments[1]); called && !v.SameAs(c.Arguments[0]) {
					return v
				}
			}
			raise(vm, "RangeError", "The limit RegexpTime is "+limit.String()+": a regular expression took longer")
			return nil
		}).(*goja.Object)
		hide(fn, "name", vm.ToValue(name))
		hide(fn, "length", vm.ToValue(length))
		return fn
	}
	// Set, not a definition: the property is what it should be, and to define it makes all of the class.
	proto.Set("test", guard("test", 1, proto.Get("test")))
	for _, m := range []struct {
		symbol *goja.Symbol
		name   string
		length int
	}{{goja.SymMatch, "[Symbol.match]", 1}, {goja.SymReplace, "[Symbol.replace]", 2}, {goja.SymSearch, "[Symbol.search]", 1}, {goja.SymSplit, "[Symbol.split]", 2}} {
		proto.SetSymbol(m.symbol, guard(m.name, m.length, proto.GetSymbol(m.symbol)))
	}
}
