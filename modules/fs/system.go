//go:build unix

package fs

import (
	"os"
	"syscall"
	"time"
)

// The flags of open.
const (
	oRDONLY = syscall.O_RDONLY
	oWRONLY = syscall.O_WRONLY
	oRDWR   = syscall.O_RDWR
	oCREAT  = syscall.O_CREAT
	oEXCL   = syscall.O_EXCL
	oTRUNC  = syscall.O_TRUNC
	oAPPEND = syscall.O_APPEND
	oSYNC   = syscall.O_SYNC
)

// again repeats a call that a signal interrupted: Go sends them to preempt goroutines.
func again[T any](fn func() (T, error)) (v T, err error) {
	for {
		if v, err = fn(); err != syscall.EINTR {
			return v, err
		}
	}
}

func again0(fn func() error) error {
	for {
		if err := fn(); err != syscall.EINTR {
			return err
		}
	}
}

func sysOpen(path string, flags int, mode uint32) (int, error) {
	return again(func() (int, error) { return syscall.Open(path, flags|syscall.O_CLOEXEC, mode) })
}

// sysClose is not repeated: the descriptor is gone even if a signal came.
func sysClose(fd int) error {
	if err := syscall.Close(fd); err != syscall.EINTR {
		return err
	}
	return nil
}

// sysRead reads at pos, or where the file stands if pos is negative.
func sysRead(fd int, b []byte, pos int64) (int, error) {
	n, err := again(func() (int, error) {
		if pos < 0 {
			return syscall.Read(fd, b)
		}
		return syscall.Pread(fd, b, pos)
	})
	return max(n, 0), err
}

func sysWrite(fd int, b []byte, pos int64) (int, error) {
	n, err := again(func() (int, error) {
		if pos < 0 {
			return syscall.Write(fd, b)
		}
		return syscall.Pwrite(fd, b, pos)
	})
	return max(n, 0), err
}

func sysAccess(path string, mode uint32) error { return syscall.Access(path, mode) }
func sysChmod(path string, mode uint32) error {
	return again0(func() error { return syscall.Chmod(path, mode) })
}
func sysFchmod(fd int, mode uint32) error {
	return again0(func() error { return syscall.Fchmod(fd, mode) })
}
func sysChown(path string, uid, gid int) error {
	return again0(func() error { return syscall.Chown(path, uid, gid) })
}
func sysLchown(path string, uid, gid int) error {
	return again0(func() error { return syscall.Lchown(path, uid, gid) })
}
func sysFchown(fd, uid, gid int) error {
	return again0(func() error { return syscall.Fchown(fd, uid, gid) })
}
func sysFsync(fd int) error { return again0(func() error { return syscall.Fsync(fd) }) }
func sysFtruncate(fd int, size int64) error {
	return again0(func() error { return syscall.Ftruncate(fd, size) })
}
func sysLink(from, to string) error               { return syscall.Link(from, to) }
func sysSymlink(target, path string, _ int) error { return syscall.Symlink(target, path) }
func sysRename(from, to string) error             { return syscall.Rename(from, to) }
func sysRmdir(path string) error                  { return again0(func() error { return syscall.Rmdir(path) }) }
func sysUnlink(path string) error                 { return again0(func() error { return syscall.Unlink(path) }) }
func sysMkdir(path string, mode uint32) error {
	return again0(func() error { return syscall.Mkdir(path, mode) })
}

func sysUtimes(path string, atime, mtime time.Time) error {
	return syscall.UtimesNano(path, []syscall.Timespec{syscall.NsecToTimespec(atime.UnixNano()), syscall.NsecToTimespec(mtime.UnixNano())})
}

func sysReadlink(path string) (string, error) {
	s, err := os.Readlink(path)
	if e, ok := err.(*os.PathError); ok {
		err = e.Err
	}
	return s, err
}

// sysStatFS returns type, bsize, blocks, bfree, bavail, files, ffree.
func sysStatFS(path string) (v [7]uint64, err error) {
	var s syscall.Statfs_t
	if err = again0(func() error { return syscall.Statfs(path, &s) }); err != nil {
		return v, err
	}
	return [7]uint64{uint64(s.Type), uint64(s.Bsize), uint64(s.Blocks), uint64(s.Bfree), uint64(s.Bavail), uint64(s.Files), uint64(s.Ffree)}, nil
}
