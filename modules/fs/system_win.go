//go:build windows

package fs

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The flags of open: those of the C library, which Node's constants have.
const (
	oRDONLY = 0
	oWRONLY = 1
	oRDWR   = 2
	oAPPEND = 0x8
	oCREAT  = 0x100
	oTRUNC  = 0x200
	oEXCL   = 0x400
	oSYNC   = 0 // there is none; "rs" is "r"
)

// openConstants are the flags of open that not every system has.
var openConstants []openConstant

// descriptors are the numbers that a program knows its open files by: Windows has handles, and Node the
// numbers of the C library. As there, the lowest that is free is the next.
var descriptors = struct {
	sync.Mutex
	files []*os.File
}{files: []*os.File{os.Stdin, os.Stdout, os.Stderr}}

// fileOf returns the file that has the number fd.
func fileOf(fd int) (*os.File, error) {
	descriptors.Lock()
	defer descriptors.Unlock()
	if fd < 0 || fd >= len(descriptors.files) || descriptors.files[fd] == nil {
		return nil, syscall.EBADF
	}
	return descriptors.files[fd], nil
}

func sysOpen(path string, flags int, mode uint32) (int, error) {
	f := flags & (oWRONLY | oRDWR)
	for _, both := range [][2]int{{oAPPEND, os.O_APPEND}, {oCREAT, os.O_CREATE}, {oTRUNC, os.O_TRUNC}, {oEXCL, os.O_EXCL}} {
		if flags&both[0] != 0 {
			f |= both[1]
		}
	}
	file, err := os.OpenFile(path, f, os.FileMode(mode&0o777))
	if err != nil {
		return -1, errnoIn(err)
	}
	descriptors.Lock()
	defer descriptors.Unlock()
	for fd, other := range descriptors.files {
		if other == nil {
			descriptors.files[fd] = file
			return fd, nil
		}
	}
	descriptors.files = append(descriptors.files, file)
	return len(descriptors.files) - 1, nil
}

func sysClose(fd int) error {
	file, err := fileOf(fd)
	if err != nil {
		return err
	}
	descriptors.Lock()
	descriptors.files[fd] = nil
	descriptors.Unlock()
	return errnoIn(file.Close())
}

// errnoIn returns the number of the system in err: the files of package os wrap it.
func errnoIn(err error) error {
	var n syscall.Errno
	if errors.As(err, &n) {
		return n
	}
	return err
}

// sysRead reads at pos, or where the file stands if pos is negative.
func sysRead(fd int, b []byte, pos int64) (n int, err error) {
	file, err := fileOf(fd)
	if err != nil {
		return 0, err
	}
	if pos < 0 {
		n, err = file.Read(b)
	} else {
		n, err = file.ReadAt(b, pos)
	}
	if err == io.EOF || n > 0 {
		err = nil
	}
	return n, errnoIn(err)
}

func sysWrite(fd int, b []byte, pos int64) (n int, err error) {
	file, err := fileOf(fd)
	if err != nil {
		return 0, err
	}
	if pos >= 0 {
		n, err = file.WriteAt(b, pos)
		var path *os.PathError
		if err == nil || errors.As(err, &path) {
			return n, errnoIn(err)
		}
		// It was opened to append: as everywhere then, the position does not count.
	}
	n, err = file.Write(b)
	return n, errnoIn(err)
}

// with calls fn with the file that has the number fd.
func with(fd int, fn func(*os.File) error) error {
	file, err := fileOf(fd)
	if err != nil {
		return err
	}
	return errnoIn(fn(file))
}

func sysFchmod(fd int, mode uint32) error {
	return with(fd, func(f *os.File) error { return f.Chmod(os.FileMode(mode & 0o777)) })
}
func sysFsync(fd int) error     { return with(fd, (*os.File).Sync) }
func sysFdatasync(fd int) error { return sysFsync(fd) }
func sysFtruncate(fd int, size int64) error {
	return with(fd, func(f *os.File) error { return f.Truncate(size) })
}

