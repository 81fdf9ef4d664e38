package util

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Format is util.format(...args).
func (r *Room) Format(args []goja.Value) goja.Value { return r.FormatWith(nil, args) }

// FormatWith is util.formatWithOptions(opts, ...args); opts may be nil.
//
// Node v20 lib/internal/util/inspect.js: formatWithOptionsInternal.
func (r *Room) FormatWith(opts *goja.Object, args []goja.Value) goja.Value {
	if len(args) == 1 && nodeerr.IsString(args[0]) {
		return args[0]
	}
	inspect := func(v goja.Value, change func(c *inspection)) string {
		c := r.inspection(r.defaults())
		if opts != nil {
			c.take(opts)
		}
		if change != nil {
			change(c)
			c.prepare()
		}
		return c.format(v, 0, false)
	}
	var b strings.Builder
	next := 0
	join := ""
	if len(args) > 0 && nodeerr.IsString(args[0]) {
		first := textOf(args[0])
		last := 0
		for i := 0; i < len(first)-1; i++ {
			if first[i] != '%' {
				continue
			}
			i++
			verb := first[i]
			if next+1 == len(args) {
				if verb == '%' {
					b.WriteString(first[last:i])
					last = i + 1
				}
				continue
			}
			var text string
			switch verb {
			case 's':
				next++
				text = r.formatString(args[next], opts, inspect)
			case 'j':
				next++
				text = r.formatJSON(args[next])
			case 'd', 'i', 'f':
				next++
				text = r.formatNumber(verb, args[next], opts)
			case 'O':
				next++
				text = inspect(args[next], nil)
			case 'o':
				next++
				text = inspect(args[next], func(c *inspection) { c.showHidden, c.showProxy, c.depth = true, true, bind.Int(4) })
			case 'c':
				next++
			case '%':
				b.WriteString(first[last:i])
				last = i + 1
				continue
			default:
				continue
			}
			b.WriteString(first[last : i-1])
			b.WriteString(text)
			last = i + 1
		}
		if last != 0 {
			next++
			join = " "
			b.WriteString(first[last:])
		}
	}
	for ; next < len(args); next++ {
		b.WriteString(join)
		if v := args[next]; nodeerr.IsString(v) {
			b.WriteString(textOf(v))
		} else {
			b.WriteString(inspect(v, nil))
		}
		join = " "
	}
	return stringValue(b.String())
}

func (r *Room) separator(opts *goja.Object) bool {
	if opts != nil {
		if v := opts.Get("numericSeparator"); !bind.IsNullish(v) {
			return v.ToBoolean()
		}
	}
	return r.defaultOptions != nil && r.defaults().numericSeparator
}

// formatString is %s.
func (r *Room) formatString(v goja.Value, opts *goja.Object, inspect func(goja.Value, func(*inspection)) string) string {
	switch o, isObject := v.(*goja.Object); {
	case goja.IsBigInt(v) && !isObject:
		return bigInt(v, plainStyle, r.separator(opts))
	case nodeerr.IsNumber(v):
		return numberText(v, r.separator(opts))
	case isObject && !isFunction(o) && r.hasBuiltInToString(o):
		return inspect(v, func(c *inspection) { c.compact, c.colors, c.stylize, c.depth = bind.Int(3), false, nil, bind.Int(0) })
	}
	if s, ok := v.(*goja.Symbol); ok {
		return "Symbol(" + s.String() + ")"
	}
	return textOf(v.ToString())
}

// hasBuiltInToString reports whether turning o into a string would give no more than its class.
func (r *Room) hasBuiltInToString(o *goja.Object) bool {
	if o, _ = unwrap(o); o == nil {
		return true
	}
	callable := func(v goja.Value) bool {
		f, ok := v.(*goja.Object)
		return ok && isFunction(f)
	}
	toString, toPrimitive := key{name: "toString"}, key{sym: goja.SymToPrimitive}
	hasString, hasPrimitive := callable(toString.get(o)), callable(toPrimitive.get(o))
	switch {
	case !hasString && !hasPrimitive:
		return true
	case hasString && r.owns(o, toString), hasPrimitive && r.owns(o, toPrimitive):
		return false
	}
	p := o.Prototype()
	for p != nil && !(hasString && r.owns(p, toString)) && !(hasPrimitive && r.owns(p, toPrimitive)) {
		p = p.Prototype()
	}
	if p == nil {
		return true
	}
	d, ok := r.own(p, key{name: "constructor"})
	ctor, isObject := d.value.(*goja.Object)
	return ok && isObject && isFunction(ctor) && builtIns[textOf(ctor.Get("name"))]
}

// formatJSON is %j.
func (r *Room) formatJSON(v goja.Value) string {
	var out goja.Value
	ex := r.vm.Try(func() { out = r.jsonStringify.Call(goja.Undefined(), v) })
	if ex == nil {
		return textOf(out.ToString())
	}
	if o, ok := ex.Value().(*goja.Object); ok && bind.Property(o, "name").String() == "TypeError" &&
		strings.HasPrefix(bind.Property(o, "message").String(), "Converting circular structure to JSON") {
		return "[Circular]"
	}
	panic(ex)
}

// formatNumber is %d, %i and %f.
func (r *Room) formatNumber(verb byte, v goja.Value, opts *goja.Object) string {
	_, isObject := v.(*goja.Object)
	if _, ok := v.(*goja.Symbol); ok {
		return "NaN"
	}
	if !isObject && goja.IsBigInt(v) && verb != 'f' {
		return bigInt(v, plainStyle, r.separator(opts))
	}
	switch verb {
	case 'i':
		v = r.parseInt.Call(goja.Undefined(), v)
	case 'f':
		v = r.parseFloat.Call(goja.Undefined(), v)
	default:
		v = r.vm.ToValue(v.ToFloat())
	}
	return numberText(v, r.separator(opts))
}
