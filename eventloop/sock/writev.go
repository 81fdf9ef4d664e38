//go:build linux || freebsd || netbsd || dragonfly

package sock

import (
	"syscall"
	"unsafe"
)

// maxIovecs is how many blocks go out in one writev. A turn's output is one or two, a large
// response that was written in pieces has more; the rest follows in the next call.
const maxIovecs = 16

// iovecs writes a list of blocks in one system call.
type iovecs struct{ vec *[maxIovecs]syscall.Iovec }

func (v *iovecs) write(fd int, b *block) (int, error) {
	if b.next == nil {
		return writeFD(fd, b.buf[b.off:])
	}
	if v.vec == nil {
		v.vec = new([maxIovecs]syscall.Iovec)
	}
	n := 0
	for ; b != nil && n < maxIovecs; b = b.next {
		if p := b.buf[b.off:]; len(p) > 0 {
			v.vec[n].Base = &p[0]
			v.vec[n].SetLen(len(p))
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	defer clear(v.vec[:n])
	for {
		wrote, _, errno := syscall.Syscall(syscall.SYS_WRITEV, uintptr(fd), uintptr(unsafe.Pointer(v.vec)), uintptr(n))
		switch errno {
		case 0:
			return int(wrote), nil
		case syscall.EINTR:
		default:
			return 0, errno
		}
	}
}
