package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Drain closes the servers that listen, for good, as server.close does, and more: connections that
// have not sent a request end as well, and answers that have not begun say Connection: close. done is
// called, inside the door, when the last connection has ended. False: no server listens, and done is
// not called.
func (r *Room) Drain(done func()) bool {
	left := len(r.listening)
	if left == 0 {
		return false
	}
	for s := range r.listening {
		s.draining = true
		s.eachConn(func(c *conn) {
			for res := c.first; res != nil; res = res.next {
				if !res.hasHead {
					res.shouldKeepAlive = false
				}
			}
			if c.unused() {
				c.destroy(nil)
			}
		})
		r.ev.On(s.Object(), "close", func([]goja.Value) {
			if left--; left == 0 {
				done()
			}
		})
		bind.Invoke(r.h.VM, s.Object(), "close")
	}
	return true
}

// unused reports whether nothing is going on on the connection.
func (c *conn) unused() bool { return c.inFlight == 0 && c.in == nil && c.p.Idle() }
