package zlib

import (
	"bytes"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// input is the first argument of gzip(buffer[, options], callback) and its kin.
func (r *Room) input(v goja.Value) []byte {
	if nodeerr.IsString(v) {
		return buffer.Append(nil, v, buffer.UTF8)
	}
	b, ok := buffer.Bytes(v)
	if !ok {
		panic(r.h.Err.InvalidArgType("buffer", []string{"string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"}, v))
	}
	return b
}

// tooLarge is the error of a result beyond maxOutputLength.
type tooLarge struct{ limit float64 }

func (tooLarge) Error() string { return "too large" }

// whole runs a codec over all of b. Any goroutine.
func whole(o options, b []byte) ([]byte, error) {
	if o.mode.compresses() {
		e := newEncoder(o.params)
		end := o.finish
		out := e.write(b, end)
		if float64(len(out)) > o.maxOutput {
			return nil, tooLarge{o.maxOutput}
		}
		return out, nil
	}
	var out []byte
	fits := true
	err := decode(o.params, bytes.NewReader(b), o.chunkSize, func(piece []byte) bool {
		fits = float64(len(out)+len(piece)) <= o.maxOutput
		if fits {
			out = append(out, piece...)
		}
		return fits
	})
	if !fits {
		return nil, tooLarge{o.maxOutput}
	}
	return out, err
}

// wholeError is what whole's error becomes.
func (r *Room) wholeError(err error) *goja.Object {
	if t, ok := err.(tooLarge); ok {
		return r.h.Err.New("ERR_BUFFER_TOO_LARGE", int64(t.limit))
	}
	return r.failure(err)
}

// wholeResult is what the program gets: the bytes, or with the option info also the engine.
func (r *Room) wholeResult(c class, o options, opts goja.Value, out []byte) goja.Value {
	b := r.buffers.Wrap(out)
	if !o.info {
		return b
	}
	both := r.h.VM.NewObject()
	both.Set("buffer", b)
	both.Set("engine", r.create(c, opts))
	return both
}

// sync is gzipSync(buffer[, options]) and its kin.
func (r *Room) sync(c class, call goja.FunctionCall) goja.Value {
	b := r.input(call.Argument(0))
	o := r.options(c.mode, call.Argument(1))
	out, err := whole(o, b)
	if err != nil {
		panic(r.wholeError(err))
	}
	return r.wholeResult(c, o, call.Argument(1), out)
}

// callback is gzip(buffer[, options], callback) and its kin.
func (r *Room) callback(c class, call goja.FunctionCall) goja.Value {
	opts, cb := call.Argument(1), call.Argument(2)
	if _, ok := goja.AssertFunction(opts); ok && bind.IsUndefined(cb) {
		opts, cb = goja.Undefined(), opts
	}
	fn := r.h.Err.ValidateFunction(cb, "callback")
	o := r.options(c.mode, opts)
	b := bytes.Clone(r.input(call.Argument(0))) // the program may change its own meanwhile
	r.h.Loop.Work(func() func() {
		out, err := whole(o, b)
		return func() {
			r.h.Door.Enter(modules.Func(func() {
				if err != nil {
					bind.Call(fn, goja.Undefined(), r.wholeError(err))
					return
				}
				bind.Call(fn, goja.Undefined(), goja.Null(), r.wholeResult(c, o, opts, out))
			}))
		}
	})
	return goja.Undefined()
}
