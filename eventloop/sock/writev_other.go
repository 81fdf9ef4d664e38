//go:build unix && !(linux || freebsd || netbsd || dragonfly)

package sock

// iovecs writes block by block: package syscall has no writev here.
type iovecs struct{}

func (*iovecs) write(fd int, b *block) (int, error) {
	total := 0
	for ; b != nil; b = b.next {
		p := b.buf[b.off:]
		if len(p) == 0 {
			continue
		}
		n, err := writeFD(fd, p)
		total += n
		if total > 0 && (err != nil || n < len(p)) {
			return total, nil // an error comes again
		}
		if err != nil {
			return 0, err
		}
	}
	return total, nil
}
