package childprocess

import (
	"bytes"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// The variables that tell a child of its channel, as Node's.
const (
	channelVariable = "NODE_CHANNEL_FD"
	modeVariable    = "NODE_CHANNEL_SERIALIZATION_MODE"
)

// channelHighWater is the number of waiting bytes from which send() returns false.
const channelHighWater = 2 * 65536

// channel is one end of the line between parent and child, and what target.channel shows: JSON, a
// message a line, as Node's own.
//
// Node v20 lib/internal/child_process.js: setupChannel.
type channel struct {
	events.Emitter
	room   *Room
	obj    *goja.Object // the Control
	target *goja.Object // a ChildProcess, or process
	fd     int
	line   line
	rest   []byte // of a line
	held   []goja.Value
	refs   int
	manual bool   // ref() or unref() was called
	gone   func() // called after the other side has hung up
}

func (r *Room) defineControl() {
	m := func(fn func(c *channel)) bind.Func {
		return func(call goja.FunctionCall) goja.Value {
			c, ok := bind.SelfOf[*channel](call.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "Control")
			}
			fn(c)
			return goja.Undefined()
		}
	}
	r.control = bind.Define(r.h.VM, bind.Class{Name: "Control", Mode: bind.CallNever, Parent: r.ev.EventEmitter,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Methods: []bind.Method{
			{Name: "refCounted", Fn: m((*channel).refCounted)},
			{Name: "unrefCounted", Fn: m((*channel).unrefCounted)},
			{Name: "ref", Fn: m(func(c *channel) { c.manual = true; c.line.ref() })},
			{Name: "unref", Fn: m(func(c *channel) { c.manual = true; c.line.unref() })},
		},
		Accessors: []bind.Accessor{{Name: "fd", Get: func(call goja.FunctionCall) goja.Value {
			if c, ok := bind.SelfOf[*channel](call.This); ok {
				return bind.Int(c.fd)
			}
			return goja.Undefined()
		}}}})
}

func (c *channel) refCounted() {
	if c.refs++; c.refs == 1 && !c.manual {
		c.line.ref()
	}
}

func (c *channel) unrefCounted() {
	if c.refs--; c.refs == 0 && !c.manual {
		c.line.unref()
		bind.Invoke(c.room.h.VM, c.obj, "emit", bind.String("unref"))
	}
}

// checkSerialization throws for what no channel of ours speaks.
func checkSerialization(h *modules.Host, mode string) {
	if mode != "json" {
		h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "serialization: '"+mode+"'")
	}
}

// Adopt opens the channel to the process that forked this one, if its environment says that there
// is one: process.send, 'message' and the rest.
func Adopt(h *modules.Host) {
	fd, ok := h.Process.Env(channelVariable)
	if !ok {
		return
	}
	mode, _ := h.Process.Env(modeVariable)
	env := h.Builtin("process").(*goja.Object).Get("env").(*goja.Object)
	env.Delete(channelVariable)
	env.Delete(modeVariable)
	n, err := strconv.Atoi(fd)
	if err != nil || n < 0 || !validFD(n) {
		return
	}
	Rooms.Of(h).openChannel(n, mode)
}

func (r *Room) openChannel(fd int, mode string) {
	if mode == "" {
		mode = "json"
	}
	checkSerialization(r.h, mode)
	inheritNot(fd)
	r.adopt(fd, func(read func([]byte)) line { return newPipe(r.h.Loop, fd, read) })
}

// adopt makes a line the channel of process, which it keeps alive while somebody listens to it.
func (r *Room) adopt(fd int, open func(read func([]byte)) line) *channel {
	process := r.h.Builtin("process").(*goja.Object)
	c := r.setupChannel(process, fd, open, nil)
	c.line.unref()
	heard := func(v goja.Value) bool {
		return nodeerr.IsString(v) && (v.String() == "message" || v.String() == "disconnect")
	}
	r.ev.On(process, "newListener", func(args []goja.Value) {
		if heard(bind.Arg(args, 0)) {
			c.refCounted()
		}
	})
	r.ev.On(process, "removeListener", func(args []goja.Value) {
		if heard(bind.Arg(args, 0)) {
			c.unrefCounted()
		}
	})
	return c
}

