package buffer

import (
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// MaxLength is buffer.constants.MAX_LENGTH, the size that a Buffer may have; MaxStringLength is the
// same for strings. Both are Node v20's on 64-bit systems.
const (
	MaxLength       = 1 << 32
	MaxStringLength = 1<<29 - 24
)

// size validates the size of a new Buffer.
func (r *Room) size(v goja.Value) int {
	n := int(r.h.Err.ValidateNumber(v, "size", 0, MaxLength))
	if !modules.Fits(uint64(n)) {
		panic(r.h.Err.Plain(nodeerr.RangeError, "Array buffer allocation failed"))
	}
	return n
}

// from is Buffer.from(value, encodingOrOffset, length).
func (r *Room) from(args []goja.Value) *goja.Object {
	v := bind.Arg(args, 0)
	if nodeerr.IsString(v) {
		return r.fromString(v, bind.Arg(args, 1))
	}
	if o, ok := v.(*goja.Object); ok && nodeerr.TypeOf(o) == "object" {
		if IsUint8Array(o) {
			return r.Wrap(append([]byte(nil), o.Export().([]byte)...))
		}
		if o.ExportType() == arrayBufferType {
			return r.fromArrayBuffer(o, bind.Arg(args, 1), bind.Arg(args, 2))
		}
		if fn, ok := bind.ToCallable(o.Get("valueOf")); ok {
			p := fn.Call(o)
			if _, isObject := p.(*goja.Object); (isObject && nodeerr.TypeOf(p) == "object" || nodeerr.IsString(p)) && p != goja.Value(o) {
				return r.from(append([]goja.Value{p}, args[1:]...))
			}
		}
		if b := r.fromObject(o); b != nil {
			return b
		}
		if fn, ok := bind.ToCallable(o.GetSymbol(goja.SymToPrimitive)); ok {
			if p := fn.Call(o, bind.String("string")); nodeerr.IsString(p) {
				return r.fromString(p, bind.Arg(args, 1))
			}
		}
	}
	panic(r.h.Err.InvalidArgType("first argument", []string{"string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"}, v))
}

func (r *Room) fromString(s, encoding goja.Value) *goja.Object {
	return r.Wrap(Append(nil, s, r.encodingArg(encoding)))
}

// encodingArg reads an encoding where anything that is no string means UTF-8.
func (r *Room) encodingArg(v goja.Value) Encoding {
	if !nodeerr.IsString(v) {
		return UTF8
	}
	enc, ok := ParseEncoding(v.String())
	if !ok {
		r.h.Err.Throw("ERR_UNKNOWN_ENCODING", v.String())
	}
	return enc
}

// fromArrayBuffer returns a Buffer that shares the ArrayBuffer's memory.
func (r *Room) fromArrayBuffer(ab *goja.Object, offset, length goja.Value) *goja.Object {
	have := float64(len(ab.Export().(goja.ArrayBuffer).Bytes()))
	off := 0.0
	if !bind.IsUndefined(offset) {
		if off = offset.ToFloat(); math.IsNaN(off) {
			off = 0
		}
	}
	rest := have - off
	if rest < 0 {
		panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", `"offset" is outside of buffer bounds`))
	}
	n := rest
	if !bind.IsUndefined(length) {
		if n = length.ToFloat(); n > rest {
			panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", `"length" is outside of buffer bounds`))
		} else if !(n > 0) {
			n = 0
		}
	}
	if off < 0 {
		panic(r.h.Err.Plain(nodeerr.RangeError, "Start offset "+number(off).String()+" is outside the bounds of the buffer"))
	}
	return r.view(ab, int(off), int(n))
}

// fromObject copies an array-like object or the JSON form of a Buffer; nil if o is neither.
func (r *Room) fromObject(o *goja.Object) *goja.Object {
	length := o.Get("length")
	buf, _ := o.Get("buffer").(*goja.Object)
	if !bind.IsUndefined(length) || buf != nil && buf.ExportType() == arrayBufferType {
		if !nodeerr.IsNumber(length) || !(length.ToFloat() > 0) {
			return r.Wrap(nil)
		}
		return r.fromArrayLike(o)
	}
	if t := o.Get("type"); t != nil && nodeerr.IsString(t) && t.String() == "Buffer" {
		if data, ok := o.Get("data").(*goja.Object); ok && data.ClassName() == "Array" {
			return r.fromArrayLike(data)
		}
	}
	return nil
}

// fromArrayLike copies the elements, each modulo 256.
func (r *Room) fromArrayLike(o *goja.Object) *goja.Object {
	b, err := r.uint8Array(r.Buffer.Ctor, o)
	if err != nil {
		bind.Rethrow(err)
	}
	return b
}

func (r *Room) copyBytesFrom(c goja.FunctionCall) goja.Value {
	v, ok := c.Argument(0).(*goja.Object)
	if !ok || !isTypedArray(v) {
		panic(r.h.Err.InvalidArgType("view", []string{"TypedArray"}, c.Argument(0)))
	}
	b, _ := Bytes(v)
	elem := int(bind.Property(v, "BYTES_PER_ELEMENT").ToInteger())
	n := int64(len(b) / max(elem, 1))
	lo, hi := int64(0), n
	if a := c.Argument(1); !bind.IsUndefined(a) {
		lo = min(r.h.Err.ValidateInteger(a, "offset", 0, nodeerr.MaxSafeInteger), n)
	}
	if a := c.Argument(2); !bind.IsUndefined(a) {
		hi = min(lo+r.h.Err.ValidateInteger(a, "length", 0, nodeerr.MaxSafeInteger), n)
	}
	return r.Wrap(append([]byte(nil), b[lo*int64(elem):hi*int64(elem)]...))
}

func isTypedArray(o *goja.Object) bool {
	t := o.ExportType()
	return t == bytesType || viewTypes[t]
}

func (r *Room) of(c goja.FunctionCall) goja.Value {
	b := make([]byte, len(c.Arguments))
	for i, v := range c.Arguments {
		b[i] = toUint8(v)
	}
	return r.Wrap(b)
}

// toUint8 is ToUint8 of ECMA-262.
func toUint8(v goja.Value) byte {
	f := v.ToFloat()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	if math.Abs(f) < 1<<53 {
		return byte(int64(f))
	}
	return byte(int64(math.Mod(math.Trunc(f), 256)))
}

func (r *Room) alloc(c goja.FunctionCall) goja.Value {
	n := r.size(c.Argument(0))
	fill := c.Argument(1)
	o := r.Wrap(make([]byte, n))
	if n == 0 || bind.IsUndefined(fill) || nodeerr.IsNumber(fill) && fill.ToFloat() == 0 {
		return o
	}
	return r.fill(o, fill, bind.Int(0), bind.Int(n), c.Argument(2))
}

// allocUnsafe gives zeros as well: Go has no memory without.
func (r *Room) allocUnsafe(c goja.FunctionCall) goja.Value {
	return r.Wrap(make([]byte, r.size(c.Argument(0))))
}

func (r *Room) concat(c goja.FunctionCall) goja.Value {
	list := r.h.Err.ValidateArray(c.Argument(0), "list")
	items, ok := engine.Elements(list)
	if !ok {
		items = make([]goja.Value, int(list.Get("length").ToInteger()))
		for i := range items {
			items[i] = list.Get(strconv.Itoa(i))
		}
	}
	if len(items) == 0 {
		return r.Wrap(nil)
	}
	var few [8][]byte
	parts := few[:0]
	if len(items) > len(few) {
		parts = make([][]byte, 0, len(items))
	}
	total, bad := 0, -1
	for i, v := range items {
		if !IsUint8Array(v) {
			if bind.IsNullish(v) && bind.IsUndefined(c.Argument(1)) { // Node adds the lengths up first
				what := "undefined"
				if v != nil {
					what = v.String()
				}
				panic(r.h.VM.NewTypeError("Cannot read properties of " + what + " (reading 'length')"))
			}
			if bad < 0 {
				bad = i
			}
			continue
		}
		b, _ := Bytes(v)
		parts = append(parts, b)
		total += len(b)
	}
	if l := c.Argument(1); !bind.IsUndefined(l) {
		total = int(r.h.Err.ValidateInteger(l, "length", 0, MaxLength))
	}
	if bad >= 0 {
		panic(r.h.Err.InvalidArgType("list["+strconv.Itoa(bad)+"]", bufferOrUint8Array, items[bad]))
	}
	out := make([]byte, 0, total)
	for _, p := range parts {
		out = append(out, p[:min(len(p), total-len(out))]...)
	}
	return r.Wrap(out[:total])
}

func (r *Room) byteLength(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if !nodeerr.IsString(v) {
		if b, ok := Bytes(v); ok {
			return bind.Int(len(b))
		}
		panic(r.h.Err.InvalidArgType("string", []string{"string", "Buffer", "ArrayBuffer"}, v))
	}
	enc := UTF8
	if e := c.Argument(1); bind.Truthy(e) {
		enc, _ = ParseEncoding(e.String()) // unknown: UTF-8, as in Node
	}
	return bind.Int(ByteLength(v, enc))
}

// index reads an optional argument as Node's copy does: numbers are rounded down, what is no
// number is 0.
func index(v goja.Value) float64 {
	f := v.ToFloat()
	if math.IsNaN(f) || math.Abs(f) > nodeerr.MaxSafeInteger {
		return 0
	}
	return math.Floor(f)
}

func (r *Room) copy(c goja.FunctionCall) goja.Value {
	src := r.uint8(c.This, "source")
	dst := r.uint8(c.Argument(0), "target")
	to, lo, hi := 0.0, 0.0, float64(len(src))
	if a := c.Argument(1); !bind.IsUndefined(a) {
		if to = index(a); to < 0 {
			panic(r.h.Err.OutOfRange("targetStart", ">= 0", number(to)))
		}
	}
	if a := c.Argument(2); !bind.IsUndefined(a) {
		if lo = index(a); lo < 0 || lo > float64(len(src)) {
			panic(r.h.Err.OutOfRange("sourceStart", ">= 0 && <= "+strconv.Itoa(len(src)), number(lo)))
		}
	}
	if a := c.Argument(3); !bind.IsUndefined(a) {
		if hi = index(a); hi < 0 {
			panic(r.h.Err.OutOfRange("sourceEnd", ">= 0", number(hi)))
		}
	}
	if to >= float64(len(dst)) || lo >= hi {
		return bind.Int(0)
	}
	return bind.Int(copy(dst[int(to):], src[int(lo):int(min(hi, float64(len(src))))]))
}

// clamp is what slice does with an index: negative ones count from the end.
func clamp(v goja.Value, n int) int {
	f := math.Trunc(v.ToFloat())
	switch {
	case math.IsNaN(f):
		return 0
	case f < 0:
		return max(int(max(f, float64(-n)))+n, 0)
	case f >= float64(n):
		return n
	}
	return int(f)
}

// subarray is subarray and slice: a Buffer on the same memory.
func (r *Room) subarray(c goja.FunctionCall) goja.Value {
	o, ok := c.This.(*goja.Object)
	if !ok || !isTypedArray(o) {
		r.this(c)
		return r.Wrap(nil)
	}
	var n int
	if b, ok := Bytes(o); ok {
		n = len(b)
	}
	lo, hi := 0, n
	if len(c.Arguments) > 0 {
		lo = clamp(c.Arguments[0], n)
	}
	if len(c.Arguments) > 1 && !bind.IsUndefined(c.Arguments[1]) {
		hi = clamp(c.Arguments[1], n)
	}
	return r.view(r.bufferOf.Call(o), int(r.offsetOf.Call(o).ToInteger())+lo, max(hi-lo, 0))
}

func (r *Room) toJSON(c goja.FunctionCall) goja.Value {
	b := r.this(c)
	data := make([]any, len(b))
	for i, x := range b {
		data[i] = bind.Int(int(x))
	}
	o := r.h.VM.NewObject()
	o.Set("type", "Buffer")
	o.Set("data", r.h.VM.NewArray(data...))
	return o
}
