package stream

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// flags holds the booleans of a Readable or a Writable. Names as in Node's states.
type flags uint64

const (
	objectMode flags = 1 << iota
	errorEmitted
	autoDestroy
	emitClose
	destroyed
	closed
	closeEmitted
	errored
	constructed
	constructing // a construct is scheduled or running

	// Readable
	ended // also Writable
	endEmitted
	reading
	sync // also Writable
	needReadable
	emittedReadable
	readableListening
	resumeScheduled
	multiAwaitDrain
	readingMore
	dataEmitted
	hasFlowing
	flowing
	hasPaused
	paused
	dataSticky   // 'data' listeners were removed all at once: Node goes on as if they were there
	readableGone // a 'readable' listener was removed while the event ran
	isUnreadable // state.readable === false

	// Writable
	finalCalled
	needDrain
	ending
	finished
	decodeStrings
	writing
	bufferProcessing
	prefinished
	allBuffers
	allNoop
	expectWriteCb
	afterWritePending
	hasWritable
	writableTrue
)

const defaultFlags = emitClose | autoDestroy | constructed | sync

// base is what the two halves of a stream have in common.
type base struct {
	r       *Room
	obj     *goja.Object
	st      *bind.State
	flags   flags
	length  int
	hwm     int
	err     goja.Value // errored: nil for none
	destroy destroying
	defEnc  goja.Value   // defaultEncoding; nil: utf8
	state   *goja.Object // _readableState or _writableState, made when somebody looks
}

func (b *base) has(f flags) bool { return b.flags&f != 0 }

func (b *base) set(f flags, on bool) {
	if on {
		b.flags |= f
	} else {
		b.flags &^= f
	}
}

func (b *base) setErr(err goja.Value) {
	b.err = errOf(err)
	b.set(errored, b.err != nil)
}

func (b *base) emitter() *events.Emitter {
	if e, ok := b.st.Get(bind.Emitter).(*events.Emitter); ok {
		return e
	}
	return b.r.ev.Of(b.obj)
}

func (b *base) init(r *Room, obj *goja.Object, s *bind.State) {
	*b = base{r: r, obj: obj, st: s, flags: defaultFlags, hwm: r.hwmBytes}
}

// Object returns the JavaScript side of the stream.
func (b *base) Object() *goja.Object { return b.obj }

// Destroyed reports whether destroy was called.
func (b *base) Destroyed() bool { return b.has(destroyed) }

// Closed reports whether _destroy is done.
func (b *base) Closed() bool { return b.has(closed) }

// Errored returns the error that ended the stream, nil if there is none.
func (b *base) Errored() goja.Value { return b.err }

// Length returns the bytes (objects, in object mode) that wait.
func (b *base) Length() int { return b.length }

// HighWaterMark returns the length from which on the stream asks for a pause.
func (b *base) HighWaterMark() int { return b.hwm }

// SetHighWaterMark sets it.
func (b *base) SetHighWaterMark(n int) { b.hwm = n }

// ObjectMode reports whether the stream carries values and not bytes.
func (b *base) ObjectMode() bool { return b.has(objectMode) }

// emit emits an event, honouring an emit of the user's.
func (b *base) emit(name string, args ...goja.Value) bool {
	return b.r.ev.Emit(b.obj, name, args...)
}

// readableOf and writableOf return the halves of an object's state.
func readableOf(s *bind.State) *Readable {
	if s == nil {
		return nil
	}
	rd, _ := s.Get(bind.Readable).(*Readable)
	return rd
}

func writableOf(s *bind.State) *Writable {
	if s == nil {
		return nil
	}
	w, _ := s.Get(bind.Writable).(*Writable)
	return w
}

// options are the constructor's options, read from JavaScript.
type options struct {
	r *Room
	o *goja.Object // nil: none
}

func (r *Room) options(args []goja.Value) options {
	o, _ := bind.Arg(args, 0).(*goja.Object)
	return options{r, o}
}

func (o options) get(name string) goja.Value {
	if o.o == nil {
		return goja.Undefined()
	}
	if v := o.o.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

func (o options) isTrue(name string) bool { return o.o != nil && bind.Truthy(o.get(name)) }

// isFalse is options.name === false.
func (o options) isFalse(name string) bool { return o.o != nil && o.get(name) == bind.False }

// common reads what both states have. half is "readable" or "writable".
func (o options) common(b *base, half string, duplex bool) {
	if o.o == nil {
		return
	}
	b.set(objectMode, o.isTrue("objectMode") || duplex && o.isTrue(half+"ObjectMode"))
	b.hwm = o.highWaterMark(half+"HighWaterMark", duplex, b.has(objectMode))
	b.set(emitClose, !o.isFalse("emitClose"))
	b.set(autoDestroy, !o.isFalse("autoDestroy"))
	if enc := o.get("defaultEncoding"); !bind.IsNullish(enc) {
		b.defEnc = o.r.knownEncoding(enc)
	}
}

// highWaterMark is getHighWaterMark of Node v20 lib/internal/streams/state.js.
func (o options) highWaterMark(key string, duplex, objects bool) int {
	v := o.get("highWaterMark")
	if bind.IsNullish(v) && duplex {
		v = o.get(key)
	}
	if bind.IsNullish(v) {
		if objects {
			return o.r.hwmObjects
		}
		return o.r.hwmBytes
	}
	f := math.NaN()
	if isNumber(v) {
		f = v.ToFloat()
	}
	if f != math.Trunc(f) || f < 0 || math.IsInf(f, 0) {
		name := "options.highWaterMark"
		if duplex {
			name = "options." + key
		}
		panic(o.r.h.Err.InvalidArgValue(name, v, "is invalid"))
	}
	return toInt(f)
}

// toInt clamps f, so that a mark of 2**53 is a mark.
func toInt(f float64) int {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt:
		return math.MaxInt
	case f <= math.MinInt:
		return math.MinInt
	}
	return int(f)
}
