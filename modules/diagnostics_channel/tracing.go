package diagnosticschannel

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// stages are the channels of a TracingChannel.
var stages = []string{"start", "end", "asyncStart", "asyncEnd", "error"}

func (r *Room) defineTracing() {
	vm := r.h.VM
	r.tracing = bind.Define(vm, bind.Class{Name: "TracingChannel", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			for _, stage := range stages {
				this.DefineDataProperty(stage, r.stage(bind.Arg(args, 0), stage), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
			}
		},
		Methods: []bind.Method{
			{Name: "subscribe", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.each(c, "subscribe")
				return goja.Undefined()
			}},
			{Name: "unsubscribe", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.each(c, "unsubscribe")) }},
			{Name: "traceSync", Length: 1, Fn: r.traceSync},
			{Name: "tracePromise", Length: 1, Fn: r.tracePromise},
			{Name: "traceCallback", Length: 1, Fn: r.traceCallback},
		},
		Accessors: []bind.Accessor{{Name: "hasSubscribers", Get: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.traced(c.This)) }}},
	})
}

// stage returns the channel of one stage, from a name or an object of channels.
func (r *Room) stage(v goja.Value, stage string) goja.Value {
	if nodeerr.IsString(v) {
		return r.channel(r.h.VM.ToValue("tracing:" + v.String() + ":" + stage)).obj
	}
	if o, ok := v.(*goja.Object); ok {
		ch := bind.Property(o, stage)
		if _, ok := bind.SelfOf[*channel](ch); !ok {
			panic(r.h.Err.InvalidArgType("nameOrChannels."+stage, []string{"Channel"}, ch))
		}
		return ch
	}
	panic(r.h.Err.InvalidArgType("nameOrChannels", []string{"string", "object", "TracingChannel"}, v))
}

// each calls a method of the channels that have a handler; it reports whether all said yes.
func (r *Room) each(c goja.FunctionCall, method string) bool {
	all := true
	this := c.This.ToObject(r.h.VM)
	for _, stage := range stages {
		handler := bind.Property(c.Argument(0), stage)
		if ch, ok := this.Get(stage).(*goja.Object); ok && bind.Truthy(handler) {
			all = bind.Truthy(bind.Invoke(r.h.VM, ch, method, handler)) && all
		}
	}
	return all
}

func (r *Room) traced(v goja.Value) bool {
	for _, stage := range stages {
		if bind.Truthy(bind.Property(bind.Property(v, stage), "hasSubscribers")) {
			return true
		}
	}
	return false
}

// trace is one traced call.
type trace struct {
	r                                         *Room
	start, end, asyncStart, asyncEnd, failure *channel
	context                                   *goja.Object
}

// begin reads (…, context, thisArg, ...args) from argument i on; t is nil if nobody listens.
func (r *Room) begin(c goja.FunctionCall, i int) (t *trace, this goja.Value, args []goja.Value) {
	this, args = c.Argument(i+1), append([]goja.Value(nil), rest(c, i+2)...)
	if !r.traced(c.This) {
		return nil, this, args
	}
	o := bind.This(r.h.VM, c)
	t = &trace{r: r, start: r.of(o.Get("start")), end: r.of(o.Get("end")), asyncStart: r.of(o.Get("asyncStart")),
		asyncEnd: r.of(o.Get("asyncEnd")), failure: r.of(o.Get("error"))}
	if v := c.Argument(i); bind.IsUndefined(v) {
		t.context = r.h.VM.NewObject()
	} else {
		t.context = v.ToObject(r.h.VM)
	}
	return t, this, args
}

// run calls fn between start and end; what it throws is published and goes on.
func (t *trace) run(fn func() goja.Value) goja.Value {
	return t.start.runStores(t.context, func() (v goja.Value) {
		if ex := t.r.h.VM.Try(func() { v = fn() }); ex != nil {
			t.context.Set("error", ex.Value())
			t.failure.publish(t.context)
			t.end.publish(t.context)
			bind.Rethrow(ex)
		}
		t.end.publish(t.context)
		return v
	})
}

func (r *Room) traceSync(c goja.FunctionCall) goja.Value {
	t, this, args := r.begin(c, 1)
	if t == nil {
		return r.apply(c.Argument(0), this, args)
	}
	return t.run(func() goja.Value {
		v := r.apply(c.Argument(0), this, args)
		t.context.Set("result", v)
		return v
	})
}

func (r *Room) tracePromise(c goja.FunctionCall) goja.Value {
	t, this, args := r.begin(c, 1)
	if t == nil {
		return r.apply(c.Argument(0), this, args)
	}
	vm := r.h.VM
	settled := func() {
		t.asyncStart.publish(t.context)
		t.asyncEnd.publish(t.context)
	}
	resolve := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		t.context.Set("result", c.Argument(0))
		settled()
		return c.Argument(0)
	})
	reject := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		t.context.Set("error", c.Argument(0))
		t.failure.publish(t.context)
		settled()
		panic(c.Argument(0))
	})
	return t.run(func() goja.Value {
		promise := vm.Get("Promise").(*goja.Object)
		p := bind.Invoke(vm, promise, "resolve", r.apply(c.Argument(0), this, args))
		return bind.Call(promise.Get("prototype").(*goja.Object).Get("then"), p, resolve, reject)
	})
}

func (r *Room) traceCallback(c goja.FunctionCall) goja.Value {
	t, this, args := r.begin(c, 2)
	if t == nil {
		return r.apply(c.Argument(0), this, args)
	}
	position := -1
	if v := c.Argument(1); !bind.IsUndefined(v) {
		position = int(v.ToInteger())
	}
	if position < 0 {
		position += len(args)
	}
	callback := goja.Undefined()
	if position >= 0 && position < len(args) {
		callback = args[position]
	}
	fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(callback, "callback"))
	args[position] = bind.Function(r.h.VM, bind.Method{Name: "wrappedCallback", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		if err := c.Argument(0); bind.Truthy(err) {
			t.context.Set("error", err)
			t.failure.publish(t.context)
		} else {
			t.context.Set("result", c.Argument(1))
		}
		return t.asyncStart.runStores(t.context, func() (v goja.Value) {
			ex := r.h.VM.Try(func() { v = fn.Call(c.This, c.Arguments...) })
			t.asyncEnd.publish(t.context)
			if ex != nil {
				bind.Rethrow(ex)
			}
			return v
		})
	}})
	return t.run(func() goja.Value { return r.apply(c.Argument(0), this, args) })
}
