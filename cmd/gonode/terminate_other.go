//go:build !unix

package main

import "os"

// die ends the process; there is no SIGTERM to end it by.
func die() { os.Exit(1) }

var deadly []os.Signal

func heedPipes() {}
