//go:build unix

package process

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// noControl keeps a terminal that is opened from becoming the process's own.
const noControl = unix.O_NOCTTY

// descriptor is the name under which an open descriptor can be opened once more.
func descriptor(fd int64) string { return "/dev/fd/" + strconv.FormatInt(fd, 10) }

// rawMode makes the terminal hand over keys as they are pressed; back undoes it. As with libuv the end of
// a line that is written still begins a new one at its first column.
func rawMode(f *os.File) (back func(), err error) {
	fd := int(f.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	back = func() { _ = term.Restore(fd, before) }
	t, err := unix.IoctlGetTermios(fd, getTermios)
	if err == nil {
		t.Oflag |= unix.OPOST | unix.ONLCR
		err = unix.IoctlSetTermios(fd, setTermios, t)
	}
	if err != nil {
		back()
		return nil, err
	}
	return back, nil
}
