//go:build linux && (amd64 || arm64)

package fs

import (
	"encoding/binary"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// statx is the only system call that tells when a file was born. The standard library has neither
// its number nor its struct (linux/stat.h).
func statxNumber() uintptr {
	if runtime.GOARCH == "arm64" {
		return 291
	}
	return 332
}

const (
	atFDCWD           = -100
	atSymlinkNoFollow = 0x100
	atEmptyPath       = 0x1000
	statxAll          = 0xFFF // STATX_BASIC_STATS | STATX_BTIME
)

func statx(dir int, path string, flags int) (s stat, err error) {
	p, err := syscall.BytePtrFromString(path)
	if err != nil {
		return s, err
	}
	var b [256]byte
	for {
		_, _, e := syscall.Syscall6(statxNumber(), uintptr(dir), uintptr(unsafe.Pointer(p)), uintptr(flags), statxAll, uintptr(unsafe.Pointer(&b)), 0)
		if e == 0 {
			break
		}
		if e != syscall.EINTR {
			return s, e
		}
	}
	le := binary.NativeEndian
	u32 := func(i int) uint64 { return uint64(le.Uint32(b[i:])) }
	u64 := func(i int) uint64 { return le.Uint64(b[i:]) }
	at := func(i int) moment { return moment{int64(u64(i)), int64(u32(i + 8))} }
	return stat{
		blksize: u32(4), nlink: u32(16), uid: u32(20), gid: u32(24), mode: uint64(le.Uint16(b[28:])),
		ino: u64(32), size: u64(40), blocks: u64(48),
		atime: at(64), birthtime: at(80), ctime: at(96), mtime: at(112),
		rdev: makeDev(u32(128), u32(132)), dev: makeDev(u32(136), u32(140)),
	}, nil
}

// makeDev is makedev of glibc.
func makeDev(major, minor uint64) uint64 {
	return major&0xFFFFF000<<32 | major&0xFFF<<8 | minor&0xFFFFFF00<<12 | minor&0xFF
}

func sysStat(path string) (stat, error) {
	if path == "" {
		return stat{}, syscall.ENOENT
	}
	return statx(atFDCWD, path, 0)
}

func sysLstat(path string) (stat, error) {
	if path == "" {
		return stat{}, syscall.ENOENT
	}
	return statx(atFDCWD, path, atSymlinkNoFollow)
}

func sysFstat(fd int) (stat, error) { return statx(fd, "", atEmptyPath) }

func sysFdatasync(fd int) error { return again0(func() error { return syscall.Fdatasync(fd) }) }

func utimensat(dir int, path *byte, atime, mtime time.Time, flags int) error {
	ts := [2]syscall.Timespec{syscall.NsecToTimespec(atime.UnixNano()), syscall.NsecToTimespec(mtime.UnixNano())}
	if _, _, e := syscall.Syscall6(syscall.SYS_UTIMENSAT, uintptr(dir), uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&ts)), uintptr(flags), 0, 0); e != 0 {
		return e
	}
	return nil
}

func sysFutimes(fd int, atime, mtime time.Time) error { return utimensat(fd, nil, atime, mtime, 0) }

func sysLutimes(path string, atime, mtime time.Time) error {
	p, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	return utimensat(atFDCWD, p, atime, mtime, atSymlinkNoFollow)
}
