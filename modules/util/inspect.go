package util

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// maxNesting bounds how deep inspect goes whatever depth says. Node stops where its stack ends,
// at about this depth, and says so in the same words.
const maxNesting = 1000

// maxOutput is the number of characters after which nested objects are no longer shown, as in Node.
const maxOutput = 1 << 27

// inspection is the state of one inspect call, Node's ctx.
type inspection struct {
	*natives
	options
	r            *Room
	user         *goja.Object // options of the program's own that custom functions may want
	depthLimit   float64
	compactAll   bool    // compact: true
	compactLevel float64 // 0: compact: false
	budget       map[int]int
	indent       int
	seen         []*goja.Object
	circular     map[*goja.Object]int
	currentDepth int
}

func (r *Room) inspection(o options) *inspection {
	c := &inspection{natives: r.natives, options: o, r: r}
	c.prepare()
	return c
}

// style is ctx.stylize.
func (c *inspection) style(s, style string) string {
	switch {
	case c.stylize != nil:
		if fn, ok := bind.ToCallable(c.stylize); ok {
			return textOf(fn.Call(goja.Undefined(), stringValue(s), bind.String(style)).ToString())
		}
		return s
	case c.colors:
		return c.r.colorize(s, style)
	}
	return s
}

// tooDeep reports whether an object at this depth is shown by its name alone.
func (c *inspection) tooDeep(recurse int) bool { return float64(recurse) > c.depthLimit }

// Inspect is util.inspect(v) with the default options.
func (r *Room) Inspect(v goja.Value) string {
	return r.inspection(r.defaults()).format(v, 0, false)
}

// InspectWith is util.inspect(v, opts).
func (r *Room) InspectWith(v, opts goja.Value) string {
	c := r.inspection(r.defaults())
	if o, ok := opts.(*goja.Object); ok {
		c.take(o)
	}
	return c.format(v, 0, false)
}

// format is Node's formatValue: v as it is shown recurse levels down. inTyped says that v is the
// buffer of a typed array.
func (c *inspection) format(v goja.Value, recurse int, inTyped bool) string {
	if v == nil {
		v = goja.Undefined()
	}
	o, ok := v.(*goja.Object)
	if !ok {
		if goja.IsNull(v) {
			return c.style("null", "null")
		}
		return c.primitive(v, c.style)
	}
	context := o
	isProxy := false
	if kindOf(o) == proxy {
		isProxy = true
		p, _ := o.Export().(goja.Proxy)
		target := p.Target()
		if target == nil {
			return c.style("<Revoked Proxy>", "special")
		}
		if c.showProxy {
			return c.formatProxy(target, p.Handler(), recurse)
		}
		if o, _ = unwrap(target); o == nil {
			return c.style("<Revoked Proxy>", "special")
		}
	}
	if c.customInspect {
		if s, done := c.custom(o, context, isProxy, recurse); done {
			return s
		}
	}
	if slices.Contains(c.seen, o) {
		index, known := c.circular[o]
		if !known {
			if c.circular == nil {
				c.circular = make(map[*goja.Object]int)
			}
			index = len(c.circular) + 1
			c.circular[o] = index
		}
		return c.style("[Circular *"+itoa(index)+"]", "special")
	}
	return c.raw(o, recurse, inTyped)
}

// custom calls the object's own inspect function; done is false if it has none that counts.
func (c *inspection) custom(o, context *goja.Object, isProxy bool, recurse int) (s string, done bool) {
	v := o.GetSymbol(c.inspectCustom)
	if v == nil {
		return "", false
	}
	fn, ok := bind.ToCallable(v)
	if !ok || fn.Is(c.r.inspectFn) {
		return "", false
	}
	// A prototype's function is for its instances.
	if ctor, ok := o.Get("constructor").(*goja.Object); ok {
		if p, ok := ctor.Get("prototype").(*goja.Object); ok && p == o {
			return "", false
		}
	}
	depth := c.depth
	if !goja.IsNull(depth) {
		depth = c.r.h.VM.ToValue(c.depthLimit - float64(recurse))
	}
	cross := isProxy || !c.inherits(context, c.objectProto)
	ret := fn.Call(context, depth, c.userOptions(cross), c.r.inspectFn)
	if ret == goja.Value(context) {
		return "", false
	}
	if !nodeerr.IsString(ret) {
		return c.format(ret, recurse, false), true
	}
	return strings.ReplaceAll(textOf(ret), "\n", "\n"+spaces(c.indent)), true
}

func (c *inspection) formatProxy(target, handler *goja.Object, recurse int) string {
	if c.tooDeep(recurse) {
		return c.style("Proxy [Array]", "special")
	}
	recurse++
	c.indent += 2
	out := []string{c.format(target, recurse, false), c.format(handler, recurse, false)}
	c.indent -= 2
	return c.reduce(out, "", "Proxy [", "]", true, recurse, nil)
}

