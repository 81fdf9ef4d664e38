package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/net"
)

// This file is socket.parser: an object while a connection speaks HTTP, null after. Programs look
// there for whether HTTP is over, and for the message that is being read. The parser itself is a part
// of its connection: what would run it by hand throws.

// parserFace is what socket.parser of a server's connection stands on.
type parserFace struct {
	obj    *goja.Object     // nil until it was asked for
	ending *IncomingMessage // whose response has left before its 'end' was told
}

// parserObject makes the object; incoming tells what is being read.
func (r *Room) parserObject(so *goja.Object, outgoing goja.Value, incoming func() goja.Value) *goja.Object {
	o := r.h.VM.CreateObject(r.parserProto)
	o.Set("socket", so)
	o.Set("outgoing", outgoing)
	bind.DefineAccessors(r.h.VM, o, []bind.Accessor{{Name: "incoming",
		Get: func(goja.FunctionCall) goja.Value { return incoming() }, Set: ownProperty("incoming")}})
	return o
}

// defineParserFace makes socket.parser and what its values inherit.
func (r *Room) defineParserFace() {
	nothing := func(goja.FunctionCall) goja.Value { return goja.Undefined() }
	lacks := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "socket.parser."+name+"()")
			return nil
		}}
	}
	r.parserProto = r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, r.parserProto, []bind.Method{
		// The memory of a parser goes with its connection; a program may put its own free in the
		// place of ours to hear of that.
		{Name: "free", Fn: nothing}, {Name: "close", Fn: nothing}, {Name: "remove", Fn: nothing},
		lacks("execute"), lacks("finish"), lacks("initialize"), lacks("pause"), lacks("resume"),
		lacks("consume"), lacks("unconsume"), lacks("getCurrentBuffer"),
	})
	bind.DefineAccessors(r.h.VM, r.net.Socket.Proto, []bind.Accessor{{Name: "parser",
		Get: func(c goja.FunctionCall) goja.Value {
			so, ok := net.SocketOf(c.This)
			if !ok {
				return goja.Undefined()
			}
			switch owner := so.Owner().(type) {
			case *conn:
				return owner.parserObject()
			case *clientConn:
				return owner.parserObject()
			}
			if so.HadOwner() {
				return goja.Null()
			}
			return goja.Undefined()
		},
		Set: ownProperty("parser"),
	}})
}

// parserObject is socket.parser of a server's connection.
func (c *conn) parserObject() goja.Value {
	if c.freed {
		return goja.Null()
	}
	if c.parser == nil {
		c.parser = new(parserFace)
	}
	if c.parser.obj == nil {
		c.parser.obj = c.room.parserObject(c.socket(), goja.Null(), c.incoming)
	}
	return c.parser.obj
}

// incoming is the request that was read last, until it has ended and its response has left.
func (c *conn) incoming() goja.Value {
	switch p := c.parser; {
	case c.last != nil:
		return c.last.in.obj
	case p != nil && p.ending != nil && !p.ending.rd.Destroyed():
		return p.ending.obj
	}
	return goja.Null()
}

// stillEnding keeps a request that has listeners for its end, for which its response did not wait.
func (c *conn) stillEnding(in *IncomingMessage) {
	if c.parser == nil {
		c.parser = new(parserFace)
	}
	c.parser.ending = in
}

// freeParser tells the program's own free, if it has one, that the connection is over.
//
// Node v20 lib/_http_common.js: freeParser.
func (c *conn) freeParser() {
	if c.freed {
		return
	}
	c.freed = true
	if p := c.parser; p != nil && p.obj != nil {
		bind.Invoke(c.room.h.VM, p.obj, "free")
	}
	c.parser = nil
}

// parserObject is socket.parser of a client's connection.
func (c *clientConn) parserObject() goja.Value {
	if c.over || c.req.resMsg != nil && c.req.resMsg.complete {
		return goja.Null()
	}
	if c.parser == nil {
		c.parser = c.room.parserObject(c.socket(), c.req.obj, func() goja.Value {
			if c.in == nil {
				return goja.Null()
			}
			return c.in.obj
		})
	}
	return c.parser
}
