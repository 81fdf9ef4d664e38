package fs

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gonode/gonode/modules"
)

// disk is what the operations work on: the system's files, those of them that the program may reach, or
// an fs.FS of the embedder's. Paths are absolute, or start in the process's directory; errors are
// syscall.Errno where there is one. Any goroutine.
type disk interface {
	open(path string, flags int, mode uint32) (fd int, err error)
	close(fd int) error
	read(fd int, b []byte, pos int64) (int, error)
	write(fd int, b []byte, pos int64) (int, error)
	fstat(fd int) (stat, error)
	fchmod(fd int, mode uint32) error
	fchown(fd, uid, gid int) error
	futimes(fd int, atime, mtime time.Time) error
	fsync(fd int) error
	fdatasync(fd int) error
	ftruncate(fd int, size int64) error

	stat(path string) (stat, error)
	lstat(path string) (stat, error)
	statFS(path string) ([7]uint64, error)
	access(path string, mode uint32) error
	readlink(path string) (string, error)
	realpath(path string) (string, error)
	readDir(path string) ([]os.DirEntry, error) // sorted by name
	openDir(path string) (openDirectory, error)

	chmod(path string, mode uint32) error
	chown(path string, uid, gid int) error
	lchown(path string, uid, gid int) error
	utimes(path string, atime, mtime time.Time) error
	lutimes(path string, atime, mtime time.Time) error
	mkdir(path string, mode uint32) error
	rmdir(path string) error
	unlink(path string) error
	link(from, to string) error
	symlink(target, path string, kind int) error
	rename(from, to string) error
	copyFile(from, to string, exclusive bool) error
}

// openDirectory reads a directory piece by piece.
type openDirectory interface {
	ReadDir(n int) ([]os.DirEntry, error)
	Close() error
}

// diskOf returns the disk of a runtime.
func diskOf(h *modules.Host) disk {
	s := &h.Settings
	d, rights := disk(system{}), s.Access
	if s.FS != nil && s.OnlyFS {
		d, rights = newReadOnly(s.FS), nil
	}
	d = &tracked{disk: d, opened: &h.FDs, most: s.Limits.Handles}
	if rights == nil {
		return d
	}
	return &guarded{disk: d, rights: rights, inherit: s.Owner, opened: &h.FDs}
}

// tracked is a disk that knows which files the program has open: there may be so many, and they are closed
// with the runtime.
type tracked struct {
	disk
	opened *modules.Descriptors
	most   int // 0: any number
}

func (d *tracked) open(path string, flags int, mode uint32) (int, error) {
	return d.opened.Open(d.most, syscall.EMFILE, func() (int, error) { return d.disk.open(path, flags, mode) }, d.disk.close)
}

func (d *tracked) close(fd int) error {
	d.opened.Close(fd)
	return d.disk.close(fd)
}

// readFile reads a whole file.
func readFile(d disk, path string) ([]byte, error) {
	fd, err := d.open(path, oRDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer d.close(fd)
	b, f := readAll(d, fd)
	switch {
	case f == nil:
		return b, nil
	case f.err == nil:
		return nil, syscall.EFBIG
	}
	return nil, f.err
}

// system is the disk of the operating system.
type system struct{}

func (system) open(path string, flags int, mode uint32) (int, error) {
	return sysOpen(path, flags, mode)
}
func (system) close(fd int) error                             { return sysClose(fd) }
func (system) read(fd int, b []byte, pos int64) (int, error)  { return sysRead(fd, b, pos) }
func (system) write(fd int, b []byte, pos int64) (int, error) { return sysWrite(fd, b, pos) }
func (system) fstat(fd int) (stat, error)                     { return sysFstat(fd) }
func (system) fchmod(fd int, mode uint32) error               { return sysFchmod(fd, mode) }
func (system) fchown(fd, uid, gid int) error                  { return sysFchown(fd, uid, gid) }
func (system) futimes(fd int, a, m time.Time) error           { return sysFutimes(fd, a, m) }
func (system) fsync(fd int) error                             { return sysFsync(fd) }
func (system) fdatasync(fd int) error                         { return sysFdatasync(fd) }
func (system) ftruncate(fd int, size int64) error             { return sysFtruncate(fd, size) }

func (system) stat(path string) (stat, error)              { return sysStat(path) }
func (system) lstat(path string) (stat, error)             { return sysLstat(path) }
func (system) statFS(path string) ([7]uint64, error)       { return sysStatFS(path) }
func (system) access(path string, mode uint32) error       { return sysAccess(path, mode) }
func (system) readlink(path string) (string, error)        { return sysReadlink(path) }
func (system) realpath(path string) (string, error)        { return filepath.EvalSymlinks(path) }
func (system) readDir(path string) ([]os.DirEntry, error)  { return os.ReadDir(path) }
func (system) chmod(path string, mode uint32) error        { return sysChmod(path, mode) }
func (system) chown(path string, uid, gid int) error       { return sysChown(path, uid, gid) }
func (system) lchown(path string, uid, gid int) error      { return sysLchown(path, uid, gid) }
func (system) utimes(path string, a, m time.Time) error    { return sysUtimes(path, a, m) }
func (system) lutimes(path string, a, m time.Time) error   { return sysLutimes(path, a, m) }
func (system) mkdir(path string, mode uint32) error        { return sysMkdir(path, mode) }
func (system) rmdir(path string) error                     { return sysRmdir(path) }
func (system) unlink(path string) error                    { return sysUnlink(path) }
func (system) link(from, to string) error                  { return sysLink(from, to) }
func (system) symlink(target, path string, kind int) error { return sysSymlink(target, path, kind) }
func (system) rename(from, to string) error                { return sysRename(from, to) }

func (system) openDir(path string) (openDirectory, error) {
	if path == "" {
		return nil, syscall.ENOENT
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	if i, err := f.Stat(); err == nil && !i.IsDir() {
		f.Close()
		return nil, syscall.ENOTDIR
	}
	return f, nil
}

// copyFile copies contents and mode. What was begun and cannot be finished is removed.
func (system) copyFile(from, to string, exclusive bool) error {
	if from == "" || to == "" {
		return syscall.ENOENT
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return syscall.EISDIR
	}
	flags := os.O_WRONLY | os.O_CREATE
	if exclusive {
		flags |= os.O_EXCL
	}
	dst, err := os.OpenFile(to, flags, info.Mode().Perm())
	if err != nil {
		return err
	}
	if other, err := dst.Stat(); err == nil && os.SameFile(info, other) {
		return dst.Close()
	}
	err = dst.Truncate(0)
	if errors.Is(err, syscall.EINVAL) {
		err = nil // no regular file
	}
	if err == nil {
		err = dst.Chmod(info.Mode().Perm())
	}
	if err == nil {
		_, err = io.Copy(dst, src)
	}
	if e := dst.Close(); err == nil {
		err = e
	}
	if err != nil {
		os.Remove(to)
	}
	return err
}
