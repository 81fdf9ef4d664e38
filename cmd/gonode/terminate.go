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
				// A script that is too busy to be asked in time is none that handles the signal.
				ctx, cancel := context.WithTimeout(context.Background(), timeout)
				defer cancel()
				if own, err := rt.Listens(ctx, "SIGTERM"); err == nil && own {
					state.Store(idle)
					return
				}
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
