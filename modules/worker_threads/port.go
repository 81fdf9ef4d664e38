package workerthreads

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// port is one end of a MessageChannel. It keeps the process alive while it listens to 'message'.
type port struct {
	events.EventTarget
	r    *Room
	obj  *goja.Object
	line *line // nil: closed, or transferred
	side int
}

// line is what two ports share; it outlives a transfer of either.
type line struct {
	ends [2]end
}

// end is one side of a line.
type end struct {
	port      *port
	handle    *eventloop.Handle
	queue     []message
	started   bool // messages are delivered
	scheduled bool // a delivery is posted
	closing   bool // 'close' comes after what is queued
}

// message has been cloned when it was posted.
type message struct {
	data  goja.Value
	ports []*goja.Object
}

func (p *port) end() *end { return &p.line.ends[p.side] }

func (p *port) peer() *end { return &p.line.ends[1-p.side] }

func (r *Room) newPort(l *line, side int) *port {
	p := &port{r: r, line: l, side: side, obj: r.h.VM.CreateObject(r.MessagePort.Proto)}
	bind.Own(p.obj).Put(bind.Self, p)
	return p
}

// Transfer implements util.Transferable.
func (p *port) Transfer() (to *goja.Object, commit func()) {
	if p.line == nil {
		panic(p.r.util.NewDOMException("MessagePort in transfer list is already detached", "DataCloneError"))
	}
	next := p.r.newPort(p.line, p.side)
	return next.obj, func() {
		e := p.end()
		e.port, e.started = next, false
		e.handle.Unref()
		p.line = nil
	}
}

func (r *Room) definePort() {
	vm := r.h.VM
	r.MessageChannel = bind.Define(vm, bind.Class{Name: "MessageChannel", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) {
			l := &line{}
			for side := range l.ends {
				e := &l.ends[side]
				e.handle = r.h.Loop.NewHandle()
				e.handle.Unref()
				e.port = r.newPort(l, side)
				this.Set([]string{"port1", "port2"}[side], e.port.obj)
			}
		}})
	m := func(fn func(p *port, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			p, ok := bind.SelfOf[*port](c.This)
			if !ok {
				panic(vm.NewTypeError("Illegal invocation"))
			}
			return fn(p, c)
		}
	}
	do := func(fn func(p *port)) bind.Func {
		return m(func(p *port, _ goja.FunctionCall) goja.Value {
			if p.line != nil {
				fn(p)
			}
			return goja.Undefined()
		})
	}
	on := func(once bool) bind.Func {
		return m(func(p *port, c goja.FunctionCall) goja.Value {
			p.on(c.Argument(0), c.Argument(1), once)
			return p.obj
		})
	}
	off := m(func(p *port, c goja.FunctionCall) goja.Value {
		if fn, ok := c.Argument(1).(*goja.Object); ok {
			p.Unlisten(bind.ToString(c.Argument(0)).String(), fn)
			p.follow()
		}
		return p.obj
	})
	// Listening, in whatever way, starts the port.
	listening := func(name string) bind.Method {
		inherited := r.targets.EventTarget.Proto.Get(name)
		return bind.Method{Name: name, Length: 2, Fn: m(func(p *port, c goja.FunctionCall) goja.Value {
			v := bind.Call(inherited, c.This, c.Arguments...)
			p.follow()
			return v
		})}
	}
	handler := r.targets.Handler("message")
	set := handler.Set
	handler.Set = func(c goja.FunctionCall) goja.Value {
		v := set(c)
		if p, ok := bind.SelfOf[*port](c.This); ok {
			p.follow()
			if p.line != nil && p.Count("message") > 0 {
				p.start()
			}
		}
		return v
	}
	r.MessagePort = bind.Define(vm, bind.Class{Name: "MessagePort", Mode: bind.CallNever, Parent: r.targets.EventTarget,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_CONSTRUCT_CALL_INVALID") },
		Accessors: []bind.Accessor{handler, r.targets.Handler("messageerror")},
		Methods: []bind.Method{
			{Name: "postMessage", Length: 1, Fn: m((*port).postMessage)},
			{Name: "start", Fn: do((*port).start)},
			{Name: "close", Fn: do((*port).close)},
			{Name: "ref", Fn: do(func(p *port) { p.end().handle.Ref() })},
			{Name: "unref", Fn: do(func(p *port) { p.end().handle.Unref() })},
			{Name: "hasRef", Fn: m(func(p *port, _ goja.FunctionCall) goja.Value {
				return bind.Bool(p.line != nil && p.end().handle.HasRef())
			})},
			listening("addEventListener"), listening("removeEventListener"),
			{Name: "on", Length: 2, Fn: on(false)},
			{Name: "addListener", Length: 2, Fn: on(false)},
			{Name: "once", Length: 2, Fn: on(true)},
			{Name: "off", Length: 2, Fn: off},
			{Name: "removeListener", Length: 2, Fn: off},
			{Name: "removeAllListeners", Length: 1, Fn: m(func(p *port, c goja.FunctionCall) goja.Value {
				kind := ""
				if !bind.IsUndefined(c.Argument(0)) {
					kind = bind.ToString(c.Argument(0)).String()
				}
				p.UnlistenAll(kind)
				p.follow()
				return p.obj
			})},
			{Name: "listenerCount", Length: 1, Fn: m(func(p *port, c goja.FunctionCall) goja.Value {
				return bind.Int(p.Count(bind.ToString(c.Argument(0)).String()))
			})},
			{Name: "eventNames", Fn: m(func(p *port, _ goja.FunctionCall) goja.Value {
				var names []any
				for _, k := range p.Kinds() {
					names = append(names, k)
				}
				return vm.NewArray(names...)
			})},
			{Name: "emit", Length: 2, Fn: m(func(p *port, c goja.FunctionCall) goja.Value {
				kind := bind.ToString(c.Argument(0))
				had := p.Count(kind.String()) > 0
				init := vm.NewObject()
				init.Set("detail", c.Argument(1))
				e, err := vm.New(r.targets.CustomEvent.Ctor, kind, init)
				if err != nil {
					bind.Rethrow(err)
				}
				r.targets.Dispatch(p.obj, e)
				return bind.Bool(had)
			})},
		}})
}

