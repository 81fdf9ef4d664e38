//go:build unix && !linux

package fs

import "syscall"

// openConstants are the flags of open that not every system has.
var openConstants = []openConstant{{"O_SYNC", syscall.O_SYNC}}
