package net

import (
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Handle is what is behind _handle, undocumented but used: Node's TCP and Pipe wraps, as far as
// programs look at them. A Server has one while it listens, a Socket from connect to destroy; the
// JavaScript object is made when somebody asks for it. What the program puts in the place of its
// methods is what runs.
type Handle struct {
	bind.State

	room *Room
	obj  *goja.Object // nil until it is asked for
	pipe bool

	// Of a connection: the socket that has it, nil for one that was only accepted, and its Sock, nil
	// until it is connected and after close.
	so *Socket
	sk *sock.Sock

	// Of a listener: the server that gets the connections, and what listens.
	srv          *Server
	ln           *sock.Listener
	onconnection *goja.Object

	// Of what came from another process, until a Socket or Server takes it.
	received   bool
	descriptor int
}

// defineHandles makes the classes TCP and Pipe, which only this package has objects of.
func (r *Room) defineHandles() {
	vm := r.h.VM
	m := func(fn func(h *Handle, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			h, ok := bind.SelfOf[*Handle](c.This)
			if !ok {
				panic(vm.NewTypeError("Illegal invocation"))
			}
			return fn(h, c)
		}
	}
	get := func(name string, fn func(h *Handle) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			h, ok := bind.SelfOf[*Handle](c.This)
			if !ok {
				return goja.Undefined()
			}
			return fn(h)
		}}
	}
	both := []bind.Method{
		{Name: "close", Length: 1, Fn: m((*Handle).jsClose)},
		{Name: "ref", Fn: m(func(h *Handle, _ goja.FunctionCall) goja.Value { h.setRef(true); return goja.Undefined() })},
		{Name: "unref", Fn: m(func(h *Handle, _ goja.FunctionCall) goja.Value { h.setRef(false); return goja.Undefined() })},
		{Name: "hasRef", Fn: m(func(h *Handle, _ goja.FunctionCall) goja.Value { return bind.Bool(h.hasRef()) })},
		{Name: "readStart", Fn: m(func(h *Handle, _ goja.FunctionCall) goja.Value { return h.read(true) })},
		{Name: "readStop", Fn: m(func(h *Handle, _ goja.FunctionCall) goja.Value { return h.read(false) })},
	}
	tcp := []bind.Method{
		{Name: "setNoDelay", Length: 1, Fn: m(func(h *Handle, c goja.FunctionCall) goja.Value {
			if h.sk == nil {
				return bind.Int(errBadFD)
			}
			h.sk.SetNoDelay(bind.Truthy(c.Argument(0)))
			return bind.Int(0)
		})},
		{Name: "setKeepAlive", Length: 2, Fn: m(func(h *Handle, c goja.FunctionCall) goja.Value {
			if h.sk == nil {
				return bind.Int(errBadFD)
			}
			h.sk.SetKeepAlive(bind.Truthy(c.Argument(0)), time.Duration(c.Argument(1).ToInteger())*time.Second)
			return bind.Int(0)
		})},
		{Name: "getsockname", Length: 1, Fn: m(func(h *Handle, c goja.FunctionCall) goja.Value { return h.name(c, false) })},
		{Name: "getpeername", Length: 1, Fn: m(func(h *Handle, c goja.FunctionCall) goja.Value { return h.name(c, true) })},
	}
	accessors := []bind.Accessor{
		get("fd", func(h *Handle) goja.Value { return bind.Int(h.fd()) }),
		get("reading", func(h *Handle) goja.Value { return bind.Bool(h.so != nil && h.so.reading) }),
		get("bytesRead", func(h *Handle) goja.Value { return h.count((*sock.Sock).BytesRead) }),
		get("bytesWritten", func(h *Handle) goja.Value { return h.count((*sock.Sock).BytesWritten) }),
		get("writeQueueSize", func(h *Handle) goja.Value {
			return h.count(func(s *sock.Sock) int64 { return int64(s.Queued()) })
		}),
	}
	construct := func(*goja.Object, []goja.Value) {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "constructor of a socket handle")
	}
	r.tcpHandle = bind.Define(vm, bind.Class{Name: "TCP", Mode: bind.CallNever, Construct: construct, Methods: append(tcp, both...), Accessors: accessors})
	r.pipeHandle = bind.Define(vm, bind.Class{Name: "Pipe", Mode: bind.CallNever, Construct: construct, Methods: both, Accessors: accessors})
}

// errBadFD is libuv's answer where a handle has no descriptor.
const errBadFD = -9

// HandleOf returns the Handle behind v, nil if it is none of ours.
func HandleOf(v goja.Value) *Handle {
	h, _ := bind.SelfOf[*Handle](v)
	return h
}

