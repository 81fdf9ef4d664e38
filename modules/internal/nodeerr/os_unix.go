//go:build unix

package nodeerr

import "syscall"

// portable returns n as a name of package syscall has it.
func portable(n syscall.Errno) syscall.Errno { return n }

// numberOf is libuv's number of an error: the negated one of the system.
func numberOf(n syscall.Errno, _ string) int { return -int(n) }

// errorOf returns the error that has libuv's number, which may have lost its sign.
func errorOf(number int) (uvError, bool) {
	if number < 0 {
		number = -number
	}
	u, ok := uvErrors[syscall.Errno(number)]
	return u, ok
}
