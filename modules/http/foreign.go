package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/net"
)

// link is the connection below a conn or a clientConn: a *sock.Sock, or a *foreign over a stream
// that the program brought. Methods do what the Sock's do.
type link interface {
	wire
	SetConsumer(c sock.Consumer)
	Consumer() sock.Consumer
	Pause()
	Resume()
	SetActive(active bool)
	WriteString(p string, done func(*sock.Error)) bool
	CloseWrite(done func(*sock.Error))
	DropFrom(pos int64)
	Destroy(err *sock.Error)
	DestroySoon()
}

// face is what JavaScript sees of a connection: its net.Socket, or the stream that the program
// brought, which is the link too then.
type face interface {
	Object() *goja.Object
	// SetTimeout sets the idle timeout in milliseconds, 0 for none; Active restarts it.
	SetTimeout(ms float64)
	Active()
	DestroySoon()
	OnEnd()
	OnClose()
	// connection is the link; nil while it is being made, and once it is destroyed.
	connection() link
	// own tells the face who speaks on its connection; nil for nobody.
	own(o net.Owner)
	// tap and tapEnd show input to a program that listens to the raw connection too.
	tap(b []byte)
	tapEnd()
	// destroy calls the stream's destroy(err).
	destroy(err goja.Value)
	// flush gives the stream at once what was collected for the end of the tick.
	flush()
	// handBack makes input the program's own again; readAhead then starts reading for it.
	handBack()
	readAhead()
}

// netFace is a net.Socket as a face.
type netFace struct{ *net.Socket }

func (f netFace) connection() link {
	if sk := f.Sock(); sk != nil {
		return sk
	}
	return nil
}

func (f netFace) own(o net.Owner) { f.SetOwner(o) }

func (f netFace) tap(b []byte) {
	if f.Readable().Listening() {
		f.Readable().Push(append([]byte(nil), b...))
	}
}

// tapEnd: 'end' of a socket comes although nobody reads it, as in Node.
func (f netFace) tapEnd() {
	f.Readable().PushEOF()
	if f.Readable().Length() == 0 {
		f.Readable().Read()
	}
}

// showPaused tells listeners of 'pause' and 'resume' that the connection waits for its messages.
func (f netFace) showPaused(paused bool) {
	if paused {
		f.Readable().Pause()
	} else {
		f.Readable().Resume()
	}
}

func (f netFace) destroy(err goja.Value) { f.Writable().Destroy(err) }
func (f netFace) flush()                 {}
func (f netFace) handBack()              { f.Consume() }
func (f netFace) readAhead()             { f.ReadAhead() }

// foreign is a connection over a stream of the program's: anything with the methods and events of a
// Duplex. Input comes with its 'data' and 'end'; pause and resume hold it back. Output of a tick is
// collected and written at its end, corked, so that a head and its body go out in one piece.
//
// While a consumer has it our listeners are on the stream, and only then. What has no setTimeout of
// its own gets a timer of ours, which emits 'timeout' on it.
type foreign struct {
	goja.Value // a carrier behind a symbol of the stream, so that its link is found again

	// Immutable.
	room *Room
	obj  *goja.Object

	consumer sock.Consumer
	off      events.Listenings
	timer    eventloop.Timer
	timerMs  float64
	gone     bool // 'close' was emitted

	// Input.
	in         []*sock.Chunk // came while paused, or inside a callback
	inEnd      bool
	paused     bool
	delivering bool

	// Output.
	pieces    [][]byte // of this tick
	block     []byte   // behind them
	ticking   bool     // flush is queued
	blocked   bool     // write returned false: 'drain' will come
	needDrain bool
	ending    bool
	accepted  int64 // bytes given to us
	written   int64 // bytes the stream has written
	dones     []foreignDone
}

// foreignDone is a callback for the time when pos bytes were written.
type foreignDone struct {
	pos int64
	fn  func(*sock.Error)
}

// linkSymbol keys the foreign of a stream.
var linkSymbol = goja.NewSymbol("gonode.http.link")

// foreignOf returns the link over the stream obj, the same as long as the stream lives.
func (r *Room) foreignOf(obj *goja.Object) *foreign {
	if f, ok := obj.GetSymbol(linkSymbol).(*foreign); ok && f.obj == obj {
		return f
	}
	f := &foreign{Value: goja.Undefined(), room: r, obj: obj}
	f.timer.Init(r.h.Loop, modules.Func(f.onTimer))
	f.timer.Unref()
	if err := obj.DefineDataPropertySymbol(linkSymbol, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		bind.Rethrow(err)
	}
	return f
}

