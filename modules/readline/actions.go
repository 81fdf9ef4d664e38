package readline

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// actions is the state of a Readline of readline/promises: what waits to be written.
type actions struct {
	stream     *goja.Object
	autoCommit bool
	todo       []string
}

func (r *Room) defineActions() {
	vm := r.h.VM
	of := func(c goja.FunctionCall) *actions {
		a, ok := bind.SelfOf[*actions](c.This)
		if !ok {
			panic(vm.NewTypeError("Illegal invocation"))
		}
		return a
	}
	add := func(c goja.FunctionCall, code string) goja.Value {
		a := of(c)
		if a.autoCommit {
			r.h.Door.NextTick(modules.Func(func() { r.write(a.stream, code, nil) }))
		} else {
			a.todo = append(a.todo, code)
		}
		return c.This
	}
	r.actions = bind.Define(vm, bind.Class{
		Name: "Readline", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			o, ok := bind.Arg(args, 0).(*goja.Object)
			if !ok || !isStream(o) {
				panic(r.h.Err.InvalidArgType("stream", []string{"Writable"}, bind.Arg(args, 0)))
			}
			a := &actions{stream: o}
			if v := bind.Property(bind.Arg(args, 1), "autoCommit"); !bind.IsNullish(v) {
				a.autoCommit = r.h.Err.ValidateBoolean(v, "options.autoCommit")
			}
			bind.Own(this).Put(bind.Self, a)
		},
		Methods: []bind.Method{
			{Name: "clearLine", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return add(c, lineCode(float64(r.h.Err.ValidateInteger(c.Argument(0), "dir", -1, 1))))
			}},
			{Name: "clearScreenDown", Fn: func(c goja.FunctionCall) goja.Value { return add(c, csi+"0J") }},
			{Name: "commit", Fn: func(c goja.FunctionCall) goja.Value {
				a := of(c)
				text := strings.Join(a.todo, "")
				a.todo = nil
				promise, resolve, _ := vm.NewPromise()
				bind.Invoke(vm, a.stream, "write", bind.String(text), vm.ToValue(func(goja.FunctionCall) goja.Value {
					resolve(goja.Undefined())
					return nil
				}))
				return vm.ToValue(promise)
			}},
			{Name: "cursorTo", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.h.Err.ValidateInteger(c.Argument(0), "x", minSafe, maxSafe)
				if !bind.IsNullish(c.Argument(1)) {
					r.h.Err.ValidateInteger(c.Argument(1), "y", minSafe, maxSafe)
				}
				return add(c, toCode(c.Argument(0), c.Argument(1)))
			}},
			{Name: "moveCursor", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				dx := r.h.Err.ValidateInteger(c.Argument(0), "dx", minSafe, maxSafe)
				return add(c, moveCode(dx, r.h.Err.ValidateInteger(c.Argument(1), "dy", minSafe, maxSafe)))
			}},
			{Name: "rollback", Fn: func(c goja.FunctionCall) goja.Value {
				of(c).todo = nil
				return c.This
			}},
		},
	})
}

// The integers that a Number has exactly.
const minSafe, maxSafe = -(1<<53 - 1), 1<<53 - 1

func isStream(o *goja.Object) bool {
	_, ok := goja.AssertFunction(o.Get("write"))
	return ok
}
