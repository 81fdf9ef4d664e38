package buffer

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// integer describes the integers of one pair of methods.
type integer struct {
	size   int // bytes; 1 to 6
	signed bool
	big    bool // big-endian
}

func (t integer) get(b []byte) int64 {
	var u uint64
	for i := range t.size {
		if t.big {
			u = u<<8 | uint64(b[i])
		} else {
			u |= uint64(b[i]) << (8 * i)
		}
	}
	if t.signed {
		shift := 64 - 8*t.size
		return int64(u<<shift) >> shift
	}
	return int64(u)
}

func (t integer) put(b []byte, v int64) {
	for i := range t.size {
		if t.big {
			b[t.size-1-i] = byte(v)
		} else {
			b[i] = byte(v)
		}
		v >>= 8
	}
}

// limits returns the least and the greatest value.
func (t integer) limits() (lo, hi float64) {
	bits := float64(8 * t.size)
	if t.signed {
		return -math.Exp2(bits - 1), math.Exp2(bits-1) - 1
	}
	return 0, math.Exp2(bits) - 1
}

// rangeText is the limits as Node's messages have them.
func (t integer) rangeText() string {
	if t.size <= 4 {
		lo, hi := t.limits()
		return ">= " + number(lo).String() + " and <= " + number(hi).String()
	}
	bits := 8 * t.size
	if t.signed {
		return ">= -(2 ** " + strconv.Itoa(bits-1) + ") and < 2 ** " + strconv.Itoa(bits-1)
	}
	return ">= 0 and < 2 ** " + strconv.Itoa(bits)
}

// defineNumbers puts the read and write methods on the prototype, in Node's order. Aliases are the
// same function under two names.
func (r *Room) defineNumbers(proto *goja.Object) {
	vm := r.h.VM
	type alias struct {
		name string
		fn   *goja.Object
	}
	var aliases []alias // of the group in hand, which Node lists behind it
	set := func(name string, fn *goja.Object) {
		proto.DefineDataProperty(name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	put := func(name string, length int, fn bind.Func, other string) {
		f := bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn})
		set(name, f)
		if other != "" {
			aliases = append(aliases, alias{other, f})
		}
	}
	flush := func() {
		for _, a := range aliases {
			set(a.name, a.fn)
		}
		aliases = nil
	}
	for _, write := range []bool{false, true} {
		verb, n, fn := "read", 0, r.readBig
		if write {
			verb, n, fn = "write", 1, r.writeBig
		}
		put(verb+"BigUInt64LE", n, fn(false, binary.LittleEndian), verb+"BigUint64LE")
		put(verb+"BigUInt64BE", n, fn(false, binary.BigEndian), verb+"BigUint64BE")
		flush()
		put(verb+"BigInt64LE", n, fn(true, binary.LittleEndian), "")
		put(verb+"BigInt64BE", n, fn(true, binary.BigEndian), "")
	}
	for _, write := range []bool{false, true} {
		verb, n, nVar, fn, fnVar := "read", 0, 2, r.readInt, r.readIntVar
		if write {
			verb, n, nVar, fn, fnVar = "write", 1, 3, r.writeInt, r.writeIntVar
		}
		for _, signed := range []bool{false, true} {
			kind, other := verb+"Int", ""
			if !signed {
				kind, other = verb+"UInt", verb+"Uint"
			}
			row := func(suffix string, length int, fn bind.Func) {
				a := ""
				if other != "" {
					a = other + suffix
				}
				put(kind+suffix, length, fn, a)
			}
			row("LE", nVar, fnVar(signed, false))
			row("32LE", n, fn(integer{4, signed, false}))
			row("16LE", n, fn(integer{2, signed, false}))
			row("8", n, fn(integer{1, signed, false}))
			row("BE", nVar, fnVar(signed, true))
			row("32BE", n, fn(integer{4, signed, true}))
			row("16BE", n, fn(integer{2, signed, true}))
			flush()
		}
	}
	put("readFloatLE", 0, r.readFloat(4, binary.LittleEndian), "")
	put("readFloatBE", 0, r.readFloat(4, binary.BigEndian), "")
	put("readDoubleLE", 0, r.readFloat(8, binary.LittleEndian), "")
	put("readDoubleBE", 0, r.readFloat(8, binary.BigEndian), "")
	put("writeFloatLE", 1, r.writeFloat(4, binary.LittleEndian), "")
	put("writeFloatBE", 1, r.writeFloat(4, binary.BigEndian), "")
	put("writeDoubleLE", 1, r.writeFloat(8, binary.LittleEndian), "")
	put("writeDoubleBE", 1, r.writeFloat(8, binary.BigEndian), "")
}

// at returns the size bytes at the offset, 0 if it is undefined.
func (r *Room) at(b []byte, offset goja.Value, size int) []byte {
	if bind.IsUndefined(offset) {
		offset = bind.Int(0)
	}
	return r.strictAt(b, offset, size)
}

// strictAt is at where the offset must be given.
func (r *Room) strictAt(b []byte, offset goja.Value, size int) []byte {
	if !nodeerr.IsNumber(offset) {
		panic(r.h.Err.InvalidArgType("offset", []string{"number"}, offset))
	}
	f := offset.ToFloat()
	if f >= 0 && f <= float64(len(b)-size) && f == math.Trunc(f) {
		return b[int(f):][:size:size]
	}
	r.boundsError(offset, len(b)-size, "")
	return nil
}

