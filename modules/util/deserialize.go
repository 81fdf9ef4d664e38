package util

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// deserializer reads one value. What it reads may be anything: each step looks at what is left.
type deserializer struct {
	*Room
	in      []byte
	channel bool
	objects []*goja.Object
	depth   int
	pieces  *Deserializer // nil: the value is read by Deserialize
}

// Deserialize reads what AppendSerialized wrote, or Node did. The value shares no memory with data. It
// throws for what cannot be read.
func (r *Room) Deserialize(data []byte, channel bool) goja.Value {
	d := &deserializer{Room: r, in: data, channel: channel}
	if len(data) < 2 || data[0] != tagVersion || data[1] > wireVersion {
		panic(r.h.Err.Plain(nodeerr.Error, "Unable to deserialize cloned data due to invalid or unsupported version."))
	}
	d.in = data[2:]
	return d.value()
}

func (d *deserializer) fail() {
	panic(d.h.Err.Plain(nodeerr.Error, "Unable to deserialize cloned data."))
}

// bytes takes the next n bytes; they are lent.
func (d *deserializer) bytes(n uint64) []byte {
	if n > uint64(len(d.in)) {
		d.fail()
	}
	b := d.in[:n:n]
	d.in = d.in[n:]
	return b
}

// peek returns the next tag, 0 at the end.
func (d *deserializer) peek() byte {
	for len(d.in) > 0 && d.in[0] == tagPadding {
		d.in = d.in[1:]
	}
	if len(d.in) == 0 {
		return 0
	}
	return d.in[0]
}

func (d *deserializer) tag() byte {
	t := d.peek()
	d.bytes(1)
	return t
}

// number reads a length or the like, which has 32 bits.
func (d *deserializer) number() uint64 {
	n, size := binary.Uvarint(d.in)
	if size <= 0 || n > math.MaxUint32 {
		d.fail()
	}
	d.in = d.in[size:]
	return n
}

func (d *deserializer) double() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.bytes(8)))
}

func (d *deserializer) keep(o *goja.Object) *goja.Object {
	d.objects = append(d.objects, o)
	return o
}

