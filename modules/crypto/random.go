package crypto

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// maxBytes is kMaxInt32 of Node: the most random bytes at a time.
const maxBytes = 1<<31 - 1

func (r *Room) randomMethods() []bind.Method {
	return []bind.Method{
		{Name: "randomBytes", Length: 2, Fn: r.randomBytes},
		{Name: "pseudoRandomBytes", Length: 2, Fn: r.randomBytes},
		{Name: "randomFill", Length: 4, Fn: func(c goja.FunctionCall) goja.Value { return r.randomFill(c, true) }},
		{Name: "randomFillSync", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.randomFill(c, false) }},
		{Name: "randomInt", Length: 3, Fn: r.randomInt},
		{Name: "randomUUID", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if o := c.Argument(0); !bind.IsUndefined(o) {
				r.h.Err.ValidateObject(o, "options")
				if v := bind.Property(o, "disableEntropyCache"); !bind.IsUndefined(v) {
					r.h.Err.ValidateBoolean(v, "options.disableEntropyCache")
				}
			}
			return bind.String(r.uuid())
		}},
		{Name: "getRandomValues", Length: 1, Fn: r.getRandomValues},
		{Name: "timingSafeEqual", Length: 2, Fn: r.timingSafeEqual},
	}
}

// random fills b.
func (r *Room) random(b []byte) {
	source := r.h.Settings.CryptoRand
	if source == nil {
		rand.Read(b) // never fails
		return
	}
	if _, err := io.ReadFull(source, b); err != nil {
		panic(r.h.Err.Coded(nodeerr.Error, "ERR_CRYPTO_OPERATION_FAILED", "the embedder's source of random bytes failed: "+err.Error()))
	}
}

// workRandom is work with size random bytes. A source of the embedder's is read here and now: the order of
// its bytes is that of the calls.
func (r *Room) workRandom(cb *goja.Object, size int, do func(random []byte) func() []goja.Value) {
	var b []byte
	if r.h.Settings.CryptoRand != nil {
		b = make([]byte, size)
		r.random(b)
	}
	r.work(cb, func() func() []goja.Value {
		if b == nil {
			b = make([]byte, size)
			rand.Read(b)
		}
		return do(b)
	})
}

