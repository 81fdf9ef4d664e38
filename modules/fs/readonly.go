package fs

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/gonode/gonode/modules"
)

// readOnly is an fs.FS of the embedder's as a disk. Changes are refused with EROFS. Its descriptors are
// its own numbers; the process's are unknown to it.
type readOnly struct {
	fs fs.FS

	// Guarded by mu.
	mu    sync.Mutex
	next  int
	files map[int]*openFile
}

// firstFD is beyond the numbers that the system gives, lest one be taken for the other.
const firstFD = 1 << 20

// openFile is an open file; mu orders its reads.
type openFile struct {
	mu   sync.Mutex
	file fs.File
	name string
	all  *bytes.Reader // the contents, if the file cannot be read at a position
}

func newReadOnly(files fs.FS) *readOnly {
	return &readOnly{fs: files, next: firstFD, files: make(map[int]*openFile)}
}

func (d *readOnly) open(path string, flags int, _ uint32) (int, error) {
	if flags&(oWRONLY|oRDWR|oCREAT|oTRUNC|oAPPEND) != 0 {
		return -1, syscall.EROFS
	}
	name := modules.FSName(path)
	f, err := d.fs.Open(name)
	if err != nil {
		return -1, plain(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	fd := d.next
	d.next++
	d.files[fd] = &openFile{file: f, name: name}
	return fd, nil
}

func (d *readOnly) file(fd int) (*openFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, ok := d.files[fd]
	if !ok {
		return nil, syscall.EBADF
	}
	return f, nil
}

func (d *readOnly) close(fd int) error {
	f, err := d.file(fd)
	if err != nil {
		return err
	}
	d.mu.Lock()
	delete(d.files, fd)
	d.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	return plain(f.file.Close())
}

func (d *readOnly) read(fd int, b []byte, pos int64) (n int, err error) {
	f, err := d.file(fd)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch at, ok := f.file.(io.ReaderAt); {
	case pos < 0:
		n, err = f.file.Read(b)
	case ok:
		n, err = at.ReadAt(b, pos)
	default:
		if f.all == nil {
			contents, err := fs.ReadFile(d.fs, f.name)
			if err != nil {
				return 0, plain(err)
			}
			f.all = bytes.NewReader(contents)
		}
		n, err = f.all.ReadAt(b, pos)
	}
	if err == io.EOF || n > 0 {
		return n, nil
	}
	if i, e := f.file.Stat(); err != nil && e == nil && i.IsDir() {
		return 0, syscall.EISDIR
	}
	return n, plain(err)
}

func (d *readOnly) fstat(fd int) (stat, error) {
	f, err := d.file(fd)
	if err != nil {
		return stat{}, err
	}
	i, err := f.file.Stat()
	return statFrom(i, err)
}

func (d *readOnly) stat(path string) (stat, error) {
	if path == "" {
		return stat{}, syscall.ENOENT
	}
	i, err := fs.Stat(d.fs, modules.FSName(path))
	return statFrom(i, err)
}

func (d *readOnly) lstat(path string) (stat, error) {
	if path == "" {
		return stat{}, syscall.ENOENT
	}
	i, err := fs.Lstat(d.fs, modules.FSName(path))
	return statFrom(i, err)
}

// statFrom makes a stat of what an fs.FS tells; all else is zero.
func statFrom(i fs.FileInfo, err error) (stat, error) {
	if err != nil {
		return stat{}, plain(err)
	}
	mode := uint64(i.Mode().Perm())
	switch {
	case i.IsDir():
		mode |= sIFDIR
	case i.Mode()&fs.ModeSymlink != 0:
		mode |= sIFLNK
	default:
		mode |= sIFREG
	}
	m := moment{i.ModTime().Unix(), int64(i.ModTime().Nanosecond())}
	size := uint64(max(i.Size(), 0))
	return stat{mode: mode, nlink: 1, size: size, blksize: 4096, blocks: (size + 511) / 512, atime: m, mtime: m, ctime: m, birthtime: m}, nil
}

func (d *readOnly) access(path string, mode uint32) error {
	if _, err := d.stat(path); err != nil {
		return err
	}
	if mode&2 != 0 { // W_OK
		return syscall.EROFS
	}
	return nil
}

func (d *readOnly) readlink(path string) (string, error) {
	target, err := fs.ReadLink(d.fs, modules.FSName(path))
	if errors.Is(err, fs.ErrInvalid) {
		return "", syscall.EINVAL
	}
	return target, plain(err)
}

func (d *readOnly) realpath(path string) (string, error) {
	p, f := resolveLinks(d, path)
	if f != nil {
		return "", f.err
	}
	return p, nil
}

func (d *readOnly) readDir(path string) ([]os.DirEntry, error) {
	i, err := d.stat(path)
	if err == nil && !i.isDir() {
		return nil, syscall.ENOTDIR
	}
	if err != nil {
		return nil, err
	}
	list, err := fs.ReadDir(d.fs, modules.FSName(path))
	return list, plain(err)
}

func (d *readOnly) openDir(path string) (openDirectory, error) {
	list, err := d.readDir(path)
	if err != nil {
		return nil, err
	}
	return &listed{list}, nil
}

// listed is a directory that was read at once.
type listed struct{ rest []os.DirEntry }

func (l *listed) ReadDir(n int) ([]os.DirEntry, error) {
	if len(l.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(l.rest))
	out := l.rest[:n]
	l.rest = l.rest[n:]
	return out, nil
}

func (l *listed) Close() error { return nil }

// plain is the system's error in err, or err.
func plain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return syscall.ENOENT
	case errors.Is(err, fs.ErrPermission):
		return syscall.EACCES
	case errors.Is(err, fs.ErrClosed):
		return syscall.EBADF
	}
	return bare(err)
}

func (d *readOnly) write(int, []byte, int64) (int, error)      { return 0, syscall.EBADF }
func (d *readOnly) fchmod(int, uint32) error                   { return syscall.EROFS }
func (d *readOnly) fchown(int, int, int) error                 { return syscall.EROFS }
func (d *readOnly) futimes(int, time.Time, time.Time) error    { return syscall.EROFS }
func (d *readOnly) fsync(int) error                            { return syscall.EROFS }
func (d *readOnly) fdatasync(int) error                        { return syscall.EROFS }
func (d *readOnly) ftruncate(int, int64) error                 { return syscall.EROFS }
func (d *readOnly) statFS(string) (v [7]uint64, err error)     { return v, syscall.ENOSYS }
func (d *readOnly) chmod(string, uint32) error                 { return syscall.EROFS }
func (d *readOnly) chown(string, int, int) error               { return syscall.EROFS }
func (d *readOnly) lchown(string, int, int) error              { return syscall.EROFS }
func (d *readOnly) utimes(string, time.Time, time.Time) error  { return syscall.EROFS }
func (d *readOnly) lutimes(string, time.Time, time.Time) error { return syscall.EROFS }
func (d *readOnly) mkdir(string, uint32) error                 { return syscall.EROFS }
func (d *readOnly) rmdir(string) error                         { return syscall.EROFS }
func (d *readOnly) unlink(string) error                        { return syscall.EROFS }
func (d *readOnly) link(string, string) error                  { return syscall.EROFS }
func (d *readOnly) symlink(string, string, int) error          { return syscall.EROFS }
func (d *readOnly) rename(string, string) error                { return syscall.EROFS }
func (d *readOnly) copyFile(string, string, bool) error        { return syscall.EROFS }
