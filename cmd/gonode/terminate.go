package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gonode/gonode/runtime"
)

// defaultShutdownTimeout is how long answers in flight may take once SIGTERM came.
const defaultShutdownTimeout = 10 * time.Second

// terminateGently makes SIGTERM end the http servers of a script that does not listen to the signal
// itself: what is in flight is answered, within timeout. The process then ends by the signal, as it
// does at once without a server, and at a second SIGTERM; ended does so too, if the script has ended
// because of it.
func terminateGently(rt *runtime.Runtime, timeout time.Duration) (ended func()) {
	const (
		idle     = iota
		asking   // whether the script listens
		draining // it does not
	)
	var state atomic.Int32
	came := make(chan os.Signal, 2)
	signal.Notify(came, syscall.SIGTERM)
	go func() {
		for range came {
			if state.Load() == draining {
				die()
			}
			if !state.CompareAndSwap(idle, asking) {
				continue
			}
			go func() {
				ctx, cancel := context.WithTimeout(context.Background(), timeout)
				defer cancel()
				own, err := rt.Listens(ctx, "SIGTERM")
				switch {
				case err == nil && own:
					state.Store(idle)
					return
				case err != nil && ctx.Err() == nil:
					return // the script has just ended by itself
				}
				// One that is too busy to be asked in time is none that handles the signal.
				state.Store(draining)
				rt.Shutdown(ctx)
				die()
			}()
		}
	}()
	return func() {
		if state.Load() == draining {
			die()
		}
	}
}

// asked is how long a script may take to say whether it listens to a signal. One that is too busy handles
// none.
const asked = 2 * time.Second

// endBySignals makes the signals that end a process end this one too, unless the script listens to them:
// with the exit code that a shell shows for them, since Go has no way to die by them. With GOTRACEBACK in
// the environment SIGQUIT is Go's, which prints what every goroutine does.
func endBySignals(rt *runtime.Runtime) {
	came := make(chan os.Signal, len(deadly))
	for _, sig := range deadly {
		if sig != syscall.SIGQUIT || os.Getenv("GOTRACEBACK") == "" {
			signal.Notify(came, sig)
		}
	}
	go func() {
		for sig := range came {
			go func() {
				ctx, cancel := context.WithTimeout(context.Background(), asked)
				defer cancel()
				n := sig.(syscall.Signal)
				own, err := rt.Listens(ctx, runtime.SignalName(n))
				if !own && (err == nil || ctx.Err() != nil) {
					os.Exit(128 + int(n))
				}
			}()
		}
	}()
}
