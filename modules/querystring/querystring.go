// Package querystring is Node's querystring module: the old way between a query string and an
// object. Package url uses it for url.parse(…, true).
//
// Follows https://nodejs.org/docs/latest-v20.x/api/querystring.html.
package querystring

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('querystring').
var Module = modules.Module{ID: "querystring", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports }}

// Rooms holds the module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the querystring module of one runtime.
type Room struct {
	h                *modules.Host
	buf              *buffer.Room
	exports          *goja.Object
	unescape, escape *goja.Object // our own: what the program puts in their place is what runs
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, buf: buffer.Rooms.Of(h)}
	o := h.VM.NewObject()
	r.exports = o
	fn := func(name string, length int, f bind.Func) *goja.Object {
		return bind.Function(h.VM, bind.Method{Name: name, Length: length, Fn: f})
	}
	o.Set("unescapeBuffer", fn("unescapeBuffer", 2, func(c goja.FunctionCall) goja.Value {
		return r.unescapeBuffer(c.Argument(0), bind.Truthy(c.Argument(1)))
	}))
	r.unescape = fn("qsUnescape", 2, func(c goja.FunctionCall) goja.Value {
		return bind.String(Unescape(buffer.ToString(h.VM, c.Argument(0)).String(), bind.Truthy(c.Argument(1))))
	})
	o.Set("unescape", r.unescape)
	r.escape = fn("qsEscape", 1, func(c goja.FunctionCall) goja.Value {
		return bind.String(r.escapeValue(c.Argument(0)))
	})
	o.Set("escape", r.escape)
	stringify := fn("stringify", 4, r.stringify)
	o.Set("stringify", stringify)
	o.Set("encode", stringify)
	parse := fn("parse", 4, r.parse)
	o.Set("parse", parse)
	o.Set("decode", parse)
	return r
}

// escapeValue is Escape for a JavaScript string, which may hold half surrogates.
func (r *Room) escapeValue(v goja.Value) string {
	s, ok := EscapeString(buffer.ToString(r.h.VM, v), &noEscape)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_URI")
	}
	return s
}

func (r *Room) unescapeBuffer(v goja.Value, plus bool) goja.Value {
	var in []byte
	if b, ok := buffer.Bytes(v); ok {
		in = b
	} else {
		in = buffer.Append(nil, buffer.ToString(r.h.VM, v), buffer.Latin1)
	}
	out, hasHex := unescapeBytes(in, plus)
	if !hasHex {
		// Node returns the whole of what it allocated, the unused rest included.
		out = append(out, make([]byte, len(in)-len(out))...)
	}
	return r.buf.Wrap(out)
}

// Parse is parse(qs) with the default options; it honours an unescape of the program's.
func (r *Room) Parse(qs string) *goja.Object { return r.parseInto(qs, "&", "=", 1000, r.decoder(nil)) }

// decoder returns the function that decodes: the option's, or the module's unescape if a program
// replaced it; the zero Callable is our own.
func (r *Room) decoder(options goja.Value) bind.Callable {
	if fn, ok := bind.ToCallable(bind.Property(options, "decodeURIComponent")); ok && !fn.Is(r.unescape) {
		return fn
	}
	if v := engine.Lookup(r.exports, "unescape"); v != goja.Value(r.unescape) {
		if fn, ok := bind.ToCallable(v); ok {
			return fn
		}
	}
	return bind.Callable{}
}

func (r *Room) parse(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if !nodeerr.IsString(v) {
		return r.h.VM.CreateObject(nil)
	}
	sep, eq := "&", "="
	if s := c.Argument(1); bind.Truthy(s) {
		sep = s.String()
	}
	if s := c.Argument(2); bind.Truthy(s) {
		eq = s.String()
	}
	pairs := 1000
	if n := bind.Property(c.Argument(3), "maxKeys"); nodeerr.IsNumber(n) {
		pairs = -1 // no limit; nor is a fraction one, since Node counts down to 0
		if f := n.ToFloat(); f > 0 && f < math.MaxInt32 && f == math.Trunc(f) {
			pairs = int(f)
		}
	}
	return r.parseInto(v.String(), sep, eq, pairs, r.decoder(c.Argument(3)))
}

