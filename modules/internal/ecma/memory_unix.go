//go:build unix

package ecma

import "syscall"

// available reports whether the system would give the process a piece of memory of n bytes.
func available(n uint64) bool {
	if n > 1<<46 {
		return false
	}
	piece, err := syscall.Mmap(-1, 0, int(n), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	return syscall.Munmap(piece) == nil
}
