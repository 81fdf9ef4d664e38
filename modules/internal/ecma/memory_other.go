//go:build !unix

package ecma

// available reports whether the process may ask for a piece of memory of n bytes: the system is not asked here.
func available(n uint64) bool { return n <= 1<<32 }
