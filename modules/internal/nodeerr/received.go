package nodeerr

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// Received describes v as Node does after "Received " in its messages.
//
// Node v20 lib/internal/errors.js: determineSpecificType.
func (e *Errors) Received(v goja.Value) string {
	if v == nil || goja.IsUndefined(v) {
		return "undefined"
	}
	if goja.IsNull(v) {
		return "null"
	}
	if o, ok := v.(*goja.Object); ok {
		if isCallable(o) {
			if name := o.Get("name"); name != nil && name.String() != "" {
				return "function " + name.String()
			}
			return "function "
		}
		if ctor, ok := o.Get("constructor").(*goja.Object); ok {
			if name := ctor.Get("name"); name != nil && name.String() != "" {
				return "an instance of " + name.String()
			}
		}
		return e.Inspect(v)
	}
	text := e.Inspect(v)
	if len([]rune(text)) > 28 {
		text = string([]rune(text)[:25]) + "..."
	}
	return "type " + TypeOf(v) + " (" + text + ")"
}

// TypeOf is JavaScript's typeof.
func TypeOf(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v):
		return "undefined"
	case goja.IsNull(v):
		return "object"
	}
	switch x := v.(type) {
	case *goja.Object:
		if isCallable(x) {
			return "function"
		}
		return "object"
	case *goja.Symbol:
		return "symbol"
	}
	switch {
	case goja.IsString(v):
		return "string"
	case goja.IsBigInt(v):
		return "bigint"
	case goja.IsNumber(v):
		return "number"
	}
	return "boolean"
}

func isCallable(o *goja.Object) bool {
	_, ok := goja.AssertFunction(o)
	return ok
}

func (e *Errors) inspectPlain(v goja.Value) string {
	if goja.IsString(v) {
		return QuoteJS(v.String())
	}
	switch {
	case goja.IsBigInt(v):
		return v.String() + "n"
	case goja.IsNumber(v) && v.ToFloat() == 0 && math.Signbit(v.ToFloat()):
		return "-0"
	}
	if s, ok := v.(*goja.Symbol); ok {
		return s.String()
	}
	if o, ok := v.(*goja.Object); ok {
		return o.ClassName()
	}
	return v.String()
}

// QuoteJS quotes s as util.inspect does: single quotes, unless others need no escaping.
func QuoteJS(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") {
		if !strings.Contains(s, `"`) {
			q = '"'
		} else if !strings.Contains(s, "`") && !strings.Contains(s, "${") {
			q = '`'
		}
	}
	var b strings.Builder
	b.WriteByte(q)
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r == '\v':
			b.WriteString(`\v`)
		case r < 0x20 || r >= 0x7f && r <= 0x9f:
			h := strings.ToUpper(strconv.FormatInt(int64(r), 16))
			b.WriteString(`\x` + "00"[len(h):] + h)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(q)
	return b.String()
}

var className = regexp.MustCompile(`^([A-Z][a-z0-9]*)+$`)