// boundsError throws for an offset or byteLength outside of limit.
func (r *Room) boundsError(v goja.Value, limit int, kind string) {
	name, lo := "offset", "0"
	if kind != "" {
		name, lo = kind, "1"
	}
	if !nodeerr.IsNumber(v) {
		panic(r.h.Err.InvalidArgType(name, []string{"number"}, v))
	}
	if f := v.ToFloat(); math.Floor(f) != f {
		panic(r.h.Err.OutOfRange(name, "an integer", v))
	}
	if limit < 0 {
		r.h.Err.Throw("ERR_BUFFER_OUT_OF_BOUNDS")
	}
	panic(r.h.Err.OutOfRange(name, ">= "+lo+" and <= "+strconv.Itoa(limit), v))
}

func (r *Room) readInt(t integer) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		return none.ToValue(t.get(r.at(r.this(c), c.Argument(0), t.size)))
	}
}

// byteLengthArg returns the byteLength argument of the methods with a variable size.
func (r *Room) byteLengthArg(v goja.Value) int {
	if nodeerr.IsNumber(v) {
		if f := v.ToFloat(); f >= 1 && f <= 6 && f == math.Trunc(f) {
			return int(f)
		}
	}
	r.boundsError(v, 6, "byteLength")
	return 0
}

func (r *Room) readIntVar(signed, big bool) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		b := r.this(c)
		if bind.IsUndefined(c.Argument(0)) {
			panic(r.h.Err.InvalidArgType("offset", []string{"number"}, goja.Undefined()))
		}
		t := integer{r.byteLengthArg(c.Argument(1)), signed, big}
		return none.ToValue(t.get(r.at(b, c.Argument(0), t.size)))
	}
}

// putInt writes value and returns the offset behind it. Node checks the value first, save for
// single bytes.
func (r *Room) putInt(b []byte, t integer, value, offset goja.Value) goja.Value {
	f := value.ToNumber().ToFloat()
	if t.size == 1 && !nodeerr.IsNumber(offset) {
		panic(r.h.Err.InvalidArgType("offset", []string{"number"}, offset))
	}
	if lo, hi := t.limits(); f < lo || f > hi {
		panic(r.h.Err.OutOfRange("value", t.rangeText(), number(f)))
	}
	dst := r.strictAt(b, offset, t.size)
	var i int64
	if !math.IsNaN(f) {
		i = int64(f)
	}
	t.put(dst, i)
	return bind.Int(int(offset.ToInteger()) + t.size)
}

func orZero(v goja.Value) goja.Value {
	if bind.IsUndefined(v) {
		return bind.Int(0)
	}
	return v
}

func (r *Room) writeInt(t integer) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		return r.putInt(r.this(c), t, c.Argument(0), orZero(c.Argument(1)))
	}
}

func (r *Room) writeIntVar(signed, big bool) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		b := r.this(c)
		return r.putInt(b, integer{r.byteLengthArg(c.Argument(2)), signed, big}, c.Argument(0), c.Argument(1))
	}
}

func (r *Room) readBig(signed bool, order binary.ByteOrder) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		u := order.Uint64(r.at(r.this(c), c.Argument(0), 8))
		i := new(big.Int)
		if signed {
			i.SetInt64(int64(u))
		} else {
			i.SetUint64(u)
		}
		return none.ToValue(i)
	}
}

var (
	minInt64  = big.NewInt(math.MinInt64)
	maxInt64  = big.NewInt(math.MaxInt64)
	maxUint64 = new(big.Int).SetUint64(math.MaxUint64)
	zero      = new(big.Int)
)

func (r *Room) writeBig(signed bool, order binary.ByteOrder) bind.Func {
	lo, hi, text := zero, maxUint64, ">= 0n and < 2n ** 64n"
	if signed {
		lo, hi, text = minInt64, maxInt64, ">= -(2n ** 63n) and < 2n ** 63n"
	}
	return func(c goja.FunctionCall) goja.Value {
		b := r.this(c)
		v, offset := c.Argument(0), orZero(c.Argument(1))
		i, ok := bind.Exported[*big.Int](v)
		if !ok {
			r.strictAt(b, offset, 8)
			panic(r.h.VM.NewTypeError("Cannot mix BigInt and other types, use explicit conversions"))
		}
		if i.Cmp(lo) < 0 || i.Cmp(hi) > 0 {
			panic(r.h.Err.OutOfRange("value", text, v))
		}
		dst := r.strictAt(b, offset, 8)
		u := i.Uint64()
		if i.Sign() < 0 {
			u = uint64(i.Int64())
		}
		order.PutUint64(dst, u)
		return bind.Int(int(offset.ToInteger()) + 8)
	}
}

func (r *Room) readFloat(size int, order binary.ByteOrder) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		b := r.at(r.this(c), c.Argument(0), size)
		if size == 4 {
			return number(float64(math.Float32frombits(order.Uint32(b))))
		}
		return number(math.Float64frombits(order.Uint64(b)))
	}
}

func (r *Room) writeFloat(size int, order binary.ByteOrder) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		b := r.this(c)
		f, offset := c.Argument(0).ToNumber().ToFloat(), orZero(c.Argument(1))
		dst := r.strictAt(b, offset, size)
		if size == 4 {
			order.PutUint32(dst, math.Float32bits(float32(f)))
		} else {
			bits := math.Float64bits(f)
			if f != f {
				bits = 0x7FF8 << 48 // V8's NaN; Go's has another payload
			}
			order.PutUint64(dst, bits)
		}
		return bind.Int(int(offset.ToInteger()) + size)
	}
}

func (r *Room) swap(size int, text string) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		b := r.this(c)
		if len(b)%size != 0 {
			r.h.Err.Throw("ERR_INVALID_BUFFER_SIZE", text)
		}
		for ; len(b) > 0; b = b[size:] {
			for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
				b[i], b[j] = b[j], b[i]
			}
		}
		return c.This
	}
}

// number returns f as a JavaScript number.
func number(f float64) goja.Value { return none.ToValue(f) }