// on adds a listener in EventEmitter's way: it gets the data of a message, not the event.
func (p *port) on(name, listener goja.Value, once bool) {
	kind := bind.ToString(name).String()
	fn := p.r.h.Err.ValidateFunction(listener, "listener")
	p.Listen(kind, fn, once, func(ev *goja.Object) {
		arg := goja.Value(ev)
		if e, ok := bind.SelfOf[*events.Event](ev); ok {
			if d, ok := e.Extra.(*messageData); ok {
				arg = d.data
			} else if detail := bind.Property(ev, "detail"); !bind.IsUndefined(detail) {
				arg = detail
			}
		}
		if ex := p.r.h.VM.Try(func() { bind.Call(fn, p.obj, arg) }); ex != nil {
			v := ex.Value()
			p.r.h.Door.NextTick(modules.Func(func() { panic(v) }))
		}
		if once {
			p.follow()
		}
	})
	p.follow()
	if kind == "message" && p.line != nil {
		p.start()
	}
}

// follow keeps the process alive as long as 'message' has listeners.
func (p *port) follow() {
	if p.line == nil {
		return
	}
	if p.Count("message") > 0 {
		p.end().handle.Ref()
	} else {
		p.end().handle.Unref()
	}
}

// postMessage is port.postMessage(value[, transferList]), or with {transfer}.
func (p *port) postMessage(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) == 0 {
		panic(p.r.h.Err.Coded(nodeerr.TypeError, "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage"))
	}
	moved := p.r.transferList(c.Argument(1))
	lost := false
	for _, o := range moved {
		if o == p.obj {
			panic(p.r.util.NewDOMException("Transfer list contains source port", "DataCloneError"))
		}
		lost = lost || p.line != nil && p.peer().port != nil && o == p.peer().port.obj
	}
	data, ports := p.r.post(c.Argument(0), moved)
	if p.line == nil {
		return goja.Undefined()
	}
	if lost {
		w := p.r.h.Err.Plain(nodeerr.Error, "The target port was posted to itself, and the communication channel was lost")
		w.Set("name", "Warning")
		p.r.h.Process.EmitWarning(w)
		p.close()
		return bind.True
	}
	to := p.peer()
	if to.port == nil || to.closing {
		return goja.Undefined()
	}
	to.queue = append(to.queue, message{data, ports})
	p.r.schedule(to)
	return bind.True
}

