package buffer

import (
	"math"
	"runtime"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// blob is the state of a Blob or a File: bytes that never change.
type blob struct {
	room         *Room
	data         []byte
	mime         string
	name         goja.Value // File only
	lastModified float64
}

// Clone makes the copy of structuredClone. The bytes never change, so both have the same.
func (b *blob) Clone() *goja.Object {
	class := b.room.blob
	if b.name != nil {
		class = b.room.file
	}
	o, c := b.room.h.VM.CreateObject(class.Proto), *b
	bind.Own(o).Put(bind.Self, &c)
	return o
}

// defineBlobs makes the classes Blob and File.
func (r *Room) defineBlobs() {
	if r.blob != nil {
		return
	}
	vm := r.h.VM
	method := func(fn func(b *blob, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			b, ok := bind.SelfOf[*blob](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "Blob")
			}
			return fn(b, c)
		}
	}
	resolved := func(v goja.Value) goja.Value {
		p, resolve, _ := vm.NewPromise()
		resolve(v)
		return vm.ToValue(p)
	}
	r.blob = bind.Define(vm, bind.Class{Name: "Blob", Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			bind.Own(this).Put(bind.Self, r.newBlob(bind.Arg(args, 0), bind.Arg(args, 1)))
		},
		Accessors: []bind.Accessor{
			{Name: "type", Get: method(func(b *blob, _ goja.FunctionCall) goja.Value { return text(b.mime) })},
			{Name: "size", Get: method(func(b *blob, _ goja.FunctionCall) goja.Value { return bind.Int(len(b.data)) })},
		},
		Methods: []bind.Method{
			{Name: "slice", Length: 2, Fn: method(r.sliceBlob)},
			{Name: "arrayBuffer", Fn: method(func(b *blob, _ goja.FunctionCall) goja.Value {
				return resolved(vm.ToValue(vm.NewArrayBuffer(append([]byte(nil), b.data...))))
			})},
			{Name: "text", Fn: method(func(b *blob, _ goja.FunctionCall) goja.Value { return resolved(decodeUTF8(b.data)) })},
			{Name: "stream", Fn: method(func(b *blob, _ goja.FunctionCall) goja.Value {
				if r.NewStream == nil {
					r.h.Builtin("stream/web") // sets it
				}
				return r.NewStream(b.data)
			})},
		}})
	r.blob.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("Blob"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	shown := func(names ...string) func(this *goja.Object) goja.Value {
		return func(this *goja.Object) goja.Value {
			o := vm.NewObject()
			for _, name := range names {
				o.Set(name, this.Get(name))
			}
			return o
		}
	}
	bind.InspectAs(vm, r.blob.Proto, "Blob", shown("size", "type"))
	r.file = bind.Define(vm, bind.Class{Name: "File", Length: 2, Mode: bind.CallNever, Parent: r.blob,
		Construct: func(this *goja.Object, args []goja.Value) {
			if len(args) < 2 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "fileBits" and "fileName" arguments`)
			}
			b := r.newBlob(args[0], bind.Arg(args, 2))
			b.name = ToString(vm, args[1])
			b.lastModified = float64(r.h.Now().UnixMilli())
			if v := bind.Property(bind.Arg(args, 2), "lastModified"); !bind.IsUndefined(v) {
				if b.lastModified = math.Trunc(v.ToFloat()); math.IsNaN(b.lastModified) {
					b.lastModified = 0
				}
			}
			bind.Own(this).Put(bind.Self, b)
		},
		Accessors: []bind.Accessor{
			{Name: "name", Get: method(func(b *blob, _ goja.FunctionCall) goja.Value { return b.name })},
			{Name: "lastModified", Get: method(func(b *blob, _ goja.FunctionCall) goja.Value { return number(b.lastModified) })},
		}})
	bind.InspectAs(vm, r.file.Proto, "File", shown("size", "type", "name", "lastModified"))
	r.file.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("File"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (r *Room) newBlob(sources, options goja.Value) *blob {
	b := &blob{room: r}
	if !bind.IsNullish(options) {
		if _, ok := options.(*goja.Object); !ok {
			panic(r.h.Err.InvalidArgType("options", []string{"a dictionary"}, options))
		}
	}
	native := false
	if v := bind.Property(options, "endings"); !bind.IsUndefined(v) {
		native = r.h.Err.ValidateOneOf(v, "options.endings", "transparent", "native") == "native"
	}
	if v := bind.Property(options, "type"); !bind.IsUndefined(v) {
		b.mime = blobType(v.String())
	}
	if bind.IsUndefined(sources) {
		return b
	}
	list, ok := sources.(*goja.Object)
	if !ok || bind.IsNullish(list.GetSymbol(goja.SymIterator)) {
		panic(r.h.Err.InvalidArgType("sources", []string{"a sequence"}, sources))
	}
	r.h.VM.ForOf(list, func(v goja.Value) bool {
		if native && !isPart(v) {
			v = bind.String(nativeEndings(ToString(r.h.VM, v).String()))
		}
		b.data = r.AppendPart(b.data, v)
		return true
	})
	return b
}

// AppendPart appends what v puts into a Blob: the bytes of another Blob or of a view, of anything
// else its text in UTF-8.
func (r *Room) AppendPart(dst []byte, v goja.Value) []byte {
	if part, ok := bind.SelfOf[*blob](v); ok {
		return append(dst, part.data...)
	}
	if p, ok := Bytes(v); ok {
		return append(dst, p...)
	}
	return append(dst, ToString(r.h.VM, v).String()...)
}

// IsBlob reports whether v is a Blob or a File.
func IsBlob(v goja.Value) bool {
	_, ok := bind.SelfOf[*blob](v)
	return ok
}

// isPart tells whether v is put into a Blob as it is, and not as its text.
func isPart(v goja.Value) bool {
	if _, ok := bind.SelfOf[*blob](v); ok {
		return true
	}
	_, ok := Bytes(v)
	return ok
}

// blobType lower-cases a type; one with characters outside of printable ASCII is none.
func blobType(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7E {
			return ""
		}
	}
	return strings.ToLower(s)
}

func nativeEndings(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if runtime.GOOS == "windows" {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	return s
}

func (r *Room) sliceBlob(b *blob, c goja.FunctionCall) goja.Value {
	n := len(b.data)
	lo, hi := 0, n
	if v := c.Argument(0); !bind.IsUndefined(v) {
		lo = clamp(v, n)
	}
	if v := c.Argument(1); !bind.IsUndefined(v) {
		hi = clamp(v, n)
	}
	part := &blob{room: r, data: b.data[lo:max(lo, hi)]}
	if v := c.Argument(2); !bind.IsUndefined(v) {
		part.mime = blobType(v.String())
	}
	o := r.h.VM.CreateObject(r.blob.Proto)
	bind.Own(o).Put(bind.Self, part)
	return o
}
