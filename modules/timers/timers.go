// Package timers is Node's timers module: a face over package eventloop.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/timers.html.
package timers

import (
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
)

// Module is require('timers').
var Module = modules.Module{ID: "timers", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the timers of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the timers module of one runtime.
type Room struct {
	SetTimeout, SetInterval, SetImmediate       *goja.Object
	ClearTimeout, ClearInterval, ClearImmediate *goja.Object

	h         *modules.Host
	timeout   *bind.Built
	immediate *bind.Built
	byID      map[int64]*Timeout // timers whose number somebody asked for
	nextID    int64
	enrolled  map[*goja.Object]*enrolled // timers on objects of the program's that run
}

// Timeout is the state of one setTimeout or setInterval.
type Timeout struct {
	bind.State
	object    engine.Object // what obj is
	timer     eventloop.Timer
	room      *Room
	obj       *goja.Object
	fn        bind.Callable
	args      []goja.Value
	ms        float64
	context   *modules.AsyncContext
	repeat    bool
	last      bool // _idleTimeout was set to -1: no more repetitions
	destroyed bool
	id        int64 // 0 until asked for
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, byID: make(map[int64]*Timeout), enrolled: make(map[*goja.Object]*enrolled)}
	// As in Node, the methods of a timer do nothing to other objects.
	timeout := func(fn func(t *Timeout) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			t, ok := bind.SelfOf[*Timeout](c.This)
			if !ok {
				return c.This
			}
			return fn(t)
		}
	}
	set := func(fn func(t *Timeout, v goja.Value)) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			if t, ok := bind.SelfOf[*Timeout](c.This); ok {
				fn(t, c.Argument(0))
			}
			return goja.Undefined()
		}
	}
	r.timeout = bind.Define(h.VM, bind.Class{Name: "Timeout", Mode: bind.CallNever,
		Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Methods: []bind.Method{
			{Name: "ref", Fn: timeout(func(t *Timeout) goja.Value { t.timer.Ref(); return t.obj })},
			{Name: "unref", Fn: timeout(func(t *Timeout) goja.Value { t.timer.Unref(); return t.obj })},
			{Name: "hasRef", Fn: timeout(func(t *Timeout) goja.Value { return bind.Bool(t.timer.HasRef()) })},
			{Name: "refresh", Fn: timeout(func(t *Timeout) goja.Value {
				if !t.destroyed || t.timer.Active() {
					t.timer.Refresh()
				} else if !t.fn.IsZero() {
					t.destroyed = false
					t.start()
				}
				return t.obj
			})},
			{Name: "close", Fn: timeout(func(t *Timeout) goja.Value { t.clear(); return t.obj })},
		},
		Accessors: []bind.Accessor{
			{Name: "_idleTimeout", Get: timeout(func(t *Timeout) goja.Value {
				if t.destroyed && t.fn.IsZero() {
					return bind.Int(-1)
				}
				return h.VM.ToValue(t.ms)
			}), Set: set(func(t *Timeout, v goja.Value) {
				if t.last = v.ToFloat() == -1; !t.last {
					t.ms = v.ToFloat()
				}
			})},
			{Name: "_repeat", Get: timeout(func(t *Timeout) goja.Value {
				if t.repeat {
					return h.VM.ToValue(t.ms)
				}
				return goja.Null()
			})},
			{Name: "_destroyed", Get: timeout(func(t *Timeout) goja.Value { return bind.Bool(t.destroyed) })},
			{Name: "_onTimeout", Get: timeout(func(t *Timeout) goja.Value {
				if t.fn.IsZero() {
					return goja.Null()
				}
				return t.fn.Obj
			}), Set: set(func(t *Timeout, v goja.Value) { t.fn, _ = bind.ToCallable(v) })},
		}})
	r.timeout.Proto.SetSymbol(goja.SymToPrimitive, h.VM.ToValue(timeout(func(t *Timeout) goja.Value {
		if t.id == 0 {
			r.nextID++
			t.id = r.nextID
			if !t.destroyed {
				r.byID[t.id] = t
			}
		}
		return h.VM.ToValue(t.id)
	})))
	immediate := func(fn func(i *Immediate) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			i, ok := bind.SelfOf[*Immediate](c.This)
			if !ok {
				h.Err.Throw("ERR_INVALID_THIS", "Immediate")
			}
			return fn(i)
		}
	}
	r.immediate = bind.Define(h.VM, bind.Class{Name: "Immediate", Mode: bind.CallNever,
		Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Methods: []bind.Method{
			{Name: "ref", Fn: immediate(func(i *Immediate) goja.Value { i.handle.Ref(); return i.obj })},
			{Name: "unref", Fn: immediate(func(i *Immediate) goja.Value { i.handle.Unref(); return i.obj })},
			{Name: "hasRef", Fn: immediate(func(i *Immediate) goja.Value { return bind.Bool(i.handle.Active() && i.handle.HasRef()) })},
		},
		Accessors: []bind.Accessor{
			{Name: "_destroyed", Get: immediate(func(i *Immediate) goja.Value { return bind.Bool(!i.handle.Active()) })},
		}})
	fn := func(name string, length int, f bind.Func) *goja.Object {
		return bind.Function(h.VM, bind.Method{Name: name, Length: length, Fn: f})
	}
	if dispose, ok := h.VM.Get("Symbol").(*goja.Object).Get("dispose").(*goja.Symbol); ok {
		for proto, f := range map[*goja.Object]bind.Func{
			r.timeout.Proto:   timeout(func(t *Timeout) goja.Value { t.clear(); return goja.Undefined() }),
			r.immediate.Proto: immediate(func(i *Immediate) goja.Value { i.handle.Clear(); return goja.Undefined() }),
		} {
			proto.DefineDataPropertySymbol(dispose, fn("[Symbol.dispose]", 0, f), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	r.SetTimeout = fn("setTimeout", 5, func(c goja.FunctionCall) goja.Value { return r.set(c, false) })
	r.SetInterval = fn("setInterval", 5, func(c goja.FunctionCall) goja.Value { return r.set(c, true) })
	r.SetImmediate = fn("setImmediate", 4, r.setImmediate)
	r.ClearTimeout = fn("clearTimeout", 1, r.clear)
	r.ClearInterval = fn("clearInterval", 1, r.clear)
	r.ClearImmediate = fn("clearImmediate", 1, func(c goja.FunctionCall) goja.Value {
		if i, ok := bind.SelfOf[*Immediate](c.Argument(0)); ok {
			i.handle.Clear()
		}
		return goja.Undefined()
	})
	r.promisify()
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	for _, f := range []*goja.Object{r.SetTimeout, r.ClearTimeout, r.SetInterval, r.ClearInterval, r.SetImmediate, r.ClearImmediate} {
		o.Set(f.Get("name").String(), f)
	}
	r.defineEnroll(o)
	o.DefineAccessorProperty("promises", r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		return r.h.Builtin("timers/promises")
	}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return o
}

func (r *Room) callback(v goja.Value) bind.Callable {
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.h.Err.InvalidArgType("callback", []string{"function"}, v))
	}
	return fn
}

