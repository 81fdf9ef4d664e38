package util

import (
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func plural(n int, noun string) string {
	if n > 1 {
		noun += "s"
	}
	return itoa(n) + " " + noun
}

func moreItems(n int) string { return "... " + strings.Replace(plural(n, "item"), " ", " more ", 1) }

// limit is how many of n elements are shown.
func (c *inspection) limit(n int) int {
	l := math.Max(0, c.maxArrayLength)
	if l != l {
		return 0
	}
	return int(math.Min(l, float64(n)))
}

// property formats one property of o.
func (c *inspection) property(o *goja.Object, recurse int, k key, l layout) string {
	d, ok := c.own(o, k)
	if !ok && k.null {
		d = property{value: goja.Null()}
	} else if !ok {
		d = property{value: k.get(o), enumerable: true}
	} else if d.get != nil && c.r.h.Namespaces[o] {
		if ex := c.vm.Try(func() { d.value = k.get(o) }); ex != nil {
			d.early = true
		}
		d.get = nil
	}
	return c.describe(d, o, recurse, k, l)
}

// describe formats a property by its descriptor: "name: value".
func (c *inspection) describe(d property, original *goja.Object, recurse int, k key, l layout) string {
	var text string
	gap := " "
	switch {
	case d.value != nil && !goja.IsUndefined(d.value):
		diff := 2
		if c.compactAll && l == objectLayout {
			diff = 3
		}
		c.indent += diff
		text = c.format(d.value, recurse, false)
		if diff == 3 && c.breakLength < float64(width(text, c.colors)) {
			gap = "\n" + spaces(c.indent)
		}
		c.indent -= diff
	case d.early:
		text = c.style("<uninitialized>", "special")
	case d.get != nil:
		text = c.accessor(d, original, recurse)
	case d.set != nil:
		text = c.style("[Setter]", "special")
	default:
		text = c.style("undefined", "undefined")
	}
	if l == arrayLayout {
		return text
	}
	var name string
	switch {
	case k.sym != nil:
		name = "[" + c.style(escape("Symbol("+textOf(symbolText(k.sym))+")", true), "symbol") + "]"
	case k.name == "__proto__":
		name = "['__proto__']"
	case !d.enumerable:
		name = "[" + escape(k.name, true) + "]"
	case isIdentifier(k.name):
		name = c.style(k.name, "name")
	default:
		name = c.style(quote(k.name), "string")
	}
	return name + ":" + gap + text
}

func symbolText(s *goja.Symbol) goja.Value { return bind.String(s.String()) }

func (c *inspection) accessor(d property, original *goja.Object, recurse int) (text string) {
	label := "Getter"
	if d.set != nil {
		label = "Getter/Setter"
	}
	if !c.getters.ToBoolean() || !c.getters.StrictEquals(bind.True) &&
		!(c.getters.String() == "get" && d.set == nil || c.getters.String() == "set" && d.set != nil) {
		return c.style("["+label+"]", "special")
	}
	indent := c.indent
	if ex := c.vm.Try(func() {
		v := bind.Call(d.get, original)
		c.indent += 2
		if _, isObject := v.(*goja.Object); isObject && nodeerr.TypeOf(v) == "object" {
			text = c.style("["+label+"]", "special") + " " + c.format(v, recurse, false)
		} else {
			var s string
			if isObject {
				s = textOf(v.ToString())
			} else if goja.IsNull(v) {
				s = c.style("null", "null")
			} else {
				s = c.primitive(v, c.style)
			}
			text = c.style("["+label+":", "special") + " " + s + c.style("]", "special")
		}
		c.indent -= 2
	}); ex != nil {
		c.indent = indent
		message := "undefined"
		if o, ok := ex.Value().(*goja.Object); ok {
			message = bind.Property(o, "message").String()
		}
		text = c.style("["+label+":", "special") + " <Inspection threw (" + message + ")>" + c.style("]", "special")
	}
	return text
}

func plainStyle(s, _ string) string { return s }

// primitive formats a value that is no object, nor null.
func (c *inspection) primitive(v goja.Value, style func(s, style string) string) string {
	switch {
	case nodeerr.IsString(v):
		return c.str(textOf(v), style)
	case goja.IsUndefined(v):
		return style("undefined", "undefined")
	case goja.IsBigInt(v):
		return bigInt(v, style, c.numericSeparator)
	case goja.IsNumber(v):
		return c.number(v, style, c.numericSeparator)
	}
	if sym, ok := v.(*goja.Symbol); ok {
		return style("Symbol("+sym.String()+")", "symbol")
	}
	return style(v.String(), "boolean")
}

func (c *inspection) str(s string, style func(s, style string) string) string {
	trailer := ""
	n := jsLen(s)
	if float64(n) > c.maxStringLength {
		keep := int(math.Max(c.maxStringLength, 0))
		rest := n - keep
		s, n = jsCut(s, keep), keep
		trailer = "... " + strings.Replace(plural(rest, "character"), " ", " more ", 1)
	}
	if !c.compactAll && n > 16 && float64(n) > c.breakLength-float64(c.indent)-4 {
		lines := strings.SplitAfter(s, "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		for i := range lines {
			lines[i] = style(quote(lines[i]), "string")
		}
		return strings.Join(lines, " +\n"+spaces(c.indent+2)) + trailer
	}
	return style(quote(s), "string") + trailer
}

func (c *inspection) number(v goja.Value, style func(s, style string) string, separate bool) string {
	return style(numberText(v, separate), "number")
}

// numberText is a number as inspect shows it: -0 with its sign.
func numberText(v goja.Value, separate bool) string {
	f := v.ToFloat()
	if f == 0 && math.Signbit(f) {
		if separate {
			return "0"
		}
		return "-0"
	}
	s := v.String()
	if !separate || math.IsInf(f, 0) || f != f || strings.Contains(s, "e") {
		return s
	}
	whole, fraction, _ := strings.Cut(s, ".")
	whole = separateThousands(whole)
	if fraction == "" {
		return whole
	}
	var b strings.Builder
	for len(fraction) > 3 {
		b.WriteString(fraction[:3] + "_")
		fraction = fraction[3:]
	}
	return whole + "." + b.String() + fraction
}

func separateThousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	out := ""
	for len(s) > 3 {
		out = "_" + s[len(s)-3:] + out
		s = s[:len(s)-3]
	}
	return sign + s + out
}

