package assert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// readable says what an operator expected.
var readable = map[string]string{
	"deepStrictEqual":      "Expected values to be strictly deep-equal:",
	"strictEqual":          "Expected values to be strictly equal:",
	"strictEqualObject":    `Expected "actual" to be reference-equal to "expected":`,
	"deepEqual":            "Expected values to be loosely deep-equal:",
	"notDeepStrictEqual":   `Expected "actual" not to be strictly deep-equal to:`,
	"notStrictEqual":       `Expected "actual" to be strictly unequal to:`,
	"notStrictEqualObject": `Expected "actual" not to be reference-equal to "expected":`,
	"notDeepEqual":         `Expected "actual" not to be loosely deep-equal to:`,
	"notIdentical":         "Values have same structure but are not reference-equal:",
	"notDeepEqualUnequal":  "Expected values not to be loosely deep-equal:",
}

// defineError makes the class AssertionError.
//
// Node v20 lib/internal/assert/assertion_error.js.
func (r *Room) defineError() {
	vm := r.vm
	construct, _ := goja.AssertConstructor(r.errorCtor)
	var ctor *goja.Object
	ctor = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		target := call.NewTarget
		if target == nil {
			target = ctor
		}
		opts := r.h.Err.ValidateObject(bind.Arg(call.Arguments, 0), "options")
		get := func(name string) goja.Value { return bind.Property(opts, name) }
		actual, expected, message, operator := get("actual"), get("expected"), get("message"), get("operator")
		actual, expected, msg := r.message(actual, expected, message, operator)
		o, err := construct(target, text(msg))
		if err != nil {
			bind.Rethrow(err)
		}
		o.Set("generatedMessage", !message.ToBoolean())
		bind.Hide(o, "name", bind.String("AssertionError [ERR_ASSERTION]"))
		o.Set("code", "ERR_ASSERTION")
		details, _ := get("details").(*goja.Object)
		if details != nil {
			actual, expected, operator = goja.Undefined(), goja.Undefined(), goja.Undefined()
		}
		o.Set("actual", actual)
		o.Set("expected", expected)
		o.Set("operator", operator)
		if details != nil {
			for i := range int(bind.Property(details, "length").ToInteger()) {
				n := strconv.Itoa(i)
				one := details.Get(n)
				for _, p := range [][2]string{{"message ", "message"}, {"actual ", "actual"}, {"expected ", "expected"}, {"operator ", "operator"}, {"stack trace ", "stack"}} {
					o.Set(p[0]+n, bind.Property(one, p[1]))
				}
			}
		}
		start := get("stackStartFn")
		if bind.IsUndefined(start) {
			start = get("stackStartFunction")
		}
		bind.Invoke(vm, r.errorCtor, "captureStackTrace", o, start)
		_ = o.Get("stack") // its first line has the code, the name has not
		o.Set("name", "AssertionError")
		return o
	}).(*goja.Object)
	bind.Name(ctor, "AssertionError", 1)
	proto := ctor.Get("prototype").(*goja.Object)
	proto.SetPrototype(r.errorCtor.Get("prototype").(*goja.Object))
	ctor.SetPrototype(r.errorCtor)
	bind.Hide(proto, "toString", bind.Function(vm, bind.Method{Name: "toString", Fn: func(c goja.FunctionCall) goja.Value {
		get := func(name string) string { return util.Text(bind.Property(c.This, name).ToString()) }
		return text(get("name") + " [" + get("code") + "]: " + get("message"))
	}}))
	proto.DefineDataPropertySymbol(r.util.InspectCustom(), vm.ToValue(r.inspectError), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.class = &bind.Built{Ctor: ctor, Proto: proto}
}

// inspectError is the error's own inspect function: the compared values, which the message shows
// in full, are shown one level deep.
func (r *Room) inspectError(c goja.FunctionCall) goja.Value {
	this, ok := c.This.(*goja.Object)
	if !ok {
		return goja.Undefined()
	}
	names := []string{"actual", "expected"}
	var saved []goja.Value
	for _, name := range names {
		v := bind.Property(this, name)
		saved = append(saved, v)
		if nodeerr.IsString(v) {
			this.Set(name, text(addEllipsis(util.Text(v))))
		}
	}
	opts := r.vm.NewObject()
	if ctx, ok := c.Argument(1).(*goja.Object); ok {
		for _, k := range ctx.Keys() {
			opts.Set(k, ctx.Get(k))
		}
	}
	opts.Set("customInspect", false)
	opts.Set("depth", 0)
	s := r.util.InspectWith(this, opts)
	for i, name := range names {
		this.Set(name, saved[i])
	}
	return text(s)
}

