package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Sink takes what a Writable is given: the class's own _write. It is used while the property
// _write of the object is gonode's; a _write of the user's is called in its place.
type Sink interface {
	// Write takes one chunk; it is lent until done is called, once, at once or later, with nil or
	// the error. The next chunk comes after that. done is the same function for every write of the
	// stream.
	Write(c Chunk, done func(err goja.Value))
}

// VectorSink is a Sink that takes all that waits in one piece: the class's own _writev.
type VectorSink interface {
	Writev(chunks []Chunk, done func(err goja.Value))
}

// Finalizer is a Sink that wants to know of the end before 'finish': the class's own _final.
type Finalizer interface {
	Final(done func(err goja.Value))
}

// WritableOptions are the options that Go code sets. The zero value is Node's default.
type WritableOptions struct {
	HighWaterMark int // bytes, or objects; 0: the default; negative: none at all
	ObjectMode    bool
	KeepStrings   bool // decodeStrings: false: strings reach the sink as they are
	NoAutoDestroy bool // do not destroy after 'finish'
	NoEmitClose   bool
}

type writeReq struct {
	Chunk
	cb Callback
}

// Writable is the Go half of a stream.Writable: Node's WritableState and the machine round it. It
// is embedded by value and initialised by InitWritable.
type Writable struct {
	base
	sink      Sink
	corked    int
	writelen  int // the length of what is being written
	pendingcb int // callbacks to come before 'finish'
	buffered  []writeReq
	index     int // first of buffered
	writecb   Callback
	after     *afterWrites // the tick that more writes can join; nil if none
	spare     afterWrites  // the first of them, so that one costs nothing
	onFinish  []Callback
	done      func(err goja.Value) // onwrite for the sink
	onwriteFn *goja.Object         // onwrite for a _write of the user's
	writeFn   bind.Callable        // the user's _write, as last seen
}

// afterWrites is the tick of writes that were done at once and have the same callback.
type afterWrites struct {
	w     *Writable
	count int
	cb    Callback
}

// InitWritable makes w the writable layer of s, the state of obj. sink may be nil: then _write is
// JavaScript's.
func (r *Room) InitWritable(obj *goja.Object, s *bind.State, w *Writable, sink Sink, o WritableOptions) {
	w.base.init(r, obj, s)
	w.sink = sink
	w.flags |= allBuffers | allNoop
	if o.ObjectMode {
		w.flags |= objectMode
		w.hwm = r.hwmObjects
	}
	switch {
	case o.HighWaterMark > 0:
		w.hwm = o.HighWaterMark
	case o.HighWaterMark < 0:
		w.hwm = 0
	}
	w.set(decodeStrings, !o.KeepStrings)
	w.set(autoDestroy, !o.NoAutoDestroy)
	w.set(emitClose, !o.NoEmitClose)
	s.Put(bind.Writable, w)
}

// WritableOf returns the writable half of v, nil if it has none.
func WritableOf(v goja.Value) *Writable { return writableOf(bind.Of(v)) }

type (
	afterWriteTask  Writable
	finishMaybeTask Writable
	finishTask      Writable
	errorBufferTask Writable
)

func (t *afterWriteTask) Run()  { (*Writable)(t).afterWrite(1, Callback{}) }
func (t *finishMaybeTask) Run() { (*Writable)(t).finishLater() }
func (t *finishTask) Run()      { (*Writable)(t).finish() }
func (t *errorBufferTask) Run() { (*Writable)(t).errorBuffer() }

func (a *afterWrites) Run() {
	w, count, cb := a.w, a.count, a.cb
	*a = afterWrites{}
	w.after = nil
	w.afterWrite(count, cb)
}

func (w *Writable) tick(t modules.Task) { w.r.h.Door.NextTick(t) }

// Write writes b, which is lent until cb is called, and reports whether the writer may go on;
// if not, 'drain' will tell.
func (w *Writable) Write(b []byte, cb Callback) bool {
	if b == nil {
		b = []byte{}
	}
	return w.write(Chunk{Bytes: b}, cb) == nil && w.mayGoOn()
}