func bigInt(v goja.Value, style func(s, style string) string, separate bool) string {
	s := v.String()
	if separate {
		s = separateThousands(s)
	}
	return style(s+"n", "bigint")
}

func (c *inspection) formatArray(o *goja.Object, recurse int) []string {
	total := int(o.Get("length").ToInteger())
	n := c.limit(total)
	out := make([]string, 0, min(n, 128)+1)
	simple := simpleElements(o)
	for i := range n {
		k := itoa(i)
		var d property
		if simple {
			if v := o.Get(k); v != nil {
				d = property{value: v, enumerable: true}
			} else {
				return c.sparse(o, recurse, n, total, out, i)
			}
		} else if own, ok := c.own(o, key{name: k}); ok {
			d = own
		} else {
			return c.sparse(o, recurse, n, total, out, i)
		}
		out = append(out, c.describe(d, o, recurse, key{name: k}, arrayLayout))
	}
	if total > n {
		out = append(out, moreItems(total-n))
	}
	return out
}

// sparse formats the elements from index on of an array with holes.
func (c *inspection) sparse(o *goja.Object, recurse, limit, total int, out []string, index int) []string {
	hole := func(n int) { out = append(out, c.style("<"+plural(n, "empty item")+">", "undefined")) }
	names := o.Keys()
	for i := index; i < len(names) && len(out) < limit; i++ {
		if !isIndex(names[i]) {
			break
		}
		at, _ := strconv.Atoi(names[i])
		if at < index {
			continue
		}
		if at != index {
			hole(at - index)
			index = at
			if len(out) == limit {
				break
			}
		}
		out = append(out, c.property(o, recurse, key{name: names[i]}, arrayLayout))
		index++
	}
	if rest := total - index; len(out) != limit {
		if rest > 0 {
			hole(rest)
		}
	} else if rest > 0 {
		out = append(out, moreItems(rest))
	}
	return out
}

// elements are the numbers of a typed array.
type elements struct {
	name string
	v    reflect.Value // a slice
	big  bool
}

func (e elements) len() int { return e.v.Len() }

func (e elements) at(i int) goja.Value { return scratch.ToValue(e.v.Index(i).Interface()) }