// line is what the bytes of a channel go over. Loop goroutine.
type line interface {
	// write sends data, which is given. now says that it is done, or has failed with err; otherwise done
	// is called later.
	write(data []byte, done func(err error)) (now bool, err error)
	waiting() int // bytes that the other side has not got yet
	close()       // ends reading now, and writing once all is written
	closed() bool
	ref()
	unref()
	// drain waits until what has come is posted to the loop; what is still to come, from others who hold
	// the far end, it does not wait for. Any goroutine.
	drain()
}

// setupChannel gives target the methods and properties of a channel over the line that open makes, which
// gives read what comes, and nil at the end. fd is its descriptor, or noFD.
func (r *Room) setupChannel(target *goja.Object, fd int, open func(read func([]byte)) line, gone func()) *channel {
	vm := r.h.VM
	c := &channel{room: r, target: target, fd: fd, gone: gone}
	c.obj = vm.CreateObject(r.control.Proto)
	st := bind.Own(c.obj)
	events.Init(st, &c.Emitter)
	st.Put(bind.Self, c)
	c.line = open(c.read)
	target.Set("channel", c.obj)
	target.Set("_handleQueue", goja.Null())
	target.Set("_pendingMessage", goja.Null())
	r.ev.On(target, "newListener", func([]goja.Value) { r.h.Door.NextTick(modules.Func(c.release)) })
	bind.DefineMethods(vm, target, []bind.Method{
		{Name: "send", Length: 4, Fn: c.send},
		{Name: "_send", Length: 4, Fn: func(call goja.FunctionCall) goja.Value {
			return c.post(call.Argument(0), call.Argument(1), call.Argument(2), call.Argument(3))
		}},
		{Name: "disconnect", Fn: func(goja.FunctionCall) goja.Value {
			if !bind.Truthy(target.Get("connected")) {
				c.emit("error", r.h.Err.New("ERR_IPC_DISCONNECTED"))
				return goja.Undefined()
			}
			target.Set("connected", false)
			return bind.Invoke(vm, target, "_disconnect")
		}},
		{Name: "_disconnect", Fn: func(goja.FunctionCall) goja.Value {
			target.Set("channel", goja.Null())
			r.h.Door.NextTick(modules.Func(func() {
				c.line.close()
				c.emit("disconnect")
			}))
			return goja.Undefined()
		}},
	})
	target.Set("connected", true)
	return c
}

func (c *channel) emit(name string, args ...goja.Value) {
	bind.Invoke(c.room.h.VM, c.target, "emit", append([]goja.Value{bind.String(name)}, args...)...)
}

func (c *channel) listening() bool {
	return bind.Invoke(c.room.h.VM, c.target, "listenerCount", bind.String("message")).ToInteger() > 0
}

// release emits the messages that came before anyone listened.
func (c *channel) release() {
	if c.target.Get("channel") != goja.Value(c.obj) || len(c.held) == 0 || !c.listening() {
		return
	}
	held := c.held
	c.held = nil
	for _, m := range held {
		c.emit("message", m, goja.Undefined())
	}
}

// send is process.send(message[, sendHandle[, options]][, callback]).
func (c *channel) send(call goja.FunctionCall) goja.Value {
	h := c.room.h
	handle, opts, cb := call.Argument(1), call.Argument(2), call.Argument(3)
	switch {
	case nodeerr.TypeOf(handle) == "function":
		handle, opts, cb = goja.Undefined(), goja.Undefined(), handle
	case nodeerr.TypeOf(opts) == "function":
		opts, cb = goja.Undefined(), opts
	case !bind.IsUndefined(opts):
		h.Err.ValidateObject(opts, "options")
	}
	if bind.Truthy(c.target.Get("connected")) {
		return bind.Invoke(h.VM, c.target, "_send", call.Argument(0), handle, opts, cb)
	}
	c.fail(h.Err.New("ERR_IPC_CHANNEL_CLOSED"), cb)
	return bind.False
}

