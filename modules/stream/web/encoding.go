package web

import (
	"unicode/utf16"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// pair is the state of a class that is a readable and a writable stream, with what is behind them.
type pair struct {
	class    string
	readable *goja.Object
	writable *goja.Object
	decoder  *goja.Object // of a TextDecoderStream
}

// pairClass is a class whose members are readable and writable, and the getters that of reads.
func pairClass(name string, length int, construct func(r *Room, args []goja.Value) *pair, getters []string, of func(p *pair, name string) goja.Value) class {
	c := class{
		name: name, length: length,
		is: func(s any) bool { p, ok := s.(*pair); return ok && p.class == name },
		construct: func(r *Room, _ *goja.Object, args []goja.Value) any {
			p := construct(r, args)
			p.class = name
			return p
		},
	}
	get := func(p *pair, name string) goja.Value {
		switch name {
		case "readable":
			return p.readable
		case "writable":
			return p.writable
		}
		return of(p, name)
	}
	all := append(getters, "readable", "writable")
	for _, name := range all {
		c.members = append(c.members, member{name: name, kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
			return get(s.(*pair), name)
		}})
	}
	c.fields = func(_ *Room, s any, o *goja.Object) {
		for _, name := range all {
			o.Set(name, get(s.(*pair), name))
		}
	}
	return c
}

// pairOf returns the two sides of a transform.
func (c *transformController) pairOf() *pair {
	return &pair{readable: c.stream.readable.obj, writable: c.stream.writable.obj}
}

// textEncoderStream follows https://encoding.spec.whatwg.org/#interface-textencoderstream.
func textEncoderStream() class {
	c := pairClass("TextEncoderStream", 0, func(r *Room, _ []goja.Value) *pair {
		var high uint16 // a high surrogate whose other half is to come; 0: none
		var t *transformController
		t = r.newTransform(transformer{
			transform: func(chunk goja.Value) goja.Value {
				return r.promiseOf(func() goja.Value {
					b, rest := encodeUTF8(high, bind.CallGiven(r.vm, "String", r.vm.Get("String"), goja.Undefined(), chunk).(goja.String))
					if high = rest; len(b) > 0 {
						t.enqueue(r.Bytes(b))
					}
					return goja.Undefined()
				})
			},
			flush: func() goja.Value {
				return r.promiseOf(func() goja.Value {
					if high != 0 {
						t.enqueue(r.Bytes([]byte("\uFFFD")))
					}
					return goja.Undefined()
				})
			},
		})
		return t.pairOf()
	}, []string{"encoding"}, func(*pair, string) goja.Value { return bind.String("utf-8") })
	c.untagged = true
	return c
}

// encodeUTF8 encodes s after the high surrogate that the string before ended with, or 0; it returns the one
// that s ends with, or 0. Lone surrogates become U+FFFD.
func encodeUTF8(high uint16, s goja.String) (b []byte, rest uint16) {
	units := make([]uint16, 0, s.Length()+1)
	if high != 0 && s.Length() > 0 {
		units = append(units, high)
		high = 0
	}
	for i := range s.Length() {
		units = append(units, s.CharAt(i))
	}
	if n := len(units); n > 0 && units[n-1]&0xFC00 == 0xD800 {
		units, high = units[:n-1], units[n-1]
	}
	return []byte(string(utf16.Decode(units))), high
}

// textDecoderStream follows Node's, which decodes with the TextDecoder that the program has.
func textDecoderStream() class {
	c := pairClass("TextDecoderStream", 0, func(r *Room, args []goja.Value) *pair {
		label := bind.Arg(args, 0)
		if bind.IsUndefined(label) {
			label = bind.String("utf-8")
		}
		decoder, err := r.vm.New(r.h.Builtin("util").(*goja.Object).Get("TextDecoder"), label, bind.Arg(args, 1))
		if err != nil {
			bind.Rethrow(err)
		}
		more := r.vm.NewObject()
		more.Set("stream", true)
		var t *transformController
		decode := func(end bool, args ...goja.Value) goja.Value {
			return r.promiseOf(func() goja.Value {
				if text := bind.Invoke(r.vm, decoder, "decode", args...); bind.Truthy(text) {
					t.enqueue(text)
				}
				if end {
					t.terminate()
				}
				return goja.Undefined()
			})
		}
		t = r.newTransform(transformer{
			transform: func(chunk goja.Value) goja.Value { return decode(false, chunk, more) },
			flush:     func() goja.Value { return decode(true) },
		})
		p := t.pairOf()
		p.decoder = decoder
		return p
	}, []string{"encoding", "fatal", "ignoreBOM"}, func(p *pair, name string) goja.Value { return bind.Property(p.decoder, name) })
	c.untagged = true
	return c
}
