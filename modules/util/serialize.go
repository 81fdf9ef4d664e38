package util

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Values as bytes, in the format of v8.serialize and of channels with serialization: 'advanced'. A tag, a
// byte, says what follows; numbers are little endian, lengths of 7 bits a byte. An object that was met
// before is a number: objects count from 0 in the order in which they begin.
//
// Source: V8 11.3 src/objects/value-serializer.cc; Node v20 lib/v8.js: DefaultSerializer,
// lib/internal/child_process/serialization.js.

// wireVersion is V8's version of the format. Readers take all up to their own.
const wireVersion = 15

const (
	tagVersion     = 0xff
	tagPadding     = 0
	tagUndefined   = '_'
	tagNull        = '0'
	tagTrue        = 'T'
	tagFalse       = 'F'
	tagInt32       = 'I'
	tagUint32      = 'U'
	tagDouble      = 'N'
	tagBigInt      = 'Z'
	tagLatin1      = '"'
	tagUTF16       = 'c'
	tagUTF8        = 'S'
	tagReference   = '^'
	tagObject      = 'o'
	tagObjectEnd   = '{'
	tagDense       = 'A'
	tagDenseEnd    = '$'
	tagSparse      = 'a'
	tagSparseEnd   = '@'
	tagHole        = '-'
	tagDate        = 'D'
	tagTrueObject  = 'y'
	tagFalseObject = 'x'
	tagNumberObj   = 'n'
	tagBigIntObj   = 'z'
	tagStringObj   = 's'
	tagRegExp      = 'R'
	tagMap         = ';'
	tagMapEnd      = ':'
	tagSet         = '\''
	tagSetEnd      = ','
	tagArrayBuffer = 'B'
	tagView        = 'V'
	tagHost        = '\\'
	tagTransfer    = 't'
	tagError       = 'r'

	tagErrorMessage = 'm'
	tagErrorCause   = 'c'
	tagErrorStack   = 's'
	tagErrorEnd     = '.'
)

// errorTags are the prototypes of errors that have a tag; Error has none.
var errorTags = map[byte]string{'E': "EvalError", 'R': "RangeError", 'F': "ReferenceError", 'S': "SyntaxError", 'T': "TypeError", 'U': "URIError"}

// regExpFlags are flags in the order of their bits; V8's own flag l is never set.
const regExpFlags = "gimyusldv"

// views are the classes of views by Node's number; 10 is Buffer.
var views = []string{"Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
	"Float32Array", "Float64Array", "DataView", "Buffer", "BigInt64Array", "BigUint64Array"}

// Of views inside of a channel's message, and of what has no form, which goes as its properties.
const (
	channelView   = 0
	channelObject = 1
)

// serializer writes one value.
type serializer struct {
	*Room
	out     []byte
	channel bool // for a channel
	seen    map[*goja.Object]uint32
	depth   int
	pieces  *Serializer // nil: the value is written by AppendSerialized
}

// AppendSerialized appends v as v8.serialize writes it, or, with channel, as a channel does. It throws for
// what cannot be cloned.
func (r *Room) AppendSerialized(dst []byte, v goja.Value, channel bool) []byte {
	s := &serializer{Room: r, out: append(dst, tagVersion, wireVersion), channel: channel, seen: make(map[*goja.Object]uint32)}
	s.value(v)
	return s.out
}

func (s *serializer) tag(t byte) { s.out = append(s.out, t) }

func (s *serializer) number(n uint64) { s.out = binary.AppendUvarint(s.out, n) }

func (s *serializer) double(f float64) {
	if f != f {
		f = math.Float64frombits(0x7ff8 << 48) // Go's has other bits
	}
	s.out = binary.LittleEndian.AppendUint64(s.out, math.Float64bits(f))
}

func (s *serializer) refuse(what string) {
	text := what + " could not be cloned."
	if s.pieces != nil {
		panic(s.pieces.Refuse(text))
	}
	panic(s.h.Err.Plain(nodeerr.Error, text))
}

