package fetch

import (
	"runtime"
	"weak"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/stream"
)

// maxWaiting is how many bytes of a body wait for somebody to read them before the connection is held.
const maxWaiting = 64 << 10

// inflow is the body of a response. It takes in what comes up to a limit, so that a short body that nobody reads
// does not keep its connection.
type inflow struct {
	x      *exchange
	rd     *stream.Readable
	waits  [][]byte
	size   int
	paused bool
	ended  bool
	taken  bool // somebody reads, or has the stream
	err    goja.Value
	reader func(chunk []byte, err goja.Value)
	broken func(err goja.Value)
}

// attach begins to take in what comes out of the stream.
func (in *inflow) attach(o *goja.Object) {
	x := in.x
	in.rd = stream.ReadableOf(o)
	in.rd.SetDataFunc(in.data)
	x.on(o, "end", func(goja.Value) {
		in.ended = true
		x.stop(goja.Undefined())
		in.deliver()
	})
	x.on(o, "error", x.fail)
	x.on(o, "close", func(goja.Value) { x.fail(x.socketError("other side closed")) })
}

func (in *inflow) data(b []byte) {
	if in.x.done || len(b) == 0 {
		return
	}
	if !in.paused {
		in.x.timer.Refresh()
	}
	in.waits = append(in.waits, b)
	if in.size += len(b); in.size >= maxWaiting && !in.paused {
		in.paused = true
		in.rd.Pause()
		in.x.stopWaiting() // it is the program that takes its time
	}
	in.deliver()
}

// deliver answers a reader that waits.
func (in *inflow) deliver() {
	if in.reader == nil || len(in.waits) == 0 && !in.ended && in.err == nil {
		return
	}
	done := in.reader
	in.reader = nil
	switch {
	case in.err != nil:
		done(nil, in.err)
	case len(in.waits) == 0:
		in.x.f.over()
		done(nil, nil)
	default:
		b := in.waits[0]
		in.waits = in.waits[1:]
		if in.size -= len(b); in.paused && in.size < maxWaiting {
			in.paused = false
			if !in.ended {
				in.x.keepWaiting()
			}
			in.rd.Resume()
		}
		done(b, nil)
	}
}

// next implements source.
func (in *inflow) next(done func(chunk []byte, err goja.Value)) {
	in.taken = true
	in.reader = done
	in.deliver()
}

// cancel implements source: the connection is closed.
func (in *inflow) cancel(reason goja.Value) {
	in.broken = nil
	in.x.f.over()
	in.x.giveUp(reason)
	in.waits, in.ended = nil, true
}

// onBreak implements breakable.
func (in *inflow) onBreak(fn func(err goja.Value)) { in.taken, in.broken = true, fn }

// guard closes the connection of a body when its response is garbage and nobody has begun to read, as in Node. The
// cleanup must not keep the body, which leads to the whole runtime.
func (in *inflow) guard(s *response) {
	runtime.AddCleanup(s, func(p weak.Pointer[inflow]) {
		if in := p.Value(); in != nil {
			in.x.r.h.Loop.PostTask((*forgotten)(in))
		}
	}, weak.Make(in))
}

// forgotten is an inflow whose response is gone.
type forgotten inflow

// Run implements eventloop.Task.
func (t *forgotten) Run() {
	in := (*inflow)(t)
	if !in.taken {
		in.x.r.h.Door.Enter(modules.Func(func() { in.cancel(goja.Undefined()) }))
	}
}

// fail breaks the body; what waited is lost.
func (in *inflow) fail(err goja.Value) {
	if in.err != nil || in.ended && len(in.waits) == 0 {
		return
	}
	in.err, in.waits = err, nil
	if in.broken != nil {
		in.broken(err)
	}
	in.deliver()
}