// typedElements reads the elements of a typed array without copying.
func typedElements(o *goja.Object) elements {
	e := elements{v: reflect.ValueOf(o.Export())}
	switch e.v.Type().Elem().Kind() {
	case reflect.Int64:
		e.name, e.big = "BigInt64Array", true
	case reflect.Uint64:
		e.name, e.big = "BigUint64Array", true
	case reflect.Uint8:
		e.name = "Uint8Array"
	case reflect.Int8:
		e.name = "Int8Array"
	case reflect.Uint16:
		e.name = "Uint16Array"
	case reflect.Int16:
		e.name = "Int16Array"
	case reflect.Uint32:
		e.name = "Uint32Array"
	case reflect.Int32:
		e.name = "Int32Array"
	case reflect.Float32:
		e.name = "Float32Array"
	default:
		e.name = "Float64Array"
	}
	return e
}

func (c *inspection) formatTypedArray(o *goja.Object, e elements, recurse int) []string {
	n := c.limit(e.len())
	out := make([]string, 0, n+1)
	for i := range n {
		if e.big {
			s := ""
			if x := e.v.Index(i); x.CanInt() {
				s = strconv.FormatInt(x.Int(), 10)
			} else {
				s = strconv.FormatUint(x.Uint(), 10)
			}
			if c.numericSeparator {
				s = separateThousands(s)
			}
			out = append(out, c.style(s+"n", "bigint"))
			continue
		}
		out = append(out, c.number(e.at(i), c.style, c.numericSeparator))
	}
	if e.len() > n {
		out = append(out, moreItems(e.len()-n))
	}
	if c.showHidden {
		c.indent += 2
		for _, name := range []string{"BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"} {
			out = append(out, "["+name+"]: "+c.format(o.Get(name), recurse, true))
		}
		c.indent -= 2
	}
	return out
}

func (c *inspection) formatArrayBuffer(o *goja.Object) []string {
	ab, _ := o.Export().(goja.ArrayBuffer)
	if ab.Detached() {
		return []string{c.style("(detached)", "special")}
	}
	b := ab.Bytes()
	n := c.limit(len(b))
	var text strings.Builder
	for i, x := range b[:n] {
		if i > 0 {
			text.WriteByte(' ')
		}
		const digits = "0123456789abcdef"
		text.WriteByte(digits[x>>4])
		text.WriteByte(digits[x&15])
	}
	if rest := len(b) - n; rest > 0 {
		text.WriteString(" ... " + strings.Replace(plural(rest, "byte"), " ", " more ", 1))
	}
	return []string{c.style("[Uint8Contents]", "special") + ": <" + text.String() + ">"}
}

func (c *inspection) formatSet(o *goja.Object, recurse int) []string {
	return c.members1(c.members(o), recurse)
}

// members1 formats values, each by itself.
func (c *inspection) members1(values []goja.Value, recurse int) []string {
	n := c.limit(len(values))
	out := make([]string, 0, n+1)
	c.indent += 2
	for _, v := range values[:n] {
		out = append(out, c.format(v, recurse, false))
	}
	if rest := len(values) - n; rest > 0 {
		out = append(out, moreItems(rest))
	}
	c.indent -= 2
	return out
}

func (c *inspection) formatMap(o *goja.Object, recurse int) []string {
	keys, values := c.entries(o)
	n := c.limit(len(keys))
	out := make([]string, 0, n+1)
	c.indent += 2
	for i := range n {
		k := c.format(keys[i], recurse, false)
		out = append(out, k+" => "+c.format(values[i], recurse, false))
	}
	if rest := len(keys) - n; rest > 0 {
		out = append(out, moreItems(rest))
	}
	c.indent -= 2
	return out
}

// formatIterator shows what an iterator over a Map or Set has still to give.
func (c *inspection) formatIterator(s *shape, recurse int) []string {
	rest, pairs := preview(s.o)
	if !pairs {
		return c.members1(rest, recurse)
	}
	s.open = strings.TrimSuffix(s.open, " Iterator] {") + " Entries] {"
	n := c.limit(len(rest) / 2)
	out := make([]string, 0, n+1)
	c.indent += 2
	for i := range n {
		pair := []string{c.format(rest[2*i], recurse, false), c.format(rest[2*i+1], recurse, false)}
		out = append(out, c.reduce(pair, "", "[", "]", true, recurse, nil))
	}
	c.indent -= 2
	if more := len(rest)/2 - n; more > 0 {
		out = append(out, moreItems(more))
	}
	return out
}

func (c *inspection) formatPromise(o *goja.Object, recurse int) []string {
	p, ok := o.Export().(*goja.Promise)
	if !ok || p.State() == goja.PromiseStatePending {
		return []string{c.style("<pending>", "special")}
	}
	c.indent += 2
	text := c.format(p.Result(), recurse, false)
	c.indent -= 2
	if p.State() == goja.PromiseStateRejected {
		text = c.style("<rejected>", "special") + " " + text
	}
	return []string{text}
}