// object returns the JavaScript side.
func (h *Handle) object() *goja.Object {
	if h.obj != nil {
		return h.obj
	}
	class := h.room.tcpHandle
	if h.pipe {
		class = h.room.pipeHandle
	}
	h.obj = h.room.h.VM.CreateObject(class.Proto)
	bind.Attach(h.obj, &h.State)
	h.Put(bind.Self, h)
	if h.ln != nil {
		h.onconnection = h.room.h.VM.ToValue(h.connection).(*goja.Object)
		h.obj.Set("onconnection", h.onconnection)
	}
	return h.obj
}

// replaced returns the function that the program put on the object in the place of a method, nil if
// it put none.
func (h *Handle) replaced(method string) *goja.Object {
	if h == nil || h.obj == nil {
		return nil
	}
	fn, _ := h.obj.Get(method).(*goja.Object)
	if fn == nil || fn == h.onconnection || fn == h.room.tcpHandle.Proto.Get(method) {
		return nil
	}
	return fn
}

func (h *Handle) fd() int {
	switch {
	case h.received:
		return h.descriptor
	case h.ln != nil && !h.ln.Closed():
		return h.ln.FD()
	case h.sk != nil:
		return h.sk.FD()
	}
	return -1
}

func (h *Handle) count(fn func(*sock.Sock) int64) goja.Value {
	if h.sk == nil {
		return bind.Int(0)
	}
	return h.room.h.VM.ToValue(fn(h.sk))
}

// name writes an end's address into the argument and returns 0, or libuv's error.
func (h *Handle) name(c goja.FunctionCall, peer bool) goja.Value {
	var a sock.Address
	switch {
	case h.ln != nil && !peer:
		a = h.ln.Addr()
	case h.sk != nil && peer:
		a = h.sk.RemoteAddr()
	case h.sk != nil:
		a = h.sk.LocalAddr()
	}
	out, ok := c.Argument(0).(*goja.Object)
	if !ok || a.Family == "" {
		return bind.Int(errBadFD)
	}
	setAddress(out, a)
	return bind.Int(0)
}

// setAddress sets address, family and port, as Node orders them.
func setAddress(o *goja.Object, a sock.Address) {
	o.Set("address", a.IP)
	o.Set("family", a.Family)
	o.Set("port", a.Port)
}

func (h *Handle) setRef(ref bool) {
	switch {
	case h.ln != nil && ref:
		h.ln.Ref()
	case h.ln != nil:
		h.ln.Unref()
	case h.so != nil:
		h.so.SetRef(ref)
	}
}

func (h *Handle) hasRef() bool {
	switch {
	case h.ln != nil:
		return !h.ln.Closed() && h.ln.HasRef()
	case h.so != nil:
		return !h.so.unref
	}
	return false
}

// read starts or stops the reading of a connection.
func (h *Handle) read(start bool) goja.Value {
	if h.so == nil || h.sk == nil {
		return bind.Int(errBadFD)
	}
	h.so.reading = start
	h.so.setPaused(!start)
	return bind.Int(0)
}

func (h *Handle) jsClose(c goja.FunctionCall) goja.Value {
	var done func()
	if cb, ok := bind.ToCallable(c.Argument(0)); ok {
		done = func() { h.room.h.Door.Enter(modules.Func(func() { cb.Call(h.obj) })) }
	}
	switch {
	case h.received:
		sock.CloseGiven(h.take())
		if done != nil {
			h.room.h.Loop.Defer(modules.Func(done))
		}
	case h.ln != nil:
		h.closeListener(done)
	case h.sk != nil:
		h.sk.Destroy(nil)
		if done != nil {
			h.room.h.Loop.Defer(modules.Func(done))
		}
	}
	return goja.Undefined()
}

// closeListener stops listening; done, unless nil, runs once that is over.
func (h *Handle) closeListener(done func()) {
	delete(h.room.listeners, h)
	h.ln.Close(done)
}

// accepted takes a connection from the listener.
func (h *Handle) accepted(sk *sock.Sock) {
	fn := h.replaced("onconnection")
	if fn == nil {
		h.srv.accepted(sk, nil)
		return
	}
	client := h.room.newHandle(sk)
	h.room.h.Door.Enter(modules.Func(func() { bind.Call(fn, h.obj, bind.Int(0), client.object()) }))
	if client.so == nil && sk.Consumer() == nil {
		sk.Destroy(nil) // nobody took it
	}
}

// connection is onconnection(err, clientHandle).
func (h *Handle) connection(c goja.FunctionCall) goja.Value {
	client := HandleOf(c.Argument(1))
	if client == nil || client.sk == nil {
		panic(h.room.h.VM.NewTypeError("clientHandle is no handle of a connection"))
	}
	h.srv.accepted(client.sk, client)
	return goja.Undefined()
}

// newHandle returns the handle of a connection that no Socket has yet.
func (r *Room) newHandle(sk *sock.Sock) *Handle {
	return &Handle{room: r, sk: sk, pipe: sk.RemoteAddr().Family == "" && sk.LocalAddr().Family == ""}
}