// InvalidArgType returns ERR_INVALID_ARG_TYPE for the argument or (with a dot in its name)
// property name, which must be one of expected and is actual.
func (e *Errors) InvalidArgType(name string, expected []string, actual goja.Value) *goja.Object {
	var b strings.Builder
	b.WriteString("The ")
	switch {
	case strings.HasSuffix(name, " argument"):
		b.WriteString(name)
	case strings.Contains(name, "."):
		b.WriteString(`"` + name + `" property`)
	default:
		b.WriteString(`"` + name + `" argument`)
	}
	b.WriteString(" must be ")
	var types, instances, other []string
	for _, x := range expected {
		switch x {
		case "string", "function", "number", "object", "Function", "Object", "boolean", "bigint", "symbol":
			types = append(types, strings.ToLower(x))
		default:
			if className.MatchString(x) {
				instances = append(instances, x)
			} else {
				other = append(other, x)
			}
		}
	}
	if len(instances) > 0 {
		for i, t := range types {
			if t == "object" {
				types = append(types[:i:i], types[i+1:]...)
				instances = append(instances, "Object")
				break
			}
		}
	}
	if len(types) > 0 {
		if len(types) > 1 {
			b.WriteString("one of type ")
		} else {
			b.WriteString("of type ")
		}
		b.WriteString(list(types))
		if len(instances)+len(other) > 0 {
			b.WriteString(" or ")
		}
	}
	if len(instances) > 0 {
		b.WriteString("an instance of " + list(instances))
		if len(other) > 0 {
			b.WriteString(" or ")
		}
	}
	if len(other) > 1 {
		b.WriteString("one of " + list(other))
	} else if len(other) == 1 {
		if strings.ToLower(other[0]) != other[0] {
			b.WriteString("an ")
		}
		b.WriteString(other[0])
	}
	b.WriteString(". Received " + e.Received(actual))
	return e.Coded(TypeError, "ERR_INVALID_ARG_TYPE", b.String())
}

func list(words []string) string {
	switch len(words) {
	case 1:
		return words[0]
	case 2:
		return words[0] + " or " + words[1]
	}
	return strings.Join(words[:len(words)-1], ", ") + ", or " + words[len(words)-1]
}

// UnknownEncoding returns ERR_UNKNOWN_ENCODING; what is no string is shown as util.inspect has it.
func (e *Errors) UnknownEncoding(v goja.Value) *goja.Object {
	if IsString(v) {
		return e.New("ERR_UNKNOWN_ENCODING", v.String())
	}
	return e.New("ERR_UNKNOWN_ENCODING", e.Inspect(v))
}

// InvalidArgValue returns ERR_INVALID_ARG_VALUE; an empty reason means "is invalid".
func (e *Errors) InvalidArgValue(name string, value goja.Value, reason string) *goja.Object {
	return e.invalidArgValue(TypeError, name, value, reason)
}

// InvalidArgRange is InvalidArgValue for a number that is none: a RangeError that gives no reason.
func (e *Errors) InvalidArgRange(name string, value goja.Value) *goja.Object {
	return e.invalidArgValue(RangeError, name, value, "")
}

func (e *Errors) invalidArgValue(class Class, name string, value goja.Value, reason string) *goja.Object {
	if reason == "" {
		reason = "is invalid"
	}
	kind := "argument"
	if strings.Contains(name, ".") {
		kind = "property"
	}
	if value == nil {
		value = goja.Undefined()
	}
	text := e.Inspect(value)
	if r := []rune(text); len(r) > 128 {
		text = string(r[:128]) + "..."
	}
	return e.Coded(class, "ERR_INVALID_ARG_VALUE", "The "+kind+" '"+name+"' "+reason+". Received "+text)
}

// OutOfRange returns ERR_OUT_OF_RANGE: name must satisfy rng (">= 0 && <= 65535") and is actual.
func (e *Errors) OutOfRange(name, rng string, actual goja.Value) *goja.Object {
	var text string
	switch {
	case goja.IsNumber(actual) && isInteger(actual.ToFloat()) && math.Abs(actual.ToFloat()) > 1<<32:
		text = separate(actual.String())
	case goja.IsBigInt(actual):
		text = actual.String()
		if len(strings.TrimPrefix(text, "-")) > 10 {
			text = separate(text)
		}
		text += "n"
	default:
		text = e.Inspect(actual)
	}
	return e.Coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "`+name+`" is out of range. It must be `+rng+`. Received `+text)
}

func isInteger(f float64) bool { return f == math.Trunc(f) && !math.IsInf(f, 0) }

// separate puts an underscore before every third digit from the right.
func separate(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if strings.ContainsAny(s, "e.") {
		return sign + s
	}
	var out string
	for len(s) > 3 {
		out = "_" + s[len(s)-3:] + out
		s = s[:len(s)-3]
	}
	return sign + s + out
}
