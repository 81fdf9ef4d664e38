package eventloop

// Handle stands for something long-lived: a socket, a server, a signal watcher. While it is active
// and ref'd it keeps the loop alive. All methods belong to the loop goroutine.
//
// Differently from libuv a new handle is active; SetActive(false) is for what libuv calls stopped.
type Handle struct {
	loop     *Loop
	part     bool
	inactive bool
	unref    bool
	state    handleState
	onClose  func()
}

type handleState uint8

const (
	handleOpen handleState = iota
	handleClosing
	handleClosed
)

// NewHandle returns an active, ref'd handle.
func (l *Loop) NewHandle() *Handle {
	h := new(Handle)
	h.Init(l)
	return h
}

// Init makes an embedded Handle active and ref'd.
func (h *Handle) Init(l *Loop) {
	h.InitPart(l)
	h.part = false
	l.countHandles(1)
}

// InitPart is Init for a handle that is part of another: Handles does not count it, and it is never
// closed.
func (h *Handle) InitPart(l *Loop) {
	AssertOn(l)
	h.loop, h.part = l, true
	l.refs++
}

// SetActive says whether h currently waits for anything. An open handle that is not active does not
// keep the loop alive.
func (h *Handle) SetActive(active bool) { h.set(!active, h.unref) }

// Active reports whether h is active or closing.
func (h *Handle) Active() bool {
	return h.state == handleClosing || h.state == handleOpen && !h.inactive
}

// Ref lets an active h keep the loop alive, which is the default.
func (h *Handle) Ref() { h.set(h.inactive, false) }

// Unref lets the loop end although h is active.
func (h *Handle) Unref() { h.set(h.inactive, true) }

// HasRef reports whether an active h keeps the loop alive.
func (h *Handle) HasRef() bool { return !h.unref }

// Closing reports whether Close was called.
func (h *Handle) Closing() bool { return h.state != handleOpen }

// Close ends h; fn, unless nil, runs in the next close phase. Until then the loop is alive, ref'd or
// not. A second call is ignored, fn included.
func (h *Handle) Close(fn func()) {
	if h.state != handleOpen {
		return
	}
	h.set(true, h.unref)
	h.state = handleClosing
	if !h.part {
		h.loop.countHandles(-1)
	}
	h.onClose = fn
	h.loop.closing = append(h.loop.closing, h)
}

// set changes both flags and keeps the loop's count right.
func (h *Handle) set(inactive, unref bool) {
	AssertOn(h.loop)
	if h.state == handleOpen {
		if !h.inactive && !h.unref {
			h.loop.refs--
		}
		if !inactive && !unref {
			h.loop.refs++
		}
	}
	h.inactive, h.unref = inactive, unref
}

func (l *Loop) countHandles(n int) {
	l.handles += n
	if l.HandlesChanged != nil {
		l.HandlesChanged(l.handles)
	}
}

// runClosing is the close phase. A handle closed inside it is for the next turn, as in libuv.
func (l *Loop) runClosing() {
	for n := len(l.closing); n > 0 && !l.halted(); n-- {
		h := l.closing[0]
		l.closing[0] = nil
		l.closing = l.closing[1:]
		h.state = handleClosed
		if fn := h.onClose; fn != nil {
			h.onClose = nil
			fn()
		}
	}
	if len(l.closing) == 0 {
		l.closing = nil
	}
	l.runTurnEnd()
}
