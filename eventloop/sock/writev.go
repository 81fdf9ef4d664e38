//go:build linux || freebsd || netbsd || dragonfly

package sock

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxIovecs is how many blocks go out in one writev. A turn's output is one or two, a large
// response that was written in pieces has more; the rest follows in the next call.
const maxIovecs = 16

// iovecs lays out a list of blocks for one system call.
type iovecs struct{ vec *[maxIovecs]unix.Iovec }

// gather takes the blocks from b on, and says how many have bytes and how many those are. Drop lets go of them.
func (v *iovecs) gather(b *block) (count, bytes int) {
	if v.vec == nil {
		v.vec = new([maxIovecs]unix.Iovec)
	}
	for ; b != nil && count < maxIovecs; b = b.next {
		if p := b.buf[b.off:]; len(p) > 0 {
			v.vec[count].Base = &p[0]
			v.vec[count].SetLen(len(p))
			count++
			bytes += len(p)
		}
	}
	return count, bytes
}

func (v *iovecs) drop(count int) { clear(v.vec[:count]) }

// write writes the blocks from b on, at most maxIovecs, as far as there is room.
//
// # Errors
//
// Those of write(2) but EINTR.
func (v *iovecs) write(fd int, b *block) (int, error) {
	if b.next == nil {
		return writeFD(fd, b.buf[b.off:])
	}
	count, _ := v.gather(b)
	if count == 0 {
		return 0, nil
	}
	defer v.drop(count)
	for {
		wrote, _, errno := syscall.Syscall(syscall.SYS_WRITEV, uintptr(fd), uintptr(unsafe.Pointer(v.vec)), uintptr(count))
		switch errno {
		case 0:
			return int(wrote), nil
		case syscall.EINTR:
		default:
			return 0, errno
		}
	}
}
