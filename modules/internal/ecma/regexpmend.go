package ecma

import (
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/gonode/gonode/modules/internal/pattern"
)

// mendRegExpLiteral has the engine compile what package pattern makes of a literal. What it refuses, and flag d,
// is left to the constructor, which transform makes of literals with flags that the engine does not know.
func mendRegExpLiteral(e *ast.RegExpLiteral) {
	if strings.Contains(e.Flags, "d") {
		return
	}
	if expression, flags, err := pattern.Mend(e.Pattern, e.Flags); err == nil {
		e.Pattern, e.Flags = expression, flags
	}
}

// expressions mends the RegExp of one runtime.
type expressions struct {
	vm        *goja.Runtime
	native    *goja.Object // the engine's constructor
	guarded   *goja.Object // ours
	proto     *goja.Object
	construct func(newTarget *goja.Object, args ...goja.Value) (*goja.Object, error)
	exec      func(goja.FunctionCall) goja.Value
	getSource goja.Callable
	execValue goja.Value
	asU       *goja.Object // whose flags the engine's method reads next: it knows u alone
	copied    *goja.Object // which matchAll copies next
	splitting bool         // an expression splits: the engine is quick while the species is its own constructor
}

// mendRegExp puts a constructor before the engine's that takes more (package pattern), and has the properties
// show what the program wrote. unicode is an exception: it is true with flag v, since the engine is slow with all
// expressions once it is redefined. Without new the constructor copies an expression as well, since one of ours
// cannot tell.
func mendRegExp(vm *goja.Runtime) *expressions {
	native := vm.Get("RegExp").(*goja.Object)
	x := &expressions{vm: vm, native: native, proto: native.Get("prototype").(*goja.Object)}
	x.construct, _ = goja.AssertConstructor(native)
	x.execValue = x.proto.Get("exec")
	x.exec = x.execValue.Export().(func(goja.FunctionCall) goja.Value)
	x.guarded = vm.ToValue(func(c goja.ConstructorCall) *goja.Object { return x.create(c.Arguments, c.NewTarget) }).(*goja.Object)
	hide(x.guarded, "name", native.Get("name"))
	hide(x.guarded, "length", native.Get("length"))
	x.guarded.DefineDataProperty("prototype", x.proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	x.proto.Set("constructor", x.guarded) // as the global, it is writable and not enumerable as it is
	vm.GlobalObject().Set("RegExp", x.guarded)
	species := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if x.splitting && c.This == x.guarded {
			return native
		}
		return c.This
	}).(*goja.Object)
	hide(species, "name", vm.ToValue("get [Symbol.species]"))
	_ = x.guarded.DefineAccessorPropertySymbol(goja.SymSpecies, species, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	x.accessors()
	x.methods()
	return x
}

// isRegExp reports whether v is a regular expression.
func isRegExp(v goja.Value) (*goja.Object, bool) {
	o, ok := v.(*goja.Object)
	return o, ok && o.ClassName() == "RegExp"
}

// looksLike is IsRegExp of ECMA-262 §7.2.8.
func (x *expressions) looksLike(o *goja.Object) bool {
	if v := o.GetSymbol(goja.SymMatch); v != nil && !goja.IsUndefined(v) {
		return v.ToBoolean()
	}
	_, ok := isRegExp(o)
	return ok
}

