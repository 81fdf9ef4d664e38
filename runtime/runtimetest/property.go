package runtimetest

import (
	"context"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
)

// Property fuzzes with a function in JavaScript: source is a function of require that returns the
// function under test, which is called with each text and throws when what it claims does not hold.
// Bytes that are not UTF-8 reach it as lone surrogates.
func Property(f *testing.F, source string, seeds ...string) {
	f.Helper()
	rt, err := runtime.New(runtime.Options{Env: map[string]string{}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(rt.Close)
	var check goja.Callable
	do := func(t testing.TB, fn func(vm *goja.Runtime) error) {
		ctx, cancel := context.WithTimeout(context.Background(), Deadline)
		defer cancel()
		if err := rt.Do(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	do(f, func(vm *goja.Runtime) error {
		v, err := vm.RunString("(" + source + ")")
		if err != nil {
			return err
		}
		outer, _ := goja.AssertFunction(v)
		if v, err = outer(goja.Undefined(), vm.ToValue(rt.Require)); err == nil {
			check, _ = goja.AssertFunction(v)
		}
		return err
	})
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return // longer is only slower
		}
		do(t, func(*goja.Runtime) error {
			_, err := check(goja.Undefined(), units(data))
			return err
		})
	})
}

// units returns data as a string of JavaScript.
func units(data []byte) goja.String {
	var u []uint16
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			u = append(u, 0xD800|uint16(data[0])<<3)
		case r >= 0x10000:
			u = append(u, uint16(0xD800+(r-0x10000)>>10), uint16(0xDC00+(r-0x10000)&0x3FF))
		default:
			u = append(u, uint16(r))
		}
		data = data[n:]
	}
	return goja.StringFromUTF16(u)
}