// isDuplex reports whether v has what foreign needs of a stream.
func isDuplex(v goja.Value) (*goja.Object, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	for _, name := range []string{"on", "removeListener", "write", "end", "destroy", "pause", "resume"} {
		if _, ok := bind.ToCallable(o.Get(name)); !ok {
			return nil, false
		}
	}
	return o, true
}

// faceOf returns the face of what a program gives as a connection; ok is false if it is no stream.
func (r *Room) faceOf(v goja.Value) (f face, ok bool) {
	if so, isSocket := net.SocketOf(v); isSocket &&
		(so.Sock() != nil || bind.Truthy(so.Object().Get("connecting")) || bind.Truthy(so.Object().Get("destroyed"))) {
		return netFace{so}, true
	}
	if o, ok := isDuplex(v); ok {
		return r.foreignOf(o), true
	}
	return nil, false
}

// on listens to an event of any emitter, by its own on method.
func (r *Room) on(o *goja.Object, event string, fn func(args []goja.Value)) *events.Listening {
	name := bind.String(event)
	js := bind.Function(r.h.VM, bind.Method{Name: event, Fn: func(c goja.FunctionCall) goja.Value {
		fn(c.Arguments)
		return goja.Undefined()
	}})
	bind.Invoke(r.h.VM, o, "on", name, js)
	return events.Removing(func() { bind.Invoke(r.h.VM, o, "removeListener", name, js) })
}

// ifAny calls a method if the stream has it.
func ifAny(o *goja.Object, method string, args ...goja.Value) bool {
	fn, ok := bind.ToCallable(o.Get(method))
	if ok {
		fn.Call(o, args...)
	}
	return ok
}

// setTimeout sets the idle timeout of a socket or of any stream.
func (r *Room) setTimeout(so *goja.Object, ms goja.Value) {
	if !ifAny(so, "setTimeout", ms) {
		r.foreignOf(so).SetTimeout(ms.ToFloat())
	}
}

// enter runs fn with JavaScript allowed.
func (f *foreign) enter(fn func()) { f.room.h.Door.Enter(modules.Func(fn)) }

// Object implements face.
func (f *foreign) Object() *goja.Object { return f.obj }

func (f *foreign) connection() link {
	if f.Destroyed() || bind.Truthy(f.obj.Get("connecting")) {
		return nil
	}
	return f
}

// SetConsumer implements link. Our listeners go with the last consumer.
func (f *foreign) SetConsumer(c sock.Consumer) {
	f.consumer = c
	switch {
	case c == nil:
		f.off.Remove()
	case f.off == nil:
		if f.gone || bind.Truthy(f.obj.Get("closed")) {
			f.room.h.Door.NextTick(modules.Func(f.onClose))
			return
		}
		on := func(event string, fn func(args []goja.Value)) { f.off = append(f.off, f.room.on(f.obj, event, fn)) }
		on("end", func([]goja.Value) { f.inEnd = true; f.deliver() })
		on("close", func([]goja.Value) { f.onClose() })
		on("drain", func([]goja.Value) { f.blocked = false; f.drained() })
		on("data", f.onData)
	}
}

// Consumer implements link.
func (f *foreign) Consumer() sock.Consumer { return f.consumer }

func (f *foreign) onData(args []goja.Value) {
	b, ok := buffer.Bytes(bind.Arg(args, 0))
	if !ok {
		// Decoded text has lost what the bytes were.
		panic(f.room.h.Err.New("ERR_HTTP_SOCKET_ENCODING"))
	}
	f.in = append(f.in, sock.NewChunk(b))
	f.deliver()
}

// deliver gives the consumer what waits, never inside another callback of it.
func (f *foreign) deliver() {
	if f.delivering {
		return
	}
	f.delivering = true
	defer func() { f.delivering = false }()
	for !f.paused && f.consumer != nil {
		switch {
		case len(f.in) > 0:
			c := f.in[0]
			f.in = f.in[1:]
			f.consumer.OnData(c)
		case f.inEnd:
			f.inEnd = false
			f.consumer.OnEnd()
		default:
			f.in = nil
			return
		}
	}
}