// fail gives an error to the callback, or emits it.
func (c *channel) fail(err goja.Value, cb goja.Value) {
	c.room.h.Door.NextTick(modules.Func(func() {
		if fn, ok := bind.ToCallable(cb); ok {
			fn.Call(goja.Undefined(), err)
			return
		}
		c.emit("error", err)
	}))
}

func (c *channel) post(message, handle, opts, cb goja.Value) goja.Value {
	h := c.room.h
	if bind.IsUndefined(message) {
		h.Err.Throw("ERR_MISSING_ARGS", `The "message" argument`)
	}
	switch nodeerr.TypeOf(message) {
	case "string", "object", "number", "boolean":
	default:
		panic(h.Err.InvalidArgType("message", []string{"string", "object", "number", "boolean"}, message))
	}
	if bind.Truthy(handle) {
		if o, ok := handle.(*goja.Object); !ok || !h.VM.InstanceOf(o, c.room.net.Socket.Ctor) && !h.VM.InstanceOf(o, c.room.net.Server.Ctor) {
			h.Err.Throw("ERR_INVALID_HANDLE_TYPE")
		}
		h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "send() of a handle over an IPC channel: the")
	}
	swallow := opts == bind.True || bind.Truthy(bind.Property(opts, "swallowErrors"))
	line := append(buffer.Append(nil, bind.ToString(c.room.print.Call(goja.Undefined(), message)), buffer.UTF8), '\n')
	fn, hasCallback := bind.ToCallable(cb)
	done := func(err error) {
		if err == nil && hasCallback {
			fn.Call(goja.Undefined(), goja.Null())
		} else if err != nil && !swallow {
			n, _ := nodeerr.Errno(err)
			if e := c.room.systemError(nodeerr.Number(n), "write"); hasCallback {
				fn.Call(goja.Undefined(), e)
			} else {
				c.emit("error", e)
			}
		}
	}
	if c.line.closed() {
		if !swallow {
			c.fail(h.Err.New("ERR_IPC_CHANNEL_CLOSED"), cb)
		}
		return bind.False
	}
	ctx := h.Context
	now, err := c.line.write(line, func(err error) {
		h.Enter(ctx, func() {
			c.unrefCounted()
			done(err)
		})
	})
	if !now {
		c.refCounted()
	} else {
		h.Door.NextTick(modules.Func(func() { done(err) }))
	}
	return bind.Bool(c.line.waiting() < channelHighWater)
}

// read takes what came over the pipe; a nil chunk is its end.
func (c *channel) read(chunk []byte) {
	c.room.h.Door.Enter(modules.Func(func() {
		if chunk == nil {
			c.hangUp()
			return
		}
		data := append(c.rest, chunk...)
		for {
			i := bytes.IndexByte(data, '\n')
			if i < 0 {
				break
			}
			line := data[:i]
			data = data[i+1:]
			c.deliver(c.room.parse.Call(goja.Undefined(), buffer.Decode(line, buffer.UTF8)))
		}
		c.rest = append([]byte(nil), data...)
	}))
}

// deliver emits a message in a tick of its own, as Node does.
func (c *channel) deliver(message goja.Value) {
	event := "message"
	if cmd := bind.Property(message, "cmd"); nodeerr.IsString(cmd) && len(cmd.String()) > 5 && cmd.String()[:5] == "NODE_" {
		event = "internalMessage"
	}
	if c.target.Get("channel") != goja.Value(c.obj) {
		return
	}
	c.room.h.Door.NextTick(modules.Func(func() {
		if event == "message" && !c.listening() {
			c.held = append(c.held, message)
			return
		}
		c.emit(event, message, goja.Undefined())
	}))
}

// hangUp follows the end of the other side.
func (c *channel) hangUp() {
	if c.line.closed() {
		return
	}
	if bind.Truthy(c.target.Get("connected")) {
		bind.Invoke(c.room.h.VM, c.target, "disconnect")
	}
	c.line.close()
	c.target.Set("channel", goja.Null())
	if c.gone != nil {
		c.gone()
	}
}
