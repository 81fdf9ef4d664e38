package util

import (
	"math"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// maxNesting bounds how deep inspect goes whatever depth says. Node stops where its stack ends,
// at about this depth, and says so in the same words.
const maxNesting = 1000

// maxOutput is the number of characters after which nested objects are no longer shown, as in Node.
const maxOutput = 1 << 27

// options are the options of one inspect call.
//
// Node v20 lib/internal/util/inspect.js: inspectDefaultOptions.
type options struct {
	showHidden       bool
	depth            goja.Value // a number; null for no limit
	colors           bool
	customInspect    bool
	showProxy        bool
	maxArrayLength   float64
	maxStringLength  float64
	breakLength      float64
	compact          goja.Value // a boolean or a number
	sorted           goja.Value // a boolean or a function
	getters          goja.Value // a boolean, 'get' or 'set'
	numericSeparator bool
	stylize          goja.Value // a function of the program's; nil: ours
}

var (
	defaultDepth   = bind.Constant(2)
	defaultCompact = bind.Constant(3)
)

func defaults() options {
	return options{depth: defaultDepth, customInspect: true, maxArrayLength: 100, maxStringLength: 10000,
		breakLength: 80, compact: defaultCompact, sorted: bind.False, getters: bind.False}
}

// optionNames are the options that inspect knows, in the order of inspect.defaultOptions.
var optionNames = []string{"showHidden", "depth", "colors", "customInspect", "showProxy", "maxArrayLength",
	"maxStringLength", "breakLength", "compact", "sorted", "getters", "numericSeparator"}

// set sets one option and reports whether there is one of that name.
func (o *options) set(name string, v goja.Value) bool {
	number := func(limit *float64) {
		if goja.IsNull(v) {
			*limit = math.Inf(1)
		} else {
			*limit = v.ToFloat()
		}
	}
	switch name {
	case "showHidden":
		o.showHidden = v.ToBoolean()
	case "depth":
		o.depth = v
	case "colors":
		o.colors = v.ToBoolean()
	case "customInspect":
		o.customInspect = v.ToBoolean()
	case "showProxy":
		o.showProxy = v.ToBoolean()
	case "maxArrayLength":
		number(&o.maxArrayLength)
	case "maxStringLength":
		number(&o.maxStringLength)
	case "breakLength":
		o.breakLength = v.ToFloat()
	case "compact":
		o.compact = v
	case "sorted":
		o.sorted = v
	case "getters":
		o.getters = v
	case "numericSeparator":
		o.numericSeparator = v.ToBoolean()
	case "stylize":
		o.stylize = v
	default:
		return false
	}
	return true
}

// get is the inverse of set.
func (o *options) get(vm *goja.Runtime, name string) goja.Value {
	switch name {
	case "showHidden":
		return bind.Bool(o.showHidden)
	case "depth":
		return o.depth
	case "colors":
		return bind.Bool(o.colors)
	case "customInspect":
		return bind.Bool(o.customInspect)
	case "showProxy":
		return bind.Bool(o.showProxy)
	case "maxArrayLength":
		return vm.ToValue(o.maxArrayLength)
	case "maxStringLength":
		return vm.ToValue(o.maxStringLength)
	case "breakLength":
		return vm.ToValue(o.breakLength)
	case "compact":
		return o.compact
	case "sorted":
		return o.sorted
	case "getters":
		return o.getters
	}
	return bind.Bool(o.numericSeparator)
}

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

func (c *inspection) prepare() {
	switch {
	case goja.IsNull(c.depth):
		c.depthLimit = math.Inf(1)
	default:
		c.depthLimit = c.depth.ToFloat()
	}
	c.compactAll, c.compactLevel = false, 0
	if nodeerr.IsNumber(c.compact) {
		c.compactLevel = c.compact.ToFloat()
	} else {
		c.compactAll = c.compact.StrictEquals(bind.True)
	}
	if c.colors || c.stylize != nil && c.stylize.SameAs(c.r.stylizeNoColor) {
		c.stylize = nil
	}
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

// defaults are the present values of inspect.defaultOptions.
func (r *Room) defaults() options {
	o := defaults()
	if r.defaultOptions != nil {
		for _, name := range optionNames {
			o.set(name, r.defaultOptions.Get(name))
		}
	}
	return o
}

// take sets the options that opts has.
func (c *inspection) take(opts *goja.Object) {
	for _, name := range opts.Keys() {
		v := opts.Get(name)
		if v == nil {
			v = goja.Undefined()
		}
		if !c.set(name, v) && c.user == nil {
			c.user = opts
		}
	}
	c.prepare()
}

// jsInspect is util.inspect(value[, options]) and the older form (value, showHidden, depth, colors).
func (r *Room) jsInspect(call goja.FunctionCall) goja.Value {
	c := r.inspection(r.defaults())
	if len(call.Arguments) > 1 {
		if v := call.Argument(2); !bind.IsUndefined(v) {
			c.depth = v
		}
		if v := call.Argument(3); !bind.IsUndefined(v) {
			c.colors = v.ToBoolean()
		}
		switch opts := call.Argument(1); {
		case nodeerr.TypeOf(opts) == "boolean":
			c.showHidden = opts.ToBoolean()
		default:
			if o, ok := opts.(*goja.Object); ok {
				c.take(o)
			}
		}
		c.prepare()
	}
	return stringValue(c.format(call.Argument(0), 0, false))
}

// userOptions is what a custom inspect function gets as its second argument.
func (c *inspection) userOptions(crossContext bool) *goja.Object {
	vm := c.r.h.VM
	o := vm.NewObject()
	stylize := c.stylize
	if stylize == nil {
		stylize = c.r.stylizeNoColor
		if c.colors {
			stylize = c.r.stylizeWithColor
		}
	}
	o.Set("stylize", stylize)
	for _, name := range optionNames {
		o.Set(name, c.get(vm, name))
	}
	if c.user != nil {
		for _, name := range c.user.Keys() {
			o.Set(name, c.user.Get(name))
		}
	}
	if crossContext {
		o.SetPrototype(nil)
		for _, name := range o.Keys() {
			if _, isObject := o.Get(name).(*goja.Object); isObject && name != "stylize" {
				o.Delete(name)
			}
		}
	}
	return o
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

func (c *inspection) inherits(o, proto *goja.Object) bool {
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if p == proto {
			return true
		}
	}
	return false
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
		p := c.prefix(s, "ArrayBuffer", "")
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

// shortName is what stands for an object that is too deep.
func (c *inspection) shortName(s *shape) string {
	name := strings.TrimSuffix(c.prefix(s, fallbackName(s), ""), " ")
	if s.isNull {
		return name
	}
	return "[" + name + "]"
}

// fallbackName names an object without a constructor by what it is.
func fallbackName(s *shape) string {
	name := "Object"
	switch s.kind {
	case array:
		name = "Array"
	case mapKind:
		name = "Map"
	case setKind:
		name = "Set"
	case weakMap:
		name = "WeakMap"
	case weakSet:
		name = "WeakSet"
	case promise:
		name = "Promise"
	case errorKind:
		name = "Error"
	case date:
		name = "Date"
	case regExp:
		name = "RegExp"
	case arrayBuffer:
		name = "ArrayBuffer"
	case dataView:
		name = "DataView"
	case function, class, asyncFunction, generatorFunction:
		name = "Function"
	case typedArray:
		name = typedElements(s.o).name
	}
	if s.isNull && name == s.tag {
		return "Object"
	}
	return name
}

// prefix is Node's getPrefix: "Name(size) [tag] ".
func (c *inspection) prefix(s *shape, fallback, size string) string {
	if s.isNull {
		if s.tag != "" && fallback != s.tag {
			return "[" + fallback + size + ": null prototype] [" + s.tag + "] "
		}
		return "[" + fallback + size + ": null prototype] "
	}
	if s.tag != "" && s.name != s.tag {
		return s.name + size + " [" + s.tag + "] "
	}
	return s.name + size + " "
}

// keys are the keys that are shown of an object.
func (c *inspection) keys(o *goja.Object) []key {
	var names []string
	if c.showHidden {
		names = o.GetOwnPropertyNames()
	} else {
		names = o.Keys()
	}
	var keys []key
	for _, n := range names {
		keys = append(keys, key{name: n})
		if n == "name" && c.showHidden && sloppyFunction(o) {
			// V8 gives them these properties; the engine does not.
			keys = append(keys, key{name: "arguments", null: true}, key{name: "caller", null: true})
		}
	}
	for _, sym := range c.symbols(o, c.showHidden) {
		keys = append(keys, key{sym: sym})
	}
	return keys
}

// extraKeys are keys without those of elements.
func (c *inspection) extraKeys(o *goja.Object) []key {
	if !c.showHidden && onlyElements(o) {
		return nil
	}
	return slices.DeleteFunc(c.keys(o), func(k key) bool { return k.sym == nil && isIndex(k.name) })
}

// constructorName is the name of the function that made o, as far as the prototype chain tells;
// isNull if it has no prototype. With collect it also returns the properties of the prototypes
// below the built-in ones.
func (c *inspection) constructorName(o *goja.Object, recurse int, collect bool) (name string, isNull bool, protos []string) {
	var first *goja.Object
	hasFirst := false
	ctorKey := key{name: "constructor"}
	for p := o; p != nil; {
		if p != o && (p == c.objectProto || p == c.functionProto && isFunction(o)) {
			if collect && first != p {
				protos = c.prototypeProperties(o, first, recurse)
			}
			if p == c.objectProto {
				return "Object", false, protos
			}
			return "Function", false, protos
		}
		if d, ok := c.own(p, ctorKey); ok && d.value != nil {
			if ctor, isObject := d.value.(*goja.Object); isObject && isFunction(ctor) {
				n := ctor.Get("name")
				if n != nil && !(nodeerr.IsString(n) && n.String() == "") && c.instanceOf(o, ctor) {
					name := textOf(n)
					if collect && (!hasFirst || first != p || !builtIns[name]) {
						base := first
						if !hasFirst {
							base = o
						}
						protos = c.prototypeProperties(o, base, recurse)
					}
					return name, false, protos
				}
			}
		}
		p = p.Prototype()
		if !hasFirst {
			first, hasFirst = p, true
		}
	}
	if first == nil {
		return "", true, nil
	}
	res := fallbackName(&shape{o: o, kind: kindOf(o)})
	if c.tooDeep(recurse) {
		return res + " <Complex prototype>", false, nil
	}
	inner, innerNull, protos := c.constructorName(first, recurse+1, collect)
	if innerNull {
		sub := c.r.inspection(c.options)
		sub.customInspect, sub.depth, sub.depthLimit = false, bind.Int(-1), -1
		return res + " <" + sub.format(first, 0, false) + ">", false, protos
	}
	return res + " <" + inner + ">", false, protos
}

func (c *inspection) instanceOf(o, ctor *goja.Object) (ok bool) {
	if ex := c.vm.Try(func() { ok = c.vm.InstanceOf(o, ctor) }); ex != nil {
		return false
	}
	return ok
}

// prototypeProperties lists what up to three prototypes above main, from obj on, add that is no
// function.
func (c *inspection) prototypeProperties(main, obj *goja.Object, recurse int) (out []string) {
	above := make(map[goja.Value]bool)
	for depth := 0; depth < 3; depth++ {
		if depth != 0 || main == obj {
			if obj = obj.Prototype(); obj == nil {
				return out
			}
			if d, ok := c.own(obj, key{name: "constructor"}); ok && d.value != nil {
				if ctor, isObject := d.value.(*goja.Object); isObject && isFunction(ctor) && builtIns[textOf(ctor.Get("name"))] {
					return out
				}
			}
		}
		c.seen = append(c.seen, main)
		keys := ownKeys(c.natives, obj)
		for _, k := range keys {
			if k.name == "constructor" && k.sym == nil || c.owns(main, k) || depth != 0 && above[keyID(k)] {
				continue
			}
			d, ok := c.own(obj, k)
			if !ok {
				continue
			}
			if f, isObject := d.value.(*goja.Object); isObject && isFunction(f) {
				continue
			}
			text := c.describe(d, main, recurse, k, objectLayout)
			if c.colors {
				text = "\x1b[2m" + text + "\x1b[22m"
			}
			out = append(out, text)
		}
		for _, k := range keys {
			above[keyID(k)] = true
		}
		c.seen = c.seen[:len(c.seen)-1]
	}
	return out
}

func keyID(k key) goja.Value {
	if k.sym != nil {
		return k.sym
	}
	return bind.String(k.name)
}

func ownKeys(n *natives, o *goja.Object) (keys []key) {
	for _, name := range o.GetOwnPropertyNames() {
		keys = append(keys, key{name: name})
	}
	for _, sym := range n.symbols(o, true) {
		keys = append(keys, key{sym: sym})
	}
	return keys
}

// builtIns are the names of the constructors that V8 itself provides.
var builtIns = func() map[string]bool {
	m := make(map[string]bool)
	for _, n := range strings.Fields(`AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean
		DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array
		Int8Array Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set
		SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array
		Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly`) {
		m[n] = true
	}
	return m
}()
