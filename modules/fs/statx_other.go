//go:build unix && !(linux && (amd64 || arm64))

package fs

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Without statx the common fields are all that is portable: times are those of the modification.
func statOf(call func(s *syscall.Stat_t) error) (stat, error) {
	var s syscall.Stat_t
	if err := again0(func() error { return call(&s) }); err != nil {
		return stat{}, err
	}
	m := modified(&s)
	return stat{dev: uint64(s.Dev), mode: uint64(s.Mode), nlink: uint64(s.Nlink), uid: uint64(s.Uid), gid: uint64(s.Gid),
		rdev: uint64(s.Rdev), blksize: uint64(s.Blksize), ino: uint64(s.Ino), size: uint64(s.Size), blocks: uint64(s.Blocks),
		atime: m, mtime: m, ctime: m, birthtime: m}, nil
}

func sysStat(path string) (stat, error) {
	return statOf(func(s *syscall.Stat_t) error { return syscall.Stat(path, s) })
}

func sysLstat(path string) (stat, error) {
	return statOf(func(s *syscall.Stat_t) error { return syscall.Lstat(path, s) })
}

func sysFstat(fd int) (stat, error) {
	return statOf(func(s *syscall.Stat_t) error { return syscall.Fstat(fd, s) })
}

func sysFdatasync(fd int) error { return sysFsync(fd) }

func sysFutimes(fd int, atime, mtime time.Time) error {
	return syscall.Futimes(fd, []syscall.Timeval{syscall.NsecToTimeval(atime.UnixNano()), syscall.NsecToTimeval(mtime.UnixNano())})
}

func sysLutimes(path string, atime, mtime time.Time) error {
	return unix.Lutimes(path, []unix.Timeval{unix.NsecToTimeval(atime.UnixNano()), unix.NsecToTimeval(mtime.UnixNano())})
}
