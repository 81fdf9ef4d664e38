package sock

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// DefaultBacklog is Node's.
const DefaultBacklog = 511

// Accept rules.
const (
	// maxAccepted is how many accepted connections may wait for the loop before accepting stops:
	// further ones stay in the kernel's backlog and cost no descriptor.
	maxAccepted = 128
	// When accept fails for want of descriptors or memory it is tried again after a pause that
	// doubles from the first to the second.
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// ListenOptions says what to listen on.
type ListenOptions struct {
	Network   string   // "tcp" (default) or "unix"
	Host      string   // an IP; "": all of IPv6 and IPv4, or of IPv4 where there is no IPv6
	Port      int      // 0: any free one
	Path      string   // of a Unix socket; "\x00name" is abstract
	Backlog   int      // default 511
	IPv6Only  bool     // do not take IPv4 connections on "::"
	ReusePort bool     // SO_REUSEPORT
	UseFD     bool     // listen on a copy of the descriptor FD; on success FD belongs to the Listener
	FD        int      //
	File      *os.File // listen on a copy of this; the caller keeps it
	Exclusive bool     // do not share a listener, for a Network that does otherwise
	Via       Network  // default System

	// Permissions of the path for all users, beside the umask's.
	ReadableAll, WritableAll bool
}

// Listener accepts connections and gives them to the loop. All methods belong to the loop goroutine.
type Listener struct {
	// Immutable after Listen.
	loop   *eventloop.Loop
	ln     net.Listener
	onConn func(*Sock)
	onErr  func(*Error)
	mapped bool
	given  int // the descriptor that it was handed, to be closed with it; -1: none

	// Loop goroutine.
	handle eventloop.Handle
	closed bool
	polled *acceptPolled // accepts on the loop goroutine, instead of ln; or nil

	// Accept goroutine, or, with polled, the loop's.
	warned bool

	// Guarded by mu.
	mu       sync.Mutex
	accepted []net.Conn
	err      *Error
	posted   bool
	full     bool // the accept goroutine waits on room
	quit     bool

	room chan struct{}
	stop chan struct{} // closed by Close
}

// Listen binds, listens and begins to accept. onConn gets each connection, onError what ends the
// accepting unasked; both on the loop goroutine. The handle keeps the loop alive until Close.
//
// # Errors
//
// Syscall "listen", with the address: EADDRINUSE, EACCES, EADDRNOTAVAIL, ….
func Listen(loop *eventloop.Loop, o ListenOptions, onConn func(*Sock), onError func(*Error)) (*Listener, *Error) {
	eventloop.AssertOn(loop)
	via := o.Via
	if via == nil {
		via = System
	}
	ln, err := via.Listen(context.Background(), &o)
	if err != nil {
		e := From(err, "listen")
		if e.Syscall == "uv_pipe_chmod" {
			return nil, e
		}
		e.Syscall = "listen"
		switch {
		case o.isPath():
			e.Address = o.Path
		case !o.UseFD && o.File == nil:
			e.Address, e.Port = o.Host, o.Port
			if e.Address == "" {
				// Node tries 0.0.0.0 where :: cannot be bound; a port in use it learns of later.
				if e.Address = "0.0.0.0"; e.Code == "EADDRINUSE" {
					e.Address = "::"
				}
			}
		}
		return nil, e
	}
	l := &Listener{
		loop: loop, ln: ln, onConn: onConn, onErr: onError, given: -1,
		room: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	if a, ok := ln.Addr().(*net.TCPAddr); ok {
		l.mapped = a.IP.To4() == nil
	}
	if via == System {
		if err := l.poll(o.UseFD || o.File != nil); err != nil {
			_ = l.ln.Close()
			return nil, From(err, "listen")
		}
	}
	if o.UseFD && o.File == nil {
		l.given = o.FD
	}
	l.handle.Init(loop)
	loop.Own(l)
	if l.polled == nil {
		loop.Go(l.acceptLoop)
	}
	return l, nil
}

// Holds implements eventloop.Holder.
func (l *Listener) Holds() []string {
	switch {
	case l.closed || !l.handle.HasRef():
		return nil
	case l.Addr().Family == "":
		return []string{"PipeWrap"}
	}
	return []string{"TCPServerWrap"}
}

// Addr is what l is bound to.
func (l *Listener) Addr() Address { return addressOf(l.ln.Addr(), false) }

// FD returns the descriptor, the one that was given if one was; or -1.
func (l *Listener) FD() int {
	if l.given >= 0 {
		return l.given
	}
	if l.polled != nil {
		return fdOf(l.polled)
	}
	return fdOf(l.ln)
}

// Closed reports whether Close was called.
func (l *Listener) Closed() bool { return l.closed }

// Ref lets l keep the loop alive, which is the default.
func (l *Listener) Ref() { l.handle.Ref() }

// Unref lets the loop end although l listens.
func (l *Listener) Unref() { l.handle.Unref() }

// HasRef reports whether l keeps the loop alive.
func (l *Listener) HasRef() bool { return l.handle.HasRef() }

// Close stops listening and unlinks the path of a Unix socket. Connections not given yet are closed.
// fn, unless nil, runs in the close phase. A second call is ignored.
func (l *Listener) Close(fn func()) {
	if l.closed {
		return
	}
	l.closed = true
	l.loop.Disown(l)
	if l.polled != nil {
		l.polled.stop()
	}
	l.CloseNow()
	l.handle.Close(fn)
}

// CloseNow implements eventloop.Resource; it is for Loop.Close alone.
func (l *Listener) CloseNow() {
	l.mu.Lock()
	waiting := l.accepted
	l.accepted = nil
	first := !l.quit
	l.quit = true
	l.mu.Unlock()
	if !first {
		return
	}
	close(l.stop)
	if l.polled != nil {
		l.polled.close()
	}
	_ = l.ln.Close()
	if l.given >= 0 {
		closeGiven(l.given)
	}
	for _, conn := range waiting {
		_ = conn.Close()
	}
}

// acceptLoop is the accept goroutine.
func (l *Listener) acceptLoop() {
	var pause time.Duration
	for {
		conn, err := l.ln.Accept()
		switch {
		case err == nil:
			pause = 0
			if !l.give(conn) {
				return
			}
		case isTemporary(err):
			if errors.Is(err, syscall.ECONNABORTED) {
				continue // the client left before we came; nothing to wait for
			}
			l.warn(err)
			pause = min(max(2*pause, minAcceptPause), maxAcceptPause)
			if !l.sleep(pause) {
				return
			}
		default:
			l.fail(From(err, "accept"))
			return
		}
	}
}

// warn tells once that accept fails.
func (l *Listener) warn(err error) {
	if !l.warned {
		l.warned = true
		l.loop.Warn("Warning", "accept fails and is tried again: "+From(err, "accept").Error())
	}
}

// isTemporary reports whether accept may work later.
func isTemporary(err error) bool {
	for _, errno := range [...]syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

func (l *Listener) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-l.stop:
		return false
	}
}

// give queues conn for the loop and waits while too many wait. It reports false once closed.
func (l *Listener) give(conn net.Conn) bool {
	l.mu.Lock()
	if l.quit {
		l.mu.Unlock()
		_ = conn.Close()
		return false
	}
	l.accepted = append(l.accepted, conn)
	l.postLocked()
	wait := len(l.accepted) >= maxAccepted
	l.full = wait
	l.mu.Unlock()
	if !wait {
		return true
	}
	select {
	case <-l.room:
		return true
	case <-l.stop:
		return false
	}
}

func (l *Listener) fail(err *Error) {
	l.mu.Lock()
	if !l.quit {
		l.err = err
		l.postLocked()
	}
	l.mu.Unlock()
}

// postLocked posts once for all that waits. l.mu must be held.
func (l *Listener) postLocked() {
	if !l.posted {
		l.posted = true
		l.loop.PostTask((*acceptTask)(l))
	}
}

// acceptTask is a Listener as the Task that takes its connections.
type acceptTask Listener

func (t *acceptTask) Run() {
	l := (*Listener)(t)
	// One at a time, so that a Close inside onConn closes the others, and a panic loses none.
	defer func() {
		l.mu.Lock()
		l.posted = false
		if len(l.accepted) > 0 || l.err != nil {
			l.postLocked()
		}
		l.mu.Unlock()
	}()
	for {
		conn, err := l.next()
		switch {
		case conn != nil:
			s := newSock(l.loop, conn)
			s.addrs.mapped = l.mapped
			l.onConn(s)
			s.begin() // not before: the consumer may hand the connection on unread
		case err != nil:
			l.onErr(err)
		default:
			return
		}
	}
}

// next takes one connection, or the error behind the last.
func (l *Listener) next() (net.Conn, *Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.accepted) > 0 {
		conn := l.accepted[0]
		l.accepted[0] = nil
		if l.accepted = l.accepted[1:]; len(l.accepted) == 0 {
			l.accepted = nil
			if l.full {
				l.full = false
				l.room <- struct{}{}
			}
		}
		return conn, nil
	}
	err := l.err
	l.err = nil
	return nil, err
}
