package fs

import (
	"math"
	"math/big"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/url"
)

// file is a path argument: as it was given, for messages, and as the disk gets it.
type file struct {
	name, sys string
	disk      disk
}

// in is the file called name in the directory f.
func (f file) in(name string) file {
	return file{filepath.Join(f.name, name), filepath.Join(f.sys, name), f.disk}
}

// path validates a path: a string, Buffer or file: URL without null bytes.
func (r *Room) path(v goja.Value, name string) file {
	var p string
	if nodeerr.IsString(v) {
		p = v.String()
	} else if buffer.IsUint8Array(v) {
		b, _ := buffer.Bytes(v)
		p = string(b)
	} else if u, ok := url.FilePath(r.h, v); ok {
		p = u
	} else {
		panic(r.h.Err.InvalidArgType(name, []string{"string", "Buffer", "URL"}, v))
	}
	if strings.IndexByte(p, 0) >= 0 {
		if !nodeerr.IsString(v) && !buffer.IsUint8Array(v) {
			v = bind.String(p)
		}
		panic(r.h.Err.InvalidArgValue(name, v, "must be a string, Uint8Array, or URL without null bytes"))
	}
	return file{p, r.abs(p), r.disk}
}

// abs completes a relative path where the runtime has a directory of its own. It is not cleaned:
// "link/.." and "file/" mean what the system says.
func (r *Room) abs(p string) string {
	if p == "" || r.h.Settings.Owner && !r.h.Settings.OnlyFS {
		return p
	}
	return r.h.Abs(p)
}

// isFD reports whether v is a file descriptor where a path may stand as well.
func isFD(v goja.Value) bool {
	if !nodeerr.IsNumber(v) {
		return false
	}
	f := v.ToFloat()
	return f == math.Trunc(f) && math.Abs(f) <= math.MaxInt32
}

// fd validates a file descriptor.
func (r *Room) fd(v goja.Value) int {
	return int(r.h.Err.ValidateInteger(v, "fd", 0, math.MaxInt32))
}

// options are the options of a call; the zero options are all defaults.
type options struct {
	r   *Room
	o   *goja.Object
	enc goja.Value // encoding; nil if not given
}

// options reads getOptions of Node v20 lib/internal/fs/utils.js: an encoding or an object.
func (r *Room) options(v goja.Value) options {
	o := options{r: r}
	switch {
	case bind.IsNullish(v) || nodeerr.TypeOf(v) == "function":
		return o
	case nodeerr.IsString(v):
		o.enc = v
	default:
		obj, ok := v.(*goja.Object)
		if !ok {
			panic(r.h.Err.InvalidArgType("options", []string{"string", "Object"}, v))
		}
		o.o = obj
		o.enc = obj.Get("encoding")
	}
	if o.encoding() == "buffer" {
		return o
	}
	if bind.Truthy(o.enc) {
		if _, ok := buffer.ParseEncoding(o.enc.String()); !ok || !nodeerr.IsString(o.enc) {
			panic(r.h.Err.InvalidArgValue("encoding", o.enc, "is invalid encoding"))
		}
	}
	if o.o != nil {
		r.h.Err.ValidateAbortSignal(o.o.Get("signal"), "options.signal")
	}
	return o
}

func (o options) get(name string) goja.Value {
	if o.o == nil {
		return goja.Undefined()
	}
	return bind.Property(o.o, name)
}

// encoding returns the name, empty if there is none.
func (o options) encoding() string {
	if !bind.Truthy(o.enc) {
		return ""
	}
	return o.enc.String()
}

// signal returns the AbortSignal, nil if there is none.
func (o options) signal() *goja.Object {
	s, _ := o.get("signal").(*goja.Object)
	return s
}

// boolean reads a flag that must be a boolean if it is given.
func (o options) boolean(name string, def bool) bool {
	v := o.get(name)
	if bind.IsUndefined(v) {
		return def
	}
	return o.r.h.Err.ValidateBoolean(v, "options."+name)
}

// text turns the name of a file, or what a link holds, into the encoding asked for.
func (r *Room) text(s, encoding string) goja.Value {
	switch encoding {
	case "buffer":
		return r.buf.Wrap([]byte(s))
	case "":
		return buffer.Decode([]byte(s), buffer.UTF8)
	}
	enc, _ := buffer.ParseEncoding(encoding)
	return buffer.Decode([]byte(s), enc)
}

// mode reads a file mode: a number or an octal string.
func (r *Room) mode(v goja.Value, name string, def int) uint32 {
	if bind.IsNullish(v) && def >= 0 {
		return uint32(def)
	}
	if nodeerr.IsString(v) {
		n, err := strconv.ParseUint(v.String(), 8, 32)
		if err != nil {
			panic(r.h.Err.InvalidArgValue(name, v, "must be a 32-bit unsigned integer or an octal string"))
		}
		return uint32(n)
	}
	return r.h.Err.ValidateUint32(v, name, false)
}

