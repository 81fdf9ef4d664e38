package timers

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/internal/bind"
)

// enrolled is a timer on an object of the program's: it calls the object's _onTimeout after its
// _idleTimeout. Deprecated since Node 11, and what sockets and pools of that time used.
//
// Node v20 lib/timers.js: enroll, unenroll; lib/internal/timers.js: active.
type enrolled struct {
	r     *Room
	obj   *goja.Object
	timer eventloop.Timer
}

// Run calls _onTimeout, unless the object was taken out meanwhile.
func (e *enrolled) Run() {
	delete(e.r.enrolled, e.obj)
	e.r.h.Enter(nil, func() {
		if fn, ok := bind.ToCallable(e.obj.Get("_onTimeout")); ok {
			fn.Call(e.obj)
		}
	})
}

func (r *Room) defineEnroll(o *goja.Object) {
	vm := r.h.VM
	item := func(c goja.FunctionCall) *goja.Object { return c.Argument(0).ToObject(vm) }
	stop := func(o *goja.Object) {
		if e := r.enrolled[o]; e != nil {
			e.timer.Stop()
			delete(r.enrolled, o)
		}
	}
	// start begins the time anew; a negative one, what unenroll leaves, means none.
	start := func(o *goja.Object, keepAlive bool) {
		ms := bind.Property(o, "_idleTimeout").ToFloat()
		if !(ms >= 0) {
			return
		}
		stop(o)
		e := &enrolled{r: r, obj: o}
		e.timer.Init(r.h.Loop, e)
		if !keepAlive {
			e.timer.Unref()
		}
		r.enrolled[o] = e
		r.h.Loop.UpdateTime()
		d, _ := eventloop.RoundTimeout(ms)
		e.timer.Start(d)
	}
	for _, f := range []struct {
		name, code, instead string
		length              int
		fn                  func(c goja.FunctionCall)
	}{
		{"_unrefActive", "DEP0127", "timeout.refresh()", 0, func(c goja.FunctionCall) { start(item(c), false) }},
		{"active", "DEP0126", "timeout.refresh()", 0, func(c goja.FunctionCall) { start(item(c), true) }},
		{"enroll", "DEP0095", "setTimeout", 0, func(c goja.FunctionCall) {
			ms := r.h.TimerDuration(c.Argument(1), "msecs")
			stop(item(c))
			item(c).Set("_idleTimeout", ms)
		}},
		{"unenroll", "DEP0096", "clearTimeout", 0, func(c goja.FunctionCall) {
			if t, ok := bind.SelfOf[*Timeout](c.Argument(0)); ok {
				t.clear()
				return
			}
			stop(item(c))
			item(c).Set("_idleTimeout", -1)
		}},
	} {
		warned := false
		bind.DefineMethods(vm, o, []bind.Method{{Name: f.name, Length: f.length, Fn: func(c goja.FunctionCall) goja.Value {
			if process := r.h.Builtin("process").(*goja.Object); !warned && !bind.Truthy(process.Get("noDeprecation")) {
				warned = true
				bind.Invoke(vm, process, "emitWarning", bind.String("timers."+f.name+"() is deprecated. Please use "+f.instead+" instead."),
					bind.String("DeprecationWarning"), bind.String(f.code))
			}
			f.fn(c)
			return goja.Undefined()
		}}})
	}
}
