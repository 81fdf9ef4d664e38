package util

import (
	"testing"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
)

// FuzzInspect builds nested values from bytes and inspects them with options from bytes: nothing
// may panic, and the result must be text.
func FuzzInspect(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, uint16(0))
	f.Add([]byte("{[<nested>]}"), uint16(0x5a5a))
	f.Fuzz(func(t *testing.T, data []byte, bits uint16) {
		if len(data) > 200 {
			return
		}
		vm := goja.New()
		h := modules.NewHost(vm, eventloop.New(eventloop.Options{}), modules.Settings{})
		r := Rooms.Of(h)
		v := build(vm, &data, 0)
		c := r.inspection(defaults())
		c.showHidden, c.colors, c.showProxy = bits&1 != 0, bits&2 != 0, bits&4 != 0
		c.numericSeparator = bits&8 != 0
		c.depth = vm.ToValue(int(bits >> 4 & 7))
		c.compact = vm.ToValue(int(bits >> 7 & 3))
		if bits&0x200 != 0 {
			c.compact = vm.ToValue(bits&0x400 != 0)
		}
		c.maxArrayLength, c.maxStringLength = float64(bits>>11&7), float64(bits>>10&31)
		c.sorted = vm.ToValue(bits&0x4000 != 0)
		c.prepare()
		if s := c.format(v, 0, false); !utf8.ValidString(s) {
			t.Errorf("not UTF-8: %q", s)
		}
	})
}

// build makes a value of the bytes.
func build(vm *goja.Runtime, data *[]byte, depth int) goja.Value {
	next := func() byte {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return b
	}
	run := func(src string) *goja.Object {
		v, err := vm.RunString(src)
		if err != nil {
			panic(err)
		}
		return v.(*goja.Object)
	}
	b := next()
	if depth > 6 {
		b %= 6
	}
	switch b % 16 {
	case 0:
		return goja.Undefined()
	case 1:
		return goja.Null()
	case 2:
		return vm.ToValue(float64(next()) / 8)
	case 3:
		return goja.StringFromUTF16([]uint16{uint16(next())<<8 | uint16(next()), 'a', 0xD800, uint16(next())})
	case 4:
		return goja.NewSymbol(string(rune(next())))
	case 5:
		return vm.ToValue(next()%2 == 0)
	case 6:
		a := vm.NewArray()
		for i := range int(next() % 12) {
			if i%5 != 4 {
				a.Set(itoa(i), build(vm, data, depth+1))
			}
		}
		return a
	case 7:
		o := run("({ get a() { return this; }, set b(v) {} })")
		o.Set("self", o)
		o.Set("v", build(vm, data, depth+1))
		return o
	case 8:
		m := run("new Map([[1, 2], [{}, []]])")
		m.Set("x", build(vm, data, depth+1))
		return m
	case 9:
		return run("new Set([1, 'a', {}]).entries()")
	case 10:
		return run("new Proxy({ a: 1 }, { get() { throw 1; } })")
	case 11:
		return run("Object.assign(new Error('e\\nf'), { cause: [1] })")
	case 12:
		return run("Object.assign(class X {}, { y: [function () {}] })")
	case 13:
		return run("new Float32Array([1, 2, 3])")
	case 14:
		return run("Object.assign(Object.create(null), { 'a b': new Date(0), [Symbol.toStringTag]: 'T' })")
	}
	o := vm.NewObject()
	for range next() % 8 {
		o.Set(string(rune(next()))+"k", build(vm, data, depth+1))
	}
	return o
}

func TestStripColorsRemovesOnlyColors(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""}, {"plain", "plain"}, {"\x1b[31mred\x1b[39m", "red"}, {"\x1b[", "\x1b["}, {"\x1b[m", "\x1b[m"},
		{"a\x1b[1mb\x1b[22mc\x1b[", "abc\x1b["}, {"\x1b[2J\x1b[33m1", "\x1b[2J1"},
	} {
		if got := stripColors(c[0]); got != c[1] {
			t.Errorf("stripColors(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestTextKeepsLoneSurrogates(t *testing.T) {
	for _, units := range [][]uint16{{'a', 0xD800, 'b'}, {0xDC00}, {0xD83D, 0xDE00}, {0xD83D}, {0xE9}, {0xFFFD, 0xD800}} {
		v := goja.StringFromUTF16(units)
		s := textOf(v)
		if back := stringValue(s); !back.StrictEquals(v) {
			t.Errorf("%x came back as %q", units, s)
		}
		if jsLen(s) != len(units) {
			t.Errorf("%x has length %d", units, jsLen(s))
		}
	}
	if got := jsCut("a\U0001F600b", 2); jsLen(got) != 2 {
		t.Errorf("jsCut kept %d units", jsLen(got))
	}
}
