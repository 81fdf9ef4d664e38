package buffer

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// knownEncoding reads an encoding argument that is given: unlike in Buffer.from, an empty string
// is none.
func knownEncoding(v goja.Value) (Encoding, bool) {
	s := v.String()
	if s == "" {
		return UTF8, false
	}
	return ParseEncoding(s)
}

// toString is buf.toString(encoding, start, end).
func (r *Room) toString(c goja.FunctionCall) goja.Value {
	b, ok := Bytes(c.This)
	if !ok {
		panic(r.h.VM.NewTypeError("this.utf8Slice is not a function"))
	}
	if len(c.Arguments) == 0 {
		return Decode(b, UTF8)
	}
	lo, hi := 0.0, float64(len(b))
	if len(c.Arguments) > 1 {
		f := c.Arguments[1].ToFloat()
		switch {
		case f >= hi && f > 0:
			return text("")
		case f > 0:
			lo = math.Trunc(f)
		}
	}
	if len(c.Arguments) > 2 && !bind.IsUndefined(c.Arguments[2]) {
		if f := c.Arguments[2].ToFloat(); !(f > hi) {
			if hi = math.Trunc(f); math.IsNaN(f) {
				hi = 0
			}
		}
	}
	if hi <= lo {
		return text("")
	}
	enc := UTF8
	if v := c.Arguments[0]; !bind.IsUndefined(v) {
		if enc, ok = knownEncoding(v); !ok {
			panic(r.h.Err.UnknownEncoding(v))
		}
	}
	return Decode(b[int(lo):int(hi)], enc)
}

// write is buf.write(string[, offset[, length]][, encoding]).
func (r *Room) write(c goja.FunctionCall) goja.Value {
	b, ok := Bytes(c.This)
	if !ok {
		panic(r.h.VM.NewTypeError("this.utf8Write is not a function"))
	}
	offset, length, encoding := c.Argument(1), c.Argument(2), c.Argument(3)
	lo, n := 0, len(b)
	switch {
	case bind.IsUndefined(offset):
		encoding = nil
	case bind.IsUndefined(length) && nodeerr.IsString(offset):
		encoding = offset
	default:
		lo = int(r.h.Err.ValidateInteger(offset, "offset", 0, float64(len(b))))
		n -= lo
		if nodeerr.IsString(length) {
			encoding = length
		} else if !bind.IsUndefined(length) {
			n = min(n, int(r.h.Err.ValidateInteger(length, "length", 0, float64(len(b)))))
		}
	}
	enc := UTF8
	if bind.Truthy(encoding) {
		if enc, ok = knownEncoding(encoding); !ok {
			panic(r.h.Err.UnknownEncoding(encoding))
		}
	}
	return bind.Int(r.writeString(b[lo:lo+n], c.Argument(0), enc))
}

// writeString writes as much of s as fits into dst in whole characters and returns the bytes.
func (r *Room) writeString(dst []byte, s goja.Value, enc Encoding) int {
	if !nodeerr.IsString(s) {
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string"))
	}
	src := Append(nil, s, enc)
	n := min(len(src), len(dst))
	if n < len(src) {
		switch enc {
		case UTF8:
			for n > 0 && src[n]&0xC0 == 0x80 {
				n--
			}
		case UTF16LE:
			n &^= 1
		}
	}
	return copy(dst, src[:n])
}

// defineText puts utf8Slice, utf8Write and the like on the prototype.
func (r *Room) defineText(proto *goja.Object) {
	encodings := []struct {
		name string
		enc  Encoding
	}{{"ascii", ASCII}, {"base64", Base64}, {"base64url", Base64URL}, {"latin1", Latin1}, {"hex", Hex}, {"ucs2", UTF16LE}, {"utf8", UTF8}}
	var slices, writes []bind.Method
	for _, e := range encodings {
		slices = append(slices, bind.Method{Name: e.name + "Slice", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			b := r.this(c)
			lo := r.nativeIndex(c.Argument(0), 0)
			hi := max(r.nativeIndex(c.Argument(1), len(b)), lo)
			if hi > len(b) {
				panic(r.indexError())
			}
			return Decode(b[lo:hi], e.enc)
		}})
		writes = append(writes, bind.Method{Name: e.name + "Write", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			b := r.this(c)
			if nodeerr.IsString(c.Argument(0)) {
				lo := r.nativeIndex(c.Argument(1), 0)
				if lo > len(b) {
					panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", `"offset" is outside of buffer bounds`))
				}
				n := r.nativeIndex(c.Argument(2), len(b)-lo)
				b = b[lo : lo+min(n, len(b)-lo)]
			}
			return bind.Int(r.writeString(b, c.Argument(0), e.enc))
		}})
	}
	bind.DefineMethods(r.h.VM, proto, slices)
	bind.DefineMethods(r.h.VM, proto, writes)
}

// nativeIndex reads an index as Node's C++ does.
func (r *Room) nativeIndex(v goja.Value, def int) int {
	if bind.IsUndefined(v) {
		return def
	}
	i := v.ToInteger()
	if i < 0 {
		panic(r.indexError())
	}
	return int(min(i, math.MaxInt32*2))
}