// layout says how the entries of an object are put together.
type layout uint8

const (
	objectLayout layout = iota
	arrayLayout         // an element: no name
	arrayExtras         // elements, then named properties
)

// shape is what raw finds out about an object before it formats its entries.
type shape struct {
	o        *goja.Object
	kind     kind
	name     string // constructor name; isNull: null prototype
	isNull   bool
	tag      string
	keys     []key
	base     string
	open     string
	close    string
	layout   layout
	entries  func(recurse int) []string // what comes before the keys; may be nil
	protos   []string                   // properties of prototypes, with showHidden
	complete bool                       // base is all there is to show
}

// raw is Node's formatRaw: any object without an inspect function of its own.
func (c *inspection) raw(o *goja.Object, recurse int, inTyped bool) string {
	s := &shape{o: o, kind: kindOf(o), close: "}"}
	collect := c.showHidden && !c.tooDeep(recurse)
	s.name, s.isNull, s.protos = c.constructorName(o, recurse, collect)
	if tag := o.GetSymbol(goja.SymToStringTag); tag != nil && nodeerr.IsString(tag) && tag.String() != "" {
		s.tag = textOf(tag)
		own := key{sym: goja.SymToStringTag}
		if c.showHidden && c.owns(o, own) || !c.showHidden && c.enumerable(o, own) {
			s.tag = ""
		}
	}
	iterable := (s.isNull || o.GetSymbol(goja.SymIterator) != nil) && c.iterable(s)
	if !iterable {
		c.other(s, recurse, inTyped)
	}
	if s.complete {
		return s.base
	}
	if c.tooDeep(recurse) {
		return c.style(c.shortName(s), "special")
	}
	if len(c.seen) >= maxNesting {
		name := strings.TrimSuffix(c.prefix(s, fallbackName(s), ""), " ")
		return c.style("["+name+": Inspection interrupted prematurely. Maximum call stack size exceeded.]", "special")
	}
	recurse++
	c.seen = append(c.seen, o)
	c.currentDepth = recurse
	var out []string
	if s.entries != nil {
		out = s.entries(recurse)
	}
	for _, k := range s.keys {
		out = append(out, c.property(o, recurse, k, s.layout))
	}
	out = append(out, s.protos...)
	if index, ok := c.circular[o]; ok {
		ref := c.style("<ref *"+itoa(index)+">", "special")
		switch {
		case c.compactAll:
			s.open = ref + " " + s.open
		case s.base == "":
			s.base = ref
		default:
			s.base = ref + " " + s.base
		}
	}
	c.seen = c.seen[:len(c.seen)-1]
	if c.sorted.ToBoolean() {
		from := 0
		if s.layout != objectLayout {
			from = max(len(out)-len(s.keys), 0)
		}
		c.sort(out[from:])
	}
	res := c.reduce(out, s.base, s.open, s.close, s.layout == arrayExtras, recurse, o)
	if c.budget == nil {
		c.budget = make(map[int]int)
	}
	c.budget[c.indent] += len(res)
	if c.budget[c.indent] > maxOutput {
		c.depthLimit = -1
	}
	return res
}

func (c *inspection) sort(out []string) {
	cmp, ok := bind.ToCallable(c.sorted)
	if !ok {
		slices.Sort(out)
		return
	}
	slices.SortStableFunc(out, func(a, b string) int {
		f := cmp.Call(goja.Undefined(), stringValue(a), stringValue(b)).ToFloat()
		switch {
		case f < 0:
			return -1
		case f > 0:
			return 1
		}
		return 0
	})
}

// iterable fills s for what can be iterated; it reports false for all else.
func (c *inspection) iterable(s *shape) bool {
	o := s.o
	switch s.kind {
	case array:
		n := o.Get("length").ToInteger()
		s.open, s.close, s.layout = "[", "]", arrayExtras
		if s.isNull || s.name != "Array" || s.tag != "" {
			s.open = c.prefix(s, "Array", "("+itoa(int(n))+")") + "["
		}
		s.keys = c.extraKeys(o)
		if n == 0 && len(s.keys) == 0 && s.protos == nil {
			s.complete, s.base = true, s.open+"]"
		}
		s.entries = func(recurse int) []string { return c.formatArray(o, recurse) }
	case setKind, mapKind:
		fallback, size := "Set", c.setSize
		if s.kind == mapKind {
			fallback, size = "Map", c.mapSize
		}
		n := int(size.Call(o).ToInteger())
		prefix := c.prefix(s, fallback, "("+itoa(n)+")")
		s.keys = c.keys(o)
		s.open = prefix + "{"
		if n == 0 && len(s.keys) == 0 && s.protos == nil {
			s.complete, s.base = true, prefix+"{}"
		}
		s.entries = func(recurse int) []string {
			if s.kind == mapKind {
				return c.formatMap(o, recurse)
			}
			return c.formatSet(o, recurse)
		}
	case typedArray:
		fallback := ""
		if s.isNull {
			fallback = c.typedArrayTag.Call(o).String()
		}
		elements := typedElements(o)
		prefix := c.prefix(s, fallback, "("+itoa(elements.len())+")")
		s.keys = c.extraKeys(o)
		s.open, s.close, s.layout = prefix+"[", "]", arrayExtras
		if elements.len() == 0 && len(s.keys) == 0 && !c.showHidden {
			s.complete, s.base = true, s.open+"]"
		}
		s.entries = func(recurse int) []string { return c.formatTypedArray(o, elements, recurse) }
	case mapIterator, setIterator:
		kind := "Map"
		if s.kind == setIterator {
			kind = "Set"
		}
		s.keys = c.keys(o)
		tag := s.tag
		if tag != kind+" Iterator" {
			if tag != "" {
				tag += "] ["
			}
			tag += kind + " Iterator"
		}
		s.open = "[" + tag + "] {"
		s.entries = func(recurse int) []string { return c.formatIterator(s, recurse) }
	default:
		return false
	}
	return true
}

