package http

import (
	"time"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
)

// This file has what a connection of a server is timed by: the idle timeout of server.timeout and
// keepAliveTimeout, and the time a request may take to come.

func (c *conn) setTimeout(ms float64) {
	c.timeoutMs = ms
	if c.so != nil {
		c.so.SetTimeout(ms)
		return
	}
	if ms <= 0 {
		c.timer.Stop()
		return
	}
	d, _ := eventloop.RoundTimeout(ms)
	c.timer.Start(d)
}

// active restarts the idle timeout.
func (c *conn) active() {
	if c.so != nil {
		c.so.Active()
	} else if c.timeoutMs > 0 {
		c.timer.Refresh()
	}
}

// idleTask is a conn as the task of its idle timer.
type idleTask conn

func (t *idleTask) Run() {
	c := (*conn)(t)
	c.enter(func() {
		if c.sk.Queued() > 0 && c.wroteMore() {
			c.setTimeout(c.timeoutMs)
			return
		}
		if c.timeoutListened() {
			c.SocketTimeout()
			c.room.ev.Emit(c.socket(), "timeout")
			return
		}
		c.destroy(nil)
	})
}

// wroteMore reports whether output left since the last timeout: the client is slow, not idle.
func (c *conn) wroteMore() bool {
	left := c.sk.BytesWritten() - int64(c.sk.Queued())
	more := left > c.lastLeft()
	c.srv.lastLeft[c] = left
	return more
}

func (c *conn) lastLeft() int64 { return c.srv.lastLeft[c] }

// timeoutListened reports whether anybody would hear a timeout.
func (c *conn) timeoutListened() bool {
	return c.srv.Emitter.Count("timeout") > 0 ||
		c.in != nil && c.in.Emitter.Count("timeout") > 0 ||
		c.first != nil && c.first.Emitter.Count("timeout") > 0
}

// SocketTimeout implements net.Owner: the timeout goes to the request, the response and the server;
// if none of them has a listener the connection is destroyed. The socket's own listeners hear of it
// in either case.
//
// Node v20 lib/_http_server.js: socketOnTimeout.
func (c *conn) SocketTimeout() bool {
	if !c.tellTimeout() {
		c.destroy(nil)
	}
	return false
}

// tellTimeout emits 'timeout' on the request, the response and the server; it reports whether
// anybody listened.
func (c *conn) tellTimeout() (handled bool) {
	so := c.socket()
	if c.in != nil && !c.in.complete {
		handled = c.room.ev.Emit(c.in.obj, "timeout", so)
	}
	if c.first != nil {
		handled = c.room.ev.Emit(c.first.obj, "timeout", so) || handled
	}
	return c.room.ev.Emit(c.srv.Object(), "timeout", so) || handled
}

// noteInput restarts the idle timeout, and begins to time a request.
func (c *conn) noteInput() {
	c.active()
	if c.idleSet {
		c.idleSet = false
		c.setTimeout(c.srv.timeout)
	}
	if c.began == 0 {
		c.began, c.headDone = c.now(), false
	}
}

// emptyLines reports whether b is ends of lines and nothing else.
func emptyLines(b []byte) bool {
	for _, ch := range b {
		if ch != '\r' && ch != '\n' {
			return false
		}
	}
	return true
}

// checkTask is a Server as the task that looks for requests that take too long.
type checkTask Server

func (t *checkTask) Run() {
	s := (*Server)(t)
	now := s.http.h.Loop.Now()
	since := func(c *conn, limit float64) bool {
		return limit > 0 && now-c.began > time.Duration(limit)*time.Millisecond
	}
	s.http.h.Door.Enter(modules.Func(func() {
		s.eachConn(func(c *conn) {
			if c.began == 0 || c.gone {
				return
			}
			if !c.headDone && since(c, s.headersTimeout) || (c.in != nil || !c.headDone) && since(c, s.requestTimeout) {
				c.protocolError(s.http.h.Err.New("ERR_HTTP_REQUEST_TIMEOUT"), "ERR_HTTP_REQUEST_TIMEOUT")
			}
		})
	}))
}
