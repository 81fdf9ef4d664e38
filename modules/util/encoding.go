package util

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// decoder is the state of a TextDecoder.
//
// Source: https://encoding.spec.whatwg.org/#interface-textdecoder.
type decoder struct {
	name      string
	fatal     bool
	ignoreBOM bool
	other     *encoding.Decoder // nil for UTF-8 and UTF-16
	pending   []byte            // the start of a character whose rest is to come
	begun     bool              // past the place of a byte order mark
}

// defineEncoding puts TextEncoder and TextDecoder on o.
func (r *Room) defineEncoding(o *goja.Object) {
	vm := r.vm
	encoder := bind.Define(vm, bind.Class{Name: "TextEncoder", Mode: bind.CallNever,
		Methods: []bind.Method{
			{Name: "encode", Fn: func(c goja.FunctionCall) goja.Value {
				s := ""
				if v := c.Argument(0); !bind.IsUndefined(v) {
					s = v.ToString().String()
				}
				return r.bytes([]byte(s))
			}},
			{Name: "encodeInto", Length: 2, Fn: r.encodeInto},
		},
		Accessors: []bind.Accessor{{Name: "encoding", Get: func(goja.FunctionCall) goja.Value { return bind.String("utf-8") }}},
	})
	this := func(fn func(d *decoder, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			d, ok := bind.SelfOf[*decoder](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "TextDecoder")
			}
			return fn(d, c)
		}
	}
	dec := bind.Define(vm, bind.Class{Name: "TextDecoder", Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			bind.Own(this).Put(bind.Self, r.newDecoder(bind.Arg(args, 0), bind.Arg(args, 1)))
		},
		Methods: []bind.Method{{Name: "decode", Fn: this(func(d *decoder, c goja.FunctionCall) goja.Value {
			return r.decode(d, c.Argument(0), c.Argument(1))
		})}},
		Accessors: []bind.Accessor{
			{Name: "encoding", Get: this(func(d *decoder, _ goja.FunctionCall) goja.Value { return bind.String(d.name) })},
			{Name: "fatal", Get: this(func(d *decoder, _ goja.FunctionCall) goja.Value { return bind.Bool(d.fatal) })},
			{Name: "ignoreBOM", Get: this(func(d *decoder, _ goja.FunctionCall) goja.Value { return bind.Bool(d.ignoreBOM) })},
		},
	})
	for name, class := range map[string]*bind.Built{"TextEncoder": encoder, "TextDecoder": dec} {
		class.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	o.Set("TextDecoder", dec.Ctor)
	o.Set("TextEncoder", encoder.Ctor)
}