// parseInto is parse of Node v20 lib/querystring.js, state by state: how partial separators and
// escapes are taken is visible to programs.
func (r *Room) parseInto(qs, sep, eq string, pairs int, decode bind.Callable) *goja.Object {
	obj := (*engine.Shape)(nil).New(r.h.VM, nil)
	if qs == "" {
		return obj
	}
	custom := !decode.IsZero()
	plus := " "
	if custom {
		plus = "%20"
	}
	var key, value string
	keyEncoded, valEncoded := custom, custom
	lastPos, sepIdx, eqIdx, encodeCheck := 0, 0, 0, 0
	for i := 0; i < len(qs); i++ {
		c := qs[i]
		if sepIdx < len(sep) && c == sep[sepIdx] { // empty, as [] is: it is never found
			if sepIdx++; sepIdx < len(sep) {
				continue
			}
			end := i - sepIdx + 1
			skip := false
			if eqIdx < len(eq) {
				if lastPos < end {
					key += qs[lastPos:end]
				} else if key == "" {
					skip = true // an empty piece between separators
				}
			} else if lastPos < end {
				value += qs[lastPos:end]
			}
			if !skip {
				r.add(obj, key, value, keyEncoded, valEncoded, decode)
			}
			if pairs--; pairs == 0 {
				return obj
			}
			lastPos, sepIdx, eqIdx = i+1, 0, 0
			if !skip {
				keyEncoded, valEncoded = custom, custom
				key, value, encodeCheck = "", "", 0
			}
			continue
		}
		sepIdx = 0
		if eqIdx < len(eq) {
			if c == eq[eqIdx] {
				if eqIdx++; eqIdx == len(eq) {
					if end := i - eqIdx + 1; lastPos < end {
						key += qs[lastPos:end]
					}
					encodeCheck, lastPos = 0, i+1
				}
				continue
			}
			eqIdx = 0
			if !keyEncoded {
				if c == '%' {
					encodeCheck = 1
					continue
				} else if encodeCheck > 0 {
					if isHex(c) {
						if encodeCheck++; encodeCheck == 3 {
							keyEncoded = true
						}
						continue
					}
					encodeCheck = 0
				}
			}
			if c == '+' {
				key += qs[lastPos:i] + plus
				lastPos = i + 1
				continue
			}
		}
		if c == '+' {
			value += qs[lastPos:i] + plus
			lastPos = i + 1
		} else if !valEncoded {
			if c == '%' {
				encodeCheck = 1
			} else if encodeCheck > 0 {
				if isHex(c) {
					if encodeCheck++; encodeCheck == 3 {
						valEncoded = true
					}
				} else {
					encodeCheck = 0
				}
			}
		}
	}
	if lastPos < len(qs) {
		if eqIdx < len(eq) {
			key += qs[lastPos:]
		} else if sepIdx < len(sep) {
			value += qs[lastPos:]
		}
	} else if eqIdx == 0 && key == "" {
		return obj
	}
	r.add(obj, key, value, keyEncoded, valEncoded, decode)
	return obj
}

// add is addKeyVal: a second value makes an array.
func (r *Room) add(obj *goja.Object, key, value string, keyEncoded, valEncoded bool, decode bind.Callable) {
	if keyEncoded && key != "" {
		key = r.decodeStr(key, decode).String()
	}
	var v goja.Value
	if valEncoded && value != "" {
		v = r.decodeStr(value, decode)
	} else {
		v = bind.String(value)
	}
	if engine.PutNew(obj, key, v) {
		return
	}
	have := obj.Get(key)
	if bind.IsUndefined(have) {
		engine.Put(obj, key, v)
		return
	}
	if list, ok := have.(*goja.Object); ok && bind.Truthy(list.Get("pop")) {
		list.Set(list.Get("length").String(), v)
		return
	}
	obj.Set(key, r.h.VM.NewArray(have, v))
}

func (r *Room) decodeStr(s string, decode bind.Callable) goja.Value {
	if decode.IsZero() {
		return bind.String(Unescape(s, false))
	}
	var out goja.Value
	if ex := r.h.VM.Try(func() { out = decode.Call(goja.Undefined(), bind.String(s)) }); ex == nil {
		return out
	}
	return bind.Invoke(r.h.VM, r.exports, "unescape", bind.String(s), bind.True)
}

// Stringify is stringify(o) with the default options.
func (r *Room) Stringify(o *goja.Object) string {
	return r.join(o, "&", "=", r.encoder(nil))
}

func (r *Room) encoder(options goja.Value) bind.Callable {
	fn, ok := bind.ToCallable(bind.Property(options, "encodeURIComponent"))
	if !ok {
		if fn, ok = bind.ToCallable(r.exports.Get("escape")); !ok {
			return bind.Callable{}
		}
	}
	if fn.Is(r.escape) {
		return bind.Callable{}
	}
	return fn
}

func (r *Room) stringify(c goja.FunctionCall) goja.Value {
	sep, eq := "&", "="
	if s := c.Argument(1); bind.Truthy(s) {
		sep = s.String()
	}
	if s := c.Argument(2); bind.Truthy(s) {
		eq = s.String()
	}
	encode := r.encoder(c.Argument(3))
	o, ok := c.Argument(0).(*goja.Object)
	if !ok || nodeerr.TypeOf(o) != "object" {
		return bind.String("")
	}
	return bind.String(r.join(o, sep, eq, encode))
}

func (r *Room) join(o *goja.Object, sep, eq string, encode bind.Callable) string {
	var out []byte
	for _, k := range o.Keys() {
		v := o.Get(k)
		ks := r.encode(bind.String(k), encode) + eq
		list, isObject := v.(*goja.Object)
		n := 1
		isList := isObject && list.ClassName() == "Array"
		if isList {
			n = int(list.Get("length").ToInteger())
		}
		for i := range n {
			if len(out) > 0 {
				out = append(out, sep...)
			}
			item := v
			if isList {
				item = list.Get(bind.Int(i).String())
			}
			out = append(out, ks...)
			out = append(out, r.encode(item, encode)...)
		}
	}
	return string(out)
}

// encode is the text of one key or value; what is no string, finite number, bigint or boolean is
// empty.
func (r *Room) encode(v goja.Value, encode bind.Callable) string {
	text, plain := "", true
	switch nodeerr.TypeOf(v) {
	case "string":
		plain = false
	case "number":
		f := v.ToFloat()
		if !math.IsInf(f, 0) && !math.IsNaN(f) {
			text = v.String()
			plain = math.Abs(f) < 1e21
		}
	case "bigint", "boolean":
		text = v.String()
	}
	if !encode.IsZero() {
		if nodeerr.IsString(v) {
			return encode.Call(goja.Undefined(), v).String()
		}
		return encode.Call(goja.Undefined(), bind.String(text)).String()
	}
	switch {
	case plain:
		return text
	case text != "":
		return Escape(text)
	}
	return r.escapeValue(v)
}