// create is new RegExp(args).
func (x *expressions) create(args []goja.Value, newTarget *goja.Object) *goja.Object {
	vm := x.vm
	if newTarget == nil || newTarget == x.guarded {
		newTarget = x.native
	}
	var source, flags goja.Value = vm.ToValue(""), vm.ToValue("")
	if len(args) > 0 && !goja.IsUndefined(args[0]) {
		source = args[0]
	}
	given := len(args) > 1 && !goja.IsUndefined(args[1])
	if given {
		flags = args[1]
	}
	if o, ok := source.(*goja.Object); ok && x.looksLike(o) {
		if _, ok := isRegExp(o); ok {
			if x.copied == o {
				x.copied, given = nil, false
			}
			_, _, changed := x.original(o)
			if newTarget == x.native && o.Prototype() == x.proto && (!given || toText(vm, flags) == x.flags(o)) {
				made := x.made(newTarget, o) // a copy, which is not compiled again
				if changed && o.Get("exec") != x.execValue {
					x.findIndices(made, x.engineSource(o).String(), toText(vm, o.Get("flags")))
				}
				return made
			}
			// Of an expression the engine takes what it is, whatever its properties say.
			source = x.source(o)
			if !given {
				flags = vm.ToValue(x.flags(o))
			}
		} else {
			source = orUndefined(o.Get("source"))
			if !given {
				flags = orUndefined(o.Get("flags"))
			}
		}
	}
	text, f := x.text(source), toText(vm, flags)
	if pattern.Kept(text, f) {
		if strings.IndexByte(text, '/') >= 0 {
			source = vm.ToValue(pattern.Escape(text)) // the engine would escape a slash as \u002f
		}
		return x.made(newTarget, source, vm.ToValue(f))
	}
	expression, engineFlags := x.mend(text, f)
	o := x.made(newTarget, vm.ToValue(expression), vm.ToValue(engineFlags))
	if engineFlags != f && strings.Contains(f, "d") {
		x.findIndices(o, expression, engineFlags)
	}
	return o
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

func (x *expressions) made(newTarget *goja.Object, args ...goja.Value) *goja.Object {
	o, err := x.construct(newTarget, args...)
	if err != nil {
		panic(err)
	}
	return o
}

func (x *expressions) mend(source, flags string) (expression, engineFlags string) {
	expression, engineFlags, err := pattern.Mend(source, flags)
	if err != nil {
		raise(x.vm, "SyntaxError", err.Error())
	}
	return expression, engineFlags
}

// text is ToString(v) with half characters as escapes.
func (x *expressions) text(v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		toText(x.vm, v) // throws
	}
	s, ok := v.ToString().(goja.String)
	if !ok {
		return toText(x.vm, v)
	}
	text := s.String()
	if !strings.ContainsRune(text, '\ufffd') {
		return text
	}
	var b strings.Builder
	for i := 0; i < s.Length(); i++ {
		u := rune(s.CharAt(i))
		if !utf16.IsSurrogate(u) {
			b.WriteRune(u)
			continue
		}
		if i+1 < s.Length() {
			if both := utf16.DecodeRune(u, rune(s.CharAt(i+1))); both != '\ufffd' {
				b.WriteRune(both)
				i++
				continue
			}
		}
		const hex = "0123456789abcdef"
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hex[u>>shift&15])
		}
	}
	return b.String()
}

// engineSource is what the engine's source property says of a regular expression.
func (x *expressions) engineSource(o goja.Value) goja.Value {
	v, err := x.getSource(o)
	if err != nil {
		panic(err)
	}
	return v
}

// original is what package pattern changed into o, if it did.
func (x *expressions) original(o *goja.Object) (source []uint16, flags string, changed bool) {
	s, ok := x.engineSource(o).(goja.String)
	if !ok {
		return nil, "", false
	}
	if n := s.Length(); n == 0 || s.CharAt(n-1) != '}' {
		return nil, "", false
	}
	return pattern.Original(s.String())
}

func (x *expressions) source(o *goja.Object) goja.Value {
	if source, _, changed := x.original(o); changed {
		return goja.StringFromUTF16(source)
	}
	return x.engineSource(o)
}

// flags are those that o was made with.
func (x *expressions) flags(o *goja.Object) string {
	if _, flags, changed := x.original(o); changed {
		return flags
	}
	var b strings.Builder
	for _, f := range flagNames {
		if f.letter != 'd' && f.letter != 'v' && o.Prototype() != nil && x.flag(o, f.name) {
			b.WriteByte(f.letter)
		}
	}
	return b.String()
}

var flagNames = []struct {
	letter byte
	name   string
}{{'d', "hasIndices"}, {'g', "global"}, {'i', "ignoreCase"}, {'m', "multiline"}, {'s', "dotAll"}, {'u', "unicode"}, {'v', "unicodeSets"}, {'y', "sticky"}}

func (x *expressions) flag(o *goja.Object, name string) bool {
	v := o.Get(name)
	return v != nil && v.ToBoolean()
}

