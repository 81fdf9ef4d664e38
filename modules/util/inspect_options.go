package util

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

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
