package engine

import (
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// Bytes makes arrays of bytes for one runtime, each with an ArrayBuffer of its own.
type Bytes struct {
	vm          *goja.Runtime
	proto       *goja.Object // of the arrays
	bufferProto *goja.Object
	ctor        *goja.Object // Uint8Array
}

// NewBytes returns nil if the layout is not known. Arrays get the prototype, which inherits from that of ctor,
// the runtime's own Uint8Array.
func NewBytes(vm *goja.Runtime, ctor, proto *goja.Object) *Bytes {
	if known.buffer == nil {
		return nil
	}
	return &Bytes{vm, proto, vm.ToValue(vm.NewArrayBuffer(nil)).(*goja.Object).Prototype(), ctor}
}

// New returns an array whose memory is b. b is given.
func (m *Bytes) New(b []byte) *goja.Object {
	x := new(struct {
		bufferHead head
		buffer     arrayBuffer
		head       head
		array      typedArray
	})
	buffer, array := &x.buffer, &x.array
	buffer.make("Object", x.bufferHead.make(known.buffer, unsafe.Pointer(buffer), m.vm), m.bufferProto)
	buffer.values = make(map[unistring.String]goja.Value)
	buffer.data = b
	array.make("Object", x.head.make(known.uint8Array, unsafe.Pointer(array), m.vm), m.proto)
	array.values = make(map[unistring.String]goja.Value)
	array.viewedArrayBuf, array.defaultCtor, array.length, array.elemSize = buffer, m.ctor, len(b), 1
	array.typedArray.table, array.typedArray.data = known.uint8s, &buffer.data
	return array.val
}

// Memory returns the memory of a Uint8Array; ok is false if o is none, or if the engine is to be asked.
func Memory(o *goja.Object) (b []byte, ok bool) {
	if !is(o, known.uint8Array) {
		return nil, false
	}
	a := (*typedArray)((*head)(unsafe.Pointer(o)).self.data)
	if a.typedArray.table != known.uint8s || a.viewedArrayBuf.detached {
		return nil, false
	}
	return a.viewedArrayBuf.data[a.offset : a.offset+a.length], true
}