// WriteValue is write(chunk, encoding, cb) of JavaScript. It throws for a chunk of the wrong type.
func (w *Writable) WriteValue(chunk, encoding goja.Value, cb Callback) bool {
	c := w.toChunk(chunk, encoding)
	return w.write(c, cb) == nil && w.mayGoOn()
}

// WriteChunk writes a chunk as it came out of a Readable.
func (w *Writable) WriteChunk(c Chunk, cb Callback) bool {
	if c.Bytes == nil || w.has(objectMode) {
		return w.WriteValue(c.JS(w.r), nil, cb)
	}
	return w.write(Chunk{Bytes: c.Bytes, Value: c.Value}, cb) == nil && w.mayGoOn()
}

// toChunk checks the arguments of write.
func (w *Writable) toChunk(v, encoding goja.Value) Chunk {
	r := w.r
	if v == nil {
		v = goja.Undefined()
	}
	if goja.IsNull(v) {
		r.h.Err.Throw("ERR_STREAM_NULL_VALUES")
	}
	if w.has(objectMode) {
		if encoding == nil {
			encoding = goja.Undefined()
		}
		return Chunk{Value: v, Encoding: encoding}
	}
	enc := buffer.UTF8
	if !bind.Truthy(encoding) {
		encoding = w.defEnc
		if encoding == nil {
			encoding = encodingUTF8
		} else {
			enc = r.encodingOf(encoding)
		}
	} else if !encoding.StrictEquals(encodingBuffer) {
		enc = r.encodingOf(encoding)
	}
	if s, ok := v.(goja.String); ok {
		if !w.has(decodeStrings) {
			return Chunk{Value: s, Encoding: encoding}
		}
		b := buffer.Append(nil, s, enc)
		if b == nil {
			b = []byte{}
		}
		return Chunk{Bytes: b}
	}
	b, ok := viewBytes(v)
	if !ok {
		panic(r.h.Err.InvalidArgType("chunk", []string{"string", "Buffer", "TypedArray", "DataView"}, v))
	}
	if r.buf.IsBuffer(v) {
		return Chunk{Bytes: b, Value: v}
	}
	return Chunk{Bytes: b}
}

// write is _write of Node's writable.js. It returns the error of a write that may not be, which
// has been reported to cb and to the stream.
func (w *Writable) write(c Chunk, cb Callback) (err goja.Value) {
	switch {
	case w.has(ending):
		err = w.r.h.Err.New("ERR_STREAM_WRITE_AFTER_END")
	case w.has(destroyed):
		err = w.r.h.Err.New("ERR_STREAM_DESTROYED", "write")
	}
	if err != nil {
		w.nextTick(cb, err)
		w.r.errorOrDestroy(readableOf(w.st), w, err, true)
		return err
	}
	w.pendingcb++
	w.writeOrBuffer(c, cb)
	return nil
}

// nextTick calls cb with err in the next tick.
func (w *Writable) nextTick(cb Callback, err goja.Value) {
	w.tick(modules.Func(func() { cb.Call(err) }))
}

func (w *Writable) writeOrBuffer(c Chunk, cb Callback) {
	n := c.size(w.has(objectMode))
	w.length += n
	if w.flags&(writing|errored|constructed) != constructed || w.corked > 0 {
		w.buffered = append(w.buffered, writeReq{c, cb})
		if c.Encoding != nil {
			w.flags &^= allBuffers
		}
		if !cb.IsZero() {
			w.flags &^= allNoop
		}
	} else {
		w.writelen = n
		w.writecb = cb
		w.flags |= writing | sync | expectWriteCb
		w.callWrite(c)
		w.flags &^= sync
	}
	if !(w.length < w.hwm || w.length == 0) {
		w.flags |= needDrain
	}
}

// BufferedBytes counts the bytes of the chunks that wait for the one being written.
func (w *Writable) BufferedBytes() (n int64) {
	for i := w.index; i < len(w.buffered); i++ {
		n += int64(w.buffered[i].ByteLength())
	}
	return n
}

// mayGoOn is what write returns.
func (w *Writable) mayGoOn() bool {
	return (w.length < w.hwm || w.length == 0) && !w.has(destroyed|errored)
}

