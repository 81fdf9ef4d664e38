//go:build unix

package process

import (
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// terminal reports whether f is a terminal: only those have a window size.
func terminal(f *os.File) bool {
	var size [4]uint16
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return errno == 0
}

// descriptor is the name under which an open descriptor can be opened once more.
func descriptor(fd int64) string { return "/dev/fd/" + strconv.FormatInt(fd, 10) }