func (f *foreign) onClose() {
	if f.gone && f.consumer == nil {
		return
	}
	f.gone = true
	f.timer.Stop()
	f.DropFrom(0)
	c := f.consumer
	f.SetConsumer(nil)
	dones := f.dones
	f.dones = nil
	for _, d := range dones {
		d.fn(sock.ErrClosed)
	}
	if c != nil {
		c.OnClose()
	}
}

// Pause implements link.
func (f *foreign) Pause() {
	f.paused = true
	bind.Invoke(f.room.h.VM, f.obj, "pause")
}

// Resume implements link.
func (f *foreign) Resume() {
	if !f.paused {
		return
	}
	f.paused = false
	if len(f.in) > 0 || f.inEnd {
		f.room.h.Door.NextTick(modules.Func(f.deliver))
	}
	f.enter(func() { bind.Invoke(f.room.h.VM, f.obj, "resume") })
}

// SetActive implements link: a stream keeps nothing alive by itself.
func (f *foreign) SetActive(bool) {}

// Out implements wire.
func (f *foreign) Out(int) []byte {
	if f.ending || f.Destroyed() {
		return nil
	}
	if f.block == nil {
		f.block = make([]byte, 0, 512)
	}
	return f.block
}

// SetOut implements wire.
func (f *foreign) SetOut(p []byte) bool {
	if f.ending || f.gone {
		return false
	}
	n := len(p) - len(f.block)
	f.block = p
	return f.queue(n)
}

// WriteLent implements wire: the stream gets the program's bytes as they are.
func (f *foreign) WriteLent(p []byte, done func(*sock.Error)) bool {
	if f.ending || f.gone {
		return false
	}
	f.pieces = append(f.takePieces(), p)
	ok := f.queue(len(p))
	if done != nil {
		f.Flushed(done)
	}
	return ok
}

// WriteString implements link.
func (f *foreign) WriteString(p string, done func(*sock.Error)) bool {
	out := f.Out(len(p))
	if out == nil {
		return false
	}
	ok := f.SetOut(append(out, p...))
	if done != nil {
		f.Flushed(done)
	}
	return ok
}

// writeEmpty puts a piece of no bytes behind the others. Node ends a message so whose body was given
// whole, and streams that count writes know it.
//
// Node v20 lib/_http_outgoing.js: OutgoingMessage.prototype.end.
func (f *foreign) writeEmpty() { f.pieces = append(f.takePieces(), []byte{}) }

// takePieces moves the block behind the pieces, and them out.
func (f *foreign) takePieces() [][]byte {
	p := f.pieces
	if len(f.block) > 0 {
		p = append(p, f.block)
	}
	f.pieces, f.block = nil, nil
	return p
}

// queue counts n bytes and has them written at the end of the tick.
func (f *foreign) queue(n int) bool {
	f.accepted += int64(n)
	if n > 0 && !f.ticking {
		f.ticking = true
		f.room.h.Door.NextTick(modules.Func(f.flush))
	}
	if f.Queued() < f.HighWaterMark() && !f.blocked {
		return true
	}
	f.needDrain = true
	return false
}

// flush gives the stream what was collected.
func (f *foreign) flush() {
	f.ticking = false
	if f.Destroyed() {
		f.DropFrom(0)
		return
	}
	p := f.takePieces()
	if len(p) == 0 {
		return
	}
	pos := f.accepted
	corked := len(p) > 1 && ifAny(f.obj, "cork")
	for i, b := range p {
		args := []goja.Value{f.room.buf.Wrap(b)}
		if i == len(p)-1 {
			args = append(args, f.room.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
				f.wrote(pos, c.Argument(0))
				return goja.Undefined()
			}))
		}
		if ok := bind.Invoke(f.room.h.VM, f.obj, "write", args...); !bind.Truthy(ok) {
			f.blocked = true
		}
	}
	if corked {
		ifAny(f.obj, "uncork")
	}
	f.drained()
}

// wrote hears that the first pos bytes were written, or why not.
func (f *foreign) wrote(pos int64, err goja.Value) {
	f.written = max(f.written, pos)
	var e *sock.Error
	if bind.Truthy(err) {
		e = sock.ErrClosed // 'error' tells more
	}
	for len(f.dones) > 0 && f.dones[0].pos <= f.written {
		fn := f.dones[0].fn
		f.dones = f.dones[1:]
		fn(e)
	}
	f.drained()
}

