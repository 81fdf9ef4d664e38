package fs

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/gonode/gonode/modules"
)

// guarded is a disk of which the program may reach a part. Descriptors that it has not opened are the
// embedder's.
type guarded struct {
	disk
	rights  modules.Access
	inherit bool // 0, 1 and 2 are the program's
	opened  *modules.Descriptors
}

func (d *guarded) may(path string, read, write, follow bool) error {
	if path == "" { // the system has its own word for the empty path
		return nil
	}
	full := path
	if !filepath.IsAbs(full) {
		dir, err := os.Getwd()
		if err != nil {
			return err
		}
		full = modules.Absolute(dir, path)
	}
	switch {
	case read && !d.rights.Read(full, follow):
		return modules.DeniedRead(full)
	case write && !d.rights.Write(full, follow):
		return modules.DeniedWrite(full)
	}
	return nil
}

// own fails for a descriptor that the program did not open.
func (d *guarded) own(fd int) error {
	if d.inherit && fd <= 2 || d.opened.Has(fd) {
		return nil
	}
	return syscall.EBADF
}

func (d *guarded) open(path string, flags int, mode uint32) (int, error) {
	kind := flags & (oRDONLY | oWRONLY | oRDWR)
	write := kind != oRDONLY || flags&(oCREAT|oTRUNC|oAPPEND) != 0
	modules.Links.RLock()
	unlock := sync.OnceFunc(modules.Links.RUnlock)
	defer unlock()
	if err := d.may(path, kind != oWRONLY, write, true); err != nil {
		return -1, err
	}
	if s, err := d.disk.stat(path); err == nil && s.kind() == sIFIFO {
		unlock() // it may wait for the other end for ever; no program of ours can make one
	}
	return d.disk.open(path, flags, mode)
}

func (d *guarded) close(fd int) error {
	if err := d.own(fd); err != nil {
		return err
	}
	return d.disk.close(fd)
}

func (d *guarded) read(fd int, b []byte, pos int64) (int, error) {
	if err := d.own(fd); err != nil {
		return 0, err
	}
	return d.disk.read(fd, b, pos)
}

func (d *guarded) write(fd int, b []byte, pos int64) (int, error) {
	if err := d.own(fd); err != nil {
		return 0, err
	}
	return d.disk.write(fd, b, pos)
}

func (d *guarded) fstat(fd int) (stat, error) {
	if err := d.own(fd); err != nil {
		return stat{}, err
	}
	return d.disk.fstat(fd)
}

// first is do unless err forbids it.
func first(err error, do func() error) error {
	if err != nil {
		return err
	}
	return do()
}

func (d *guarded) fchmod(fd int, mode uint32) error {
	return first(d.own(fd), func() error { return d.disk.fchmod(fd, mode) })
}
func (d *guarded) fchown(fd, uid, gid int) error {
	return first(d.own(fd), func() error { return d.disk.fchown(fd, uid, gid) })
}
func (d *guarded) futimes(fd int, a, m time.Time) error {
	return first(d.own(fd), func() error { return d.disk.futimes(fd, a, m) })
}
func (d *guarded) fsync(fd int) error {
	return first(d.own(fd), func() error { return d.disk.fsync(fd) })
}
func (d *guarded) fdatasync(fd int) error {
	return first(d.own(fd), func() error { return d.disk.fdatasync(fd) })
}
func (d *guarded) ftruncate(fd int, size int64) error {
	return first(d.own(fd), func() error { return d.disk.ftruncate(fd, size) })
}

// looks reads something of a path; follow as with modules.Access.
func looks[T any](d *guarded, path string, follow bool, do func() (T, error)) (v T, err error) {
	modules.Links.RLock()
	defer modules.Links.RUnlock()
	if err := d.may(path, true, false, follow); err != nil {
		return v, err
	}
	return do()
}

func (d *guarded) stat(path string) (stat, error) {
	return looks(d, path, true, func() (stat, error) { return d.disk.stat(path) })
}
func (d *guarded) lstat(path string) (stat, error) {
	return looks(d, path, false, func() (stat, error) { return d.disk.lstat(path) })
}
func (d *guarded) statFS(path string) ([7]uint64, error) {
	return looks(d, path, true, func() ([7]uint64, error) { return d.disk.statFS(path) })
}
func (d *guarded) readlink(path string) (string, error) {
	return looks(d, path, false, func() (string, error) { return d.disk.readlink(path) })
}
func (d *guarded) realpath(path string) (string, error) {
	return looks(d, path, true, func() (string, error) { return d.disk.realpath(path) })
}
func (d *guarded) readDir(path string) ([]os.DirEntry, error) {
	return looks(d, path, true, func() ([]os.DirEntry, error) { return d.disk.readDir(path) })
}
func (d *guarded) openDir(path string) (openDirectory, error) {
	return looks(d, path, true, func() (openDirectory, error) { return d.disk.openDir(path) })
}

// changes writes to what stands at path; follow as with modules.Access.
func (d *guarded) changes(path string, follow bool, do func() error) error {
	modules.Links.RLock()
	defer modules.Links.RUnlock()
	return first(d.may(path, false, true, follow), do)
}

// moves gives what stands at from, unless that is empty, another name: it is read and written there,
// since that folder may have other rights.
func (d *guarded) moves(from, to string, do func() error) error {
	modules.Links.Lock()
	defer modules.Links.Unlock()
	return first(d.may(from, true, true, false), func() error {
		return first(d.may(to, false, true, false), do)
	})
}

func (d *guarded) access(path string, mode uint32) error {
	modules.Links.RLock()
	defer modules.Links.RUnlock()
	return first(d.may(path, true, mode&2 != 0, true), func() error { return d.disk.access(path, mode) })
}
func (d *guarded) chmod(path string, mode uint32) error {
	return d.changes(path, true, func() error { return d.disk.chmod(path, mode) })
}
func (d *guarded) chown(path string, uid, gid int) error {
	return d.changes(path, true, func() error { return d.disk.chown(path, uid, gid) })
}
func (d *guarded) lchown(path string, uid, gid int) error {
	return d.changes(path, false, func() error { return d.disk.lchown(path, uid, gid) })
}
func (d *guarded) utimes(path string, a, m time.Time) error {
	return d.changes(path, true, func() error { return d.disk.utimes(path, a, m) })
}
func (d *guarded) lutimes(path string, a, m time.Time) error {
	return d.changes(path, false, func() error { return d.disk.lutimes(path, a, m) })
}
func (d *guarded) mkdir(path string, mode uint32) error {
	return d.changes(path, false, func() error { return d.disk.mkdir(path, mode) })
}
func (d *guarded) rmdir(path string) error {
	return d.changes(path, false, func() error { return d.disk.rmdir(path) })
}
func (d *guarded) unlink(path string) error {
	return d.changes(path, false, func() error { return d.disk.unlink(path) })
}
func (d *guarded) link(from, to string) error {
	return d.moves(from, to, func() error { return d.disk.link(from, to) })
}
func (d *guarded) rename(from, to string) error {
	return d.moves(from, to, func() error { return d.disk.rename(from, to) })
}

// symlink needs nothing of its target: who follows the link is asked then.
func (d *guarded) symlink(target, path string, kind int) error {
	return d.moves("", path, func() error { return d.disk.symlink(target, path, kind) })
}

func (d *guarded) copyFile(from, to string, exclusive bool) error {
	modules.Links.RLock()
	defer modules.Links.RUnlock()
	return first(d.may(from, true, false, true), func() error {
		return first(d.may(to, false, true, true), func() error { return d.disk.copyFile(from, to, exclusive) })
	})
}
