package net

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Handles go to other processes over a channel of child_process. What is here gives a connection or a
// listener away and makes one of a descriptor that came.
//
// Node v20 lib/internal/child_process.js: handleConversion; lib/net.js: Server.prototype._setupWorker.

// Remote is who has connections of a server in another process.
type Remote interface {
	// Count gives reply the number of connections, or an error. It may call reply at once.
	Count(reply func(err goja.Value, n int))
	// Close calls done once the other side has closed them all, or is gone.
	Close(done func())
}

// AddRemote lets the count of connections and the 'close' of s ask remote too.
func (s *Server) AddRemote(remote Remote) { s.remotes = append(s.remotes, remote) }

// RemoveRemote ends AddRemote.
func (s *Server) RemoveRemote(remote Remote) {
	for i, r := range s.remotes {
		if r == remote {
			s.remotes = append(s.remotes[:i:i], s.remotes[i+1:]...)
			return
		}
	}
}

// closeRemotes emits 'close' once the connections that other processes have are closed as well.
func (s *Server) closeRemotes() {
	left := len(s.remotes)
	s.count++ // so that the end of the last connection of ours is not the end
	done := func() {
		if left--; left == 0 {
			s.count = 0
			s.emitCloseIfDrained()
		}
	}
	for _, r := range append([]Remote(nil), s.remotes...) {
		r.Close(done)
	}
}

// countRemotes gives reply all connections of s, those of other processes too.
func (s *Server) countRemotes(reply func(err goja.Value, n int)) {
	left, total := len(s.remotes), s.count
	for _, r := range append([]Remote(nil), s.remotes...) {
		r.Count(func(err goja.Value, n int) {
			switch total += n; {
			case left < 0:
			case err != nil:
				left = -1
				reply(err, 0)
			default:
				if left--; left == 0 {
					reply(goja.Null(), total)
				}
			}
		})
	}
}

// Key is what the connections of s go by in other processes.
func (s *Server) Key() string { return s.obj.Get("_connectionKey").String() }

// Server is the server that accepted the connection, nil if none did.
func (s *Socket) Server() *Server { return s.server }

// Handle is what is behind _handle; nil while there is no connection.
func (s *Socket) Handle() *Handle {
	if s.sk == nil {
		return nil
	}
	return HandleOf(s.handleObject())
}

// Handle is what is behind _handle; nil if s does not listen.
func (s *Server) Handle() *Handle {
	if s.handle == nil {
		return nil
	}
	return HandleOf(s.handle.object())
}

// FD is the descriptor, or -1.
func (h *Handle) FD() int { return h.fd() }

// Flush gives the kernel what this turn has written to sockets, so that it comes before what is said, or
// written, by another process that hears from us.
func (r *Room) Flush() { sock.FlushAll(r.h.Loop) }

// StopReading leaves what the peer sends to another process that has the descriptor too, until the
// Socket is read again.
func (h *Handle) StopReading() {
	if h.sk != nil {
		h.sk.StopReading()
	}
}

// Detach takes the connection from its Socket, which from then on has none. What the peer sends is left
// to who has the descriptor; the caller closes h.
func (h *Handle) Detach() {
	h.sk.StopReading()
	h.sk.SetConsumer(nil)
	so := h.so
	h.so = nil
	if so == nil {
		return
	}
	so.sk, so.handle = nil, nil
	bind.Invoke(so.room.h.VM, so.obj, "setTimeout", bind.Int(0))
	if srv := so.server; srv != nil {
		if _, ok := srv.socketsAlive[so]; ok {
			delete(srv.socketsAlive, so)
			srv.count--
		}
	}
}

// Close closes the connection or listener.
func (h *Handle) Close() { h.jsClose(goja.FunctionCall{}) }

// Received returns the handle of a descriptor that another process sent, which then belongs to it. It
// neither reads nor accepts before a Socket or Server takes it.
func (r *Room) Received(fd int) *goja.Object {
	h := &Handle{room: r, pipe: sock.FDKind(fd) == "PIPE", received: true, descriptor: fd}
	return h.object()
}

// take returns the descriptor of a received handle, which the caller then owns.
func (h *Handle) take() (fd int) {
	h.received = false
	return h.descriptor
}

// openReceived makes s the socket of a received handle.
func (s *Socket) openReceived(h *Handle) {
	h.so, s.handle = s, h
	given := s.room.h.Given
	fd := h.take()
	s.room.h.Given = fd
	defer func() {
		if s.room.h.Given = given; s.sk == nil {
			sock.CloseGiven(fd)
		}
	}()
	s.open(fd)
}

// listenReceived listens on a received handle.
func (s *Server) listenReceived(h *Handle) {
	fd := h.take()
	s.bind(sock.ListenOptions{UseFD: true, FD: fd}, "null", true)
	if s.handle == nil {
		s.room.h.Door.NextTick(modules.Func(func() { sock.CloseGiven(fd) }))
	}
}