// Files have no owner of that kind; libuv succeeds as well.
func sysFchown(fd, _, _ int) error         { _, err := fileOf(fd); return err }
func sysChown(path string, _, _ int) error { _, err := sysStat(path); return err }
func sysLchown(path string, _, _ int) error {
	_, err := sysLstat(path)
	return err
}

// withAttributes calls fn with a handle for the attributes of path; a link is not followed if it is asked for itself.
func withAttributes(path string, link bool, access uint32, fn func(windows.Handle) error) error {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return syscall.ENOENT
	}
	flags := uint32(windows.FILE_FLAG_BACKUP_SEMANTICS) // opens folders too
	if link {
		flags |= windows.FILE_FLAG_OPEN_REPARSE_POINT
	}
	h, err := windows.CreateFile(p, access, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING, flags, 0)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(h)
	return fn(h)
}

func sysStat(path string) (s stat, err error) {
	err = withAttributes(path, false, windows.FILE_READ_ATTRIBUTES, func(h windows.Handle) (err error) {
		s, err = statHandle(h)
		return err
	})
	return s, err
}

func sysLstat(path string) (s stat, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return s, errnoIn(err)
	}
	if info.Mode()&os.ModeSymlink == 0 {
		return sysStat(path)
	}
	err = withAttributes(path, true, windows.FILE_READ_ATTRIBUTES, func(h windows.Handle) (err error) {
		s, err = statHandle(h)
		return err
	})
	target, _ := os.Readlink(path)
	s.mode, s.size = s.mode&^sIFMT|sIFLNK, uint64(len(target))
	return s, err
}

func sysFstat(fd int) (s stat, err error) {
	err = with(fd, func(f *os.File) (err error) {
		kind, err := windows.GetFileType(windows.Handle(f.Fd()))
		switch {
		case err != nil:
			return err
		case kind == windows.FILE_TYPE_CHAR:
			s = stat{mode: sIFCHR | 0o666, nlink: 1, blksize: 4096}
		case kind == windows.FILE_TYPE_PIPE:
			s = stat{mode: sIFIFO | 0o666, nlink: 1, blksize: 4096}
		default:
			s, err = statHandle(windows.Handle(f.Fd()))
		}
		return err
	})
	return s, err
}

// statHandle fills a stat as libuv does (fs__stat_handle in win/fs.c).
func statHandle(h windows.Handle) (stat, error) {
	var i windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(h, &i); err != nil {
		return stat{}, err
	}
	s := stat{
		dev: uint64(i.VolumeSerialNumber), ino: uint64(i.FileIndexHigh)<<32 | uint64(i.FileIndexLow),
		nlink: uint64(i.NumberOfLinks), size: uint64(i.FileSizeHigh)<<32 | uint64(i.FileSizeLow), blksize: 4096, mode: sIFREG | 0o666,
		atime: momentOf(i.LastAccessTime), mtime: momentOf(i.LastWriteTime), birthtime: momentOf(i.CreationTime),
	}
	s.blocks, s.ctime = (s.size+511)/512, s.mtime
	var basic struct {
		creation, access, write, change windows.Filetime
		attributes                      uint32
	}
	if windows.GetFileInformationByHandleEx(h, windows.FileBasicInfo, (*byte)(unsafe.Pointer(&basic)), uint32(unsafe.Sizeof(basic))) == nil && basic.change != (windows.Filetime{}) {
		s.ctime = momentOf(basic.change)
	}
	if i.FileAttributes&windows.FILE_ATTRIBUTE_DIRECTORY != 0 {
		s.mode, s.size = sIFDIR|0o666, 0
	}
	if i.FileAttributes&windows.FILE_ATTRIBUTE_READONLY != 0 {
		s.mode &^= 0o222
	}
	return s, nil
}

func momentOf(t windows.Filetime) moment {
	ns := t.Nanoseconds()
	return moment{ns / 1e9, ns % 1e9}
}

func setTimes(h windows.Handle, atime, mtime time.Time) error {
	a, m := windows.NsecToFiletime(atime.UnixNano()), windows.NsecToFiletime(mtime.UnixNano())
	return windows.SetFileTime(h, nil, &a, &m)
}

func sysFutimes(fd int, atime, mtime time.Time) error {
	return with(fd, func(f *os.File) error { return setTimes(windows.Handle(f.Fd()), atime, mtime) })
}

