// Package weakref has the globals WeakRef and FinalizationRegistry, which the engine lacks: its objects
// are Go's, so Go's collector says which are gone.
//
// Follows ECMA-262, 26.1 and 26.2.
package weakref

import (
	"runtime"
	"sync"
	"weak"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module has both, for the global object.
var Module = modules.Module{ID: "gonode:weakref", Load: func(h *modules.Host) goja.Value {
	r := &room{h: h, cells: make(map[*cell]struct{})}
	h.Loop.Own(r)
	o := h.VM.NewObject()
	o.Set("WeakRef", r.weakRef())
	o.Set("FinalizationRegistry", r.registry())
	return o
}}

type room struct {
	h    *modules.Host
	kept []goja.Value // what a WeakRef has given out: alive until the job at hand ends

	// Guarded by mu.
	mu    sync.Mutex
	cells map[*cell]struct{} // nil once the loop is closed
}

// CloseNow implements eventloop.Resource: cleanups that wait would keep the whole runtime in memory.
func (r *room) CloseNow() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.cells {
		c.stop.Stop()
	}
	r.cells = nil
}

// add and drop keep the list of the cells that wait.
func (r *room) add(c *cell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cells != nil {
		r.cells[c] = struct{}{}
	}
}

func (r *room) drop(c *cell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.cells, c)
}

// pointer refers to an object or symbol without keeping it. It is comparable: the same for the same.
type pointer interface{ value() goja.Value }

type (
	objectPointer struct{ weak.Pointer[goja.Object] }
	symbolPointer struct{ weak.Pointer[goja.Symbol] }
)

func (p objectPointer) value() goja.Value {
	if o := p.Value(); o != nil {
		return o
	}
	return nil
}

func (p symbolPointer) value() goja.Value {
	if s := p.Value(); s != nil {
		return s
	}
	return nil
}

// point returns a pointer to v; ok is false for what cannot be held weakly (ECMA-262, 9.14).
func (r *room) point(v goja.Value) (p pointer, ok bool) {
	switch v := v.(type) {
	case *goja.Object:
		return objectPointer{weak.Make(v)}, true
	case *goja.Symbol:
		symbol := r.h.VM.GlobalObject().Get("Symbol").(*goja.Object)
		return symbolPointer{weak.Make(v)}, bind.IsUndefined(bind.Invoke(r.h.VM, symbol, "keyFor", v))
	}
	return nil, false
}

// keep lets v live until the job at hand has ended: a program that has looked may look again.
func (r *room) keep(v goja.Value) {
	if len(r.kept) == 0 {
		r.h.Door.NextTick(modules.Func(func() { r.kept = nil }))
	}
	r.kept = append(r.kept, v)
}

func (r *room) throw(message string) { panic(r.h.VM.NewTypeError(message)) }

// define makes a class of the language.
func (r *room) define(name string, construct func(this *goja.Object, arg goja.Value), methods []bind.Method) *goja.Object {
	class := bind.Define(r.h.VM, bind.Class{Name: name, Length: 1, Mode: bind.CallNever, Methods: methods,
		Construct: func(this *goja.Object, args []goja.Value) { construct(this, bind.Arg(args, 0)) }})
	class.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return class.Ctor
}

// self returns the state of a method's receiver.
func self[T any](r *room, c goja.FunctionCall, method string) T {
	s, ok := bind.SelfOf[T](c.This)
	if !ok {
		receiver := bind.ToString(c.This).String()
		if o, isObject := c.This.(*goja.Object); isObject {
			receiver = "#<" + o.ClassName() + ">"
		}
		r.throw("Method " + method + " called on incompatible receiver " + receiver)
	}
	return s
}

func (r *room) weakRef() *goja.Object {
	return r.define("WeakRef", func(this *goja.Object, target goja.Value) {
		p, ok := r.point(target)
		if !ok {
			r.throw("WeakRef: invalid target")
		}
		r.keep(target)
		bind.Own(this).Put(bind.Self, p)
	}, []bind.Method{{Name: "deref", Fn: func(c goja.FunctionCall) goja.Value {
		v := self[pointer](r, c, "WeakRef.prototype.deref").value()
		if v == nil {
			return goja.Undefined()
		}
		r.keep(v)
		return v
	}}})
}

// registry is the state of a FinalizationRegistry.
type registry struct {
	r       *room
	cleanup bind.Callable
	cells   map[pointer][]*cell // by unregister token
}

// cell is one registration. It must not refer to its target.
type cell struct {
	of       *registry
	holdings goja.Value
	token    pointer // nil: none
	stop     runtime.Cleanup
	context  *modules.AsyncContext
}

func (r *room) registry() *goja.Object {
	const proto = "FinalizationRegistry.prototype."
	return r.define("FinalizationRegistry", func(this *goja.Object, cleanup goja.Value) {
		fn, ok := bind.ToCallable(cleanup)
		if !ok {
			r.throw("FinalizationRegistry: cleanup must be callable")
		}
		bind.Own(this).Put(bind.Self, &registry{r: r, cleanup: fn, cells: make(map[pointer][]*cell)})
	}, []bind.Method{
		{Name: "register", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			self[*registry](r, c, proto+"register").register(c.Argument(0), c.Argument(1), c.Argument(2))
			return goja.Undefined()
		}},
		{Name: "unregister", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Bool(self[*registry](r, c, proto+"unregister").unregister(c.Argument(0)))
		}},
	})
}

func (g *registry) register(target, holdings, token goja.Value) {
	if _, ok := g.r.point(target); !ok {
		g.r.throw("FinalizationRegistry.prototype.register: invalid target")
	}
	if target == holdings {
		g.r.throw("FinalizationRegistry.prototype.register: target and holdings must not be same")
	}
	c := &cell{of: g, holdings: holdings, context: g.r.h.Context}
	if !bind.IsUndefined(token) {
		c.token = g.token(token)
		g.cells[c.token] = append(g.cells[c.token], c)
	}
	loop := g.r.h.Loop
	collected := func(c *cell) { loop.PostTask(c) }
	switch t := target.(type) {
	case *goja.Object:
		c.stop = runtime.AddCleanup(t, collected, c)
	case *goja.Symbol:
		c.stop = runtime.AddCleanup(t, collected, c)
	}
	g.r.add(c)
}

// token returns the pointer to an unregister token, or throws.
func (g *registry) token(v goja.Value) pointer {
	p, ok := g.r.point(v)
	if !ok {
		g.r.throw("Invalid unregisterToken ('" + bind.ToString(v).String() + "')")
	}
	return p
}

func (g *registry) unregister(token goja.Value) bool {
	p := g.token(token)
	cells := g.cells[p]
	delete(g.cells, p)
	for _, c := range cells {
		c.stop.Stop()
		c.of = nil
		g.r.drop(c)
	}
	return len(cells) > 0
}

var _ eventloop.Task = (*cell)(nil)

// Run implements eventloop.Task: the target is gone.
func (c *cell) Run() {
	g := c.of
	if g == nil {
		return // unregistered meanwhile
	}
	g.r.drop(c)
	if c.token != nil {
		rest := g.cells[c.token][:0]
		for _, other := range g.cells[c.token] {
			if other != c {
				rest = append(rest, other)
			}
		}
		if g.cells[c.token] = rest; len(rest) == 0 {
			delete(g.cells, c.token)
		}
	}
	g.r.h.Enter(c.context, func() { g.cleanup.Call(goja.Undefined(), c.holdings) })
}
