package buffer

import (
	"math"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('buffer').
var Module = modules.Module{ID: "buffer", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	o.Set("Buffer", r.Buffer.Ctor)
	slow := vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
		return r.Wrap(make([]byte, r.size(bind.Arg(c.Arguments, 0))))
	}).(*goja.Object)
	bind.Name(slow, "SlowBuffer", 1)
	o.Set("SlowBuffer", slow)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "transcode", Length: 3, Fn: r.transcode},
		{Name: "isUtf8", Length: 1, Fn: r.check(utf8.Valid)},
		{Name: "isAscii", Length: 1, Fn: r.check(isASCII)},
	})
	o.Set("kMaxLength", int64(MaxLength))
	o.Set("kStringMaxLength", MaxStringLength)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "btoa", Length: 1, Fn: r.btoa},
		{Name: "atob", Length: 1, Fn: r.atob},
	})
	constants := vm.NewObject()
	constants.DefineDataProperty("MAX_LENGTH", number(MaxLength), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	constants.DefineDataProperty("MAX_STRING_LENGTH", number(MaxStringLength), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	o.DefineDataProperty("constants", constants, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	o.DefineAccessorProperty("INSPECT_MAX_BYTES",
		vm.ToValue(func(goja.FunctionCall) goja.Value { return number(r.inspectMax) }),
		vm.ToValue(func(c goja.FunctionCall) goja.Value {
			r.inspectMax = r.h.Err.ValidateNumber(c.Argument(0), "INSPECT_MAX_BYTES", 0, math.NaN())
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_TRUE)
	r.defineBlobs()
	o.Set("Blob", r.blob.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{{Name: "resolveObjectURL", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		data, mime, ok := r.ResolveObjectURL(ToString(vm, c.Argument(0)).String())
		if !ok {
			return goja.Undefined()
		}
		return r.NewBlob(data, mime)
	}}})
	o.Set("File", r.file.Ctor)
	return o
}

// check makes isUtf8 and isAscii.
func (r *Room) check(valid func([]byte) bool) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		if o, ok := c.Argument(0).(*goja.Object); ok && (isTypedArray(o) || o.ExportType() == arrayBufferType) {
			b, _ := Bytes(o)
			if ab, ok := o.Export().(goja.ArrayBuffer); ok && ab.Detached() {
				r.h.Err.Throw("ERR_INVALID_STATE", "Cannot validate on a detached buffer")
			}
			return bind.Bool(valid(b))
		}
		panic(r.h.Err.InvalidArgType("input", []string{"ArrayBuffer", "Buffer", "TypedArray"}, c.Argument(0)))
	}
}

// transcode knows the encodings that Node's ICU binding knows: utf8, utf16le, latin1, ascii.
func (r *Room) transcode(c goja.FunctionCall) goja.Value {
	src := r.uint8(c.Argument(0), "source")
	if len(src) == 0 {
		return r.Wrap(nil)
	}
	from, ok1 := transcodable(c.Argument(1))
	to, ok2 := transcodable(c.Argument(2))
	if !ok1 || !ok2 {
		err := r.h.Err.Plain(nodeerr.Error, "Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]")
		err.Set("code", "U_ILLEGAL_ARGUMENT_ERROR")
		err.Set("errno", 1)
		panic(err)
	}
	s := Decode(src, from)
	if to != Latin1 && to != ASCII {
		return r.Wrap(Append(nil, s, to))
	}
	limit := rune(0xFF)
	if to == ASCII {
		limit = 0x7F
	}
	var out []byte
	for _, ch := range s.String() {
		if ch > limit {
			ch = '?'
		}
		out = append(out, byte(ch))
	}
	return r.Wrap(out)
}

func transcodable(v goja.Value) (Encoding, bool) {
	if bind.IsUndefined(v) {
		return UTF8, true
	}
	enc, ok := ParseEncoding(v.String())
	return enc, ok && enc <= ASCII
}