func (s *serializer) value(v goja.Value) {
	switch {
	case v == nil || goja.IsUndefined(v):
		s.tag(tagUndefined)
		return
	case goja.IsNull(v):
		s.tag(tagNull)
		return
	}
	if o, ok := v.(*goja.Object); ok {
		if s.depth++; s.depth > maxClone {
			panic(s.h.Err.Plain(nodeerr.RangeError, "Maximum call stack size exceeded"))
		}
		s.object(o)
		s.depth--
		return
	}
	if sym, ok := v.(*goja.Symbol); ok {
		s.refuse("Symbol(" + sym.String() + ")")
	}
	switch x := v.Export().(type) {
	case bool:
		if x {
			s.tag(tagTrue)
		} else {
			s.tag(tagFalse)
		}
	case *big.Int:
		s.tag(tagBigInt)
		s.bigInt(x)
	case string:
		s.string(v)
	case int64:
		if x == int64(int32(x)) {
			s.int32(int32(x))
		} else {
			s.tag(tagDouble)
			s.double(float64(x))
		}
	default:
		if f := v.ToFloat(); f == float64(int32(f)) && !(f == 0 && math.Signbit(f)) {
			s.int32(int32(f))
		} else {
			s.tag(tagDouble)
			s.double(f)
		}
	}
}

func (s *serializer) int32(n int32) {
	s.tag(tagInt32)
	s.number(uint64(uint32(n<<1 ^ n>>31)))
}

// bigInt writes sign and length in bytes, then the digits, 64 bits each.
func (s *serializer) bigInt(n *big.Int) {
	digits := n.Bytes()
	slices.Reverse(digits)
	for len(digits)%8 != 0 {
		digits = append(digits, 0)
	}
	field := uint64(len(digits)) << 1
	if n.Sign() < 0 {
		field |= 1
	}
	s.number(field)
	s.out = append(s.out, digits...)
}

func (s *serializer) string(v goja.Value) {
	str := bind.ToString(v)
	n := str.Length()
	for i := range n {
		if str.CharAt(i) > 0xff {
			size := uint64(2 * n)
			if (len(s.out)+1+len(binary.AppendUvarint(nil, size)))%2 != 0 {
				s.tag(tagPadding) // V8 reads it where it stands
			}
			s.tag(tagUTF16)
			s.number(size)
			s.out = buffer.Append(s.out, str, buffer.UTF16LE)
			return
		}
	}
	s.tag(tagLatin1)
	s.number(uint64(n))
	s.out = buffer.Append(s.out, str, buffer.Latin1)
}

func (s *serializer) object(o *goja.Object) {
	if id, ok := s.seen[o]; ok {
		s.tag(tagReference)
		s.number(uint64(id))
		return
	}
	k := kindOf(o)
	if s.pieces != nil && !s.pieces.HostViews && (k == typedArray || k == dataView) {
		s.object(o.Get("buffer").(*goja.Object)) // its memory comes first
	}
	s.seen[o] = uint32(len(s.seen))
	switch k {
	case boxedBoolean:
		if s.unbox(o, k).ToBoolean() {
			s.tag(tagTrueObject)
		} else {
			s.tag(tagFalseObject)
		}
	case boxedNumber:
		s.tag(tagNumberObj)
		s.double(s.unbox(o, k).ToFloat())
	case boxedBigInt:
		s.tag(tagBigIntObj)
		s.bigInt(s.unbox(o, k).Export().(*big.Int))
	case boxedString:
		s.tag(tagStringObj)
		s.string(s.unbox(o, k))
	case date:
		s.tag(tagDate)
		s.double(s.dateTime.Call(o).ToFloat())
	case regExp:
		s.tag(tagRegExp)
		source, flags := s.regExpParts(o)
		s.string(source)
		bits := uint64(0)
		for i, f := range regExpFlags {
			if strings.ContainsRune(flags.String(), f) {
				bits |= 1 << i
			}
		}
		s.number(bits)
	case arrayBuffer:
		if s.pieces != nil && s.pieces.transferred(o) {
			return
		}
		ab := o.Export().(goja.ArrayBuffer)
		if ab.Detached() {
			s.refuse("An ArrayBuffer is detached and")
		}
		s.tag(tagArrayBuffer)
		s.number(uint64(len(ab.Bytes())))
		s.out = append(s.out, ab.Bytes()...)
	case typedArray, dataView:
		s.view(o, k)
	case mapKind:
		s.tag(tagMap)
		keys, values := s.entries(o)
		for i := range keys {
			s.value(keys[i])
			s.value(values[i])
		}
		s.tag(tagMapEnd)
		s.number(uint64(2 * len(keys)))
	case setKind:
		s.tag(tagSet)
		all := s.members(o)
		for _, v := range all {
			s.value(v)
		}
		s.tag(tagSetEnd)
		s.number(uint64(len(all)))
	case errorKind:
		s.error(o)
	case array:
		s.array(o)
	case plain:
		if o.ClassName() == "Arguments" {
			s.cannot(o)
		}
		s.tag(tagObject)
		n := s.properties(o, o.Keys())
		s.tag(tagObjectEnd)
		s.number(n)
	default:
		s.cannot(o)
	}
}