// other fills s for what cannot be iterated.
func (c *inspection) other(s *shape, recurse int, inTyped bool) {
	o := s.o
	s.keys = c.keys(o)
	s.open = "{"
	bare := func() bool { return len(s.keys) == 0 && s.protos == nil }
	finish := func(style string) {
		s.complete = true
		if style != "" {
			s.base = c.style(s.base, style)
		}
	}
	switch {
	case s.kind == function || s.kind == class || s.kind == generatorFunction || s.kind == asyncFunction:
		s.base = c.functionBase(s)
		if bare() {
			finish("special")
		}
	case s.kind == arguments && s.name == "Object" && !s.isNull:
		s.open = "[Arguments] {"
		if s.complete = bare(); s.complete {
			s.base = s.open + "}"
		}
	case !s.isNull && s.name == "Object" && (s.kind == plain || s.kind == generator):
		if s.tag != "" {
			s.open = c.prefix(s, "Object", "") + "{"
		}
		if bare() {
			s.complete, s.base = true, s.open+"}"
		}
	case s.kind == regExp:
		if s.isNull {
			s.base = c.bareRegExp(o)
		} else {
			s.base = textOf(c.regExpText.Call(o))
		}
		if p := c.prefix(s, "RegExp", ""); p != "RegExp " {
			s.base = p + s.base
		}
		if bare() || c.tooDeep(recurse) {
			finish("regexp")
		}
	case s.kind == date:
		if f := c.dateTime.Call(o).ToFloat(); f != f {
			s.base = c.dateText.Call(o).String()
		} else {
			s.base = c.dateISO.Call(o).String()
		}
		if p := c.prefix(s, "Date", ""); p != "Date " {
			s.base = p + s.base
		}
		if bare() {
			finish("date")
		}
	case s.kind == errorKind || c.inherits(o, c.r.errorProto):
		s.base = c.formatError(s)
		if bare() {
			finish("")
		}
	case s.kind == arrayBuffer:
		fallback := "ArrayBuffer"
		if buffer.IsShared(o) {
			fallback = "SharedArrayBuffer"
		}
		p := c.prefix(s, fallback, "")
		if !inTyped {
			s.entries = func(int) []string { return c.formatArrayBuffer(o) }
		} else if bare() {
			s.complete, s.base = true, p+"{ byteLength: "+c.number(o.Get("byteLength"), c.style, false)+" }"
			return
		}
		s.open = p + "{"
		s.keys = append([]key{{name: "byteLength"}}, s.keys...)
	case s.kind == dataView:
		s.open = c.prefix(s, "DataView", "") + "{"
		s.keys = append([]key{{name: "byteLength"}, {name: "byteOffset"}, {name: "buffer"}}, s.keys...)
	case s.kind == promise:
		s.open = c.prefix(s, "Promise", "") + "{"
		s.entries = func(recurse int) []string { return c.formatPromise(o, recurse) }
	case s.kind == weakSet || s.kind == weakMap:
		s.open = c.prefix(s, fallbackName(s), "") + "{"
		s.entries = func(int) []string { return []string{c.style("<items unknown>", "special")} }
	case s.kind >= boxedNumber && s.kind <= boxedBigInt:
		s.base = c.boxedBase(s)
		if bare() {
			finish("")
		}
	case c.r.h.Namespaces[o]:
		s.open = c.prefix(s, "Module", "") + "{"
	case !c.tooDeep(recurse) && c.r.isURL(o):
		s.base = textOf(o.Get("href"))
		if bare() {
			finish("")
		}
	default:
		p := c.prefix(s, fallbackName(s), "")
		if s.complete = bare(); s.complete {
			s.base = p + "{}"
		}
		s.open = p + "{"
	}
}
