package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// Resume lets the data flow: readable.resume().
func (rd *Readable) Resume() {
	if !rd.has(flowing) {
		// With a listener for 'readable' data does not flow, but resume runs all the same.
		rd.flags |= hasFlowing
		rd.set(flowing, !rd.has(readableListening))
		if !rd.has(resumeScheduled) {
			rd.flags |= resumeScheduled
			rd.tick((*resumeTask)(rd))
		}
	}
	rd.flags |= hasPaused
	rd.flags &^= paused
}

// resumeNow is resume_.
func (rd *Readable) resumeNow() {
	if !rd.has(reading) {
		rd.readZero()
	}
	rd.flags &^= resumeScheduled
	rd.emit("resume")
	rd.flow()
	if rd.flags&(flowing|reading) == flowing {
		rd.readZero()
	}
}

// Pause stops the flow: readable.pause().
func (rd *Readable) Pause() {
	if rd.flags&(hasFlowing|flowing) != hasFlowing {
		rd.flags |= hasFlowing
		rd.flags &^= flowing
		rd.emit("pause")
	}
	rd.flags |= hasPaused | paused
}

// IsPaused is readable.isPaused().
func (rd *Readable) IsPaused() bool {
	return rd.has(paused) || rd.flags&(hasFlowing|flowing) == hasFlowing
}

// Flowing reports whether data flows: readableFlowing === true.
func (rd *Readable) Flowing() bool { return rd.has(flowing) }

// Ended reports whether the end of the data was pushed.
func (rd *Readable) Ended() bool { return rd.has(ended) }

// EndEmitted reports whether 'end' was emitted: readableEnded.
func (rd *Readable) EndEmitted() bool { return rd.has(endEmitted) }

// DidRead reports whether 'data' was emitted: readableDidRead.
func (rd *Readable) DidRead() bool { return rd.has(dataEmitted) }

// Reading reports whether the source was asked and has not pushed yet.
func (rd *Readable) Reading() bool { return rd.has(reading) }

// SetReading says that a read is under way that nobody asked for, or that none is.
func (rd *Readable) SetReading(on bool) { rd.set(reading, on) }

// Listening reports whether anybody waits for data: listeners, a pipe, or a Go consumer.
func (rd *Readable) Listening() bool {
	return rd.dataListening() || rd.emitter().Count("readable") > 0
}

// Read takes all that waits, as read() does; ok is false for null.
func (rd *Readable) Read() (c Chunk, ok bool) { return rd.read(nan) }

// SetEnding marks the stream ended without emitting anything: readable: false of a Duplex.
func (rd *Readable) SetEnding() { rd.flags |= isUnreadable | ended | endEmitted }

// Destroy destroys the stream as stream.destroy(err) does, through a destroy of the user's if
// there is one; a nil err is none.
func (rd *Readable) Destroy(err goja.Value) { rd.r.callDestroy(rd.obj, err) }

// ErrorOrDestroy reports err: it destroys the stream if it destroys itself, else it emits 'error'.
func (rd *Readable) ErrorOrDestroy(err goja.Value) { rd.fail(err) }

// SetDataFunc makes fn a listener for 'data' that gets the bytes of each chunk, without a Buffer
// being made as long as nobody else listens. The bytes are given. As on('data') does, it starts
// the flow unless the stream was paused.
func (rd *Readable) SetDataFunc(fn func(b []byte)) {
	rd.onData(func(c Chunk) {
		if c.Bytes == nil {
			fn(c.Append(nil))
		} else {
			fn(c.Bytes)
		}
	})
}

// onData adds a Go listener for 'data'. Who removes it sets direct to nil.
func (rd *Readable) onData(fn func(c Chunk)) *events.Listening {
	l := rd.r.ev.On(rd.obj, "data", func(args []goja.Value) {
		c := Chunk{Value: bind.Arg(args, 0)}
		c.Bytes, _ = viewBytes(c.Value)
		fn(c)
	})
	if rd.emitter().Count("data") == 1 {
		rd.direct = fn
	}
	rd.afterOn("data")
	return l
}

// afterOn does what Readable.prototype.on adds to EventEmitter's.
func (rd *Readable) afterOn(name string) {
	switch name {
	case "data":
		if rd.emitter().Count("readable") > 0 {
			rd.flags |= readableListening
		}
		if rd.flags&(hasFlowing|flowing) != hasFlowing {
			rd.callResume()
		}
	case "readable":
		if rd.has(endEmitted | readableListening) {
			return
		}
		rd.flags |= readableListening | needReadable | hasFlowing
		rd.flags &^= flowing | emittedReadable
		if rd.length > 0 {
			rd.emitReadable()
		} else if !rd.has(reading) {
			rd.tick((*readZeroTask)(rd))
		}
	}
}

func (rd *Readable) callResume() {
	if fn, native := rd.r.method(rd.obj, "resume", nil); native {
		rd.Resume()
	} else {
		fn.Call(rd.obj)
	}
}

func (rd *Readable) callPause() {
	if fn, native := rd.r.method(rd.obj, "pause", nil); native {
		rd.Pause()
	} else {
		fn.Call(rd.obj)
	}
}

// callPush is this.push(v).
func (rd *Readable) callPush(v goja.Value) bool {
	fn, native := rd.r.method(rd.obj, "push", nil)
	if native {
		return rd.PushValue(v, nil)
	}
	return bind.Truthy(fn.Call(rd.obj, v))
}

// updateListening is updateReadableListening.
func (rd *Readable) updateListening() {
	rd.set(readableListening, rd.emitter().Count("readable") > 0)
	switch {
	case rd.flags&(hasPaused|paused|resumeScheduled) == hasPaused|resumeScheduled:
		// Flowing must be true now, else the resume to come would not flow.
		rd.flags |= hasFlowing | flowing
	case rd.dataListening():
		rd.callResume()
	case !rd.has(readableListening):
		rd.flags &^= hasFlowing | flowing
	}
}

// SetEncoding makes the stream deliver strings: readable.setEncoding(enc).
func (rd *Readable) SetEncoding(enc buffer.Encoding) {
	rd.decoder = stringdecoder.New(enc)
	rd.encoding = bind.String(enc.String())
	var s goja.String = empty
	for i := rd.head; i < len(rd.buf); i++ {
		c := &rd.buf[i]
		if c.Bytes != nil {
			s = s.Concat(rd.decoder.Write(c.Bytes))
		} else if part, ok := c.Value.(goja.String); ok {
			s = s.Concat(part)
		}
	}
	clear(rd.buf)
	rd.buf, rd.head = rd.buf[:0], 0
	if s.Length() > 0 {
		rd.buf = append(rd.buf, Chunk{Value: s})
	}
	rd.length = s.Length()
}

var empty = bind.Constant("").(goja.String)
