package engine

import (
	"encoding/binary"
	"unsafe"

	"github.com/dop251/goja"
)

// asciiMost is how long a string ASCII looks through, in bytes. The engine takes a longer one without, and many
// of those only pass.
const asciiMost = 64

// ASCII returns s as a value of JavaScript's, in one allocation; nil if it is long or not all ASCII: then the
// engine is to be asked. Any goroutine; the value may be shared.
func ASCII(s string) goja.Value {
	if len(s) > asciiMost || known.ascii == nil || !isASCII(s) {
		return nil
	}
	text := new(string)
	*text = s
	var v goja.Value
	*(*[2]unsafe.Pointer)(unsafe.Pointer(&v)) = [2]unsafe.Pointer{known.ascii, unsafe.Pointer(text)}
	return v
}

func isASCII(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