// callWrite calls _write: the user's, or the sink.
func (w *Writable) callWrite(c Chunk) {
	fn, native := w.r.method(w.obj, "_write", &w.writeFn)
	if native {
		if w.sink != nil {
			w.sink.Write(c, w.onwriteGo())
			return
		}
		w.writeByWritev(c)
		return
	}
	fn.Call(w.obj, c.JS(w.r), c.encoding(), w.onwriteJS())
}

// writeByWritev is Writable.prototype._write: one chunk for _writev.
func (w *Writable) writeByWritev(c Chunk) {
	if fn, ok := bind.ToCallable(w.obj.Get("_writev")); ok {
		fn.Call(w.obj, w.r.chunkArray([]writeReq{{Chunk: c}}, false), w.onwriteJS())
		return
	}
	w.r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "_write()")
}

func (w *Writable) onwriteGo() func(err goja.Value) {
	if w.done == nil {
		w.done = w.onwrite
	}
	return w.done
}

func (w *Writable) onwriteJS() *goja.Object {
	if w.onwriteFn == nil {
		w.onwriteFn = w.r.errFunc("onwrite", w.onwrite)
	}
	return w.onwriteFn
}

// doWrite writes one buffered chunk or, with all, everything.
func (w *Writable) doWrite(n int, cb Callback, call func()) {
	w.writelen = n
	w.writecb = cb
	w.flags |= writing | sync | expectWriteCb
	if w.has(destroyed) {
		w.onwrite(w.r.h.Err.New("ERR_STREAM_DESTROYED", "write"))
	} else {
		call()
	}
	w.flags &^= sync
}

// onwrite is called when a write is done.
func (w *Writable) onwrite(err goja.Value) {
	if !w.has(expectWriteCb) {
		w.r.errorOrDestroy(readableOf(w.st), w, w.r.h.Err.New("ERR_MULTIPLE_CALLBACK"), false)
		return
	}
	atOnce := w.has(sync)
	cb := w.writecb
	w.writecb = Callback{}
	w.flags &^= writing | expectWriteCb
	w.length -= w.writelen
	w.writelen = 0

	if err = errOf(err); err != nil {
		if !w.has(errored) {
			w.setErr(err)
		}
		if rd := readableOf(w.st); rd != nil && !rd.has(errored) {
			rd.setErr(err)
		}
		if atOnce {
			w.tick(modules.Func(func() { w.onwriteError(err, cb) }))
		} else {
			w.onwriteError(err, cb)
		}
		return
	}
	if len(w.buffered) > 0 {
		w.clearBuffer()
	}
	if !atOnce {
		w.afterWrite(1, cb)
		return
	}
	// Node v20 asks for the tick in object mode too: its test of kDestroyed reads another bit.
	needTick := w.has(needDrain) && w.length == 0 || w.has(objectMode)
	switch {
	case cb.IsZero() && needTick && !w.has(afterWritePending):
		w.tick((*afterWriteTask)(w))
		w.flags |= afterWritePending
	case cb.IsZero():
		w.pendingcb--
		if w.has(ending) {
			w.finishMaybe(true)
		}
	case w.after != nil && w.after.cb.is(cb):
		w.after.count++
	default:
		w.after = &w.spare
		if w.spare.w != nil {
			w.after = new(afterWrites)
		}
		*w.after = afterWrites{w, 1, cb}
		w.tick(w.after)
		w.flags |= afterWritePending
	}
}

func (w *Writable) onwriteError(err goja.Value, cb Callback) {
	w.pendingcb--
	cb.Call(err)
	w.errorBuffer()
	w.r.errorOrDestroy(readableOf(w.st), w, err, false)
}

func (w *Writable) afterWrite(count int, cb Callback) {
	w.flags &^= afterWritePending
	if w.flags&(ending|needDrain|destroyed) == needDrain && w.length == 0 {
		w.flags &^= needDrain
		w.emit("drain")
	}
	for ; count > 0; count-- {
		w.pendingcb--
		cb.Call(nil)
	}
	if w.has(destroyed) {
		w.errorBuffer()
	}
	if w.has(ending) {
		w.finishMaybe(true)
	}
}