// transferList is the second argument of postMessage.
func (r *Room) transferList(v goja.Value) []*goja.Object {
	if o, ok := v.(*goja.Object); ok && o.GetSymbol(goja.SymIterator) == nil {
		v = bind.Property(o, "transfer")
	}
	return r.util.TransferList(v)
}

// post clones a value; ports are the ports of moved as the receiver gets them.
func (r *Room) post(v goja.Value, moved []*goja.Object) (data goja.Value, ports []*goja.Object) {
	list := r.h.VM.NewArray()
	for _, o := range moved {
		if _, ok := bind.SelfOf[*port](o); ok {
			bind.Invoke(r.h.VM, list, "push", o)
		}
	}
	pair := r.util.Clone(r.h.VM.NewArray(v, list), moved).(*goja.Object)
	r.h.VM.ForOf(pair.Get("1"), func(v goja.Value) bool {
		ports = append(ports, v.(*goja.Object))
		return true
	})
	return pair.Get("0"), ports
}

func (p *port) start() {
	p.end().started = true
	p.r.schedule(p.end())
}

// schedule delivers what is queued in a turn of the loop.
func (r *Room) schedule(e *end) {
	if !e.started || e.scheduled || len(e.queue) == 0 {
		return
	}
	e.scheduled = true
	r.h.Loop.Post(func() {
		e.scheduled = false
		// What is posted meanwhile waits for the next turn.
		for n := len(e.queue); n > 0 && len(e.queue) > 0 && e.started; n-- {
			m := e.queue[0]
			e.queue = e.queue[1:]
			p := e.port
			r.h.Door.Enter(modules.Func(func() { r.targets.Dispatch(p.obj, r.message(m.data, m.ports)) }))
		}
		if e.closing && len(e.queue) == 0 {
			r.finish(e)
		}
		r.schedule(e)
	})
}

// close closes both sides: this one at once, the other after what it was sent.
func (p *port) close() {
	mine, other := p.end(), p.peer()
	mine.queue = nil
	p.r.finish(mine)
	if other.port != nil {
		other.closing = true
		if !other.started || len(other.queue) == 0 {
			p.r.finish(other)
		}
	}
}

// finish ends one side and emits 'close' there.
func (r *Room) finish(e *end) {
	p := e.port
	if p == nil {
		return
	}
	e.port, e.closing, e.started = nil, true, false
	p.line = nil
	e.handle.Close(func() {
		r.h.Door.Enter(modules.Func(func() {
			ev, err := r.h.VM.New(r.targets.Event.Ctor, bind.String("close"))
			if err != nil {
				bind.Rethrow(err)
			}
			r.targets.Dispatch(p.obj, ev)
		}))
	})
}

// receiveMessageOnPort is worker_threads.receiveMessageOnPort(port).
func (r *Room) receiveMessageOnPort(c goja.FunctionCall) goja.Value {
	var e *end
	if p, ok := bind.SelfOf[*port](c.Argument(0)); ok {
		if p.line == nil {
			return goja.Undefined()
		}
		e = p.end()
	} else if b, ok := bind.SelfOf[*broadcast](c.Argument(0)); ok {
		e = &b.end
	} else {
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", `The "port" argument must be a MessagePort instance`))
	}
	if len(e.queue) == 0 {
		return goja.Undefined()
	}
	m := e.queue[0]
	e.queue = e.queue[1:]
	o := r.h.VM.NewObject()
	o.Set("message", m.data)
	return o
}
