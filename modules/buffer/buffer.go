// Package buffer is Node's buffer module over plain Go byte slices: a Buffer is a Uint8Array of
// the engine whose memory is a []byte of ours, so that bytes pass between sockets and JavaScript
// without being copied. The bytes of a slice given to Wrap belong to JavaScript from then on and
// are never reused.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/buffer.html. Differences: there is no pool, each
// Buffer has memory of its own; allocUnsafe gives zeros. Left out, with an error: Blob's
// stream.
package buffer

import (
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
)

// Rooms holds the Buffer class of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the buffer module of one runtime.
type Room struct {
	Buffer *bind.Built
	// NewStream makes the ReadableStream of a Blob; b is lent, and never changes. Room stream/web sets it.
	NewStream func(b []byte) goja.Value

	blob, file *bind.Built      // made by exports
	objects    map[string]*blob // by their URLs
	shared     *bind.Built      // SharedArrayBuffer; nil until it is used
	inspectMax float64          // INSPECT_MAX_BYTES
	warned     bool             // of DEP0005
	h          *modules.Host
	uint8Array goja.Constructor
	bytes      *engine.Bytes // nil: it is not known how to make them
	bufferOf   bind.Callable // the getters of typed arrays: called directly, they cost half
	offsetOf   bind.Callable
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, inspectMax: 50}
	vm := h.VM
	u8 := vm.Get("Uint8Array").(*goja.Object)
	r.uint8Array, _ = goja.AssertConstructor(u8)
	typed := u8.Prototype().Get("prototype").(*goja.Object)
	describe := vm.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor")
	getter := func(name string) bind.Callable {
		d := bind.Call(describe, goja.Undefined(), typed, bind.String(name)).(*goja.Object)
		c, _ := bind.ToCallable(d.Get("get"))
		return c
	}
	r.bufferOf, r.offsetOf = getter("buffer"), getter("byteOffset")
	r.Buffer = r.define(u8)
	r.bytes = engine.NewBytes(vm, u8, r.Buffer.Proto)
	return r
}

// Wrap returns a Buffer whose memory is b. b is given.
func (r *Room) Wrap(b []byte) *goja.Object {
	if r.bytes != nil {
		return r.bytes.New(b)
	}
	o, err := r.uint8Array(r.Buffer.Ctor, r.h.VM.ToValue(r.h.VM.NewArrayBuffer(b)))
	if err != nil {
		panic(err)
	}
	return o
}

// view returns a Buffer on n bytes of the ArrayBuffer ab from offset on.
func (r *Room) view(ab goja.Value, offset, n int) *goja.Object {
	o, err := r.uint8Array(r.Buffer.Ctor, ab, bind.Int(offset), bind.Int(n))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// Bytes returns the memory behind a Buffer, typed array, DataView or ArrayBuffer; ok is false for
// all else. The bytes are lent: JavaScript sees what is written to them.
func Bytes(v goja.Value) (b []byte, ok bool) {
	o, isObj := v.(*goja.Object)
	if !isObj {
		return nil, false
	}
	if b, ok := engine.Memory(o); ok {
		return b, true
	}
	// ExportType first: Export copies a plain object, deep.
	switch o.ExportType() {
	case bytesType:
		return o.Export().([]byte), true
	case arrayBufferType:
		return o.Export().(goja.ArrayBuffer).Bytes(), true
	}
	if viewTypes[o.ExportType()] {
		return viewBytes(o)
	}
	// The engine has no mark on a DataView; its methods give it away.
	if get := o.Get("getUint8"); get != nil && o.Get("setUint8") != nil {
		return viewBytes(o)
	}
	return nil, false
}

var (
	bytesType       = reflect.TypeFor[[]byte]()
	arrayBufferType = reflect.TypeFor[goja.ArrayBuffer]()
	viewTypes       = map[reflect.Type]bool{
		reflect.TypeFor[[]int8]():    true,
		reflect.TypeFor[[]int16]():   true,
		reflect.TypeFor[[]uint16]():  true,
		reflect.TypeFor[[]int32]():   true,
		reflect.TypeFor[[]uint32]():  true,
		reflect.TypeFor[[]int64]():   true,
		reflect.TypeFor[[]uint64]():  true,
		reflect.TypeFor[[]float32](): true,
		reflect.TypeFor[[]float64](): true,
	}
)

func viewBytes(o *goja.Object) ([]byte, bool) {
	ab, off, n, ok := part(o)
	if !ok {
		return nil, false
	}
	return ab.Bytes()[off : off+n : off+n], true
}

// part returns the ArrayBuffer that a view looks at, and the offset and number of the bytes that it shows.
func part(o *goja.Object) (ab goja.ArrayBuffer, offset, n int, ok bool) {
	buf, ok := o.Get("buffer").(*goja.Object)
	if !ok {
		return ab, 0, 0, false
	}
	if ab, ok = bind.Exported[goja.ArrayBuffer](buf); !ok {
		return ab, 0, 0, false
	}
	offset, n = int(o.Get("byteOffset").ToInteger()), int(o.Get("byteLength").ToInteger())
	// A program may put properties of its own before those of the class.
	if size := len(ab.Bytes()); offset < 0 || n < 0 || offset > size || n > size-offset {
		return ab, 0, 0, false
	}
	return ab, offset, n, true
}

// View returns the ArrayBuffer behind a Buffer, typed array or DataView, and the offset and number of the bytes of
// it that v shows; ok is false for all else. Of a detached ArrayBuffer it shows none. ToValue makes a value of the
// ArrayBuffer.
func View(v goja.Value) (ab goja.ArrayBuffer, offset, n int, ok bool) {
	o, isObj := v.(*goja.Object)
	if !isObj {
		return ab, 0, 0, false
	}
	if t := o.ExportType(); t != bytesType && !viewTypes[t] && (o.Get("getUint8") == nil || o.Get("setUint8") == nil) {
		return ab, 0, 0, false
	}
	return part(o)
}

// IsBuffer reports whether v is a Buffer.
func (r *Room) IsBuffer(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if p == r.Buffer.Proto {
			return o.ExportType() == bytesType
		}
	}
	return false
}

// IsUint8Array reports whether v is a Uint8Array, which a Buffer is too.
func IsUint8Array(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	if _, ok = engine.Memory(o); ok {
		return true
	}
	return o.ExportType() == bytesType
}
