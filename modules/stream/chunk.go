package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Chunk is one piece of a stream: bytes, a string or, in object mode, any value.
type Chunk struct {
	// Bytes are the bytes of a Buffer; nil for a string or an object. A sink has them lent until
	// it calls done.
	Bytes []byte
	// Value is the JavaScript side: the string, the object, or the Buffer over Bytes. It is nil
	// while only Go has seen the bytes; JS makes it.
	Value goja.Value
	// Encoding is what _write gets: 'buffer' (nil here) for bytes, the name given for a string,
	// whatever the program passed in object mode.
	Encoding goja.Value
	// Release, unless nil, takes Bytes back for use again. Only a ByteWriter calls it, and only on the chunk
	// that came straight from its source; whoever else has the chunk leaves Bytes to the garbage collector.
	Release func()
}

// ByteWriter is a destination of pipe that is no Writable of ours, and takes bytes without a Buffer round them: an
// outgoing message of HTTP.
type ByteWriter interface {
	// WriteBytes is write(b). release, unless nil, may be called on any goroutine, once b is not read any more.
	WriteBytes(b []byte, release func()) (more bool)
}

var encodingBuffer = bind.Constant("buffer")
var encodingUTF8 = bind.Constant("utf8")

// IsString reports whether the chunk is a string.
func (c *Chunk) IsString() bool {
	_, ok := c.Value.(goja.String)
	return ok
}

// Append appends the chunk's bytes, encoding a string as its Encoding says.
func (c *Chunk) Append(dst []byte) []byte {
	if c.Bytes != nil || !c.IsString() {
		return append(dst, c.Bytes...)
	}
	return buffer.Append(dst, c.Value, c.encodingOf())
}

// encodingOf is the encoding of a string.
func (c *Chunk) encodingOf() buffer.Encoding {
	if c.Encoding != nil {
		if e, ok := buffer.ParseEncoding(c.Encoding.String()); ok {
			return e
		}
	}
	return buffer.UTF8
}

// ByteLength is how many bytes Append appends.
func (c *Chunk) ByteLength() int {
	if c.Bytes != nil || !c.IsString() {
		return len(c.Bytes)
	}
	return buffer.ByteLength(c.Value, c.encodingOf())
}

// JS returns the value that JavaScript sees, wrapping the bytes on first use; from then on they
// are given.
func (c *Chunk) JS(r *Room) goja.Value {
	if c.Value == nil {
		c.Value = r.buf.Wrap(c.Bytes)
	}
	return c.Value
}

// encoding returns the Encoding as an argument.
func (c *Chunk) encoding() goja.Value {
	if c.Encoding == nil {
		return encodingBuffer
	}
	return c.Encoding
}

// size is the chunk's share of a stream's length: bytes, or UTF-16 units of a string.
func (c *Chunk) size(objectMode bool) int {
	switch {
	case objectMode:
		return 1
	case c.Bytes != nil:
		return len(c.Bytes)
	}
	if s, ok := c.Value.(goja.String); ok {
		return s.Length()
	}
	return 0
}

// slice returns the part of a byte or string chunk from lo to hi.
func (c *Chunk) slice(lo, hi int) Chunk {
	if s, ok := c.Value.(goja.String); ok {
		return Chunk{Value: s.Substring(lo, hi), Encoding: c.Encoding}
	}
	return Chunk{Bytes: c.Bytes[lo:hi:hi]}
}

// viewBytes returns the memory of a Buffer, typed array or DataView: Node's isArrayBufferView.
func viewBytes(v goja.Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() == "ArrayBuffer" {
		return nil, false
	}
	b, ok := buffer.Bytes(o)
	if ok && b == nil {
		b = []byte{}
	}
	return b, ok
}

// Callback is a function of JavaScript or Go that takes an error or null. The zero Callback does
// nothing.
type Callback struct {
	js bind.Callable
	fn func(err goja.Value)
}

// Func returns fn as a Callback; err is nil for no error.
func Func(fn func(err goja.Value)) Callback { return Callback{fn: fn} }

// ToCallback returns v as a Callback, the zero one if v is no function.
func ToCallback(v goja.Value) Callback {
	c, _ := bind.ToCallable(v)
	return Callback{js: c}
}

// IsZero reports whether the callback does nothing.
func (c Callback) IsZero() bool { return c.fn == nil && c.js.IsZero() }

// is reports whether both are the same JavaScript function.
func (c Callback) is(d Callback) bool { return c.fn == nil && d.fn == nil && c.js.Obj == d.js.Obj }

// Call calls the callback; a nil err is passed to JavaScript as null.
func (c Callback) Call(err goja.Value) {
	switch {
	case c.fn != nil:
		c.fn(err)
	case !c.js.IsZero():
		if err == nil {
			err = goja.Null()
		}
		c.js.Call(goja.Undefined(), err)
	}
}

// call0 calls the callback without an argument, as Node does in places.
func (c Callback) call0() {
	if c.fn != nil {
		c.fn(nil)
	} else if !c.js.IsZero() {
		c.js.Call(goja.Undefined())
	}
}

// errOf returns the error argument of a callback: nil if it is falsy.
func errOf(v goja.Value) goja.Value {
	if bind.Truthy(v) {
		return v
	}
	return nil
}
