package util

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is util.MIMEType and util.MIMEParams.
//
// Source: Node v20 lib/internal/mime.js; https://mimesniff.spec.whatwg.org/#parsing-a-mime-type.

// mimeType is the state of a MIMEType.
type mimeType struct {
	kind, sub string
	params    *goja.Object
}

// mimeParams is the state of a MIMEParams: a Map of strings.
type mimeParams struct {
	data *goja.Object
}

const mimeSpace = "\r\n\t "

// badToken returns where s has a character that is none of a token of HTTP, -1 for nowhere.
func badToken(s string) int {
	return indexOf(s, func(c rune) bool {
		return c < 0x80 && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.ContainsRune("!#$%&'*+-.^_`|~", c))
	})
}

// badQuoted returns where s has a character that cannot be in a quoted string of HTTP.
func badQuoted(s string) int {
	return indexOf(s, func(c rune) bool { return c == '\t' || c >= ' ' && c <= '~' || c >= 0x80 && c <= 0xff })
}

// indexOf counts characters up to the first that is not good.
func indexOf(s string, good func(c rune) bool) int {
	i := 0
	for _, c := range s {
		if !good(c) {
			return i
		}
		i++
	}
	return -1
}

// lowerASCII makes the letters of ASCII small.
func lowerASCII(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

func (r *Room) mimeSyntax(what, text string, at int) {
	where := ""
	if at >= 0 {
		where = " at " + strconv.Itoa(at)
	}
	panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_MIME_SYNTAX", "The MIME syntax for a "+what+` in "`+text+`" is invalid`+where))
}

// token checks a type or subtype.
func (r *Room) token(what, s, whole string) string {
	if at := badToken(s); s == "" || at >= 0 {
		r.mimeSyntax(what, whole, at)
	}
	return lowerASCII(s)
}

// parseMIME reads type and subtype, and returns what follows the first semicolon.
func (r *Room) parseMIME(whole string) (kind, sub, params string) {
	kind, sub, ok := strings.Cut(strings.TrimLeft(whole, mimeSpace), "/")
	if !ok {
		r.mimeSyntax("type", whole, badToken(kind))
	}
	kind = r.token("type", kind, whole)
	sub, params, _ = strings.Cut(sub, ";")
	return kind, r.token("subtype", strings.TrimRight(sub, mimeSpace), whole), params
}

// ParseMIMEParams reads the parameters of a MIME type, s: it calls add for each parameter that is well-formed; the first of a name counts.
func ParseMIMEParams(s string, add func(name, value string)) {
	for s = strings.TrimRight(s, mimeSpace); s != ""; {
		s = strings.TrimLeft(s, mimeSpace)
		end := strings.IndexAny(s, ";=")
		if end < 0 {
			return // a name without a value
		}
		name := lowerASCII(s[:end])
		delimiter := s[end]
		if s = s[end+1:]; delimiter == ';' {
			continue
		}
		if s == "" {
			return
		}
		value := ""
		if s[0] == '"' {
			value, s = unquoteMIME(s[1:])
			// What stands between the quotation mark and the next semicolon begins the next parameter, without its
			// first character: it is the semicolon, where all is well.
			if s != "" {
				_, size := firstRune(s)
				s = s[size:]
			}
		} else {
			value, s, _ = strings.Cut(s, ";")
			if value = strings.TrimRight(value, mimeSpace); value == "" {
				continue
			}
		}
		if name != "" && badToken(name) < 0 && badQuoted(value) < 0 {
			add(name, value)
		}
	}
}

func firstRune(s string) (c rune, size int) {
	for i, r := range s {
		if i > 0 {
			return c, i
		}
		c = r
	}
	return c, len(s)
}

// unquoteMIME reads to the closing quotation mark, or the end; a backslash stands for what follows it, at the
// end for itself.
func unquoteMIME(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// defineMIME makes both classes and puts them on o.
func (r *Room) defineMIME(o *goja.Object) {
	vm := r.h.VM
	text := func(v goja.Value) string {
		if _, isSymbol := v.(*goja.Symbol); isSymbol {
			panic(vm.NewTypeError("Cannot convert a Symbol value to a string"))
		}
		return textOf(v)
	}
	data := func(c goja.FunctionCall) *goja.Object {
		p, ok := bind.SelfOf[*mimeParams](c.This)
		if !ok {
			panic(vm.NewTypeError("Receiver must be an instance of class MIMEParams"))
		}
		return p.data
	}
	through := func(name string, length int) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Invoke(vm, data(c), name, c.Argument(0))
		}}
	}
	params := bind.Define(vm, bind.Class{Name: "MIMEParams", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) {
			m, err := vm.New(vm.Get("Map"))
			if err != nil {
				bind.Rethrow(err)
			}
			bind.Own(this).Put(bind.Self, &mimeParams{m})
		},
		Methods: []bind.Method{
			{Name: "delete", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				bind.Invoke(vm, data(c), "delete", c.Argument(0))
				return goja.Undefined()
			}},
			{Name: "get", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				if v := bind.Invoke(vm, data(c), "get", c.Argument(0)); !bind.IsUndefined(v) {
					return v
				}
				return goja.Null()
			}},
			through("has", 1),
			{Name: "set", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				d, name, value := data(c), text(c.Argument(0)), text(c.Argument(1))
				if at := badToken(name); name == "" || at >= 0 {
					r.mimeSyntax("parameter name", name, at)
				}
				if at := badQuoted(value); at >= 0 {
					r.mimeSyntax("parameter value", value, at)
				}
				bind.Invoke(vm, d, "set", vm.ToValue(name), vm.ToValue(value))
				return goja.Undefined()
			}},
			through("entries", 0),
			through("keys", 0),
			through("values", 0),
			{Name: "toString", Fn: func(c goja.FunctionCall) goja.Value { return vm.ToValue(r.mimeParamsText(data(c))) }},
		}})
	params.Proto.DefineDataPropertySymbol(goja.SymIterator, params.Proto.Get("entries"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	bind.Hide(params.Proto, "toJSON", params.Proto.Get("toString"))

	self := func(c goja.FunctionCall) *mimeType {
		m, ok := bind.SelfOf[*mimeType](c.This)
		if !ok {
			panic(vm.NewTypeError("Receiver must be an instance of class MIMEType"))
		}
		return m
	}
	class := bind.Define(vm, bind.Class{Name: "MIMEType", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			kind, sub, rest := r.parseMIME(text(bind.Arg(args, 0)))
			p, err := vm.New(params.Ctor)
			if err != nil {
				bind.Rethrow(err)
			}
			d := data(goja.FunctionCall{This: p})
			ParseMIMEParams(rest, func(name, value string) {
				if !bind.Truthy(bind.Invoke(vm, d, "has", vm.ToValue(name))) {
					bind.Invoke(vm, d, "set", vm.ToValue(name), vm.ToValue(value))
				}
			})
			bind.Own(this).Put(bind.Self, &mimeType{kind, sub, p})
		},
		Accessors: []bind.Accessor{
			{Name: "type", Get: func(c goja.FunctionCall) goja.Value { return vm.ToValue(self(c).kind) },
				Set: func(c goja.FunctionCall) goja.Value {
					v := text(c.Argument(0))
					self(c).kind = r.token("type", v, v)
					return nil
				}},
			{Name: "subtype", Get: func(c goja.FunctionCall) goja.Value { return vm.ToValue(self(c).sub) },
				Set: func(c goja.FunctionCall) goja.Value {
					v := text(c.Argument(0))
					self(c).sub = r.token("subtype", v, v)
					return nil
				}},
			{Name: "essence", Get: func(c goja.FunctionCall) goja.Value { return vm.ToValue(self(c).kind + "/" + self(c).sub) }},
			{Name: "params", Get: func(c goja.FunctionCall) goja.Value { return self(c).params }},
		},
		Methods: []bind.Method{{Name: "toString", Fn: func(c goja.FunctionCall) goja.Value {
			m := self(c)
			out := m.kind + "/" + m.sub
			if p := r.mimeParamsText(data(goja.FunctionCall{This: m.params})); p != "" {
				out += ";" + p
			}
			return vm.ToValue(out)
		}}}})
	bind.Hide(class.Proto, "toJSON", class.Proto.Get("toString"))
	o.Set("MIMEType", class.Ctor)
	o.Set("MIMEParams", params.Ctor)
}

// mimeParamsText writes the parameters, quoted where they must be.
func (r *Room) mimeParamsText(data *goja.Object) string {
	var parts []string
	keys, values := r.entries(data)
	for i := range keys {
		value := textOf(values[i])
		if value == "" || badToken(value) >= 0 {
			value = `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(value) + `"`
		}
		parts = append(parts, textOf(keys[i])+"="+value)
	}
	return strings.Join(parts, ";")
}