// cannot refuses o, whose kind has no form; Node writes its native objects as their properties to a
// channel, but no function, proxy, promise or weak collection.
func (s *serializer) cannot(o *goja.Object) {
	if isFunction(o) {
		s.refuse(textOf(s.functionText.Call(o)))
	}
	name := "Object"
	if ctor := bind.Property(o, "constructor"); kindOf(o) != proxy && bind.Truthy(bind.Property(ctor, "name")) {
		name = bind.Property(ctor, "name").String()
	}
	s.refuse("#<" + name + ">")
}

// properties writes the enumerable string-keyed properties and returns how many; getters run.
func (s *serializer) properties(o *goja.Object, keys []string) uint64 {
	for _, name := range keys {
		if i, ok := arrayIndex(name); !ok {
			s.string(s.vm.ToValue(name))
		} else if i <= math.MaxInt32 {
			s.int32(int32(i))
		} else {
			s.tag(tagDouble)
			s.double(float64(i))
		}
		s.value(o.Get(name))
	}
	return uint64(len(keys))
}

// arrayIndex reads a key that is an index of an array.
func arrayIndex(key string) (uint32, bool) {
	if key == "" || len(key) > 10 || key[0] == '0' && len(key) > 1 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range []byte(key) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return uint32(n), n < math.MaxUint32
}

// array writes an array without holes element by element, others as properties.
func (s *serializer) array(o *goja.Object) {
	length := uint64(o.Get("length").ToInteger())
	keys := o.Keys()
	dense := uint64(len(keys)) >= length
	for i := uint64(0); dense && i < length; i++ {
		n, ok := arrayIndex(keys[i])
		dense = ok && uint64(n) == i
	}
	end := byte(tagSparseEnd)
	if dense {
		s.tag(tagDense)
		s.number(length)
		for i := range length {
			s.value(o.Get(keys[i]))
		}
		keys, end = keys[length:], tagDenseEnd
	} else {
		s.tag(tagSparse)
		s.number(length)
	}
	n := s.properties(o, keys)
	s.tag(end)
	s.number(n)
	s.number(length)
}

// view writes the bytes that the view shows, not the whole memory behind it.
func (s *serializer) view(o *goja.Object, k kind) {
	if s.pieces != nil {
		s.pieces.view(o, k)
		return
	}
	index, b := s.viewForm(o, k)
	if index < 0 {
		s.cannot(o)
	}
	s.tag(tagHost)
	if s.channel {
		s.number(channelView)
	}
	s.number(uint64(index))
	s.number(uint64(len(b)))
	s.out = append(s.out, b...)
}

// viewName is the class of a view, Buffer among them.
func (r *Room) viewName(o *goja.Object, k kind) string {
	switch {
	case k == dataView:
		return "DataView"
	case buffer.Rooms.Of(r.h).IsBuffer(o):
		return "Buffer"
	}
	return r.typedArrayTag.Call(o).String()
}

// viewForm returns Node's number of the class of a view, and what the view shows, lent; -1 for what is none.
func (r *Room) viewForm(o *goja.Object, k kind) (index int, b []byte) {
	if k != typedArray && k != dataView {
		return -1, nil
	}
	b, ok := buffer.Bytes(o)
	if !ok {
		return -1, nil
	}
	return slices.Index(views, r.viewName(o, k)), b
}

// error writes class, message, cause and stack; other properties are lost.
func (s *serializer) error(o *goja.Object) {
	s.tag(tagError)
	name := bind.Property(o, "name").String()
	for tag, class := range errorTags {
		if class == name {
			s.tag(tag)
		}
	}
	if d, ok := s.own(o, key{name: "message"}); ok && d.value != nil {
		s.tag(tagErrorMessage)
		s.string(d.value.ToString())
	}
	if d, ok := s.own(o, key{name: "cause"}); ok && d.value != nil {
		s.tag(tagErrorCause)
		s.value(d.value)
	}
	if stack := bind.Property(o, "stack"); nodeerr.IsString(stack) {
		s.tag(tagErrorStack)
		s.string(stack)
	}
	s.tag(tagErrorEnd)
}
