package util

import (
	"encoding/binary"
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is what v8.Serializer and v8.Deserializer do: values and numbers, one after another, in V8's
// format, and what the program has to say to some of them.
//
// Source: Node v20 src/node_serdes.cc; V8 11.3 src/objects/value-serializer.cc.

// Serializer writes. The functions may throw.
type Serializer struct {
	// HostViews makes views host objects, which Host writes.
	HostViews bool
	// Host writes what follows the mark of a host object; false if nobody knows how.
	Host func(o *goja.Object) bool
	// Refuse makes the error for what cannot be written.
	Refuse func(message string) goja.Value

	s         serializer
	transfers map[*goja.Object]uint32
}

// NewSerializer returns one that has written nothing. Host and Refuse are the caller's to set.
func (r *Room) NewSerializer() *Serializer {
	w := &Serializer{transfers: make(map[*goja.Object]uint32)}
	w.s = serializer{Room: r, seen: make(map[*goja.Object]uint32), pieces: w}
	return w
}

// Header writes the version of the format.
func (w *Serializer) Header() { w.s.out = append(w.s.out, tagVersion, wireVersion) }

// Value writes v.
func (w *Serializer) Value(v goja.Value) {
	w.s.depth = 0
	w.s.value(v)
}

// Uint writes a number of up to 64 bits in as many bytes as it takes.
func (w *Serializer) Uint(n uint64) { w.s.number(n) }

// Double writes eight bytes.
func (w *Serializer) Double(f float64) { w.s.double(f) }

// Raw writes b, which is copied.
func (w *Serializer) Raw(b []byte) { w.s.out = append(w.s.out, b...) }

// Release returns what was written, which is the caller's, and begins anew.
func (w *Serializer) Release() []byte {
	out := w.s.out
	w.s.out = nil
	return out
}

// Transfer makes memory go as the number id, not as its bytes.
func (w *Serializer) Transfer(id uint32, memory *goja.Object) { w.transfers[memory] = id }

// ViewForm returns Node's number of the class of a view, and its bytes, lent; -1 for what is no view.
func (w *Serializer) ViewForm(o *goja.Object) (index int, b []byte) {
	return w.s.viewForm(o, kindOf(o))
}

// transferred writes memory that goes as a number, and reports whether it does.
func (w *Serializer) transferred(o *goja.Object) bool {
	id, ok := w.transfers[o]
	if ok {
		w.s.tag(tagTransfer)
		w.s.number(uint64(id))
	}
	return ok
}

// view writes a view, whose memory has been written.
func (w *Serializer) view(o *goja.Object, k kind) {
	name := w.s.viewName(o, k)
	if w.HostViews {
		w.s.tag(tagHost)
		if !w.Host(o) {
			w.s.refuse("[object " + name + "]")
		}
		return
	}
	if name == "Buffer" {
		name = "Uint8Array"
	}
	w.s.tag(tagView)
	for tag, class := range v8Views {
		if class == name {
			w.s.number(uint64(tag))
		}
	}
	w.s.number(uint64(o.Get("byteOffset").ToInteger()))
	w.s.number(uint64(o.Get("byteLength").ToInteger()))
	w.s.number(0) // its memory does not grow
}

// Deserializer reads what a Serializer wrote, or anything.
type Deserializer struct {
	// Host reads a host object; ok is false if nobody knows how.
	Host func() (v goja.Value, ok bool)
	// Version is the version of the format, 0 before Header.
	Version uint32

	d         deserializer
	size      int
	transfers map[uint32]*goja.Object
}

// NewDeserializer reads data, which is lent as long as it is used.
func (r *Room) NewDeserializer(data []byte) *Deserializer {
	d := &Deserializer{size: len(data), transfers: make(map[uint32]*goja.Object)}
	d.d = deserializer{Room: r, in: data, pieces: d}
	return d
}

// Header reads the version of the format. It throws for one that is not known.
func (d *Deserializer) Header() {
	in := d.d.in
	if len(in) > 0 && in[0] == tagVersion {
		if v, n := binary.Uvarint(in[1:]); n > 0 && v <= wireVersion {
			d.Version, d.d.in = uint32(v), in[1+n:]
			return
		}
	}
	panic(d.d.h.Err.Plain(nodeerr.Error, "Unable to deserialize cloned data due to invalid or unsupported version."))
}

// Value reads a value.
func (d *Deserializer) Value() goja.Value {
	d.d.depth = 0
	return d.d.value()
}

// Uint reads a number of up to bits bits; ok is false if there is none.
func (d *Deserializer) Uint(bits int) (n uint64, ok bool) {
	n, size := binary.Uvarint(d.d.in)
	if size <= 0 {
		return 0, false
	}
	d.d.in = d.d.in[size:]
	return n & (1<<bits - 1), true
}

// Double reads eight bytes; ok is false if there are fewer.
func (d *Deserializer) Double() (f float64, ok bool) {
	if len(d.d.in) < 8 {
		return 0, false
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(d.d.bytes(8))), true
}

// Raw skips n bytes and returns where they begin; ok is false if there are fewer.
func (d *Deserializer) Raw(n uint64) (offset int, ok bool) {
	if n > uint64(len(d.d.in)) {
		return 0, false
	}
	offset = d.size - len(d.d.in)
	d.d.bytes(n)
	return offset, true
}

// Transfer gives the memory that goes as the number id.
func (d *Deserializer) Transfer(id uint32, memory *goja.Object) { d.transfers[id] = memory }

// View makes the view that Node has under index of b, which is given; nil if there is none.
func (d *Deserializer) View(index uint64, b []byte) *goja.Object { return d.d.view(index, b) }

// IsMemory reports whether v is an ArrayBuffer.
func IsMemory(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && kindOf(o) == arrayBuffer
}

// IsView reports whether v is a view of an ArrayBuffer, and returns its bytes, lent.
func IsView(v goja.Value) (b []byte, ok bool) {
	o, isObject := v.(*goja.Object)
	if !isObject || kindOf(o) != typedArray && kindOf(o) != dataView {
		return nil, false
	}
	return buffer.Bytes(o)
}

// host reads a host object, which counts before what is inside.
func (d *Deserializer) host() goja.Value {
	at := len(d.d.objects)
	d.d.objects = append(d.d.objects, nil)
	v, ok := d.Host()
	if !ok {
		d.d.fail()
	}
	o, ok := v.(*goja.Object)
	if !ok {
		panic(d.d.h.Err.Plain(nodeerr.TypeError, "readHostObject must return an object"))
	}
	d.d.objects[at] = o
	return o
}
