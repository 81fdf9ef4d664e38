package childprocess

import (
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
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

// channel is one end of the line between parent and child, and what target.channel shows. Messages are
// on the line as Node's own are: see codec.
//
// Node v20 lib/internal/child_process.js: setupChannel.
type channel struct {
	events.Emitter
	room   *Room
	obj    *goja.Object // the Control
	target *goja.Object // a ChildProcess, or process
	fd     int
	line   line
	codec  codec
	rest   []byte // of a message
	held   []delivery
	refs   int
	manual bool   // ref() or unref() was called
	gone   func() // called after the other side has hung up
	handles
}

// delivery is a message that came, with its handle or undefined.
type delivery struct{ message, handle goja.Value }

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
	if fd < 0 {
		panic(r.h.Err.OutOfRange("fd", ">= 0", bind.Int(fd)))
	}
	inheritNot(fd)
	r.adopt(fd, mode, func(read reader) line { return newPipe(r.h.Loop, fd, read) })
}

// adopt makes a line the channel of process, which it keeps alive while somebody listens to it.
func (r *Room) adopt(fd int, mode string, open func(read reader) line) *channel {
	process := r.h.Builtin("process").(*goja.Object)
	c := r.setupChannel(process, fd, mode, open, nil)
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

// reader gets what comes over a line: bytes, given, nil at the end, and the descriptors that came with
// them, which are its own. Loop goroutine.
type reader func(chunk []byte, fds []int)

// line is what the bytes of a channel go over. Loop goroutine.
type line interface {
	// write sends data, which is given, and with its first byte a copy of the descriptor fd, unless that
	// is noFD. now says that it is done, or has failed with err; otherwise done is called later.
	write(data []byte, fd int, done func(err error)) (now bool, err error)
	waiting() int // bytes that the other side has not got yet
	close()       // ends reading now, and writing once all is written
	closed() bool
	ref()
	unref()
	// drain waits until what has come is posted to the loop; what is still to come, from others who hold
	// the far end, it does not wait for. Any goroutine.
	drain()
}

// setupChannel gives target the methods and properties of a channel over the line that open makes. fd is
// its descriptor, or noFD; mode is the option serialization.
func (r *Room) setupChannel(target *goja.Object, fd int, mode string, open func(read reader) line, gone func()) *channel {
	vm := r.h.VM
	c := &channel{room: r, target: target, fd: fd, gone: gone, codec: r.codec(mode)}
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
			if c.waiting {
				return goja.Undefined() // what is queued goes out first
			}
			return bind.Invoke(vm, target, "_disconnect")
		}},
		{Name: "_disconnect", Fn: func(goja.FunctionCall) goja.Value {
			target.Set("channel", goja.Null())
			c.closeSent()
			r.h.Door.NextTick(modules.Func(func() {
				c.line.close()
				c.dropFDs()
				c.disconnected()
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
		c.emit("message", m.message, m.handle)
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
	swallow := opts == bind.True || bind.Truthy(bind.Property(opts, "swallowErrors"))
	kind := ""
	if bind.Truthy(handle) {
		kind = c.kindOf(handle)
	}
	if c.waiting && (kind != "" || !isAnswer(message)) {
		c.queue = append(c.queue, queued{message, handle, opts, cb})
		return bind.Bool(len(c.queue) == 1)
	}
	var out *outgoing
	if kind != "" {
		message, out = c.give(kind, message, handle.(*goja.Object), opts)
	}
	return c.transmit(c.codec.encode(message), out, swallow, cb)
}

// transmit writes an encoded message, and the descriptor of out, unless that is nil.
func (c *channel) transmit(data []byte, out *outgoing, swallow bool, cb goja.Value) goja.Value {
	h := c.room.h
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
		out.close()
		if !swallow {
			c.fail(h.Err.New("ERR_IPC_CHANNEL_CLOSED"), cb)
		}
		return bind.False
	}
	c.room.net.Flush() // what the message may tell of has been written
	ctx := h.Context
	now, err := c.line.write(data, out.fd(), func(err error) {
		h.Enter(ctx, func() {
			c.unrefCounted()
			done(err)
		})
	})
	if err != nil {
		out.close()
	} else if out != nil {
		c.waiting = true
		if out.data = data; out.closes {
			c.sent = out
		}
	}
	if !now {
		c.refCounted()
	} else {
		h.Door.NextTick(modules.Func(func() { done(err) }))
	}
	return bind.Bool(c.line.waiting() < channelHighWater)
}

// read takes what came over the line.
func (c *channel) read(chunk []byte, fds []int) {
	c.fds = append(c.fds, fds...)
	c.room.h.Door.Enter(modules.Func(func() {
		if chunk == nil {
			c.hangUp()
			return
		}
		data := append(c.rest, chunk...)
		c.rest = nil
		for {
			message, rest := c.codec.split(data)
			if message == nil {
				break
			}
			data = rest
			c.arrived(c.codec.decode(message))
		}
		c.rest = append([]byte(nil), data...)
	}))
}

// command returns what an internal message asks for; "" for a message of the program's.
func command(message goja.Value) string {
	if cmd := bind.Property(message, "cmd"); nodeerr.IsString(cmd) && len(cmd.String()) > 5 && cmd.String()[:5] == "NODE_" {
		return cmd.String()
	}
	return ""
}

// arrived takes a message and the descriptor that came for it.
func (c *channel) arrived(message goja.Value) {
	handle := goja.Undefined()
	if command(message) == "NODE_HANDLE" && len(c.fds) > 0 {
		handle = c.room.net.Received(c.fds[0])
		c.fds = c.fds[1:]
	}
	c.deliver(message, handle)
}

// deliver emits a message in a tick of its own, as Node does.
func (c *channel) deliver(message, handle goja.Value) {
	if c.target.Get("channel") != goja.Value(c.obj) {
		return
	}
	cmd := command(message)
	c.room.h.Door.NextTick(modules.Func(func() {
		switch {
		case cmd != "":
			c.internal(cmd, message, handle)
			c.emit("internalMessage", message, handle)
		case !c.listening():
			c.held = append(c.held, delivery{message, handle})
		default:
			c.emit("message", message, handle)
		}
	}))
}

// hangUp follows the end of the other side.
func (c *channel) hangUp() {
	if c.line.closed() {
		return
	}
	c.waiting, c.queue = false, nil // nobody will answer
	if bind.Truthy(c.target.Get("connected")) {
		bind.Invoke(c.room.h.VM, c.target, "disconnect")
	}
	c.line.close()
	c.closeSent()
	c.dropFDs()
	c.target.Set("channel", goja.Null())
	if c.gone != nil {
		c.gone()
	}
}
