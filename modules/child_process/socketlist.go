package childprocess

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// A server asks the processes that it gave connections to how many there are left. Connections go by the
// key of the server.
//
// Node v20 lib/internal/socket_list.js.

// sentSockets is a nodenet.Remote: the connections of a server that the other side of a channel has.
type sentSockets struct {
	c   *channel
	key string
}

// reply is what waits for an answer of the other side.
type reply struct {
	cmd, key string
	fn       func(message goja.Value) // nil: there will be none
}

func (s *sentSockets) ask(cmd, answer string, swallow bool, fn func(message goja.Value)) {
	if !bind.Truthy(s.c.target.Get("connected")) {
		fn(nil)
		return
	}
	s.c.replies = append(s.c.replies, reply{answer, s.key, fn})
	s.c.tell(cmd, s.key, swallow)
}

// Count implements nodenet.Remote.
func (s *sentSockets) Count(reply func(err goja.Value, n int)) {
	s.ask("NODE_SOCKET_GET_COUNT", "NODE_SOCKET_COUNT", false, func(message goja.Value) {
		if message == nil {
			reply(s.c.room.h.Err.New("ERR_CHILD_CLOSED_BEFORE_REPLY"), 0)
			return
		}
		reply(nil, int(bind.Property(message, "count").ToInteger()))
	})
}

// Close implements nodenet.Remote.
func (s *sentSockets) Close(done func()) {
	s.ask("NODE_SOCKET_NOTIFY_CLOSE", "NODE_SOCKET_ALL_CLOSED", true, func(goja.Value) { done() })
}

// disconnected tells who waits for an answer that there will be none.
func (c *channel) disconnected() {
	replies := c.replies
	c.replies = nil
	for _, r := range replies {
		r.fn(nil)
	}
}

// receivedSockets are connections of a server of the other side.
type receivedSockets struct {
	open   int
	notify bool // tell when there are none
}

// track counts a socket as one of the server that key stands for.
func (c *channel) track(key string, socket *goja.Object) {
	if c.received == nil {
		c.received = make(map[string]*receivedSockets)
	}
	list := c.received[key]
	if list == nil {
		list = &receivedSockets{}
		c.received[key] = list
	}
	list.open++
	c.room.ev.Once(socket, "close", func([]goja.Value) {
		if list.open--; list.open == 0 && list.notify {
			list.notify = false
			c.allClosed(key)
		}
	})
}

func (c *channel) allClosed(key string) {
	if bind.Truthy(c.target.Get("connected")) {
		c.tell("NODE_SOCKET_ALL_CLOSED", key, true)
	}
}

// sockets answers questions about connections, and takes answers.
func (c *channel) sockets(cmd string, message goja.Value) {
	key := bind.Property(message, "key").String()
	for i, r := range c.replies {
		if r.cmd == cmd && r.key == key {
			c.replies = append(c.replies[:i:i], c.replies[i+1:]...)
			r.fn(message)
			return
		}
	}
	list := c.received[key]
	if list == nil {
		return
	}
	switch cmd {
	case "NODE_SOCKET_NOTIFY_CLOSE":
		if list.open == 0 {
			c.allClosed(key)
		} else {
			list.notify = true
		}
	case "NODE_SOCKET_GET_COUNT":
		if bind.Truthy(c.target.Get("connected")) {
			o := c.room.h.VM.NewObject()
			o.Set("cmd", "NODE_SOCKET_COUNT")
			o.Set("key", key)
			o.Set("count", list.open)
			c.post(o, goja.Undefined(), goja.Undefined(), goja.Undefined())
		}
	}
}
