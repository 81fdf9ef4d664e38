package buffer

import (
	"bytes"
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func (r *Room) equals(c goja.FunctionCall) goja.Value {
	other := r.uint8(c.Argument(0), "otherBuffer")
	return bind.Bool(bytes.Equal(r.this(c), other))
}

func (r *Room) compareStatic(c goja.FunctionCall) goja.Value {
	a := r.uint8(c.Argument(0), "buf1")
	return bind.Int(bytes.Compare(a, r.uint8(c.Argument(1), "buf2")))
}

func (r *Room) compare(c goja.FunctionCall) goja.Value {
	src := r.this(c)
	target := r.uint8(c.Argument(0), "target")
	offset := func(i int, name string, def int, limit float64) int {
		v := c.Argument(i)
		if bind.IsUndefined(v) {
			return def
		}
		return int(r.h.Err.ValidateInteger(v, name, 0, limit))
	}
	tlo := offset(1, "targetStart", 0, MaxLength)
	thi := offset(2, "targetEnd", len(target), float64(len(target)))
	slo := offset(3, "sourceStart", 0, MaxLength)
	shi := offset(4, "sourceEnd", len(src), float64(len(src)))
	switch {
	case slo >= shi && tlo >= thi:
		return bind.Int(0)
	case slo >= shi:
		return bind.Int(-1)
	case tlo >= thi:
		return bind.Int(1)
	}
	return bind.Int(bytes.Compare(src[slo:shi], target[tlo:thi]))
}

// search is indexOf (forward) and lastIndexOf(value, byteOffset, encoding); -1 means none.
func (r *Room) search(c goja.FunctionCall, forward bool) int {
	b, ok := Bytes(c.This)
	if !ok {
		panic(r.h.Err.InvalidArgType("buffer", []string{"Buffer", "TypedArray", "DataView"}, c.This))
	}
	val, offset, encoding := c.Argument(0), c.Argument(1), c.Argument(2)
	from := math.NaN()
	if nodeerr.IsString(offset) {
		encoding = offset
	} else {
		from = min(max(offset.ToFloat(), math.MinInt32), math.MaxInt32)
	}
	if math.IsNaN(from) {
		if from = 0; !forward {
			from = float64(len(b))
		}
	}
	if nodeerr.IsNumber(val) {
		at, ok := start(len(b), int(from), 1, forward)
		switch {
		case !ok || len(b) == 0:
			return -1
		case forward:
			i := bytes.IndexByte(b[at:], toUint8(val))
			if i < 0 {
				return -1
			}
			return at + i
		}
		return bytes.LastIndexByte(b[:min(at+1, len(b))], toUint8(val))
	}
	enc, known := UTF8, true
	if !bind.IsUndefined(encoding) {
		enc, known = knownEncoding(encoding)
	}
	var needle []byte
	switch {
	case nodeerr.IsString(val):
		if !known {
			panic(r.h.Err.UnknownEncoding(encoding))
		}
		needle = Append(nil, val, enc)
	case IsUint8Array(val):
		needle = val.(*goja.Object).Export().([]byte)
	default:
		panic(r.h.Err.InvalidArgType("value", []string{"number", "string", "Buffer", "Uint8Array"}, val))
	}
	at, ok := start(len(b), int(from), len(needle), forward)
	switch {
	case len(needle) == 0 && ok:
		return at
	case !ok || len(needle) > len(b) || forward && at+len(needle) > len(b):
		return -1
	case known && enc == UTF16LE:
		return search16(b, needle, at, forward)
	case forward:
		if i := bytes.Index(b[at:], needle); i >= 0 {
			return at + i
		}
		return -1
	}
	return bytes.LastIndex(b[:min(at+len(needle), len(b))], needle)
}

// start is IndexOfOffset of Node v20 src/node_buffer.cc: where to begin; false if nowhere.
func start(n, from, needle int, forward bool) (at int, ok bool) {
	switch {
	case from < 0 && from+n >= 0:
		return from + n, true
	case from < 0:
		return 0, forward || needle == 0
	case from+needle <= n:
		return from, true
	case needle == 0:
		return n, true
	case forward:
		return 0, false
	}
	return n - 1, n > 0
}

// search16 finds whole UTF-16 units, at even offsets only.
func search16(b, needle []byte, at int, forward bool) int {
	if len(b) < 2 || len(needle) < 2 {
		return -1
	}
	b, needle = b[:len(b)&^1], needle[:len(needle)&^1]
	last := len(b) - len(needle)
	if forward {
		for i := at &^ 1; i <= last; i += 2 {
			if bytes.Equal(b[i:i+len(needle)], needle) {
				return i
			}
		}
		return -1
	}
	for i := min(at&^1, last); i >= 0; i -= 2 {
		if bytes.Equal(b[i:i+len(needle)], needle) {
			return i
		}
	}
	return -1
}

// fill is buf.fill(value, offset, end, encoding).
func (r *Room) fill(buf, value, offset, end, encoding goja.Value) goja.Value {
	b, ok := Bytes(buf)
	if !ok {
		panic(r.h.Err.InvalidArgType("buf", bufferOrUint8Array, buf))
	}
	n := bind.Int(len(b))
	var pattern []byte
	if nodeerr.IsString(value) {
		switch {
		case bind.IsUndefined(offset) || nodeerr.IsString(offset):
			encoding, offset, end = offset, bind.Int(0), n
		case nodeerr.IsString(end):
			encoding, end = end, n
		}
		enc := UTF8
		if !bind.IsNullish(encoding) {
			s := r.h.Err.ValidateString(encoding, "encoding")
			if enc, ok = ParseEncoding(s); !ok {
				r.h.Err.Throw("ERR_UNKNOWN_ENCODING", s)
			}
		}
		if pattern = Append(nil, value, enc); value.(goja.String).Length() == 0 {
			pattern = []byte{0}
		}
	} else if p, ok := Bytes(value); ok {
		pattern = append([]byte(nil), p...) // it may be the memory that is being filled
	} else {
		pattern = []byte{toUint8(value)}
	}
	lo, hi := 0, len(b)
	if !bind.IsUndefined(offset) {
		lo = int(r.h.Err.ValidateInteger(offset, "offset", 0, MaxLength))
		if !bind.IsUndefined(end) {
			hi = int(r.h.Err.ValidateInteger(end, "end", 0, float64(len(b))))
		}
		if lo >= hi {
			return buf
		}
	}
	if len(pattern) == 0 {
		panic(r.h.Err.InvalidArgValue("value", value, ""))
	}
	dst := b[lo:hi]
	for done := copy(dst, pattern); done < len(dst); {
		done += copy(dst[done:], dst[:done])
	}
	return buf
}