func (r *Room) indexError() *goja.Object {
	return r.h.Err.Coded(nodeerr.RangeError, "ERR_OUT_OF_RANGE", "Index out of range")
}

// inspect is what console.log shows: <Buffer 68 65 6c 6c 6f>.
func (r *Room) inspect(c goja.FunctionCall) goja.Value {
	b := r.this(c)
	o := bind.This(r.h.VM, c)
	n := len(b)
	if f := r.inspectMax; f < float64(n) {
		n = int(f)
	}
	out := make([]byte, 0, 3*n+40)
	for i, x := range b[:n] {
		if i > 0 {
			out = append(out, ' ')
		}
		out = hex.AppendEncode(out, []byte{x})
	}
	if rest := len(b) - n; rest > 0 {
		out = append(out, " ... "+strconv.Itoa(rest)+" more byte"...)
		if rest > 1 {
			out = append(out, 's')
		}
	}
	if ctx, ok := c.Argument(1).(*goja.Object); ok {
		out = append(out, r.inspectExtras(o, len(b), ctx)...)
	}
	name := "Buffer"
	if ctor, ok := o.Get("constructor").(*goja.Object); ok {
		name = ctor.Get("name").String()
	}
	return text("<" + name + " " + string(out) + ">")
}

// inspectExtras shows the properties that the program put on a Buffer. The engine lists the
// indices among the keys, so big Buffers are not asked.
func (r *Room) inspectExtras(o *goja.Object, n int, ctx *goja.Object) string {
	if n > 1<<14 {
		return ""
	}
	vm := r.h.VM
	util, ok := r.h.Builtin("util").(*goja.Object)
	if !ok {
		return ""
	}
	keys := o.Keys()
	if bind.Truthy(ctx.Get("showHidden")) {
		keys = o.GetOwnPropertyNames()
	}
	extras := vm.CreateObject(nil)
	found := false
	for _, k := range keys {
		if _, err := strconv.Atoi(k); err != nil {
			extras.Set(k, o.Get(k))
			found = true
		}
	}
	if !found {
		return ""
	}
	opts := vm.NewObject()
	for _, k := range ctx.Keys() {
		opts.Set(k, ctx.Get(k))
	}
	opts.Set("breakLength", math.Inf(1))
	opts.Set("compact", true)
	s := bind.Invoke(vm, util, "inspect", extras, opts).String()
	const head = "[Object: null prototype] { "
	if len(s) < len(head)+2 {
		return ""
	}
	s = s[len(head) : len(s)-2]
	if n != 0 {
		s = ", " + s
	}
	return s
}

// btoa is the base64 of a string of bytes.
func (r *Room) btoa(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) == 0 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "input" argument`)
	}
	s := ToString(r.h.VM, c.Argument(0))
	for i, n := 0, s.Length(); i < n; i++ {
		if s.CharAt(i) > 0xFF {
			panic(r.domException("Invalid character"))
		}
	}
	return text(base64.StdEncoding.EncodeToString(Append(nil, s, Latin1)))
}

// atob is the "forgiving-base64 decode" of the WHATWG Infra Standard.
func (r *Room) atob(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) == 0 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "input" argument`)
	}
	in := c.Argument(0).String()
	s := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		switch ch := in[i]; ch {
		case ' ', '\t', '\n', '\f', '\r':
		default:
			s = append(s, ch)
		}
	}
	if n := len(s); n > 0 && n%4 == 0 && s[n-1] == '=' {
		if s = s[:n-1]; s[n-2] == '=' {
			s = s[:n-2]
		}
	}
	for _, ch := range s {
		if !(ch >= 'A' && ch <= 'Z' || ch >= 'a' && ch <= 'z' || ch >= '0' && ch <= '9' || ch == '+' || ch == '/') {
			panic(r.domException("Invalid character"))
		}
	}
	if len(s)%4 == 1 {
		panic(r.domException("The string to be decoded is not correctly encoded."))
	}
	return Decode(appendBase64(nil, string(s)), Latin1)
}

// domException makes an InvalidCharacterError.
func (r *Room) domException(message string) *goja.Object {
	if ctor, ok := r.h.VM.Get("DOMException").(*goja.Object); ok {
		if o, err := r.h.VM.New(ctor, bind.String(message), bind.String("InvalidCharacterError")); err == nil {
			return o
		}
	}
	o := r.h.Err.Plain(nodeerr.Error, message)
	o.Set("name", "InvalidCharacterError")
	o.Set("code", 5)
	return o
}

// ToString is JavaScript's String(v) where a symbol throws. (The engine's own ToString gives
// undefined, null and booleans back as they are.)
func ToString(vm *goja.Runtime, v goja.Value) goja.String {
	switch s := v.(type) {
	case goja.String:
		return s
	case *goja.Symbol:
		panic(vm.NewTypeError("Cannot convert a Symbol value to a string"))
	case *goja.Object:
		if s, ok := s.ToString().(goja.String); ok {
			return s
		}
	}
	return text(v.String()).(goja.String)
}
