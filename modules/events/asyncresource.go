package events

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// asyncEmitter is the state of an EventEmitterAsyncResource: an emitter whose listeners run in the async
// context that it was made in.
type asyncEmitter struct{ resource *goja.Object }

// asyncResourceClass is events.EventEmitterAsyncResource, made on first use.
func (r *Room) asyncResourceClass() *goja.Object {
	if r.asyncClass != nil {
		return r.asyncClass.Ctor
	}
	const name = "EventEmitterAsyncResource"
	vm := r.h.VM
	resource := bind.Property(r.h.Builtin("async_hooks"), "AsyncResource").(*goja.Object)
	// Its resources know their emitters.
	referencing := bind.Define(vm, bind.Class{
		Name: "EventEmitterReferencingAsyncResource", Mode: bind.CallNever,
		Parent: &bind.Built{Ctor: resource, Proto: resource.Get("prototype").(*goja.Object)},
	})
	emitter := goja.NewSymbol("kEventEmitter")
	bind.DefineAccessors(vm, referencing.Proto, []bind.Accessor{{Name: "eventEmitter", Get: func(c goja.FunctionCall) goja.Value {
		if o, ok := c.This.(*goja.Object); ok {
			if v := o.GetSymbol(emitter); v != nil {
				return v
			}
		}
		r.h.Err.Throw("ERR_INVALID_THIS", "EventEmitterReferencingAsyncResource")
		return nil
	}}})
	of := func(c goja.FunctionCall) *asyncEmitter {
		a, ok := bind.SelfOf[*asyncEmitter](c.This)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", name)
		}
		return a
	}
	r.asyncClass = bind.Define(vm, bind.Class{
		Name: name, Parent: r.EventEmitter, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			options := bind.Arg(args, 0)
			var label goja.Value
			if nodeerr.IsString(options) {
				label, options = options, goja.Undefined()
			} else {
				label = bind.Property(options, "name")
				if this.Prototype() == r.asyncClass.Proto {
					r.h.Err.ValidateString(label, "options.name")
				}
				if !bind.Truthy(label) {
					label = bind.Property(this.Get("constructor"), "name")
				}
			}
			r.construct(this, []goja.Value{options})
			made, err := vm.New(resource, label, options)
			if err != nil {
				bind.Rethrow(err)
			}
			made.SetPrototype(referencing.Proto)
			made.SetSymbol(emitter, this)
			bind.Own(this).Put(bind.Self, &asyncEmitter{made})
		},
		Methods: []bind.Method{
			{Name: "emit", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				args := append([]goja.Value{r.emitFn, c.This}, c.Arguments...)
				return bind.Invoke(vm, of(c).resource, "runInAsyncScope", args...)
			}},
			{Name: "emitDestroy", Fn: func(c goja.FunctionCall) goja.Value {
				bind.Invoke(vm, of(c).resource, "emitDestroy")
				return goja.Undefined()
			}},
		},
		Accessors: []bind.Accessor{
			{Name: "asyncId", Get: func(c goja.FunctionCall) goja.Value { return bind.Invoke(vm, of(c).resource, "asyncId") }},
			{Name: "triggerAsyncId", Get: func(c goja.FunctionCall) goja.Value { return bind.Invoke(vm, of(c).resource, "triggerAsyncId") }},
			{Name: "asyncResource", Get: func(c goja.FunctionCall) goja.Value { return of(c).resource }},
		},
	})
	return r.asyncClass.Ctor
}
