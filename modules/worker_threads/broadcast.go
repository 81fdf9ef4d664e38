package workerthreads

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// broadcast is a BroadcastChannel: all of one name, in this runtime, hear each other. It keeps the
// process alive until it is closed or unref'd.
type broadcast struct {
	events.EventTarget
	obj    *goja.Object
	name   string
	end    end
	closed bool
}

func (r *Room) defineBroadcast() {
	vm := r.h.VM
	of := func(v goja.Value) *broadcast {
		b, ok := bind.SelfOf[*broadcast](v)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", "BroadcastChannel")
		}
		return b
	}
	r.BroadcastChannel = bind.Define(vm, bind.Class{Name: "BroadcastChannel", Length: 1, Mode: bind.CallNever, Parent: r.targets.EventTarget,
		Construct: func(this *goja.Object, args []goja.Value) {
			if len(args) == 0 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "name" argument`)
			}
			b := &broadcast{obj: this, name: bind.ToString(args[0]).String()}
			b.end.handle = r.h.Loop.NewHandle()
			bind.Own(this).Put(bind.Self, b)
			r.channels[b.name] = append(r.channels[b.name], b)
		},
		Accessors: []bind.Accessor{
			{Name: "name", Get: func(c goja.FunctionCall) goja.Value { return vm.ToValue(of(c.This).name) }},
			r.targets.Handler("message"), r.targets.Handler("messageerror"),
		},
		Methods: []bind.Method{
			{Name: "close", Fn: func(c goja.FunctionCall) goja.Value {
				b := of(c.This)
				if !b.closed {
					b.closed = true
					b.end.queue = nil
					b.end.handle.Close(nil)
					r.channels[b.name] = slices.DeleteFunc(slices.Clone(r.channels[b.name]), func(x *broadcast) bool { return x == b })
				}
				return goja.Undefined()
			}},
			{Name: "postMessage", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				b := of(c.This)
				if len(c.Arguments) == 0 {
					r.h.Err.Throw("ERR_MISSING_ARGS", `The "message" argument`)
				}
				if b.closed {
					panic(r.util.NewDOMException("BroadcastChannel is closed.", "InvalidStateError"))
				}
				data := r.util.Clone(c.Argument(0), nil) // throws though nobody may listen
				for _, to := range r.channels[b.name] {
					if to != b {
						to.end.queue = append(to.end.queue, message{data: r.util.Clone(data, nil)})
						r.deliver(to)
					}
				}
				return goja.Undefined()
			}},
			{Name: "ref", Fn: func(c goja.FunctionCall) goja.Value { of(c.This).end.handle.Ref(); return c.This }},
			{Name: "unref", Fn: func(c goja.FunctionCall) goja.Value { of(c.This).end.handle.Unref(); return c.This }},
		}})
	r.inspectBroadcast()
}

// deliver emits what is queued, a message a turn.
func (r *Room) deliver(b *broadcast) {
	if b.end.scheduled || b.closed || len(b.end.queue) == 0 {
		return
	}
	b.end.scheduled = true
	r.h.Loop.Post(func() {
		b.end.scheduled = false
		if b.closed || len(b.end.queue) == 0 {
			return
		}
		m := b.end.queue[0]
		b.end.queue = b.end.queue[1:]
		r.h.Door.Enter(modules.Func(func() { r.targets.Dispatch(b.obj, r.message(m.data, nil)) }))
		r.deliver(b)
	})
}

// inspectBroadcast shows "BroadcastChannel { name: 'x', active: true }".
func (r *Room) inspectBroadcast() {
	r.BroadcastChannel.Proto.DefineDataPropertySymbol(r.util.InspectCustom(), bind.Function(r.h.VM, bind.Method{Name: "[nodejs.util.inspect.custom]", Length: 2,
		Fn: func(c goja.FunctionCall) goja.Value {
			b, ok := bind.SelfOf[*broadcast](c.This)
			if !ok || !bind.IsNullish(c.Argument(0)) && c.Argument(0).ToFloat() < 0 {
				return c.This
			}
			o := r.h.VM.NewObject()
			o.Set("name", b.name)
			o.Set("active", !b.closed)
			return r.h.VM.ToValue("BroadcastChannel " + r.util.InspectWith(o, c.Argument(1)))
		}}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