// bareRegExp shows a regular expression without the accessors that toString needs.
func (c *inspection) bareRegExp(o *goja.Object) string {
	proto := c.vm.Get("RegExp").(*goja.Object).Get("prototype").(*goja.Object)
	get := func(name string) goja.Value {
		if d, ok := c.own(proto, key{name: name}); ok && d.get != nil {
			return bind.Call(d.get, o)
		}
		return goja.Undefined()
	}
	text := "/" + textOf(get("source")) + "/"
	for _, f := range []struct{ name, flag string }{{"hasIndices", "d"}, {"global", "g"}, {"ignoreCase", "i"}, {"multiline", "m"},
		{"dotAll", "s"}, {"unicode", "u"}, {"sticky", "y"}} {
		if get(f.name).ToBoolean() {
			text += f.flag
		}
	}
	return text
}

// boxedBase shows a primitive in an object: [Number: 3].
func (c *inspection) boxedBase(s *shape) string {
	var v goja.Value
	kind := ""
	switch s.kind {
	case boxedNumber:
		kind, v = "Number", c.numberValue.Call(s.o)
	case boxedString:
		kind, v = "String", c.stringValue.Call(s.o)
		n := jsLen(textOf(v))
		s.keys = s.keys[min(n, len(s.keys)):]
	case boxedBoolean:
		kind, v = "Boolean", c.booleanValue.Call(s.o)
	case boxedBigInt:
		kind, v = "BigInt", c.bigIntValue.Call(s.o)
	default:
		kind, v = "Symbol", c.symbolValue.Call(s.o)
	}
	base := "[" + kind
	if s.isNull {
		base += " (null prototype)"
	} else if s.name != kind {
		base += " (" + s.name + ")"
	}
	base += ": " + c.primitive(v, plainStyle) + "]"
	if s.tag != "" && s.tag != s.name {
		base += " [" + s.tag + "]"
	}
	if len(s.keys) != 0 || !c.colors && c.stylize == nil {
		return base
	}
	return c.style(base, strings.ToLower(kind))
}

var (
	classHead     = regexp.MustCompile(`^(\s+[^(]*?)\s*\{`)
	commentInHead = regexp.MustCompile(`(//.*?\n)|(/\*(.|\n)*?\*/)`)
)

func isClassText(text string) bool {
	if !strings.HasPrefix(text, "class") || !strings.HasSuffix(text, "}") {
		return false
	}
	text = text[5 : len(text)-1]
	brace := strings.IndexByte(text, '{')
	return brace != -1 && (!strings.Contains(text[:brace], "(") || classHead.MatchString(commentInHead.ReplaceAllString(text, "")))
}

// functionBase shows a function: [Function: name] or [class A extends B].
func (c *inspection) functionBase(s *shape) string {
	o := s.o
	if s.kind == class || isClassText(textOf(c.functionText.Call(o))) {
		return c.classBase(s)
	}
	kind := "Function"
	switch s.kind {
	case generatorFunction:
		kind = "GeneratorFunction"
	case asyncFunction:
		kind = "AsyncFunction"
	}
	base := "[" + kind
	if s.isNull {
		base += " (null prototype)"
	}
	if name := o.Get("name"); name != nil && nodeerr.IsString(name) && name.String() == "" {
		base += " (anonymous)"
	} else if name == nil {
		base += ": undefined"
	} else {
		base += ": " + textOf(name)
	}
	base += "]"
	if !s.isNull && s.name != kind {
		base += " " + s.name
	}
	if s.tag != "" && (s.isNull || s.name != s.tag) {
		base += " [" + s.tag + "]"
	}
	return base
}

func (c *inspection) classBase(s *shape) string {
	name := "(anonymous)"
	if c.owns(s.o, key{name: "name"}) {
		if v := s.o.Get("name"); bind.Truthy(v) {
			name = textOf(v)
		}
	}
	base := "class " + name
	if !s.isNull && s.name != "Function" {
		base += " [" + s.name + "]"
	}
	if s.tag != "" && (s.isNull || s.name != s.tag) {
		base += " [" + s.tag + "]"
	}
	if s.isNull {
		return "[" + base + " extends [null prototype]]"
	}
	if p := s.o.Prototype(); p != nil {
		if super := p.Get("name"); bind.Truthy(super) {
			base += " extends " + textOf(super)
		}
	}
	return "[" + base + "]"
}