// errorBuffer fails what waits.
func (w *Writable) errorBuffer() {
	if w.has(writing) {
		return
	}
	failure := func(what string) goja.Value {
		if w.err != nil {
			return w.err
		}
		return w.r.h.Err.New("ERR_STREAM_DESTROYED", what)
	}
	for i := w.index; i < len(w.buffered); i++ {
		req := w.buffered[i]
		w.length -= req.size(w.has(objectMode))
		if !req.cb.IsZero() {
			req.cb.Call(failure("write"))
		}
	}
	if len(w.onFinish) > 0 {
		w.callFinished(failure("end"))
	}
	w.resetBuffer()
}

func (w *Writable) resetBuffer() {
	clear(w.buffered)
	w.buffered, w.index = w.buffered[:0], 0
	w.flags |= allBuffers | allNoop
}

// clearBuffer writes what waits.
func (w *Writable) clearBuffer() {
	if w.flags&(destroyed|bufferProcessing|constructed) != constructed || w.corked > 0 {
		return
	}
	n := len(w.buffered) - w.index
	if n == 0 {
		return
	}
	w.flags |= bufferProcessing
	if writev := w.writev(); n > 1 && writev != nil {
		w.pendingcb -= n - 1
		reqs := append([]writeReq(nil), w.buffered[w.index:]...)
		var cb Callback
		if !w.has(allNoop) {
			cb = Func(func(err goja.Value) {
				for _, req := range reqs {
					req.cb.Call(err)
				}
			})
		}
		all := w.has(allBuffers)
		w.doWrite(w.length, cb, func() { writev(reqs, all) })
		w.resetBuffer()
	} else {
		for {
			req := w.buffered[w.index]
			w.buffered[w.index] = writeReq{}
			w.index++
			w.doWrite(req.size(w.has(objectMode)), req.cb, func() { w.callWrite(req.Chunk) })
			if w.index >= len(w.buffered) || w.has(writing) {
				break
			}
		}
		switch {
		case w.index >= len(w.buffered):
			w.resetBuffer()
		case w.index > 256:
			n := copy(w.buffered, w.buffered[w.index:])
			clear(w.buffered[n:])
			w.buffered, w.index = w.buffered[:n], 0
		}
	}
	w.flags &^= bufferProcessing
}

// writev returns what writes several chunks at once: _writev of the user's, or the sink; nil if
// there is nothing.
func (w *Writable) writev() func(reqs []writeReq, all bool) {
	v := w.obj.Get("_writev")
	if o, ok := v.(*goja.Object); ok && !w.r.isNative(o) {
		fn, ok := bind.ToCallable(o)
		if !ok {
			return nil
		}
		return func(reqs []writeReq, all bool) {
			fn.Call(w.obj, w.r.chunkArray(reqs, all), w.onwriteJS())
		}
	}
	sink, ok := w.sink.(VectorSink)
	if !ok {
		return nil
	}
	if bind.IsNullish(v) {
		// The class shows no _writev: a _write of the user's must see every chunk.
		if _, native := w.r.method(w.obj, "_write", &w.writeFn); !native {
			return nil
		}
	}
	return func(reqs []writeReq, _ bool) {
		chunks := make([]Chunk, len(reqs))
		for i := range reqs {
			chunks[i] = reqs[i].Chunk
		}
		sink.Writev(chunks, w.onwriteGo())
	}
}

// chunkArray is what _writev gets: [{chunk, encoding}], with the mark allBuffers.
func (r *Room) chunkArray(reqs []writeReq, all bool) goja.Value {
	out := make([]any, len(reqs))
	for i := range reqs {
		o := r.h.VM.NewObject()
		o.Set("chunk", reqs[i].JS(r))
		o.Set("encoding", reqs[i].encoding())
		if cb := reqs[i].cb; cb.js.Obj != nil {
			o.Set("callback", cb.js.Obj)
		}
		out[i] = o
	}
	a := r.h.VM.NewArray(out...)
	if len(reqs) > 1 {
		a.Set("allBuffers", all)
	}
	return a
}