// accessors puts ours in the place of the engine's source and flags, and adds hasIndices and unicodeSets.
func (x *expressions) accessors() {
	vm := x.vm
	descriptor, _ := goja.AssertFunction(vm.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor"))
	getter := func(name string) *goja.Object {
		d, err := descriptor(goja.Undefined(), x.proto, vm.ToValue(name))
		if err != nil {
			panic("BUG: ecma: " + err.Error())
		}
		return d.(*goja.Object).Get("get").(*goja.Object)
	}
	x.getSource, _ = goja.AssertFunction(getter("source"))
	define := func(name string, get func(this goja.Value) goja.Value) {
		fn := vm.ToValue(func(c goja.FunctionCall) goja.Value { return get(c.This) }).(*goja.Object)
		hide(fn, "name", vm.ToValue("get "+name))
		_ = x.proto.DefineAccessorProperty(name, fn, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	define("source", func(this goja.Value) goja.Value {
		if o, ok := isRegExp(this); ok {
			return x.source(o)
		}
		return x.engineSource(this)
	})
	define("flags", func(this goja.Value) goja.Value {
		o, ok := this.(*goja.Object)
		if !ok {
			panic(vm.NewTypeError("RegExp.prototype.flags getter called on non-object " + this.String()))
		}
		if _, ok := isRegExp(o); ok {
			if _, flags, changed := x.original(o); changed {
				if x.asU == o {
					x.asU, flags = nil, strings.Replace(flags, "v", "u", 1)
				}
				return vm.ToValue(flags)
			}
		}
		var b strings.Builder
		for _, f := range flagNames {
			if x.flag(o, f.name) {
				b.WriteByte(f.letter)
			}
		}
		return vm.ToValue(b.String())
	})
	for _, f := range flagNames {
		if f.letter != 'd' && f.letter != 'v' {
			continue
		}
		define(f.name, func(this goja.Value) goja.Value {
			o, ok := isRegExp(this)
			switch {
			case ok:
				_, flags, _ := x.original(o)
				return vm.ToValue(strings.IndexByte(flags, f.letter) >= 0)
			case this == x.proto:
				return goja.Undefined()
			}
			panic(vm.NewTypeError("RegExp.prototype." + f.name + " getter called on non-RegExp object"))
		})
	}
}

// methods puts ours in the place of toString, compile and [Symbol.matchAll].
func (x *expressions) methods() {
	vm := x.vm
	g := &chains{vm: vm}
	g.replace(x.proto, "toString", func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			o, ok := isRegExp(c.This)
			if ok && o.Prototype() == x.proto {
				if _, _, changed := x.original(o); !changed {
					return native(c)
				}
			}
			if o == nil {
				return native(c) // throws
			}
			return vm.ToValue("/").(goja.String).Concat(textValue(vm, o.Get("source"))).Concat(vm.ToValue("/").(goja.String)).Concat(textValue(vm, o.Get("flags")))
		}
	})
	_ = x.proto.SetSymbol(goja.SymMatchAll, g.wrap(x.proto.GetSymbol(goja.SymMatchAll).(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			if o, ok := isRegExp(c.This); ok && x.sets(o) {
				x.asU, x.copied = o, o
				defer func() { x.asU, x.copied = nil, nil }()
			}
			return native(c)
		}
	}))
	g.replace(x.proto, "compile", func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			o, ok := isRegExp(c.This)
			if _, same := isRegExp(c.Argument(0)); !ok || same {
				return native(c)
			}
			text, flags := "", ""
			if v := c.Argument(0); !goja.IsUndefined(v) {
				text = x.text(v)
			}
			if v := c.Argument(1); !goja.IsUndefined(v) {
				flags = toText(vm, v)
			}
			if pattern.Kept(text, flags) {
				return native(c)
			}
			expression, engineFlags := x.mend(text, flags)
			c.Arguments = []goja.Value{vm.ToValue(expression), vm.ToValue(engineFlags)}
			v := native(c)
			if strings.Contains(flags, "d") {
				x.findIndices(o, expression, engineFlags)
			}
			return v
		}
	})
}

func textValue(vm *goja.Runtime, v goja.Value) goja.String {
	if s, ok := v.(goja.String); ok {
		return s
	}
	return vm.ToValue(toText(vm, orUndefined(v))).(goja.String)
}