func (f *foreign) drained() {
	if f.needDrain && !f.blocked && len(f.block) == 0 && len(f.pieces) == 0 && f.Queued() < f.HighWaterMark() {
		f.needDrain = false
		if f.consumer != nil {
			f.consumer.OnDrain()
		}
	}
}

// Flushed implements wire.
func (f *foreign) Flushed(fn func(*sock.Error)) {
	switch {
	case f.Destroyed():
		f.room.h.Door.NextTick(modules.Func(func() { fn(sock.ErrClosed) }))
	case f.accepted == f.written:
		f.room.h.Door.NextTick(modules.Func(func() { fn(nil) }))
	default:
		f.dones = append(f.dones, foreignDone{f.accepted, fn})
	}
}

// Queued implements wire.
func (f *foreign) Queued() int { return int(f.accepted - f.written) }

// HighWaterMark implements wire.
func (f *foreign) HighWaterMark() int { return f.room.highWaterMark }

// BytesWritten implements link.
func (f *foreign) BytesWritten() int64 { return f.accepted }

// Destroyed implements wire.
func (f *foreign) Destroyed() bool { return f.gone || bind.Truthy(f.obj.Get("destroyed")) }

// DropFrom implements link.
func (f *foreign) DropFrom(pos int64) {
	all := f.takePieces()
	at := f.accepted
	for _, p := range all {
		at -= int64(len(p))
	}
	for _, p := range all {
		keep := min(max(pos-at, 0), int64(len(p)))
		at += int64(len(p))
		f.accepted -= int64(len(p)) - keep
		if keep > 0 {
			f.pieces = append(f.pieces, p[:keep])
		}
	}
}

// CloseWrite implements link.
func (f *foreign) CloseWrite(done func(*sock.Error)) {
	f.flush()
	f.ending = true
	f.enter(func() { bind.Invoke(f.room.h.VM, f.obj, "end") })
	if done != nil {
		f.Flushed(done)
	}
}

// Destroy implements link: what was written in this tick still reaches the stream.
func (f *foreign) Destroy(*sock.Error) { f.destroy(nil) }

func (f *foreign) destroy(err goja.Value) {
	f.enter(func() {
		f.flush()
		if bind.IsNullish(err) {
			bind.Invoke(f.room.h.VM, f.obj, "destroy")
		} else {
			bind.Invoke(f.room.h.VM, f.obj, "destroy", err)
		}
	})
}

// DestroySoon implements link. What has no destroySoon ends, and is the peer's to close.
//
// Node v20 lib/_http_server.js: resOnFinish.
func (f *foreign) DestroySoon() {
	f.enter(func() {
		f.flush()
		f.ending = true
		if !ifAny(f.obj, "destroySoon") {
			bind.Invoke(f.room.h.VM, f.obj, "end")
		}
	})
}

// SetTimeout implements face.
func (f *foreign) SetTimeout(ms float64) {
	f.enter(func() {
		if ifAny(f.obj, "setTimeout", f.room.h.VM.ToValue(ms)) {
			return
		}
		f.timerMs = ms
		f.timer.Stop()
		if ms > 0 && !f.gone {
			d, _ := eventloop.RoundTimeout(ms)
			f.timer.Start(d)
		}
	})
}

// Active implements face. A stream with a setTimeout of its own sees the activity itself.
func (f *foreign) Active() {
	if f.timerMs > 0 && f.timer.Active() {
		f.timer.Refresh()
	}
}

func (f *foreign) onTimer() {
	f.enter(func() { bind.Invoke(f.room.h.VM, f.obj, "emit", bind.String("timeout")) })
}

// OnEnd and OnClose implement face: the stream tells by itself.
func (f *foreign) OnEnd()   {}
func (f *foreign) OnClose() {}

func (f *foreign) own(net.Owner) {}

// The program's own listeners hear the stream itself.
func (f *foreign) tap([]byte) {}
func (f *foreign) tapEnd()    {}

// handBack takes our listeners off. The stream flows no more until somebody listens again.
//
// Node v20 lib/_http_server.js: onParserExecuteCommon.
func (f *foreign) handBack() {
	f.flush()
	f.timer.Stop()
	f.SetConsumer(nil)
	f.obj.Set("readableFlowing", goja.Null())
}

func (f *foreign) readAhead() {}

var (
	_ link = (*sock.Sock)(nil)
	_ link = (*foreign)(nil)
	_ face = netFace{}
	_ face = (*foreign)(nil)
)
