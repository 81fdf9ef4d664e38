//go:build !linux

package sock

// The epoll backend exists on Linux alone; elsewhere nothing goes its way.

type acceptPolled struct{}

func (l *Listener) poll(bool) error { return nil }

func (*acceptPolled) stop() {}

func (*acceptPolled) close() {}

type dialPolled struct{}

func (d *Dialing) poll(DialOptions, func(*Sock, *Error)) bool { return false }

func (*dialPolled) cancel() {}

func (*dialPolled) close() {}
