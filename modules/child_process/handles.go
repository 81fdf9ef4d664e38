package childprocess

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	nodenet "github.com/gonode/gonode/modules/net"
)

// handles is what a channel knows of the sockets and servers that go over it. One is under way at a time:
// the next message waits for the other side's NODE_HANDLE_ACK. Loop goroutine.
//
// Node v20 lib/internal/child_process.js: handleConversion, setupChannel.
type handles struct {
	fds      []int     // came, and their NODE_HANDLE did not yet
	waiting  bool      // for the answer to the last handle
	sent     *outgoing // the last handle, if it is closed when it has arrived
	queue    []queued
	shared   map[*nodenet.Server]bool
	replies  []reply
	received map[string]*receivedSockets
}

// queued is a call of send that waits for an answer.
type queued struct{ message, handle, opts, cb goja.Value }

// outgoing is a handle that is being sent.
type outgoing struct {
	handle *nodenet.Handle
	closes bool // once it has arrived
	data   []byte
	tries  int
}

// maxTries is how often a handle is sent again that did not arrive.
const maxTries = 3

func (o *outgoing) fd() int {
	if o == nil {
		return noFD
	}
	return o.handle.FD()
}

func (o *outgoing) close() {
	if o != nil && o.closes {
		o.handle.Close()
	}
}

// kindOf returns what Node calls a handle on the wire. It throws for what cannot be sent.
func (c *channel) kindOf(v goja.Value) string {
	r, kind := c.room, ""
	if o, ok := v.(*goja.Object); !ok {
		r.h.Err.Throw("ERR_INVALID_HANDLE_TYPE")
	} else if r.h.VM.InstanceOf(o, r.net.Socket.Ctor) {
		kind = "net.Socket"
	} else if r.h.VM.InstanceOf(o, r.net.Server.Ctor) {
		kind = "net.Server"
	} else if nodenet.HandleOf(o) != nil {
		kind = "net.Native"
	} else {
		r.h.Err.Throw("ERR_INVALID_HANDLE_TYPE")
	}
	if !canPass {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "send() of a handle on this system: the")
	}
	return kind
}

// give takes what kindOf named away from its object, unless it is to be kept, and returns the message to
// send with it. What has no handle any more is sent as a message alone.
func (c *channel) give(kind string, message goja.Value, v *goja.Object, opts goja.Value) (goja.Value, *outgoing) {
	r := c.room
	envelope := r.h.VM.NewObject()
	envelope.Set("cmd", "NODE_HANDLE")
	envelope.Set("type", kind)
	envelope.Set("msg", message)
	out := &outgoing{}
	so, _ := nodenet.SocketOf(v)
	switch kind {
	case "net.Server":
		if srv, ok := nodenet.ServerOf(v); ok {
			out.handle = srv.Handle()
		}
	case "net.Socket":
		if so != nil {
			out.handle = so.Handle()
		}
	default:
		out.handle = nodenet.HandleOf(v)
	}
	if out.handle == nil {
		return message, nil
	}
	switch {
	case so != nil && so.Owner() != nil:
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "send() of a socket that speaks HTTP: the")
	case out.handle.FD() < 0 && kind == "net.Server":
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "send() of a server whose port workers share: the")
	case out.handle.FD() < 0:
		r.h.Err.Throw("ERR_INVALID_HANDLE_TYPE")
	}
	if so == nil {
		return envelope, out
	}
	if srv := so.Server(); srv != nil {
		envelope.Set("key", srv.Key())
		if !c.shared[srv] {
			if c.shared == nil {
				c.shared = make(map[*nodenet.Server]bool)
			}
			c.shared[srv] = true
			remote := &sentSockets{c, srv.Key()}
			srv.AddRemote(remote)
			r.ev.Once(c.target, "exit", func([]goja.Value) { srv.RemoveRemote(remote) })
		}
	}
	if !bind.Truthy(bind.Property(opts, "keepOpen")) {
		out.closes = true
		out.handle.Detach()
	}
	return envelope, out
}

