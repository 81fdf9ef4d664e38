package ecma

import (
	"reflect"

	"github.com/dop251/goja"
)

// What the engine does by recursion on the Go stack without a call that SetMaxCallStackSize would count:
// it asks the target of a proxy, the prototype of an object, the generator that yield* delegates to. (The
// function below a bound one too: five thousand of them have names that fill the memory first.)
const (
	maxChain      = 10_000 // proxies, targets and prototypes that one object may stand on
	maxGenerators = 3000   // generators in each other's next
)

var proxyType = reflect.TypeFor[goja.Proxy]()

// chains guards one runtime.
type chains struct {
	vm         *goja.Runtime
	generators bool // guarded
	reflect    bool // guarded
}

func guardChains(vm *goja.Runtime) *chains {
	g := &chains{vm: vm}
	g.guardProxies()
	g.guardPrototypes()
	return g
}

func (g *chains) tooDeep() { raise(g.vm, "RangeError", "Maximum call stack size exceeded") }

// replace puts by(native) in the place of the native method of o called name.
func (g *chains) replace(o *goja.Object, name string, by func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value) {
	old := o.Get(name).(*goja.Object)
	fn := g.wrap(old, by)
	o.Set(name, fn) // the property is writable and not enumerable as it is; to define it makes all of the class
}

// wrap is by(old) with the name and length of old.
func (g *chains) wrap(old *goja.Object, by func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value) *goja.Object {
	native, ok := old.Export().(func(goja.FunctionCall) goja.Value)
	if !ok {
		panic("BUG: ecma: " + old.Get("name").String() + " is not native")
	}
	fn := g.vm.ToValue(by(native)).(*goja.Object)
	hide(fn, "name", old.Get("name"))
	hide(fn, "length", old.Get("length"))
	return fn
}

// stands looks at all that an operation on from may go on to. It throws if that is too much, and reports
// whether o is among it, by way of a proxy: a lookup would go round for ever.
func (g *chains) stands(o *goja.Object, from ...goja.Value) (round bool) {
	var room [8]*goja.Object
	todo := room[:0]
	push := func(v goja.Value) {
		if x, ok := v.(*goja.Object); ok && x != nil {
			todo = append(todo, x)
		}
	}
	for _, v := range from {
		push(v)
	}
	proxies := false
	for n := 0; len(todo) > 0; n++ {
		if n > maxChain {
			g.tooDeep()
		}
		x := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if x == o {
			return proxies
		}
		if x.ExportType() != proxyType {
			push(x.Prototype())
			continue
		}
		proxies = true
		p := x.Export().(goja.Proxy)
		push(p.Handler())
		if o == nil || !answers(p.Handler()) {
			push(p.Target())
		}
	}
	return false
}

// answers reports whether a handler decides itself what is read and written.
func answers(handler *goja.Object) bool {
	return handler != nil && handler.ExportType() != proxyType && !absent(handler.Get("get")) && !absent(handler.Get("set"))
}

func absent(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }

// guardProxies bounds how many proxies stand on each other. Proxy becomes one itself, whose trap looks: a
// constructor of ours could not tell a call without new.
func (g *chains) guardProxies() {
	native := g.vm.Get("Proxy").(*goja.Object)
	construct, _ := goja.AssertConstructor(native)
	guarded := g.vm.NewProxy(native, &goja.ProxyTrapConfig{
		Construct: func(_ *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
			g.stands(nil, args[:min(len(args), 2)]...)
			o, err := construct(newTarget, args...)
			if err != nil {
				panic(err)
			}
			return o
		},
	})
	g.replace(native, "revocable", func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			g.stands(nil, c.Argument(0), c.Argument(1))
			return native(c)
		}
	})
	g.vm.GlobalObject().Set("Proxy", guarded)
}

// guardPrototypes bounds chains of prototypes, and refuses those that a proxy makes a ring: V8 throws when
// something is looked up in one.
func (g *chains) guardPrototypes() {
	object := g.vm.Get("Object").(*goja.Object)
	g.replace(object, "setPrototypeOf", g.setter)
	proto := object.Get("prototype").(*goja.Object)
	descriptor, _ := goja.AssertFunction(object.Get("getOwnPropertyDescriptor"))
	v, err := descriptor(goja.Undefined(), proto, g.vm.ToValue("__proto__"))
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	d := v.(*goja.Object)
	guarded := g.wrap(d.Get("set").(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			g.mayHave(c.This, c.Argument(0))
			return native(c)
		}
	})
	_ = proto.DefineAccessorProperty("__proto__", d.Get("get"), guarded, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// setter guards a function that sets the prototype of its first argument.
func (g *chains) setter(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		g.mayHave(c.Argument(0), c.Argument(1))
		return native(c)
	}
}

// mayHave throws if v cannot have the prototype proto.
func (g *chains) mayHave(v, proto goja.Value) {
	if o, ok := v.(*goja.Object); ok && g.stands(o, proto) {
		g.tooDeep()
	}
}

// guardReflect guards Reflect when a source first names its setPrototypeOf: to touch Reflect makes all of it,
// which few runtimes need.
func (g *chains) guardReflect(v goja.Value) {
	if g.reflect || v != g.vm.Get("Reflect") {
		return
	}
	g.reflect = true
	g.replace(v.(*goja.Object), "setPrototypeOf", g.setter)
}

// guardGenerators bounds how deep generators run each other, from the first yield* on.
func (g *chains) guardGenerators() {
	if g.generators {
		return
	}
	g.generators = true
	v, err := g.vm.RunProgram(generator)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	proto := v.(*goja.Object).Get("prototype").(*goja.Object).Prototype()
	depth := 0
	g.replace(proto, "next", func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			if depth >= maxGenerators {
				g.tooDeep()
			}
			depth++
			defer func() { depth-- }()
			return native(c)
		}
	})
}

var generator = goja.MustCompile("gonode:ecma", "(function* () {})", true)