// wholly runs the engine's [Symbol.match] or [Symbol.replace], which go on by one UTF-16 unit after an empty match if
// they do not see flag u, and would never get out of the middle of a character.
func (x *expressions) wholly(search func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		// The others are searched without a look at their flags.
		if o, ok := isRegExp(c.This); ok && (o.Prototype() != x.proto || o.Get("exec") != x.execValue) && x.sets(o) {
			x.asU = o
			defer func() { x.asU = nil }()
		}
		return search(c)
	}
}

// sets reports whether o has flag v.
func (x *expressions) sets(o *goja.Object) bool {
	_, flags, _ := x.original(o)
	return strings.IndexByte(flags, 'v') >= 0
}

// split runs the engine's [Symbol.split]. Those with an exec of their own are split by others, which ours makes.
func (x *expressions) split(search func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		if o, ok := c.This.(*goja.Object); ok && o.Get("exec") == x.execValue {
			x.splitting = true
			defer func() { x.splitting = false }()
		}
		return search(c)
	}
}

// findIndices gives an expression with flag d an exec of its own, which adds the property indices: the engine
// keeps where a match is, but not its groups. They are searched for once more, from where the match is.
func (x *expressions) findIndices(o *goja.Object, expression, flags string) {
	vm := x.vm
	var again *regexp2.Regexp
	fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		subject := textValue(vm, c.Argument(0))
		c.Arguments = []goja.Value{subject}
		v := x.exec(c)
		match, ok := v.(*goja.Object)
		if !ok || c.This != o {
			return v
		}
		if again == nil {
			var err error
			if again, err = compileAgain(expression, flags); err != nil {
				raise(vm, "SyntaxError", err.Error())
			}
		}
		text, places := runes(subject, strings.Contains(flags, "u"))
		from := sort.SearchInts(places, int(match.Get("index").ToInteger()))
		found, err := again.FindRunesMatchStartingAt(text, from)
		if err != nil || found == nil || found.RuneIndex != from {
			raise(vm, "SyntaxError", "The indices of this regular expression cannot be found: "+toText(vm, x.source(o)))
		}
		groups := found.Groups()
		list := make([]any, len(groups))
		var named *goja.Object
		for i, g := range groups {
			var pair goja.Value = goja.Undefined()
			if len(g.Captures) > 0 && !absent(match.Get(vm.ToValue(i).String())) {
				pair = vm.NewArray(places[g.RuneIndex], places[g.RuneIndex+g.RuneLength])
			}
			list[i] = pair
			if g.Name != "" && i > 0 && !goja.IsUndefined(orUndefined(match.Get("groups"))) {
				if match.Get("groups").(*goja.Object).Get(g.Name) != nil {
					if named == nil {
						named = vm.CreateObject(nil)
					}
					_ = named.Set(g.Name, pair)
				}
			}
		}
		indices := vm.NewArray(list...)
		if named != nil {
			_ = indices.Set("groups", named)
		} else {
			_ = indices.Set("groups", goja.Undefined())
		}
		_ = match.Set("indices", indices)
		return match
	}).(*goja.Object)
	hide(fn, "name", vm.ToValue("exec"))
	hide(fn, "length", vm.ToValue(1))
	o.DefineDataProperty("exec", fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// compileAgain compiles as the engine does for its backend that backtracks.
func compileAgain(expression, flags string) (*regexp2.Regexp, error) {
	options := regexp2.ECMAScript
	for _, f := range flags {
		switch f {
		case 'm':
			options |= regexp2.Multiline
		case 's':
			options |= regexp2.Singleline
		case 'i':
			options |= regexp2.IgnoreCase
		case 'u':
			options |= regexp2.Unicode
		}
	}
	if options&regexp2.Unicode == 0 {
		expression = pattern.Halves(expression)
	} else {
		expression = pattern.Whole(expression)
	}
	return regexp2.Compile(expression, options)
}

// runes are the characters, or else the UTF-16 units, of s with the index of each, and that of the end.
func runes(s goja.String, whole bool) (text []rune, places []int) {
	n := s.Length()
	for i := 0; i < n; i++ {
		u := rune(s.CharAt(i))
		places = append(places, i)
		if whole && i+1 < n {
			if both := utf16.DecodeRune(u, rune(s.CharAt(i+1))); both != '\ufffd' {
				u = both
				i++
			}
		}
		text = append(text, u)
	}
	return text, append(places, n)
}
