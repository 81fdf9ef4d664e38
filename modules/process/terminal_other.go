//go:build !unix

package process

import "os"

// terminal guesses: a character device is one.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
