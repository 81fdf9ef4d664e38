//go:build !unix

package fs

import (
	"os"
	"syscall"
	"time"
)

// The flags of open.
const (
	oRDONLY = os.O_RDONLY
	oWRONLY = os.O_WRONLY
	oRDWR   = os.O_RDWR
	oCREAT  = os.O_CREATE
	oEXCL   = os.O_EXCL
	oTRUNC  = os.O_TRUNC
	oAPPEND = os.O_APPEND
	oSYNC   = os.O_SYNC
)

// There are no descriptors here yet: what needs one answers ENOSYS.

func sysOpen(string, int, uint32) (int, error)            { return -1, syscall.ENOSYS }
func sysClose(int) error                                  { return syscall.ENOSYS }
func sysRead(int, []byte, int64) (int, error)             { return 0, syscall.ENOSYS }
func sysWrite(int, []byte, int64) (int, error)            { return 0, syscall.ENOSYS }
func sysFchmod(int, uint32) error                         { return syscall.ENOSYS }
func sysFchown(int, int, int) error                       { return syscall.ENOSYS }
func sysFsync(int) error                                  { return syscall.ENOSYS }
func sysFdatasync(int) error                              { return syscall.ENOSYS }
func sysFtruncate(int, int64) error                       { return syscall.ENOSYS }
func sysFstat(int) (stat, error)                          { return stat{}, syscall.ENOSYS }
func sysFutimes(int, time.Time, time.Time) error          { return syscall.ENOSYS }
func sysLutimes(string, time.Time, time.Time) error       { return syscall.ENOSYS }
func sysStatFS(string) (v [7]uint64, err error)           { return v, syscall.ENOSYS }
func sysChown(path string, uid, gid int) error            { return os.Chown(path, uid, gid) }
func sysLchown(path string, uid, gid int) error           { return os.Lchown(path, uid, gid) }
func sysChmod(path string, mode uint32) error             { return os.Chmod(path, os.FileMode(mode&0o777)) }
func sysLink(from, to string) error                       { return os.Link(from, to) }
func sysSymlink(target, path string, _ int) error         { return os.Symlink(target, path) }
func sysRename(from, to string) error                     { return os.Rename(from, to) }
func sysRmdir(path string) error                          { return os.Remove(path) }
func sysUnlink(path string) error                         { return os.Remove(path) }
func sysMkdir(path string, mode uint32) error             { return os.Mkdir(path, os.FileMode(mode&0o777)) }
func sysReadlink(path string) (string, error)             { return os.Readlink(path) }
func sysUtimes(path string, atime, mtime time.Time) error { return os.Chtimes(path, atime, mtime) }

func sysAccess(path string, _ uint32) error {
	_, err := os.Stat(path)
	return err
}

func statOf(i os.FileInfo, err error) (stat, error) {
	if err != nil {
		return stat{}, err
	}
	mode := uint64(i.Mode().Perm())
	switch {
	case i.IsDir():
		mode |= sIFDIR
	case i.Mode()&os.ModeSymlink != 0:
		mode |= sIFLNK
	default:
		mode |= sIFREG
	}
	m := moment{i.ModTime().Unix(), int64(i.ModTime().Nanosecond())}
	return stat{mode: mode, nlink: 1, size: uint64(i.Size()), blksize: 4096, atime: m, mtime: m, ctime: m, birthtime: m}, nil
}

func sysStat(path string) (stat, error)  { return statOf(os.Stat(path)) }
func sysLstat(path string) (stat, error) { return statOf(os.Lstat(path)) }
