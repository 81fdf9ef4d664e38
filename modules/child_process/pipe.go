package childprocess

import (
	"os"
	"sync"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// pipe moves bytes over a channel's descriptor. Writes go to the kernel inside write while it has
// room, as libuv's do: a child that sends and exits has sent.
type pipe struct {
	// Immutable.
	loop *eventloop.Loop
	file *os.File
	raw  syscall.RawConn
	read reader
	more chan struct{} // the loop has taken the last chunk
	took chan struct{} // the read loop has posted a chunk
	over chan struct{} // closed when the read loop has ended
	stop chan struct{} // closed with the file
	once sync.Once

	// Loop goroutine.
	handle  eventloop.Handle
	queued  int // bytes that the writer has
	ended   bool
	pending []pipeWrite // in the order of write; the first is being written
}

type pipeWrite struct {
	data []byte
	fd   int // ours, goes with the first byte; noFD: none
	done func(err error)
}

// newPipe takes over fd, which does not block.
func newPipe(loop *eventloop.Loop, fd int, read reader) *pipe {
	p := &pipe{loop: loop, file: os.NewFile(uintptr(fd), "channel"), read: read,
		more: make(chan struct{}, 1), took: make(chan struct{}, 1), over: make(chan struct{}), stop: make(chan struct{})}
	p.raw, _ = p.file.SyscallConn()
	p.handle.Init(loop)
	loop.Own(p)
	loop.Go(p.readLoop)
	return p
}

func (p *pipe) readLoop() {
	defer close(p.over)
	for {
		buf := make([]byte, 64<<10)
		n, fds, err := receive(p.raw, buf)
		if n > 0 {
			p.loop.Post(func() {
				if !p.ended {
					p.read(buf[:n], fds)
				} else {
					closeAll(fds)
				}
				p.more <- struct{}{}
			})
			select {
			case p.took <- struct{}{}:
			default:
			}
			select {
			case <-p.more:
			case <-p.stop:
				return
			}
		}
		if err != nil {
			p.loop.Post(func() {
				if !p.ended {
					p.read(nil, nil)
				}
			})
			return
		}
	}
}

// drain implements line.
func (p *pipe) drain() {
	for readable(p.raw) {
		select {
		case <-p.took:
		case <-p.over:
			return
		}
	}
}

// write implements line.
func (p *pipe) write(data []byte, fd int, done func(err error)) (now bool, err error) {
	if len(p.pending) == 0 {
		n, more, err := tryWrite(p.raw, data, fd)
		if !more {
			return true, err
		}
		if data = data[n:]; n > 0 {
			fd = noFD
		}
	}
	if fd != noFD {
		if fd, err = duplicateFD(fd); err != nil {
			return true, err
		}
	}
	p.queued += len(data)
	p.pending = append(p.pending, pipeWrite{data, fd, done})
	if len(p.pending) == 1 {
		p.writeRest()
	}
	return false, nil
}

// writeRest hands the first waiting write to a goroutine.
func (p *pipe) writeRest() {
	w := p.pending[0]
	p.loop.Go(func() {
		err := writeAll(p.raw, w.data, w.fd)
		if w.fd != noFD {
			closeFD(w.fd)
		}
		p.loop.Post(func() {
			p.queued -= len(w.data)
			p.pending = p.pending[1:]
			// Before done, which may write as well and then finds the line busy, or begins itself.
			if len(p.pending) > 0 {
				p.writeRest()
			}
			w.done(err)
			if p.ended && len(p.pending) == 0 {
				p.CloseNow()
			}
		})
	})
}

func (p *pipe) waiting() int { return p.queued }

func (p *pipe) closed() bool { return p.ended }

func (p *pipe) ref() { p.handle.Ref() }

func (p *pipe) unref() { p.handle.Unref() }

// close implements line.
func (p *pipe) close() {
	if p.ended {
		return
	}
	p.ended = true
	p.loop.Disown(p)
	p.handle.Close(nil)
	if len(p.pending) == 0 {
		p.CloseNow()
	}
}

// CloseNow implements eventloop.Resource.
func (p *pipe) CloseNow() {
	p.once.Do(func() {
		close(p.stop)
		p.file.Close()
	})
}
