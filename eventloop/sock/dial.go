package sock

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// DefaultAttemptTimeout is how long one of several addresses is tried: Node's
// autoSelectFamilyAttemptTimeout.
const DefaultAttemptTimeout = 250 * time.Millisecond

// DialOptions says where to connect to.
type DialOptions struct {
	Network      string        // "tcp" (default) or "unix"
	Host         string        // an IP, or a name, which then is looked up on the way
	Port         int           //
	Path         string        // of a Unix socket; "\x00name" is abstract
	LocalAddress string        // an IP of ours; "": the system chooses
	LocalPort    int           // 0: the system chooses
	Family       int           // 4, 6, or 0 for any, if Host is a name
	Timeout      time.Duration // 0: the system's; then ETIMEDOUT
	Via          Network       // default System
}

// Dialing is a connection under way.
type Dialing struct {
	loop    *eventloop.Loop
	pending *eventloop.Pending
	cancel  context.CancelFunc

	// Loop goroutine.
	over   bool        // delivered or cancelled
	polled *dialPolled // connects on the loop goroutine; or nil

	arrived chan net.Conn // from the dialing goroutine, capacity 1: Loop.Close must find it there
}

// Dial connects off the loop; cb gets the Sock or the error, once, on the loop goroutine, and never
// inside the call. The loop stays alive until then.
//
// # Errors
//
// Syscall "connect", or "getaddrinfo" if Host is a name: ECONNREFUSED, ENOENT, ETIMEDOUT,
// ENOTFOUND, ….
func Dial(loop *eventloop.Loop, o DialOptions, cb func(*Sock, *Error)) *Dialing {
	eventloop.AssertOn(loop)
	d := &Dialing{loop: loop, pending: loop.Reserve()}
	loop.AddHandles(1)
	loop.Own(d)
	if d.poll(o, cb) {
		return d
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel, d.arrived = cancel, make(chan net.Conn, 1)
	loop.Go(func() {
		conn, err := o.dial(ctx)
		if err == nil {
			if d.arrived <- conn; loop.Closed() {
				d.CloseNow() // Loop.Close may have looked before
			}
		}
		d.pending.Done(func() { d.deliver(err, cb) })
	})
	return d
}

// deliver ends d on the loop goroutine.
func (d *Dialing) deliver(err *Error, cb func(*Sock, *Error)) {
	d.loop.Disown(d)
	d.loop.AddHandles(-1) // its Sock is one of its own
	d.cancel()
	if d.over {
		d.CloseNow()
		return
	}
	d.over = true
	if err != nil {
		cb(nil, err)
		return
	}
	cb(New(d.loop, <-d.arrived), nil)
}

// Holds implements eventloop.Holder.
func (d *Dialing) Holds() []string {
	if d.over || !d.pending.HasRef() {
		return nil
	}
	return []string{"ConnectWrap"}
}

// Cancel gives the connection up; cb is not called any more. After cb was called it does nothing.
func (d *Dialing) Cancel() {
	if d.over {
		return
	}
	d.over = true
	if d.polled != nil {
		d.polled.cancel()
	} else {
		d.cancel()
	}
}

// Ref lets d keep the loop alive, which is the default.
func (d *Dialing) Ref() { d.pending.Ref() }

// Unref lets the loop end although d is under way.
func (d *Dialing) Unref() { d.pending.Unref() }

// CloseNow implements eventloop.Resource; it is for Loop.Close alone.
func (d *Dialing) CloseNow() {
	if d.polled != nil {
		d.polled.close()
		return
	}
	d.cancel()
	select {
	case conn := <-d.arrived:
		_ = conn.Close()
	default:
	}
}

// dial connects and names errors. Any goroutine.
func (o *DialOptions) dial(ctx context.Context) (net.Conn, *Error) {
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	via := o.Via
	if via == nil {
		via = System
	}
	conn, err := via.Dial(ctx, o)
	if err == nil {
		return conn, nil // if cancelled in between, deliver closes it
	}
	return nil, o.name(From(err, "connect"))
}

// name tells e where the connection should have gone.
func (o *DialOptions) name(e *Error) *Error {
	if e.Syscall != "connect" {
		return e // getaddrinfo
	}
	if o.Path != "" {
		e.Address = o.Path
		return e
	}
	local := o.LocalAddress
	if local == "" {
		if local = "0.0.0.0"; strings.Contains(o.Host, ":") {
			local = "::"
		}
	}
	var call *os.SyscallError
	if errors.As(e.Err, &call) && call.Syscall == "bind" {
		e.Syscall, e.Address, e.Port = "bind", local, o.LocalPort
		return e
	}
	e.Address, e.Port = o.Host, o.Port
	if o.LocalPort != 0 {
		e.Local = local + ":" + strconv.Itoa(o.LocalPort)
	}
	return e
}

// DialEach connects to the first of hosts that answers, one after the other, as Node's
// autoSelectFamily: each but the last has attempt time (0: 250 ms). before, unless nil, is called
// when an address is tried, and failed when it was given up; false from before ends the series. cb
// gets the Sock, or one error for each address tried. o.Host and o.Timeout are not used.
func DialEach(loop *eventloop.Loop, o DialOptions, hosts []string, attempt time.Duration,
	before func(host string) bool, failed func(host string, err *Error), cb func(*Sock, []*Error)) *DialingEach {
	if attempt <= 0 {
		attempt = DefaultAttemptTimeout
	}
	d := &DialingEach{loop: loop, o: o, hosts: hosts, attempt: attempt, before: before, failed: failed, cb: cb}
	d.next()
	return d
}

// DialingEach is a DialEach under way. Loop goroutine.
type DialingEach struct {
	loop    *eventloop.Loop
	o       DialOptions
	hosts   []string
	attempt time.Duration
	before  func(string) bool
	failed  func(string, *Error)
	cb      func(*Sock, []*Error)
	errs    []*Error
	current *Dialing
	over    bool
	unref   bool
}

// next tries the next address. It is first called inside DialEach: what it has to say then comes
// deferred.
func (d *DialingEach) next() {
	if len(d.hosts) == 0 || d.before != nil && !d.before(d.hosts[0]) {
		d.loop.Defer(eventloop.Func(func() { d.finish(nil) }))
		return
	}
	o := d.o
	o.Host, d.hosts = d.hosts[0], d.hosts[1:]
	o.Timeout = 0
	if len(d.hosts) > 0 {
		o.Timeout = d.attempt
	}
	d.current = Dial(d.loop, o, func(s *Sock, err *Error) {
		if err == nil {
			d.finish(s)
			return
		}
		d.errs = append(d.errs, err)
		if d.failed != nil {
			d.failed(o.Host, err)
		}
		if !d.over {
			d.next()
		}
	})
	if d.unref {
		d.current.Unref()
	}
}

func (d *DialingEach) finish(s *Sock) {
	if d.over {
		return
	}
	d.over = true
	d.cb(s, d.errs)
}

// Cancel gives up; cb is not called any more.
func (d *DialingEach) Cancel() {
	d.over = true
	if d.current != nil {
		d.current.Cancel()
	}
}

// Ref lets d keep the loop alive, which is the default.
func (d *DialingEach) Ref() { d.setRef(true) }

// Unref lets the loop end although d is under way.
func (d *DialingEach) Unref() { d.setRef(false) }

func (d *DialingEach) setRef(ref bool) {
	d.unref = !ref
	switch {
	case d.current == nil:
	case ref:
		d.current.Ref()
	default:
		d.current.Unref()
	}
}

// Lookup finds the addresses of host (family 4, 6 or 0 for both) on the loop's workers; cb runs once
// on the loop goroutine. via nil is System.
//
// # Errors
//
// Syscall "getaddrinfo": ENOTFOUND, EAI_AGAIN.
func Lookup(loop *eventloop.Loop, via Network, host string, family int, cb func([]netip.Addr, *Error)) *eventloop.Work {
	if via == nil {
		via = System
	}
	return loop.Work(func() func() {
		addrs, err := via.Lookup(context.Background(), host, family)
		if err != nil {
			e := From(err, "getaddrinfo")
			e.Syscall, e.Address = "getaddrinfo", host
			return func() { cb(nil, e) }
		}
		return func() { cb(addrs, nil) }
	})
}
