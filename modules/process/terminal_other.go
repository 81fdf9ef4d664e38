//go:build !unix

package process

import (
	"os"

	"golang.org/x/term"
)

const noControl = 0

// descriptor is the name under which an open descriptor can be opened once more; there is none.
func descriptor(int64) string { return "" }

// rawMode makes the terminal hand over keys as they are pressed; back undoes it.
func rawMode(f *os.File) (back func(), err error) {
	fd := int(f.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	return func() { _ = term.Restore(fd, before) }, nil
}