// closeSent gives up what was sent and not acknowledged.
func (c *channel) closeSent() {
	c.sent.close()
	c.sent = nil
}

// dropFDs closes descriptors whose messages will not come any more.
func (c *channel) dropFDs() {
	closeAll(c.fds)
	c.fds = nil
}

// isAnswer reports whether a message is one that does not wait.
func isAnswer(message goja.Value) bool {
	cmd := command(message)
	return cmd == "NODE_HANDLE_ACK" || cmd == "NODE_HANDLE_NACK"
}

// tell sends an internal message.
func (c *channel) tell(cmd, key string, swallow bool) {
	o := c.room.h.VM.NewObject()
	o.Set("cmd", cmd)
	if key != "" {
		o.Set("key", key)
	}
	c.post(o, goja.Undefined(), bind.Bool(swallow), goja.Undefined())
}

// internal does what a message asks for that the program did not send.
func (c *channel) internal(cmd string, message, handle goja.Value) {
	switch cmd {
	case "NODE_HANDLE_ACK", "NODE_HANDLE_NACK":
		c.answered(cmd == "NODE_HANDLE_ACK")
	case "NODE_HANDLE":
		if bind.IsUndefined(handle) {
			c.tell("NODE_HANDLE_NACK", "", true)
			return
		}
		c.tell("NODE_HANDLE_ACK", "", true)
		c.unwrap(message, handle)
	case "NODE_SOCKET_NOTIFY_CLOSE", "NODE_SOCKET_GET_COUNT", "NODE_SOCKET_ALL_CLOSED", "NODE_SOCKET_COUNT":
		c.sockets(cmd, message)
	}
}

// answered goes on after a handle has arrived, or not.
func (c *channel) answered(ok bool) {
	if !c.waiting {
		return
	}
	again := c.sent
	switch {
	case again == nil:
	case ok:
		c.closeSent()
		again = nil
	default:
		if again.tries++; again.tries > maxTries {
			c.closeSent()
			again = nil
			bind.Invoke(c.room.h.VM, c.room.h.Builtin("process").(*goja.Object), "emitWarning",
				bind.String("Handle did not reach the receiving process correctly"), bind.String("SentHandleNotReceivedWarning"))
		}
	}
	queue := c.queue
	c.queue, c.waiting, c.sent = nil, false, nil
	if again != nil {
		c.transmit(again.data, again, true, goja.Undefined())
	}
	for _, q := range queue {
		bind.Invoke(c.room.h.VM, c.target, "_send", q.message, q.handle, q.opts, q.cb)
	}
	if !c.waiting && !bind.Truthy(c.target.Get("connected")) && c.target.Get("channel") == goja.Value(c.obj) {
		bind.Invoke(c.room.h.VM, c.target, "_disconnect")
	}
}

// unwrap delivers the message of a NODE_HANDLE with what its handle stands for.
func (c *channel) unwrap(envelope, handle goja.Value) {
	r, vm := c.room, c.room.h.VM
	message := bind.Property(envelope, "msg")
	create := func(class *bind.Built, args ...goja.Value) *goja.Object {
		o, err := vm.New(class.Ctor, args...)
		if err != nil {
			bind.Rethrow(err)
		}
		return o
	}
	switch kind := bind.Property(envelope, "type").String(); kind {
	case "net.Native":
		c.deliver(message, handle)
	case "net.Server":
		server := create(r.net.Server)
		bind.Invoke(vm, server, "listen", handle, vm.ToValue(func(goja.FunctionCall) goja.Value {
			c.deliver(message, server)
			return goja.Undefined()
		}))
	case "net.Socket":
		o := vm.NewObject()
		o.Set("handle", handle)
		o.Set("readable", true)
		o.Set("writable", true)
		socket := create(r.net.Socket, o)
		if key := bind.Property(envelope, "key"); bind.Truthy(key) {
			c.track(key.String(), socket)
		}
		c.deliver(message, socket)
	default:
		nodenet.HandleOf(handle).Close()
		c.emit("error", r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "receiving of a "+kind))
	}
	r.h.Door.NextTick(modules.Func(c.release))
}
