//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// deadly are signals that end a process but not, or not so, one written in Go.
var deadly = []os.Signal{syscall.SIGQUIT, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU}

// heedPipes makes a write to a pipe that nobody reads an error of that write, on standard output too. Not
// by ignoring the signal, which children would inherit.
func heedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// die ends the process as SIGTERM does by itself.
func die() {
	signal.Reset(syscall.SIGTERM)
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGTERM)
	select {}
}