// uuid is a random UUID, RFC 4122 version 4.
func (r *Room) uuid() string {
	var b [16]byte
	r.random(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// randomBytes is randomBytes(size[, callback]).
func (r *Room) randomBytes(c goja.FunctionCall) goja.Value {
	size := int(r.h.Err.ValidateNumber(c.Argument(0), "size", 0, maxBytes))
	cb := c.Argument(1)
	if bind.IsUndefined(cb) {
		b := make([]byte, size)
		r.random(b)
		return r.buffers.Wrap(b)
	}
	r.workRandom(r.h.Err.ValidateFunction(cb, "callback"), size, func(b []byte) func() []goja.Value {
		return func() []goja.Value { return []goja.Value{goja.Null(), r.buffers.Wrap(b)} }
	})
	return goja.Undefined()
}

// randomFill is randomFill(buffer[, offset][, size], callback), or randomFillSync.
func (r *Room) randomFill(c goja.FunctionCall, async bool) goja.Value {
	target := c.Argument(0)
	b, ok := buffer.Bytes(target)
	if !ok {
		panic(r.h.Err.InvalidArgType("buf", []string{"ArrayBuffer", "ArrayBufferView"}, target))
	}
	args := c.Arguments[1:]
	var cb *goja.Object
	if async {
		last := goja.Value(goja.Undefined())
		for i, a := range args {
			if o, ok := a.(*goja.Object); ok && o.ClassName() == "Function" || i == 2 {
				last, args = a, args[:i]
				break
			}
		}
		cb = r.h.Err.ValidateFunction(last, "callback")
	}
	width := 1
	if v := bind.Property(target, "BYTES_PER_ELEMENT"); nodeerr.IsNumber(v) {
		width = int(v.ToInteger())
	}
	count := func(v goja.Value, name string, limit int) int {
		n := r.h.Err.ValidateNumber(v, name, math.NaN(), math.NaN()) * float64(width)
		if math.IsNaN(n) || n > float64(limit) || n < 0 {
			panic(r.h.Err.OutOfRange(name, fmt.Sprintf(">= 0 && <= %d", limit), v))
		}
		return int(n)
	}
	offset := 0
	if v := bind.Arg(args, 0); !bind.IsUndefined(v) {
		offset = count(v, "offset", len(b))
	}
	size := len(b) - offset
	if v := bind.Arg(args, 1); !bind.IsUndefined(v) {
		size = count(v, "size", maxBytes)
		if size+offset > len(b) {
			panic(r.h.Err.OutOfRange("size + offset", fmt.Sprintf("<= %d", len(b)), bind.Int(size+offset)))
		}
	}
	if cb == nil {
		r.random(b[offset : offset+size])
		return target
	}
	// Not into the program's memory from another goroutine.
	r.workRandom(cb, size, func(random []byte) func() []goja.Value {
		return func() []goja.Value {
			copy(b[offset:], random)
			return []goja.Value{goja.Null(), target}
		}
	})
	return goja.Undefined()
}

// randomInt is randomInt([min, ]max[, callback]).
func (r *Room) randomInt(c goja.FunctionCall) goja.Value {
	lo, hi, cb := c.Argument(0), c.Argument(1), c.Argument(2)
	if _, isFunc := goja.AssertFunction(hi); bind.IsUndefined(hi) || isFunc {
		lo, hi, cb = bind.Int(0), c.Argument(0), c.Argument(1)
	}
	var fn *goja.Object
	if !bind.IsUndefined(cb) {
		fn = r.h.Err.ValidateFunction(cb, "callback")
	}
	from, to := r.safeInteger(lo, "min"), r.safeInteger(hi, "max")
	if to <= from {
		panic(r.h.Err.OutOfRange("max", fmt.Sprintf("greater than the value of \"min\" (%d)", from), hi))
	}
	span := to - from
	if span > 1<<48-1 {
		panic(r.h.Err.OutOfRange("max - min", "<= 281474976710655", r.h.VM.ToValue(span)))
	}
	n := r.h.VM.ToValue(from + r.below(span))
	if fn == nil {
		return n
	}
	r.later(fn, goja.Undefined(), n)
	return goja.Undefined()
}

// below is a random integer from 0 to n-1, all with the same chance.
func (r *Room) below(n int64) int64 {
	limit := (1 << 48) / n * n
	for {
		var b [8]byte
		r.random(b[2:])
		if x := int64(binary.BigEndian.Uint64(b[:])); x < limit {
			return x % n
		}
	}
}

func (r *Room) safeInteger(v goja.Value, name string) int64 {
	const maxSafe = 1<<53 - 1
	if f := v.ToFloat(); nodeerr.IsNumber(v) && f == math.Trunc(f) && math.Abs(f) <= maxSafe {
		return int64(f)
	}
	panic(r.h.Err.InvalidArgType(name, []string{"a safe integer"}, v))
}

// getRandomValues is the method of Web Crypto.
func (r *Room) getRandomValues(c goja.FunctionCall) goja.Value {
	b, ok := buffer.Bytes(c.Argument(0))
	if !ok {
		panic(r.h.Err.InvalidArgType("data", []string{"Buffer", "TypedArray"}, c.Argument(0)))
	}
	const quota = 65536
	if len(b) > quota {
		panic(r.h.Err.Coded(nodeerr.Error, "QuotaExceededError", fmt.Sprintf("The requested length exceeds %d bytes", quota)))
	}
	r.random(b)
	return c.Argument(0)
}

// timingSafeEqual is timingSafeEqual(a, b).
func (r *Room) timingSafeEqual(c goja.FunctionCall) goja.Value {
	a, ok := buffer.Bytes(c.Argument(0))
	if !ok {
		panic(r.notBytes("buf1"))
	}
	b, ok := buffer.Bytes(c.Argument(1))
	if !ok {
		panic(r.notBytes("buf2"))
	}
	if len(a) != len(b) {
		r.h.Err.Throw("ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH")
	}
	return bind.Bool(subtle.ConstantTimeCompare(a, b) == 1)
}

// notBytes is the error that Node makes in C++, without what it received.
func (r *Room) notBytes(name string) *goja.Object {
	return r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", `The "`+name+`" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`)
}

// webCrypto is crypto.webcrypto, the global crypto: its random half. What needs crypto.subtle throws.
func (r *Room) webCrypto() *goja.Object {
	class := bind.Define(r.h.VM, bind.Class{Name: "Crypto", Mode: bind.CallNever,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Accessors: []bind.Accessor{{Name: "subtle", Get: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "crypto.subtle:")
			return nil
		}}},
		Methods: []bind.Method{
			{Name: "getRandomValues", Length: 1, Fn: r.getRandomValues},
			{Name: "randomUUID", Fn: func(goja.FunctionCall) goja.Value { return bind.String(r.uuid()) }},
		}})
	class.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("Crypto"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return r.h.VM.CreateObject(class.Proto)
}
