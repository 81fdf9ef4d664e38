package process

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// signals delivers operating system signals to listeners of process. A signal is watched while it
// has a listener; that keeps nobody alive.
type signals struct {
	r *Room

	// Guarded by mu: other goroutines look at it.
	mu      sync.Mutex
	watched map[string]*watch
	taken   map[syscall.Signal]bool // came since TookSignal was asked
}

// watch is one signal being listened for.
type watch struct {
	of  *signals
	sig syscall.Signal
	ch  chan os.Signal

	// Guarded by of.mu.
	closed bool
}

// CloseNow implements eventloop.Resource.
func (w *watch) CloseNow() {
	signal.Stop(w.ch)
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	if !w.closed {
		w.closed = true
		close(w.ch)
	}
}

// SignalName is the name of a signal that a process can listen to; "" for others.
func SignalName(sig syscall.Signal) string {
	for name, n := range Signals {
		if n == sig && name != "SIGIOT" {
			return name
		}
	}
	return ""
}

// TookSignal reports whether listeners got a signal since this was asked last. Any goroutine.
func (r *Room) TookSignal(event string) bool {
	r.signals.mu.Lock()
	defer r.signals.mu.Unlock()
	took := r.signals.taken[Signals[event]]
	delete(r.signals.taken, Signals[event])
	return took
}

// Action is what a signal does to a process that does not listen to it.
type Action uint8

// The actions.
const (
	Ends Action = iota
	Ignored
	Stops
)

// Signal gives a signal to the listeners of process, as if the operating system had sent it; heard is
// false if there are none. Any goroutine.
func (r *Room) Signal(sig syscall.Signal) (heard bool) {
	r.signals.mu.Lock()
	defer r.signals.mu.Unlock()
	for _, w := range r.signals.watched {
		if w.sig != sig || w.closed {
			continue
		}
		heard = true
		select {
		case w.ch <- sig:
		default: // as many wait as can
		}
	}
	return heard
}

func (s *signals) init(r *Room) {
	s.mu.Lock()
	s.r, s.watched, s.taken = r, make(map[string]*watch), make(map[syscall.Signal]bool)
	s.mu.Unlock()
	r.events().On(r.Object(), "newListener", func(args []goja.Value) { s.added(bind.Arg(args, 0)) })
	r.events().On(r.Object(), "removeListener", func(args []goja.Value) { s.removed(bind.Arg(args, 0)) })
}

// Listens reports whether process has listeners for the event.
func (r *Room) Listens(event string) bool { return r.listeners(event) > 0 }

func (s *signals) added(name goja.Value) {
	if _, isSymbol := name.(*goja.Symbol); isSymbol {
		return
	}
	sig, ok := Signals[name.String()]
	if !ok || s.watched[name.String()] != nil {
		return
	}
	if name.String() == "SIGKILL" || name.String() == "SIGSTOP" {
		panic(s.r.h.Err.System(sysInvalid("uv_signal_start")))
	}
	w := &watch{of: s, sig: sig, ch: make(chan os.Signal, 8)}
	s.mu.Lock()
	s.watched[name.String()] = w
	s.mu.Unlock()
	signal.Notify(w.ch, sig)
	r, event := s.r, name.String()
	r.h.Loop.Go(func() {
		for range w.ch {
			s.mu.Lock()
			s.taken[sig] = true
			s.mu.Unlock()
			r.h.Loop.Post(func() {
				r.h.Door.Enter(modules.Func(func() {
					r.emit(event, bind.String(event), r.h.VM.ToValue(int(sig)))
				}))
			})
		}
	})
	r.h.Loop.Own(w)
}

func (s *signals) removed(name goja.Value) {
	if _, isSymbol := name.(*goja.Symbol); isSymbol {
		return
	}
	w := s.watched[name.String()]
	if w == nil || s.r.listeners(name.String()) > 0 {
		return
	}
	s.mu.Lock()
	delete(s.watched, name.String())
	s.mu.Unlock()
	s.r.h.Loop.Disown(w)
	w.CloseNow()
}

// kill is process.kill(pid[, signal]).
func (r *Room) kill(c goja.FunctionCall) goja.Value {
	pid := c.Argument(0)
	// Node v20 lib/internal/process/per_thread.js: pid != (pid | 0), where null is not 0.
	if f := pid.ToFloat(); bind.IsNullish(pid) || f != float64(int32(pid.ToInteger())) {
		panic(r.h.Err.InvalidArgType("pid", []string{"number"}, pid))
	}
	sig := syscall.SIGTERM
	switch v := c.Argument(1); {
	case bind.IsUndefined(v):
	case goja.IsString(v):
		n, ok := Signals[v.String()]
		if !ok {
			r.h.Err.Throw("ERR_UNKNOWN_SIGNAL", v.String())
		}
		sig = n
	default:
		sig = syscall.Signal(v.ToInteger())
	}
	if n := bind.Invoke(r.h.VM, r.Object(), "_kill", bind.Int(int(pid.ToInteger())), bind.Int(int(sig))).ToInteger(); n < 0 {
		name, _, _ := nodeerr.SystemError(int(-n))
		panic(r.h.Err.System(nodeerr.System{Code: name, Errno: int(n), Syscall: "kill"}))
	}
	return bind.True
}

// rawKill is process._kill(pid, signal), which kill calls and programs replace: 0, or a negative
// error number.
func (r *Room) rawKill(c goja.FunctionCall) goja.Value {
	r.h.NeedExit()
	if err := sendSignal(int(c.Argument(0).ToInteger()), syscall.Signal(c.Argument(1).ToInteger())); err != nil {
		n, _ := nodeerr.Errno(err)
		return bind.Int(nodeerr.Number(n))
	}
	return bind.Int(0)
}