func (d *deserializer) construct(name string, args ...goja.Value) *goja.Object {
	o, err := d.vm.New(d.vm.Get(name), args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

func (d *deserializer) value() goja.Value {
	if d.depth++; d.depth > maxClone {
		panic(d.h.Err.Plain(nodeerr.RangeError, "Maximum call stack size exceeded"))
	}
	defer func() { d.depth-- }()
	switch t := d.tag(); t {
	case tagUndefined:
		return goja.Undefined()
	case tagNull:
		return goja.Null()
	case tagTrue:
		return bind.True
	case tagFalse:
		return bind.False
	case tagInt32:
		n := uint32(d.number())
		return d.vm.ToValue(int32(n>>1) ^ -int32(n&1))
	case tagUint32:
		return d.vm.ToValue(d.number())
	case tagDouble:
		return d.vm.ToValue(d.double())
	case tagBigInt:
		return d.vm.ToValue(d.bigInt())
	case tagLatin1, tagUTF16, tagUTF8:
		return d.string(t)
	case tagReference:
		id := d.number()
		if id >= uint64(len(d.objects)) || d.objects[id] == nil { // nil: it is still being read
			d.fail()
		}
		return d.orView(d.objects[id])
	default:
		return d.orView(d.object(t))
	}
}

func (d *deserializer) bigInt() *big.Int {
	field := d.number()
	digits := append([]byte(nil), d.bytes(field>>1)...)
	slices.Reverse(digits)
	n := new(big.Int).SetBytes(digits)
	if field&1 != 0 {
		n.Neg(n)
	}
	return n
}

func (d *deserializer) string(tag byte) goja.Value {
	b := d.bytes(d.number())
	switch {
	case tag == tagLatin1:
		return buffer.Decode(b, buffer.Latin1)
	case tag == tagUTF8:
		return buffer.Decode(b, buffer.UTF8)
	case tag != tagUTF16 || len(b)%2 != 0:
		d.fail()
	}
	return buffer.Decode(b, buffer.UTF16LE)
}

func (d *deserializer) object(tag byte) goja.Value {
	switch tag {
	case tagTrueObject, tagFalseObject:
		return d.keep(bind.Bool(tag == tagTrueObject).ToObject(d.vm))
	case tagNumberObj:
		return d.keep(d.vm.ToValue(d.double()).ToObject(d.vm))
	case tagBigIntObj:
		return d.keep(d.vm.ToValue(d.bigInt()).ToObject(d.vm))
	case tagStringObj:
		return d.keep(d.string(d.tag()).ToObject(d.vm))
	case tagDate:
		return d.keep(d.construct("Date", d.vm.ToValue(d.double())))
	case tagRegExp:
		source, bits, flags := d.string(d.tag()), d.number(), ""
		for i, f := range regExpFlags {
			if bits&(1<<i) != 0 {
				flags += string(f)
			}
		}
		return d.keep(d.construct("RegExp", source, d.vm.ToValue(flags)))
	case tagObject:
		o := d.keep(d.vm.NewObject())
		d.properties(o, tagObjectEnd)
		return o
	case tagDense:
		return d.dense()
	case tagSparse:
		length := d.number()
		o := d.keep(d.vm.NewArray())
		o.Set("length", length)
		d.properties(o, tagSparseEnd)
		d.number()
		return o
	case tagMap:
		o, n := d.keep(d.construct("Map")), uint64(0)
		for ; d.peek() != tagMapEnd; n += 2 {
			key := d.value()
			bind.Invoke(d.vm, o, "set", key, d.value())
		}
		d.end(n)
		return o
	case tagSet:
		o, n := d.keep(d.construct("Set")), uint64(0)
		for ; d.peek() != tagSetEnd; n++ {
			bind.Invoke(d.vm, o, "add", d.value())
		}
		d.end(n)
		return o
	case tagArrayBuffer:
		b := append([]byte(nil), d.bytes(d.number())...)
		return d.keep(d.vm.ToValue(d.vm.NewArrayBuffer(b)).(*goja.Object))
	case tagTransfer:
		if id := d.number(); d.pieces != nil && d.pieces.transfers[uint32(id)] != nil {
			return d.keep(d.pieces.transfers[uint32(id)])
		}
	case tagHost:
		if d.pieces != nil {
			return d.pieces.host()
		}
		return d.host()
	case tagError:
		return d.error()
	}
	d.fail()
	return nil
}

// orView returns v or, where v is memory and a view of it follows in V8's own form, the view.
func (d *deserializer) orView(v goja.Value) goja.Value {
	o, ok := v.(*goja.Object)
	if !ok || d.peek() != tagView || kindOf(o) != arrayBuffer {
		return v
	}
	d.tag()
	return d.viewOf(o)
}

// end reads an end tag and the number of what came before it.
func (d *deserializer) end(n uint64) {
	d.tag()
	if d.number() != n {
		d.fail()
	}
}

func (d *deserializer) properties(o *goja.Object, end byte) {
	n := uint64(0)
	for ; d.peek() != end; n++ {
		key := d.value()
		if _, isObject := key.(*goja.Object); isObject || goja.IsUndefined(key) {
			d.fail()
		}
		o.DefineDataProperty(key.String(), d.value(), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	d.end(n)
}

func (d *deserializer) dense() goja.Value {
	length := d.number()
	if length > uint64(len(d.in)) { // an element has a byte at least
		d.fail()
	}
	o := d.keep(d.vm.NewArray())
	o.Set("length", length)
	for i := range length {
		if d.peek() == tagHole {
			d.tag()
			continue
		}
		o.Set(bind.Int(int(i)).String(), d.value())
	}
	d.properties(o, tagDenseEnd)
	d.number()
	return o
}

// v8Views are the classes of views in V8's own form, which v8.Serializer writes.
var v8Views = map[byte]string{'b': "Int8Array", 'B': "Uint8Array", 'C': "Uint8ClampedArray", 'w': "Int16Array", 'W': "Uint16Array",
	'd': "Int32Array", 'D': "Uint32Array", 'f': "Float32Array", 'F': "Float64Array", 'q': "BigInt64Array", 'Q': "BigUint64Array", '?': "DataView"}

// viewOf reads a view in V8's own form.
func (d *deserializer) viewOf(memory *goja.Object) goja.Value {
	name := v8Views[byte(d.number())]
	offset, length := d.number(), d.number()
	d.number() // flags: of memory that can grow
	if name == "" {
		d.fail()
	}
	return d.keep(d.newView(name, memory, offset, length))
}

// newView makes a view of length bytes.
func (d *deserializer) newView(name string, memory *goja.Object, offset, length uint64) *goja.Object {
	size := uint64(1)
	if name != "DataView" {
		size = uint64(bind.Property(d.vm.Get(name), "BYTES_PER_ELEMENT").ToInteger())
	}
	if length%size != 0 {
		d.fail()
	}
	return d.construct(name, memory, d.vm.ToValue(offset), d.vm.ToValue(length/size))
}

// host reads a view in Node's form, or what a channel has no form for.
func (d *deserializer) host() goja.Value {
	at := len(d.objects)
	d.objects = append(d.objects, nil) // counts before what is inside
	if d.channel {
		switch d.number() {
		case channelView:
		case channelObject:
			v := d.value()
			d.objects[at], _ = v.(*goja.Object)
			return v
		default:
			d.fail()
		}
	}
	index := d.number()
	n := d.number()
	if n > uint64(len(d.in)) {
		panic(d.h.Err.Plain(nodeerr.Error, "ReadRawBytes() failed"))
	}
	o := d.view(index, append([]byte(nil), d.bytes(n)...))
	if o == nil {
		d.fail()
	}
	d.objects[at] = o
	return o
}

// view makes the view that Node has under index of b, which is given; nil if there is none.
func (d *deserializer) view(index uint64, b []byte) *goja.Object {
	switch {
	case index >= uint64(len(views)):
		return nil
	case views[index] == "Buffer":
		return buffer.Rooms.Of(d.h).Wrap(b)
	}
	return d.newView(views[index], d.vm.ToValue(d.vm.NewArrayBuffer(b)).(*goja.Object), 0, uint64(len(b)))
}

func (d *deserializer) error() goja.Value {
	at := len(d.objects)
	d.objects = append(d.objects, nil)
	class := "Error"
	if name, ok := errorTags[d.peek()]; ok {
		d.tag()
		class = name
	}
	o := d.construct(class)
	o.Delete("stack")
	for {
		switch d.tag() {
		case tagErrorMessage:
			bind.Hide(o, "message", d.string(d.tag()))
		case tagErrorCause:
			bind.Hide(o, "cause", d.value())
		case tagErrorStack:
			bind.Hide(o, "stack", d.string(d.tag()))
		case tagErrorEnd:
			d.objects[at] = o // not before: V8 makes it here, and knows no error that is its own cause
			return o
		default:
			d.fail()
		}
	}
}
