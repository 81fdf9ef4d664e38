// Package util is Node's util module: inspect and format, the types, promisify and its kin, text
// encoding, comparison. inspect and format write what Node 20 writes, byte for byte.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/util.html.
package util

import (
	"regexp"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('util').
var Module = modules.Module{ID: "util", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// LegacyModule is require('sys'), the name of util until 2010.
var LegacyModule = modules.Module{ID: "sys", Load: func(h *modules.Host) goja.Value {
	bind.Invoke(h.VM, h.Builtin("process").(*goja.Object), "emitWarning", bind.String("sys is deprecated. Use util instead."),
		bind.String("DeprecationWarning"), bind.String("DEP0025"))
	return h.Builtin("util")
}}

// Rooms holds the util of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the util module of one runtime.
type Room struct {
	*natives

	h          *modules.Host
	errorProto *goja.Object
	inspectFn  *goja.Object

	stylizeNoColor   *goja.Object
	stylizeWithColor *goja.Object
	defaultOptions   *goja.Object // inspect.defaultOptions once a program has asked for it
	types            *goja.Object // util.types once it is used
	codesWarned      map[string]bool
	domClass         *bind.Built
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, natives: newNatives(h.VM)}
	r.errorProto = r.errorCtor.Get("prototype").(*goja.Object)
	r.defineInspect()
	h.Err.Inspect = r.Inspect
	return r
}

// vtPattern matches terminal control sequences.
//
// Node v20 lib/internal/util/inspect.js: ansi, itself from https://github.com/chalk/ansi-regex.
var vtPattern = regexp.MustCompile(`[\x{1B}\x{9B}][\[\]()#;?]*` +
	`(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\x{07}|\x{1B}\x{5C}|\x{9C}))` +
	`|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))`)

// colors are the codes that start and end a color, in the order of inspect.colors.
var colors = []struct {
	name       string
	start, end int
}{
	{"reset", 0, 0}, {"bold", 1, 22}, {"dim", 2, 22}, {"italic", 3, 23}, {"underline", 4, 24}, {"blink", 5, 25},
	{"inverse", 7, 27}, {"hidden", 8, 28}, {"strikethrough", 9, 29}, {"doubleunderline", 21, 24},
	{"black", 30, 39}, {"red", 31, 39}, {"green", 32, 39}, {"yellow", 33, 39}, {"blue", 34, 39}, {"magenta", 35, 39},
	{"cyan", 36, 39}, {"white", 37, 39}, {"bgBlack", 40, 49}, {"bgRed", 41, 49}, {"bgGreen", 42, 49}, {"bgYellow", 43, 49},
	{"bgBlue", 44, 49}, {"bgMagenta", 45, 49}, {"bgCyan", 46, 49}, {"bgWhite", 47, 49}, {"framed", 51, 54}, {"overlined", 53, 55},
	{"gray", 90, 39}, {"redBright", 91, 39}, {"greenBright", 92, 39}, {"yellowBright", 93, 39}, {"blueBright", 94, 39},
	{"magentaBright", 95, 39}, {"cyanBright", 96, 39}, {"whiteBright", 97, 39}, {"bgGray", 100, 49}, {"bgRedBright", 101, 49},
	{"bgGreenBright", 102, 49}, {"bgYellowBright", 103, 49}, {"bgBlueBright", 104, 49}, {"bgMagentaBright", 105, 49},
	{"bgCyanBright", 106, 49}, {"bgWhiteBright", 107, 49},
}

// colorAliases are other names for colors; they read and write the color.
var colorAliases = [][2]string{
	{"gray", "grey"}, {"gray", "blackBright"}, {"bgGray", "bgGrey"}, {"bgGray", "bgBlackBright"}, {"dim", "faint"},
	{"strikethrough", "crossedout"}, {"strikethrough", "strikeThrough"}, {"strikethrough", "crossedOut"},
	{"hidden", "conceal"}, {"inverse", "swapColors"}, {"inverse", "swapcolors"}, {"doubleunderline", "doubleUnderline"},
}

// styles say which color shows what.
var styles = [][2]string{
	{"special", "cyan"}, {"number", "yellow"}, {"bigint", "yellow"}, {"boolean", "yellow"}, {"undefined", "grey"},
	{"null", "bold"}, {"string", "green"}, {"symbol", "green"}, {"date", "magenta"}, {"regexp", "red"}, {"module", "underline"},
}

func (r *Room) defineInspect() {
	vm := r.vm
	fn := func(name string, length int, f bind.Func) *goja.Object {
		return bind.Function(vm, bind.Method{Name: name, Length: length, Fn: f})
	}
	r.inspectFn = fn("inspect", 2, r.jsInspect)
	r.stylizeNoColor = fn("stylizeNoColor", 1, func(c goja.FunctionCall) goja.Value { return c.Argument(0) })
	r.stylizeWithColor = fn("stylizeWithColor", 2, func(c goja.FunctionCall) goja.Value {
		return stringValue(r.colorize(textOf(c.Argument(0).ToString()), c.Argument(1).String()))
	})
	r.inspectFn.Set("custom", r.inspectCustom)
	// Most programs never ask for the tables: they are made when one does.
	r.lazy("colors", func() goja.Value {
		o := vm.CreateObject(nil)
		for _, c := range colors {
			o.Set(c.name, vm.NewArray(c.start, c.end))
		}
		for _, a := range colorAliases {
			get := fn("get", 0, func(c goja.FunctionCall) goja.Value { return bind.Property(c.This, a[0]) })
			set := fn("set", 1, func(c goja.FunctionCall) goja.Value {
				o.Set(a[0], c.Argument(0))
				return goja.Undefined()
			})
			o.DefineAccessorProperty(a[1], get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		return o
	})
	r.lazy("styles", func() goja.Value {
		o := vm.CreateObject(nil)
		for _, s := range styles {
			o.Set(s[0], s[1])
		}
		return o
	})
	r.inspectFn.DefineAccessorProperty("defaultOptions", fn("get", 0, func(goja.FunctionCall) goja.Value { return r.options() }),
		fn("set", 1, func(c goja.FunctionCall) goja.Value {
			src := r.h.Err.ValidateObject(c.Argument(0), "options")
			o := r.options()
			for _, name := range src.Keys() {
				if err := o.Set(name, src.Get(name)); err != nil {
					panic(err)
				}
			}
			return goja.Undefined()
		}), goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// options returns inspect.defaultOptions.
func (r *Room) options() *goja.Object {
	if r.defaultOptions == nil {
		d := defaults()
		o := r.vm.NewObject()
		for _, name := range optionNames {
			o.Set(name, d.get(r.vm, name))
		}
		seal, _ := goja.AssertFunction(r.vm.Get("Object").(*goja.Object).Get("seal"))
		if _, err := seal(goja.Undefined(), o); err != nil {
			panic(err)
		}
		r.defaultOptions = o
	}
	return r.defaultOptions
}

// lazy defines a property of inspect that is made on first use.
func (r *Room) lazy(name string, make func() goja.Value) {
	settle := func(v goja.Value) {
		r.inspectFn.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	get := r.vm.ToValue(func(goja.FunctionCall) goja.Value {
		v := make()
		settle(v)
		return v
	})
	set := r.vm.ToValue(func(c goja.FunctionCall) goja.Value { settle(c.Argument(0)); return goja.Undefined() })
	r.inspectFn.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// colorize is stylizeWithColor: it reads the tables that programs may change.
func (r *Room) colorize(s, style string) string {
	name := bind.Property(r.inspectFn.Get("styles"), style)
	if bind.IsUndefined(name) {
		return s
	}
	color, ok := bind.Property(r.inspectFn.Get("colors"), name.String()).(*goja.Object)
	if !ok {
		return s
	}
	return "\x1b[" + bind.Property(color, "0").String() + "m" + s + "\x1b[" + bind.Property(color, "1").String() + "m"
}

// isURL reports whether o is a URL object; only asked when URL's own inspect function does not count.
func (r *Room) isURL(o *goja.Object) bool {
	if v := o.Get("href"); v == nil || !nodeerr.IsString(v) {
		return false
	}
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if d, ok := r.own(p, key{name: "constructor"}); ok && d.value != nil && bind.Property(d.value, "name").String() == "URL" {
			return true
		}
	}
	return false
}