// flagNames are the flags that open knows, as letters for flags.
var flagNames = map[string]int{
	"r": oRDONLY, "rs": oRDONLY | oSYNC, "sr": oRDONLY | oSYNC, "r+": oRDWR, "rs+": oRDWR | oSYNC, "sr+": oRDWR | oSYNC,
	"w": oTRUNC | oCREAT | oWRONLY, "wx": oTRUNC | oCREAT | oWRONLY | oEXCL, "xw": oTRUNC | oCREAT | oWRONLY | oEXCL,
	"w+": oTRUNC | oCREAT | oRDWR, "wx+": oTRUNC | oCREAT | oRDWR | oEXCL, "xw+": oTRUNC | oCREAT | oRDWR | oEXCL,
	"a": oAPPEND | oCREAT | oWRONLY, "ax": oAPPEND | oCREAT | oWRONLY | oEXCL, "xa": oAPPEND | oCREAT | oWRONLY | oEXCL,
	"as": oAPPEND | oCREAT | oWRONLY | oSYNC, "sa": oAPPEND | oCREAT | oWRONLY | oSYNC,
	"a+": oAPPEND | oCREAT | oRDWR, "ax+": oAPPEND | oCREAT | oRDWR | oEXCL, "xa+": oAPPEND | oCREAT | oRDWR | oEXCL,
	"as+": oAPPEND | oCREAT | oRDWR | oSYNC, "sa+": oAPPEND | oCREAT | oRDWR | oSYNC,
}

// flags reads open's flags, a name or a number.
func (r *Room) flags(v goja.Value, name string) int {
	switch {
	case nodeerr.IsNumber(v):
		return int(r.h.Err.ValidateInt32(v, name))
	case bind.IsNullish(v):
		return oRDONLY
	case nodeerr.IsString(v):
		if f, ok := flagNames[v.String()]; ok {
			return f
		}
	}
	panic(r.h.Err.InvalidArgValue("flags", v, ""))
}

// timeArg reads a time in seconds: a number, a string of one, or a Date.
func (r *Room) timeArg(v goja.Value, name string) float64 {
	if nodeerr.IsString(v) {
		if f := v.ToFloat(); !math.IsNaN(f) {
			return f
		}
	}
	if nodeerr.IsNumber(v) {
		if f := v.ToFloat(); !math.IsInf(f, 0) && !math.IsNaN(f) {
			if f < 0 {
				return float64(r.h.Now().UnixMilli()) / 1000
			}
			return f
		}
	}
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Date" {
		return bind.Invoke(r.h.VM, o, "getTime").ToFloat() / 1000
	}
	panic(r.h.Err.InvalidArgType(name, []string{"Date", "Time in seconds"}, v))
}

// timeOf turns seconds into the system's time.
func timeOf(s float64) time.Time {
	sec, frac := math.Modf(s)
	return time.Unix(int64(sec), int64(frac*1e9))
}

// uid validates a user or group number; -1 means no change.
func (r *Room) uid(v goja.Value, name string) int {
	return int(r.h.Err.ValidateInteger(v, name, -1, math.MaxUint32))
}

// position reads where to read or write; -1 means where the file stands.
func (r *Room) position(v goja.Value) int64 {
	if bind.IsNullish(v) {
		return -1
	}
	if goja.IsBigInt(v) {
		if i, ok := v.Export().(*big.Int); ok {
			if !i.IsInt64() {
				panic(r.h.Err.OutOfRange("position", ">= -9223372036854775808 && <= 9223372036854775807", v))
			}
			return i.Int64()
		}
	}
	if !nodeerr.IsNumber(v) {
		panic(r.h.Err.InvalidArgType("position", []string{"integer", "bigint"}, v))
	}
	return r.h.Err.ValidateInteger(v, "position", -1, nodeerr.MaxSafeInteger)
}

// view returns the memory of an argument that must be a Buffer, typed array or DataView.
func (r *Room) view(v goja.Value, name string) []byte {
	if b, ok := viewBytes(v); ok {
		return b
	}
	panic(r.h.Err.InvalidArgType(name, []string{"Buffer", "TypedArray", "DataView"}, v))
}

func viewBytes(v goja.Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() == "ArrayBuffer" {
		return nil, false
	}
	return buffer.Bytes(o)
}

// views returns the memory of an array of them.
func (r *Room) views(v goja.Value) [][]byte {
	bad := func() { panic(r.h.Err.InvalidArgType("buffers", []string{"ArrayBufferView[]"}, v)) }
	list, ok := v.(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		bad()
	}
	out := make([][]byte, int(list.Get("length").ToInteger()))
	for i := range out {
		b, ok := viewBytes(list.Get(strconv.Itoa(i)))
		if !ok {
			bad()
		}
		out[i] = b
	}
	return out
}

// data returns the bytes to write: of a view, or of a string in the encoding.
func (r *Room) data(v goja.Value, encoding string) []byte {
	if b, ok := viewBytes(v); ok {
		return b
	}
	if !nodeerr.IsString(v) {
		panic(r.h.Err.InvalidArgType("data", []string{"string", "Buffer", "TypedArray", "DataView"}, v))
	}
	enc, ok := buffer.ParseEncoding(encoding)
	if !ok {
		r.h.Err.Throw("ERR_UNKNOWN_ENCODING", encoding)
	}
	return buffer.Append(nil, v, enc)
}
