//go:build !linux

package eventloop

// Epoll exists on Linux alone; elsewhere there is none of it.
type Epoll struct{ chanPoller }

// NewEpoll returns nil: this system has no epoll.
func NewEpoll() *Epoll { return nil }