func rest(args []goja.Value, from int) []goja.Value {
	if len(args) <= from {
		return nil
	}
	return append([]goja.Value(nil), args[from:]...)
}

func (r *Room) set(c goja.FunctionCall, repeat bool) goja.Value {
	r.h.NeedTimer()
	r.h.Loop.UpdateTime() // as Node: a delay counts from the call, not from the start of the turn
	t := &Timeout{room: r, fn: r.callback(c.Argument(0)), repeat: repeat, args: rest(c.Arguments, 2), context: r.h.Context}
	t.ms = r.delay(c.Argument(1))
	t.obj = t.object.Make(r.h.VM, r.timeout.Proto, nil)
	t.Put(bind.Self, t)
	bind.Attach(t.obj, &t.State)
	t.timer.Init(r.h.Loop, t)
	t.start()
	return t.obj
}

// delay converts a delay to whole milliseconds as Node keeps it, with its warning.
func (r *Room) delay(v goja.Value) float64 {
	ms := v.ToFloat()
	if _, overflow := eventloop.RoundTimeout(ms); overflow {
		w := r.h.Err.Plain(0, v.String()+" does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.")
		w.Set("name", "TimeoutOverflowWarning")
		r.h.Process.EmitWarning(w)
		return 1
	}
	if !(ms >= 1) {
		return 1
	}
	return math.Trunc(ms)
}

func (t *Timeout) start() {
	d, _ := eventloop.RoundTimeout(t.ms)
	if t.repeat {
		t.timer.Repeat(d)
	} else {
		t.timer.Start(d)
	}
}

// Run is the timer's task: it enters JavaScript.
func (t *Timeout) Run() { t.room.h.Door.Enter((*timeoutCall)(t)) }

type timeoutCall Timeout

func (tc *timeoutCall) Run() {
	t := (*Timeout)(tc)
	t.room.h.Context = t.context
	if t.fn.IsZero() || t.last {
		t.clear()
		return
	}
	if !t.repeat {
		// Refreshed inside its own callback, the timer lives on.
		t.destroyed = true
		defer func() {
			if t.timer.Active() {
				t.destroyed = false
			} else if t.id != 0 {
				delete(t.room.byID, t.id)
			}
		}()
	}
	t.fn.Call(t.obj, t.args...)
}

func (t *Timeout) clear() {
	t.timer.Stop()
	t.destroyed, t.repeat = true, false
	t.fn, t.args = bind.Callable{}, nil
	if t.id != 0 {
		delete(t.room.byID, t.id)
	}
}

func (r *Room) clear(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if t, ok := bind.SelfOf[*Timeout](v); ok {
		t.clear()
		return goja.Undefined()
	}
	if goja.IsNumber(v) || goja.IsString(v) {
		if id, err := strconv.ParseInt(v.String(), 10, 64); err == nil && r.byID[id] != nil {
			r.byID[id].clear()
		}
	}
	return goja.Undefined()
}

// Immediate is the state of one setImmediate.
type Immediate struct {
	bind.State
	object engine.Object // what obj is
	handle *eventloop.Immediate
	room   *Room
	obj    *goja.Object
	fn     bind.Callable
	args   []goja.Value

	context *modules.AsyncContext
}

func (r *Room) setImmediate(c goja.FunctionCall) goja.Value {
	r.h.NeedTimer()
	i := &Immediate{room: r, fn: r.callback(c.Argument(0)), args: rest(c.Arguments, 1), context: r.h.Context}
	i.obj = i.object.Make(r.h.VM, r.immediate.Proto, nil)
	i.Put(bind.Self, i)
	bind.Attach(i.obj, &i.State)
	i.handle = r.h.Loop.SetImmediate(func() { r.h.Door.Enter(i) })
	return i.obj
}

// Run is the immediate's call, inside the door.
func (i *Immediate) Run() {
	i.room.h.Context = i.context
	i.fn.Call(i.obj, i.args...)
}
