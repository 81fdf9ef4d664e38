package engine

import (
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

func TestTheLayoutIsKnown(t *testing.T) {
	if known.ordinary == nil || known.array == nil || known.native == nil || known.ascii == nil || known.buffer == nil {
		t.Fatal("goja keeps its objects in another way than engine.go says: bring head, body and learnLayout up to date")
	}
}

// withAndWithout runs a test with the layout, and through the API.
func withAndWithout(t *testing.T, test func(t *testing.T, vm *goja.Runtime)) {
	t.Run("layout", func(t *testing.T) { test(t, goja.New()) })
	t.Run("API", func(t *testing.T) {
		defer func(l layout) { known = l }(known)
		known = layout{}
		test(t, goja.New())
	})
}

// object returns the object that source makes.
func object(t *testing.T, vm *goja.Runtime, source string) *goja.Object {
	t.Helper()
	v, err := vm.RunString(source)
	if err != nil {
		t.Fatal(err)
	}
	return v.(*goja.Object)
}

var pair = NewShape("a", "b")

// What an object that we made and one that JavaScript made can be told apart by.
const sameAsLiteral = `
(function (make, proto) {
	const literal = () => Object.assign(Object.create(proto), {a: 1, b: 'two'});
	const probes = {
		keys: (o) => Object.keys(o),
		names: (o) => { o.c = 3; o[7] = 7; o[2] = 2; return Reflect.ownKeys(o); },
		json: (o) => JSON.stringify(o),
		forIn: (o) => { const list = []; for (const k in o) { list.push(k); delete o.b; o.c = 1; } return list.concat(Object.keys(o)); },
		again: (o) => { for (const k in o); for (const k in o) break; o.z = 1; delete o.a; for (const k in o) delete o[k]; return Object.keys(o); },
		remove: (o) => [delete o.a, 'a' in o, Object.keys(o), o.a, delete o.nothing],
		put: (o) => { delete o.a; o.a = 1; return Object.keys(o); },
		descriptor: (o) => Object.getOwnPropertyDescriptors(o),
		freeze: (o) => { Object.freeze(o); try { (function () { 'use strict'; o.a = 2; })(); } catch (e) { return [e.name, o.a, Object.isFrozen(o)]; } },
		sealed: (o) => { Object.preventExtensions(o); o.c = 1; return [Object.isExtensible(o), o.c]; },
		accessor: (o) => { Object.defineProperty(o, 'a', {get: () => 5}); return [o.a, Object.keys(o), Object.getOwnPropertyDescriptor(o, 'a').set]; },
		symbol: (o) => { const s = Symbol('s'); o[s] = 1; return [o[s], Object.getOwnPropertySymbols(o).length, o[Symbol.iterator]]; },
		proto: (o) => [Object.getPrototypeOf(o) === proto, Object.getPrototypeOf(Object.setPrototypeOf(o, null))],
		text: (o) => Object.prototype.toString.call(o),
		spread: (o) => ({...o, c: 1}),
		inherit: (o) => { const d = Object.create(o); d.b = 4; return [d.a, o.b, Object.keys(d)]; },
		privates: (o) => { class P extends (function () { return o; }) { #x = 9; static x(o) { return o.#x; } } new P(); return P.x(o); },
		proxy: (o) => Object.keys(new Proxy(o, {})),
		weak: (o) => new WeakMap([[o, 1]]).get(o),
		equal: (o) => [o === o, o == make(), new Set([o, o]).size],
	};
	const failed = [];
	for (const name in probes) {
		make(); // one before and one behind: they share no state
		const got = JSON.stringify(probes[name](make())), want = JSON.stringify(probes[name](literal()));
		if (got !== want) failed.push(name + ': ' + got + ', a literal: ' + want);
		if (JSON.stringify(make()) !== '{"a":1,"b":"two"}') failed.push(name + ' has changed the next object');
	}
	return failed.join('\n');
})`

func TestAnObjectIsAsALiteral(t *testing.T) {
	withAndWithout(t, func(t *testing.T, vm *goja.Runtime) {
		v, err := vm.RunString(sameAsLiteral)
		if err != nil {
			t.Fatal(err)
		}
		compare, _ := goja.AssertFunction(v)
		for _, proto := range []*goja.Object{vm.Get("Object").(*goja.Object).Get("prototype").(*goja.Object), vm.NewObject(), nil} {
			values := []goja.Value{vm.ToValue(1), vm.ToValue("two")}
			for _, make := range []func() *goja.Object{
				func() *goja.Object { return pair.New(vm, proto, values...) },
				func() *goja.Object { return new(Object).Make(vm, proto, pair, values...) },
				func() *goja.Object {
					o := new(Object).Make(vm, proto, nil)
					Put(o, "a", values[0])
					Put(o, "b", values[1])
					return o
				},
			} {
				p := goja.Null()
				if proto != nil {
					p = proto
				}
				if failed, err := compare(nil, vm.ToValue(make), p); err != nil || failed.String() != "" {
					t.Error(failed, err)
				}
			}
		}
	})
}

func TestPutIsADefinition(t *testing.T) {
	withAndWithout(t, func(t *testing.T, vm *goja.Runtime) {
		v, err := vm.RunString(`
			const proto = {set x(v) { throw new Error('a setter was called'); }};
			[Object.create(proto), Object.freeze({}), Object.defineProperty({}, 'x', {value: 1, configurable: true}), [], {1: 1}]`)
		if err != nil {
			t.Fatal(err)
		}
		list := v.(*goja.Object)
		put := func(i, name string) string {
			if ex := vm.Try(func() { Put(list.Get(i).(*goja.Object), name, vm.ToValue("put")) }); ex != nil {
				return ex.Value().String()
			}
			return list.Get(i).(*goja.Object).Get(name).String()
		}
		for _, c := range []struct{ object, name, want string }{
			{"0", "x", "put"},
			{"1", "x", "TypeError: Cannot define property x, object is not extensible"},
			{"2", "x", "put"},
			{"3", "x", "put"},
			{"4", "0", "put"},
		} {
			if got := put(c.object, c.name); got != c.want {
				t.Errorf("Put on object %s: %s, want %s", c.object, got, c.want)
			}
		}
		if keys := list.Get("4").(*goja.Object).Keys(); len(keys) != 2 || keys[0] != "0" {
			t.Error("keys are not sorted:", keys)
		}
	})
}

func TestOwner(t *testing.T) {
	vm := goja.New()
	owner := new(int)
	o := new(Object).Make(vm, nil, pair, goja.Null(), goja.Null())
	if Owner(o) != nil || !SetOwner(o, owner) || Owner(o) != owner {
		t.Error("an Object has no owner, or another")
	}
	others := []*goja.Object{pair.New(vm, o, goja.Null(), goja.Null()), vm.NewObject(), vm.NewArray(), (*Shape)(nil).New(vm, o), vm.CreateObject(o), vm.ToValue(func() {}).(*goja.Object)}
	for i, other := range others {
		if SetOwner(other, owner) || Owner(other) != nil {
			t.Errorf("object %d has an owner", i)
		}
	}
}

// Objects live as long as they are referred to, and what they refer to does: the collector sees through them.
func TestObjectsAreCollectedWhole(t *testing.T) {
	vm := goja.New()
	first := pair.New(vm, nil, goja.Null(), vm.ToValue("end"))
	for range 10_000 {
		first = pair.New(vm, nil, first, vm.NewArray(vm.ToValue(1), vm.ToValue("x")))
	}
	runtime.GC()
	for range 100_000 {
		pair.New(vm, nil, vm.NewObject(), vm.NewObject())
	}
	runtime.GC()
	if err := vm.Set("first", first); err != nil {
		t.Fatal(err)
	}
	v, err := vm.RunString(`let n = 0; for (; first.a; first = first.a) { if (first.b.length === 2 && first.b[1] === 'x') n++; } n + first.b`)
	if err != nil || v.String() != "10000end" {
		t.Error(v, err)
	}
}

func TestNamesAndValues(t *testing.T) {
	vm := goja.New()
	for _, c := range []struct {
		source string
		ok     bool
		want   string
	}{
		{"({})", true, ""},
		{"({x: 1, é: 'e', '': null})", true, "x=1 é=e =null "},
		{"({get x() { return 1 }})", false, ""},
		{"Object.defineProperty({y: 1}, 'x', {value: 1})", false, ""},
		{"({x: 1, 0: 2})", false, ""},
		{"[1]", false, ""},
		{"new Proxy({x: 1}, {})", false, ""},
		{"new Date()", false, ""},
		{"(function () {})", false, ""},
		{"(() => { const o = {x: 1, 7: 1, 2: 2}; Object.keys(o); return o })()", true, "2=2 7=1 x=1 "},
	} {
		o := object(t, vm, c.source)
		names, ok := Names([]unistring.String{"before"}, o)
		got := ""
		for _, name := range names[1:] {
			got += name.String() + "=" + Value(o, name).String() + " "
		}
		if ok != c.ok || got != c.want {
			t.Errorf("%s: %q %v, want %q %v", c.source, got, ok, c.want, c.ok)
		}
		if !ok && len(names) != 1 {
			t.Errorf("%s: names were appended", c.source)
		}
	}
	o, _ := vm.RunString("({get x() { return 1 }, y: 2})")
	if v := Value(o.(*goja.Object), "x"); v != nil {
		t.Error("an accessor has a value:", v)
	}
	if v := Value(o.(*goja.Object), "nothing"); v != nil {
		t.Error("what is not there has a value:", v)
	}
}

func TestAnObjectIsThreeAllocations(t *testing.T) {
	vm := goja.New()
	a, b := vm.ToValue(1), vm.ToValue("two")
	var kept *goja.Object
	// Itself, the map of its properties, and the map's first group.
	if n := testing.AllocsPerRun(100, func() { kept = pair.New(vm, nil, a, b) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
	runtime.KeepAlive(kept)
}

const sameAsUint8Array = `
(function (make, proto) {
	const probes = {
		bytes: (a) => [a.length, a[0], a[3], a.byteLength, a.byteOffset, a.buffer.byteLength],
		write: (a) => { a[0] = 300; a[9] = 1; new DataView(a.buffer).setUint8(1, 7); return Array.from(a); },
		sub: (a) => { const s = a.subarray(1, 3); s[0] = 9; return [s.length, a[1], s.buffer === a.buffer]; },
		slice: (a) => [a.slice(1).length, a.map((x) => 2 * x)[2]],
		set: (a) => { a.set([5, 6], 2); a.fill(1, 0, 1); a.reverse(); return Array.from(a); },
		kind: (a) => [Object.prototype.toString.call(a), Object.prototype.toString.call(a.buffer), ArrayBuffer.isView(a), a instanceof Uint8Array,
			a.buffer instanceof ArrayBuffer, Object.getPrototypeOf(a) === proto],
		properties: (a) => { a.name = 'n'; a.buffer.name = 'b'; return [Object.keys(a), Object.keys(a.buffer), delete a.name, delete a[0]]; },
		detach: (a) => { const c = structured(a.buffer); return [a.length, c.byteLength]; },
		json: (a) => JSON.stringify(a),
		other: (a) => new Uint16Array(a.buffer).length,
	};
	const structured = (b) => b.slice(1);
	const failed = [];
	for (const name in probes) {
		const theirs = Object.setPrototypeOf(new Uint8Array([1, 2, 3, 4]), proto);
		const got = JSON.stringify(probes[name](make())), want = JSON.stringify(probes[name](theirs));
		if (got !== want) failed.push(name + ': ' + got + ', an array of the engine: ' + want);
	}
	return failed.join('\n');
})`

func TestBytesAreAUint8Array(t *testing.T) {
	vm := goja.New()
	v, err := vm.RunString(sameAsUint8Array)
	if err != nil {
		t.Fatal(err)
	}
	compare, _ := goja.AssertFunction(v)
	ctor := vm.Get("Uint8Array").(*goja.Object)
	proto := vm.CreateObject(ctor.Get("prototype").(*goja.Object))
	m := NewBytes(vm, ctor, proto)
	if m == nil {
		t.Fatal("goja keeps its arrays of bytes in another way than engine.go says: bring arrayBuffer and typedArray up to date")
	}
	made := func() *goja.Object { return m.New([]byte{1, 2, 3, 4}) }
	if failed, err := compare(nil, vm.ToValue(made), proto); err != nil || failed.String() != "" {
		t.Error(failed, err)
	}
	b := []byte{1}
	a := m.New(b)
	if out := a.Export().([]byte); &out[0] != &b[0] {
		t.Error("the memory is not what was given")
	}
	if ab := a.Get("buffer").Export().(goja.ArrayBuffer); !ab.Detach() || a.Get("length").ToInteger() != 0 {
		t.Error("detached, it has bytes")
	}
	if n := m.New(nil).Get("length").ToInteger(); n != 0 {
		t.Error("of no memory, it has", n)
	}
}

func TestASCII(t *testing.T) {
	vm := goja.New()
	for _, s := range []string{"", "a", "12345678", "123456789", "\x00\x7f", strings.Repeat("x", asciiMost)} {
		v := ASCII(s)
		if v == nil {
			t.Errorf("%q is not known to be ASCII", s)
			continue
		}
		theirs := vm.ToValue(s)
		if !v.StrictEquals(theirs) || !theirs.StrictEquals(v) || v.String() != s || reflect.TypeOf(v) != reflect.TypeOf(vm.ToValue("a")) {
			t.Errorf("%q is %#v", s, v)
		}
		vm.Set("s", v)
		if got, err := vm.RunString("s + s.length + typeof s + ({[s]: 1})[s]"); err != nil || got.String() != s+strconv.Itoa(len(s))+"string1" {
			t.Error(got, err)
		}
	}
	for _, s := range []string{"é", "1234567é", "12345678é", "\x80", strings.Repeat("x", asciiMost+1)} {
		if v := ASCII(s); v != nil {
			t.Errorf("%q is %#v", s, v)
		}
	}
}

func TestTheStackIsLent(t *testing.T) {
	vm := goja.New()
	s := NewStack(vm)
	if s == nil {
		t.Fatal("goja keeps its stack in another way than stack.go says")
	}
	v, err := vm.RunString("(function f(n) { return n ? 1 + f(n - 1) : 0 })")
	if err != nil {
		t.Fatal(err)
	}
	fn, _ := goja.AssertFunction(v)
	call := func(n int) {
		t.Helper()
		s.Lend()
		if got, err := fn(nil, vm.ToValue(n)); err != nil || got.ToInteger() != int64(n) {
			t.Error(got, err)
		}
	}
	call(3)
	if s.own[0] == nil {
		t.Error("the engine has not used the memory")
	}
	s.Clear()
	for i, v := range s.own {
		if v != nil {
			t.Fatalf("value %d is left in it: %v", i, v)
		}
	}
	call(1000) // more than there is
	call(3)
	s.Clear()
	two := vm.ToValue(2)
	if with, without := testing.AllocsPerRun(100, func() { s.Lend(); fn(nil, two) }), testing.AllocsPerRun(100, func() { fn(nil, two) }); with >= without {
		t.Errorf("%v allocations, without %v", with, without)
	}
	(*Stack)(nil).Lend()
	(*Stack)(nil).Clear()
}

func TestNative(t *testing.T) {
	vm := goja.New()
	fn := vm.ToValue(func(c goja.FunctionCall) goja.Value { return c.Argument(0) }).(*goja.Object)
	if f := Native(fn); f == nil || f(goja.FunctionCall{Arguments: []goja.Value{vm.ToValue(7)}}).ToInteger() != 7 {
		t.Error("a function of Go's is not known")
	}
	v, err := vm.RunString("[function () {}, () => 1, class {}, {}, new Proxy(function () {}, {}), [].push.bind([])]")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		if f := Native(v.(*goja.Object).Get(strconv.Itoa(i)).(*goja.Object)); f != nil && i != 5 {
			t.Errorf("value %d is a function of Go's", i)
		}
	}
	if Native(vm.Get("Array").(*goja.Object).Get("prototype").(*goja.Object).Get("push").(*goja.Object)) == nil {
		t.Error("a function of the engine's is not known")
	}
}

func TestLookupIsGet(t *testing.T) {
	vm := goja.New()
	v, err := vm.RunString(`
		class A { m() {} get g() { return this.x + 1; } static s() {} }
		class B extends A { constructor() { super(); this.x = 1; } }
		const frozen = Object.freeze({x: 2});
		[new B(), Object.create(new B()), frozen, Object.create(frozen), Object.create(null), [1], A, new Proxy({x: 3, m: 1}, {}),
			Object.create(new Proxy(new B(), {})), Object.create([1, 2]), Object.defineProperty({}, 'x', {get() { return 5; }})]`)
	if err != nil {
		t.Fatal(err)
	}
	list := v.(*goja.Object)
	for i := range int(list.Get("length").ToInteger()) {
		o := list.Get(strconv.Itoa(i)).(*goja.Object)
		for _, name := range []string{"m", "g", "x", "s", "toString", "length", "hasOwnProperty", "nothing", "__proto__", "0"} {
			got, want := Lookup(o, name), o.Get(name)
			if (got == nil) != (want == nil) || got != nil && !got.SameAs(want) {
				t.Errorf("object %d, %s: %v, want %v", i, name, got, want)
			}
		}
	}
}

func TestMemory(t *testing.T) {
	vm := goja.New()
	for _, c := range []struct{ source, want string }{
		{"new Uint8Array([1, 2, 3])", "\x01\x02\x03"},
		{"new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", "\x02\x03"},
		{"new Uint8Array(new ArrayBuffer(8), 8)", ""},
		{"new Uint8ClampedArray(2)", "none"},
		{"new Uint16Array(2)", "none"},
		{"new ArrayBuffer(2)", "none"},
		{"({})", "none"},
		{"new Proxy(new Uint8Array(2), {})", "none"},
	} {
		got := "none"
		if b, ok := Memory(object(t, vm, c.source)); ok {
			got = string(b)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.source, got, c.want)
		}
	}
	ctor := vm.Get("Uint8Array").(*goja.Object)
	a := NewBytes(vm, ctor, ctor.Get("prototype").(*goja.Object)).New([]byte{1})
	ab := a.Get("buffer").Export().(goja.ArrayBuffer)
	if b, ok := Memory(a); !ok || len(b) != 1 || !ab.Detach() {
		t.Error(b, ok)
	}
	if b, ok := Memory(a); ok {
		t.Error("detached, it has memory:", b)
	}
}

func TestElements(t *testing.T) {
	vm := goja.New()
	for _, c := range []struct{ source, want string }{
		{"[]", ""},
		{"[1, 'b']", "1 b "},
		{"[1, , 3]", "1 - 3 "},
		{"new Array(3)", "none"},
		{"(() => { const a = [1, 2, 3]; a.length = 1; a.push(4); return a })()", "1 4 "},
		{"(() => { const a = [1]; a[3] = 2; return a })()", "1 - - 2 "},
		{"(() => { const a = [1, 2]; delete a[0]; return a })()", "- 2 "},
		{"(() => { const a = [1]; a.x = 1; return a })()", "1 "},
		{"class X extends Array {}; X.from([1, 2])", "1 2 "},
		{"Object.freeze([1, 2])", "none"},
		{"Object.defineProperty([1], 0, {get() { return 1 }})", "none"},
		{"(() => { const a = []; a[1e6] = 1; return a })()", "none"},
		{"({length: 1, 0: 1})", "none"},
		{"new Proxy([1], {})", "none"},
		{"new Uint8Array(1)", "none"},
	} {
		list, ok := Elements(object(t, vm, c.source))
		got := ""
		for _, v := range list {
			if v == nil {
				got += "- "
			} else {
				got += v.String() + " "
			}
		}
		if !ok {
			got = "none"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.source, got, c.want)
		}
	}
}

func TestPutNew(t *testing.T) {
	vm := goja.New()
	o := (*Shape)(nil).New(vm, nil)
	if !PutNew(o, "é", vm.ToValue(1)) || PutNew(o, "é", vm.ToValue(2)) || o.Get("é").ToInteger() != 1 {
		t.Error("put:", o.Get("é"))
	}
	if PutNew(vm.NewArray(), "x", vm.ToValue(1)) {
		t.Error("put into an array")
	}
}
