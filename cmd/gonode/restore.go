//go:build linux

package main

import (
	"os"
	"os/signal"
	"syscall"
	"unsafe"
)

// restoreSignals gives SIGINT and SIGHUP their default action back: a shell takes it from what it runs in the
// background, nohup from what it starts, and Go leaves it so. Node, and so its children, does not.
//
// Source: Node v20 src/node.cc, ResetSignalHandlers.
func restoreSignals() {
	var action [4]uint64 // struct sigaction of the kernel: all zero is SIG_DFL without flags
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP} {
		if signal.Ignored(os.Signal(sig)) {
			syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
		}
	}
}
