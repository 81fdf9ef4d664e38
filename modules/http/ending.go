package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/parser"
)

// This file is how connections of a server end: by the program, by the client, or by an error.

// SocketWillDestroy implements net.Owner.
func (c *conn) SocketWillDestroy(err goja.Value) { c.gone = true }

// destroy ends the connection at once.
func (c *conn) destroy(err goja.Value) {
	c.gone = true
	if m := c.first; m != nil && !m.finished && m.begunIn == c.room.h.Door.Tick() && !c.room.h.Era.DestroySendsWrites {
		c.sk.DropFrom(m.begunAt)
	}
	if c.so != nil || err != nil {
		so := c.face()
		if err != nil && !c.told {
			c.told = true
			c.clientError(err)
		}
		so.destroy(err)
		return
	}
	c.timer.Stop()
	c.sk.Destroy(nil)
}

// letGo leaves the connection to whoever has its Socket or stream.
func (c *conn) letGo() {
	c.gone, c.halted = true, true
	c.timer.Stop()
	c.unlisten()
	c.unlink()
	c.freeParser()
	if f, ok := c.so.(netFace); ok && c.counted {
		c.counted = false
		c.srv.Handover(f.Socket)
	}
}

// destroySoon ends the connection when all output has left.
func (c *conn) destroySoon() {
	c.gone, c.closing = true, true
	if c.so != nil {
		c.so.DestroySoon()
		return
	}
	c.sk.DestroySoon()
}

// OnEnd implements sock.Consumer: the client sends no more.
//
// Node v20 lib/_http_server.js: socketOnEnd.
func (c *conn) OnEnd() {
	c.enter(func() {
		if c.gone {
			// What 'clientError' gave away ends with the client.
			if c.so != nil {
				c.so.OnEnd()
				c.so.DestroySoon()
			}
			return
		}
		if c.so != nil {
			c.so.tapEnd()
		}
		if _, err := c.p.Finish(); err != nil {
			c.parseError(err.(*parser.Error), nil, 0)
			return
		}
		switch {
		case !c.srv.httpAllowHalfOpen:
			c.end() // and OnClose aborts what is in flight
		case c.last != nil:
			c.last.last = true
		default:
			c.end()
		}
	})
}

// end closes our half; what was written before still goes out.
func (c *conn) end() {
	c.gone = true
	if c.so != nil {
		c.so.flush()
		c.so.DestroySoon() // nothing reads the socket, so its own end would never be seen
		return
	}
	c.sk.CloseWrite(func(*sock.Error) { c.sk.Destroy(nil) })
}

// OnError implements sock.Consumer: the connection broke.
func (c *conn) OnError(e *sock.Error) {
	c.enter(func() {
		c.gone = true
		if c.so != nil || c.srv.Emitter.Count("clientError") > 0 {
			err := net.SystemError(c.room.h, e)
			c.socket()
			c.told = true
			c.clientError(err)
			c.so.destroy(err)
		}
	})
}

// OnClose implements sock.Consumer: messages in flight are aborted.
func (c *conn) OnClose() {
	c.enter(func() {
		c.gone = true
		c.room.trace.closed(c.sk)
		c.timer.Stop()
		c.unlink()
		c.freeParser()
		c.abortIncoming()
		first := c.first
		c.first, c.last = nil, nil
		for res := first; res != nil; res = res.next {
			res.emitClose()
		}
		if c.so != nil {
			c.so.OnClose()
		}
		if c.counted {
			c.srv.Gone()
		}
	})
}

// abortIncoming destroys the requests whose answers have not left.
func (c *conn) abortIncoming() {
	for res := c.first; res != nil; res = res.next {
		if in := res.in; !in.rd.Destroyed() {
			in.rd.Destroy(c.room.cutRequest())
		}
	}
	if in := c.in; in != nil && !in.rd.Destroyed() {
		in.rd.Destroy(c.room.cutRequest())
	}
}

// cutRequest is what a request is destroyed with whose connection ended.
func (r *Room) cutRequest() goja.Value {
	if r.h.Era.NoErrorIfCut {
		return nil
	}
	return r.aborted()
}

// aborted is the error of a message whose connection ended before it did.
func (r *Room) aborted() *goja.Object {
	err := r.h.Err.Plain(nodeerr.Error, "aborted")
	err.Set("code", "ECONNRESET")
	return err
}