func sysUtimes(path string, atime, mtime time.Time) error {
	return withAttributes(path, false, windows.FILE_WRITE_ATTRIBUTES, func(h windows.Handle) error { return setTimes(h, atime, mtime) })
}

func sysLutimes(path string, atime, mtime time.Time) error {
	return withAttributes(path, true, windows.FILE_WRITE_ATTRIBUTES, func(h windows.Handle) error { return setTimes(h, atime, mtime) })
}

// sysStatFS returns type, bsize, blocks, bfree, bavail, files, ffree.
func sysStatFS(path string) (v [7]uint64, err error) {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return v, syscall.ENOENT
	}
	const cluster = 4096 // that of NTFS, unless somebody chose another; the figures below are whole ones
	var available, total, free uint64
	if err = windows.GetDiskFreeSpaceEx(p, &available, &total, &free); err != nil {
		return v, err
	}
	return [7]uint64{0, cluster, total / cluster, free / cluster, available / cluster, 0, 0}, nil
}

// attributes returns those of path.
func attributes(path string) (p *uint16, a uint32, err error) {
	if p, err = windows.UTF16PtrFromString(path); err != nil {
		return nil, 0, syscall.ENOENT
	}
	a, err = windows.GetFileAttributes(p)
	return p, a, err
}

// sysAccess knows one permission, that to write.
func sysAccess(path string, mode uint32) error {
	_, a, err := attributes(path)
	if err == nil && mode&2 != 0 && a&windows.FILE_ATTRIBUTE_READONLY != 0 && a&windows.FILE_ATTRIBUTE_DIRECTORY == 0 {
		return windows.ERROR_ACCESS_DENIED
	}
	return err
}

func sysChmod(path string, mode uint32) error {
	return errnoIn(os.Chmod(path, os.FileMode(mode&0o777)))
}
func sysLink(from, to string) error   { return errnoIn(os.Link(from, to)) }
func sysRename(from, to string) error { return errnoIn(os.Rename(from, to)) }
func sysMkdir(path string, mode uint32) error {
	return errnoIn(os.Mkdir(path, os.FileMode(mode&0o777)))
}

// sysSymlink makes a link to a file or a folder, which Windows tells apart; a junction is a thing of its own.
func sysSymlink(target, path string, kind int) error {
	const directory, junction = 1, 2
	const allowUnprivileged = 0x2 // SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE
	if kind == junction {
		return syscall.ENOTSUP
	}
	t, err := windows.UTF16PtrFromString(target)
	if err != nil {
		return syscall.ENOENT
	}
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return syscall.ENOENT
	}
	flags := uint32(allowUnprivileged)
	if kind == directory {
		flags |= windows.SYMBOLIC_LINK_FLAG_DIRECTORY
	}
	return windows.CreateSymbolicLink(p, t, flags)
}

// sysRmdir answers ENOENT for a file, as Node documents for Windows.
func sysRmdir(path string) error {
	p, a, err := attributes(path)
	switch {
	case err != nil:
		return err
	case a&windows.FILE_ATTRIBUTE_DIRECTORY == 0:
		return syscall.ENOENT
	}
	return windows.RemoveDirectory(p)
}

// sysUnlink removes files that are read-only too, and links to folders, no folders.
func sysUnlink(path string) error {
	p, a, err := attributes(path)
	switch {
	case err != nil:
		return err
	case a&windows.FILE_ATTRIBUTE_DIRECTORY == 0:
		if a&windows.FILE_ATTRIBUTE_READONLY != 0 {
			_ = windows.SetFileAttributes(p, a&^windows.FILE_ATTRIBUTE_READONLY)
		}
		return windows.DeleteFile(p)
	case a&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0:
		return windows.RemoveDirectory(p)
	}
	return windows.ERROR_ACCESS_DENIED
}

func sysReadlink(path string) (string, error) {
	s, err := os.Readlink(path)
	if errnoIn(err) == windows.ERROR_NOT_A_REPARSE_POINT {
		err = syscall.EINVAL
	}
	return s, errnoIn(err)
}