func addEllipsis(s string) string {
	if lines := strings.SplitN(s, "\n", 12); len(lines) > 10 {
		return strings.Join(lines[:10], "\n") + "\n..."
	}
	if util.Length(s) > 512 {
		// Node cuts the beginning here, not the end.
		return strings.TrimPrefix(s, util.Cut(s, 512)) + "..."
	}
	return s
}

// inspect shows a value for a message: all of it, a property a line.
func (r *Room) inspect(v goja.Value) string {
	if r.options == nil {
		o := r.vm.NewObject()
		o.Set("compact", false)
		o.Set("customInspect", false)
		o.Set("depth", 1000)
		o.Set("maxArrayLength", goja.Null())
		o.Set("showHidden", false)
		o.Set("showProxy", false)
		o.Set("sorted", true)
		o.Set("getters", true)
		r.options = o
	}
	return r.util.InspectWith(v, r.options)
}

// message returns the text of the error, and the values as it keeps them.
func (r *Room) message(actual, expected, message, operator goja.Value) (a, b goja.Value, msg string) {
	op := operator.String()
	diff := op == "deepStrictEqual" || op == "strictEqual"
	if !bind.IsNullish(message) {
		if diff {
			return actual, expected, r.diff(actual, expected, op, util.Text(message.ToString()))
		}
		return actual, expected, util.Text(message.ToString())
	}
	// Two errors are compared without their stacks.
	if r.isThrown(actual) && r.isThrown(expected) {
		actual, expected = r.copyError(actual.(*goja.Object)), r.copyError(expected.(*goja.Object))
	}
	switch {
	case diff:
		return actual, expected, r.diff(actual, expected, op, "")
	case op == "notDeepStrictEqual" || op == "notStrictEqual":
		base := readable[op]
		if kind := nodeerr.TypeOf(actual); op == "notStrictEqual" && !goja.IsNull(actual) && (kind == "object" || kind == "function") {
			base = readable["notStrictEqualObject"]
		}
		lines := r.shorten(strings.Split(r.inspect(actual), "\n"))
		if len(lines) > 1 {
			return actual, expected, base + "\n\n" + strings.Join(lines, "\n") + "\n"
		}
		gap := " "
		if util.Length(lines[0]) > 5 {
			gap = "\n\n"
		}
		return actual, expected, base + gap + lines[0]
	}
	res, other := r.inspect(actual), r.inspect(expected)
	known := readable[op]
	if op == "notDeepEqual" && res == other {
		return actual, expected, cut(known+"\n\n"+res, 1024)
	}
	res, other = cut(res, 512), cut(other, 512)
	switch {
	case op == "deepEqual":
		res = known + "\n\n" + res + "\n\nshould loosely deep-equal\n\n"
	case readable[op+"Unequal"] != "":
		res = readable[op+"Unequal"] + "\n\n" + res + "\n\nshould not loosely deep-equal\n\n"
	default:
		other = " " + op + " " + other
	}
	return actual, expected, res + other
}

// cut shortens s to at most n characters, the last three dots.
func cut(s string, n int) string {
	if util.Length(s) > n {
		return util.Cut(s, n-3) + "..."
	}
	return s
}

// shorten keeps the first lines of a long text.
func (r *Room) shorten(lines []string) []string {
	if len(lines) > 50 {
		p := r.palette()
		lines = slices.Concat(lines[:46], []string{p.blue + "..." + p.white})
	}
	return lines
}

func (r *Room) isThrown(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && nodeerr.TypeOf(o) == "object" && o.Get("stack") != nil && r.vm.InstanceOf(o, r.errorCtor)
}

func (r *Room) copyError(src *goja.Object) *goja.Object {
	o := r.vm.CreateObject(src.Prototype())
	for _, k := range src.Keys() {
		o.Set(k, src.Get(k))
	}
	o.DefineDataProperty("message", bind.Property(src, "message"), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return o
}

// palette are the colors of a message; empty where stderr shows none.
type palette struct{ blue, green, red, white string }

func (r *Room) palette() palette {
	if r.util.ShouldColorize(bind.Property(r.h.Builtin("process"), "stderr")) {
		return palette{"\x1b[34m", "\x1b[32m", "\x1b[31m", "\x1b[39m"}
	}
	return palette{}
}
