//go:build !unix

package process

import "os"

// terminal guesses: a character device is one.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// descriptor is the name under which an open descriptor can be opened once more; there is none.
func descriptor(int64) string { return "" }