// bytes returns a Uint8Array with b, which is given.
func (r *Room) bytes(b []byte) *goja.Object {
	o, err := r.vm.New(r.vm.Get("Uint8Array"), r.vm.ToValue(r.vm.NewArrayBuffer(b)))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

func (r *Room) encodeInto(c goja.FunctionCall) goja.Value {
	src := r.h.Err.ValidateString(c.Argument(0), "src")
	o, isObject := c.Argument(1).(*goja.Object)
	dst, ok := bytesOf(c.Argument(1))
	if !isObject || !ok || kindOf(o) != typedArray || r.typedArrayTag.Call(o).String() != "Uint8Array" {
		panic(r.h.Err.InvalidArgType("dest", []string{"Uint8Array"}, c.Argument(1)))
	}
	read, written := 0, 0
	for _, ch := range src {
		n := utf8.RuneLen(ch)
		if written+n > len(dst) {
			break
		}
		utf8.EncodeRune(dst[written:], ch)
		written += n
		read++
		if n == 4 {
			read++
		}
	}
	res := r.vm.NewObject()
	res.Set("read", read)
	res.Set("written", written)
	return res
}

func (r *Room) newDecoder(label, opts goja.Value) *decoder {
	d := &decoder{name: "utf-8"}
	if !bind.IsUndefined(label) {
		d.name = strings.Trim(strings.ToLower(label.String()), "\t\n\f\r ")
		enc, err := htmlindex.Get(d.name)
		if err == nil {
			d.name, err = htmlindex.Name(enc)
		}
		if err != nil || d.name == "replacement" || d.name == "x-user-defined" {
			panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "`+label.String()+`" encoding is not supported`))
		}
		if d.name != "utf-8" && d.name != "utf-16le" && d.name != "utf-16be" {
			d.other = enc.NewDecoder()
		}
	}
	if !bind.IsNullish(opts) {
		o, ok := opts.(*goja.Object)
		if !ok {
			panic(r.h.Err.InvalidArgType("options", []string{"Object"}, opts))
		}
		d.fatal, d.ignoreBOM = bind.Truthy(o.Get("fatal")), bind.Truthy(o.Get("ignoreBOM"))
	}
	return d
}

// decode is decoder.decode([input[, {stream}]]).
func (r *Room) decode(d *decoder, input, opts goja.Value) goja.Value {
	var b []byte
	more := bind.Truthy(bind.Property(opts, "stream"))
	if !bind.IsUndefined(input) {
		var ok bool
		if b, ok = bytesOf(input); !ok {
			name := "input"
			if d.name == "utf-8" && !more {
				name = "list" // Node has two ways to decode
			}
			panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE",
				`The "`+name+`" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.`))
		}
	}
	if len(d.pending) > 0 {
		b = append(d.pending, b...)
		d.pending = nil
	}
	units, valid := d.units(b, more)
	if !valid && d.fatal {
		d.pending, d.begun = nil, false
		if d.other != nil {
			d.other.Reset()
		}
		err := r.h.Err.Coded(nodeerr.TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", "The encoded data was not valid for encoding "+d.name)
		panic(err)
	}
	if len(units) > 0 && !d.begun {
		d.begun = true
		if units[0] == 0xFEFF && !d.ignoreBOM && d.other == nil {
			units = units[1:]
		}
	}
	if !more {
		d.begun = false
	}
	return goja.StringFromUTF16(units)
}

// units decodes b to UTF-16 and keeps an unfinished end for later if more is to come; valid is
// false if something stood there that is no character.
func (d *decoder) units(b []byte, more bool) (units []uint16, valid bool) {
	switch {
	case d.name == "windows-1252":
		// Node 20 decodes it as ISO-8859-1: 0x80 to 0x9F are control characters.
		for _, c := range b {
			units = append(units, uint16(c))
		}
		return units, true
	case d.other != nil:
		return d.others(b, more)
	case d.name == "utf-8":
		return d.utf8(b, more)
	}
	return d.utf16(b, more)
}

func (d *decoder) utf8(b []byte, more bool) (units []uint16, valid bool) {
	units, valid = make([]uint16, 0, len(b)), true
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			units = append(units, uint16(b[0]))
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			var complete bool
			n, complete = badSequence(b)
			if !complete && more {
				d.pending = append([]byte(nil), b...)
				return units, valid
			}
			valid = false
		}
		units = utf16.AppendRune(units, r)
		b = b[n:]
	}
	return units, valid
}

// badSequence returns the length of the wrong bytes at the start of b that one U+FFFD stands for:
// the longest start of a valid character. complete is false if b ends within it.
func badSequence(b []byte) (n int, complete bool) {
	lo, hi := byte(0x80), byte(0xBF)
	need := 0
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			lo = 0xA0
		} else if c == 0xED {
			hi = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			lo = 0x90
		} else if c == 0xF4 {
			hi = 0x8F
		}
	default:
		return 1, true
	}
	for n = 1; n <= need; n++ {
		if n == len(b) {
			return n, false
		}
		if b[n] < lo || b[n] > hi {
			return n, true
		}
		lo, hi = 0x80, 0xBF
	}
	return n, true
}

func (d *decoder) utf16(b []byte, more bool) (units []uint16, valid bool) {
	unit := func(i int) uint16 {
		if d.name == "utf-16be" {
			return uint16(b[i])<<8 | uint16(b[i+1])
		}
		return uint16(b[i]) | uint16(b[i+1])<<8
	}
	valid = true
	i := 0
	for ; i+1 < len(b); i += 2 {
		c := unit(i)
		if !utf16.IsSurrogate(rune(c)) {
			units = append(units, c)
			continue
		}
		if c < 0xDC00 && i+3 >= len(b) && more {
			break
		}
		if c < 0xDC00 && i+3 < len(b) {
			if low := unit(i + 2); low >= 0xDC00 && low <= 0xDFFF {
				units = append(units, c, low)
				i += 2
				continue
			}
		}
		units, valid = append(units, 0xFFFD), false
	}
	if i < len(b) {
		if more {
			d.pending = append([]byte(nil), b[i:]...)
		} else {
			units, valid = append(units, 0xFFFD), false
		}
	}
	return units, valid
}

// others decodes with package x/text.
func (d *decoder) others(b []byte, more bool) (units []uint16, valid bool) {
	var out []byte
	buf := make([]byte, 4096)
	for {
		n, used, err := d.other.Transform(buf, b, !more)
		out = append(out, buf[:n]...)
		b = b[used:]
		if err != transform.ErrShortDst {
			break
		}
	}
	if more {
		d.pending = append([]byte(nil), b...)
	} else {
		d.other.Reset()
	}
	s := string(out)
	return utf16.Encode([]rune(s)), !strings.Contains(s, "\uFFFD")
}
