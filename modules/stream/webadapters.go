package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream/web"
)

// The ways between streams of Node and streams of the web: Node v20 lib/internal/webstreams/adapters.js.

func (r *Room) web() *web.Room { return web.Rooms.Of(r.h) }

// webStatics are the static methods fromWeb and toWeb of a class.
func webStatics(fromWeb, toWeb func(v, opts goja.Value) goja.Value) []bind.Method {
	method := func(name string, length int, fn func(v, opts goja.Value) goja.Value) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value { return fn(c.Argument(0), c.Argument(1)) }}
	}
	return []bind.Method{method("fromWeb", 2, fromWeb), method("toWeb", 1, toWeb)}
}

// closedReadable and closedWritable are what stands for a half that is over, or was never there.
func (r *Room) closedReadable() *goja.Object {
	s := r.web().NewReadable(web.Strategy{HighWaterMark: 1}, func() {}, func(goja.Value) {}).Stream()
	s.Cancel(goja.Undefined())
	return s.Object()
}

func (r *Room) closedWritable() *goja.Object {
	s, _ := r.web().NewWritable(web.Strategy{HighWaterMark: 1}, web.Sink{Close: func() goja.Value { return nil }})
	s.Close()
	return s.Object()
}

// whenOver calls cb once, with the error or nil, when o is over for its web stream.
func (r *Room) whenOver(o *goja.Object, cb func(err goja.Value)) {
	var cleanup func()
	cleanup = r.Finished(o, FinishedOptions{}, func(err goja.Value) {
		if errCode(err) == "ERR_STREAM_PREMATURE_CLOSE" {
			err = r.h.Err.Abort(err)
		}
		cleanup()
		r.on(o, "error", false, func([]goja.Value) {}) // old streams fail more than once
		cb(err)
	})
}

// readableToWeb is Readable.toWeb: newReadableStreamFromStreamReadable.
func (r *Room) readableToWeb(v, opts goja.Value) goja.Value {
	o, _ := v.(*goja.Object)
	if _, ok := prop(v, "_readableState").(*goja.Object); !ok {
		panic(r.h.Err.InvalidArgType("streamReadable", []string{"stream.Readable"}, v))
	}
	if r.isDestroyed(o) == yes || !bind.Truthy(r.isReadable(o)) {
		return r.closedReadable()
	}
	objects := truthy(o, "readableObjectMode")
	st := web.Strategy{HighWaterMark: prop(o, "readableHighWaterMark").ToFloat()}
	if given := prop(opts, "strategy"); bind.Truthy(given) {
		st = r.web().StrategyOf(given)
	} else if !objects {
		st.Size = web.ByteLength
	}
	cancelled := false
	var c *web.Controller
	r.invoke(o, "pause")
	r.whenOver(o, func(err goja.Value) {
		switch {
		case err != nil:
			c.Error(err)
		case !cancelled:
			c.Close()
		}
	})
	r.on(o, "data", false, func(args []goja.Value) {
		chunk := bind.Arg(args, 0)
		if !objects && r.buf.IsBuffer(chunk) {
			// A plain Uint8Array with memory of its own: the reader may transfer it.
			b, _ := buffer.Bytes(chunk)
			chunk = r.web().Bytes(append([]byte(nil), b...))
		}
		c.Enqueue(chunk)
		if c.DesiredSize() <= 0 {
			r.invoke(o, "pause")
		}
	})
	c = r.web().NewReadable(st, func() { r.invoke(o, "resume") }, func(reason goja.Value) {
		cancelled = true
		r.destroyer(o, errOf(reason))
	})
	return c.Stream().Object()
}

// writableToWeb is Writable.toWeb: newWritableStreamFromStreamWritable.
func (r *Room) writableToWeb(v, _ goja.Value) goja.Value {
	o, _ := v.(*goja.Object)
	if !hasFunc(v, "write") || !hasFunc(v, "on") {
		panic(r.h.Err.InvalidArgType("streamWritable", []string{"stream.Writable"}, v))
	}
	if r.isDestroyed(o) == yes || !bind.Truthy(r.isWritable(o)) {
		return r.closedWritable()
	}
	st := web.Strategy{HighWaterMark: prop(o, "writableHighWaterMark").ToFloat()}
	var full, closing *web.Deferred // the write that waits for 'drain', the close that waits for 'finish'
	var breaks func(err goja.Value)
	over := false
	r.whenOver(o, func(err goja.Value) {
		over = true
		done := closing
		closing = nil
		switch {
		case err != nil:
			if full != nil {
				full.Reject(err)
			}
			if done != nil {
				done.Reject(err)
			}
			breaks(err)
		case done != nil:
			done.Resolve(goja.Undefined())
		default:
			breaks(r.h.Err.Abort(nil))
		}
	})
	r.on(o, "drain", false, func([]goja.Value) {
		if d := full; d != nil {
			full = nil
			d.Resolve(goja.Undefined())
		}
	})
	s, b := r.web().NewWritable(st, web.Sink{
		Write: func(chunk goja.Value) goja.Value {
			if !truthy(o, "writableNeedDrain") && bind.Truthy(r.invoke(o, "write", chunk)) {
				return nil
			}
			full = r.web().Deferred()
			return full.Promise()
		},
		Abort: func(reason goja.Value) goja.Value {
			r.destroyer(o, errOf(reason))
			return nil
		},
		Close: func() goja.Value {
			if closing != nil || over || r.isWritableEnded(o) == yes {
				return nil
			}
			closing = r.web().Deferred()
			p := closing.Promise()
			r.invoke(o, "end")
			return p
		},
	})
	breaks = b
	return s.Object()
}

// duplexToWeb is Duplex.toWeb: newReadableWritablePairFromDuplex.
func (r *Room) duplexToWeb(v, _ goja.Value) goja.Value {
	_, isWritable := prop(v, "_writableState").(*goja.Object)
	if _, ok := prop(v, "_readableState").(*goja.Object); !ok || !isWritable {
		panic(r.h.Err.InvalidArgType("duplex", []string{"stream.Duplex"}, v))
	}
	pair := r.h.VM.NewObject()
	if r.isDestroyed(v) == yes {
		pair.Set("readable", r.closedReadable())
		pair.Set("writable", r.closedWritable())
		return pair
	}
	pair.Set("writable", r.writableToWeb(v, nil))
	pair.Set("readable", r.readableToWeb(v, nil))
	return pair
}

// fromWeb is the inner side of a stream over streams of the web.
type fromWeb struct {
	r           *Room
	o           *goja.Object
	rd          *Readable
	reader      *web.Reader // nil: it does not read
	writer      *web.Writer // nil: it does not write
	readClosed  bool
	writeClosed bool
}

func (r *Room) readableFromWeb(v, opts goja.Value) goja.Value {
	s := web.Of(v)
	if s == nil {
		panic(r.h.Err.InvalidArgType("readableStream", []string{"ReadableStream"}, v))
	}
	r.webOptions(opts, true, false)
	return r.fromWeb(r.Readable, s, nil, opts)
}

func (r *Room) writableFromWeb(v, opts goja.Value) goja.Value {
	s := web.WritableOf(v)
	if s == nil {
		panic(r.h.Err.InvalidArgType("writableStream", []string{"WritableStream"}, v))
	}
	r.webOptions(opts, false, true)
	return r.fromWeb(r.Writable, nil, s, opts)
}

func (r *Room) duplexFromWeb(pair, opts goja.Value) goja.Value {
	if !bind.IsUndefined(pair) {
		r.h.Err.ValidateObject(pair, "pair")
	}
	rs, ws := web.Of(prop(pair, "readable")), web.WritableOf(prop(pair, "writable"))
	if rs == nil {
		panic(r.h.Err.InvalidArgType("pair.readable", []string{"ReadableStream"}, prop(pair, "readable")))
	}
	if ws == nil {
		panic(r.h.Err.InvalidArgType("pair.writable", []string{"WritableStream"}, prop(pair, "writable")))
	}
	r.webOptions(opts, true, false)
	return r.fromWeb(r.Duplex, rs, ws, opts)
}

// webOptions validates the options of fromWeb.
func (r *Room) webOptions(opts goja.Value, encoding, decodeStrings bool) {
	if bind.IsUndefined(opts) {
		return
	}
	r.h.Err.ValidateObject(opts, "options")
	if enc := prop(opts, "encoding"); encoding && !bind.IsUndefined(enc) {
		if _, ok := buffer.ParseEncoding(enc.String()); !ok || !goja.IsString(enc) {
			// Node has the two the wrong way round.
			panic(r.h.Err.InvalidArgValue(enc.String(), bind.String("options.encoding"), ""))
		}
	}
	for _, name := range []string{"objectMode", "decodeStrings"} {
		if v := prop(opts, name); !bind.IsUndefined(v) && (decodeStrings || name == "objectMode") {
			r.h.Err.ValidateBoolean(v, "options."+name)
		}
	}
}

// fromWeb makes a stream of the class over a ReadableStream, a WritableStream or both.
func (r *Room) fromWeb(class *bind.Built, rs *web.ReadableStream, ws *web.WritableStream, opts goja.Value) goja.Value {
	f := &fromWeb{r: r}
	if ws != nil {
		f.writer = ws.Writer()
	}
	if rs != nil {
		f.reader = rs.Reader()
	}
	o := r.h.VM.NewObject()
	for _, name := range []string{"highWaterMark", "objectMode", "encoding", "decodeStrings", "allowHalfOpen"} {
		if v := prop(opts, name); !bind.IsUndefined(v) {
			o.Set(name, v)
		} else if name == "allowHalfOpen" {
			o.Set(name, false)
		}
	}
	f.o = r.create(class, o)
	if rs != nil {
		f.rd = ReadableOf(f.o)
		f.rd.src = f
		r.web().Then(f.reader.Closed().Promise(), func(goja.Value) { f.readClosed = true }, f.broken)
	}
	if ws != nil {
		WritableOf(f.o).sink = f
		r.web().Then(f.writer.Closed().Promise(), func(goja.Value) {
			f.writeClosed = true
			if r.isWritableEnded(f.o) != yes {
				r.destroyer(f.o, r.h.Err.New("ERR_STREAM_PREMATURE_CLOSE"))
			}
		}, f.broken)
	}
	if sig := prop(opts, "signal"); !bind.IsUndefined(sig) {
		r.addAbortSignalNoValidate(r.h.Err.ValidateAbortSignal(sig, "signal"), f.o)
	}
	return f.o
}

// broken destroys the stream when one of the web's breaks.
func (f *fromWeb) broken(err goja.Value) {
	f.readClosed, f.writeClosed = true, true
	f.r.destroyer(f.o, errOf(err))
}

func (f *fromWeb) Read(int) {
	f.reader.Read(func(chunk goja.Value, done bool, err goja.Value) {
		f.r.web().Job(func() {
			switch {
			case err != nil:
				f.r.destroyer(f.o, errOf(err))
			case done:
				f.rd.callPush(goja.Null())
			default:
				f.rd.callPush(chunk)
			}
		})
	})
}

func (f *fromWeb) Write(c Chunk, done func(err goja.Value)) {
	f.writeAll([]goja.Value{c.JS(f.r)}, done)
}

func (f *fromWeb) Writev(chunks []Chunk, done func(err goja.Value)) {
	all := make([]goja.Value, len(chunks))
	for i, c := range chunks {
		all[i] = c.JS(f.r)
	}
	f.writeAll(all, done)
}

// writeAll writes the chunks once the stream wants more, and then calls done.
func (f *fromWeb) writeAll(chunks []goja.Value, done func(err goja.Value)) {
	w := f.r.web()
	fail := func(err goja.Value) { done(errOf(err)) }
	w.Then(f.writer.Ready().Promise(), func(goja.Value) {
		f.join(len(chunks), done, func(i int) *web.Deferred { return f.writer.Write(chunks[i]) })
	}, fail)
}

// join waits for n promises and calls done with the first error, or nil.
func (f *fromWeb) join(n int, done func(err goja.Value), promise func(i int) *web.Deferred) {
	left := n
	for i := range n {
		f.r.web().Then(promise(i).Promise(), func(goja.Value) {
			if left--; left == 0 {
				done(nil)
			}
		}, func(err goja.Value) {
			if left > 0 {
				left = 0
				done(errOf(err))
			}
		})
	}
}

func (f *fromWeb) Final(done func(err goja.Value)) {
	if !f.writeClosed {
		f.r.web().Then(f.writer.Close().Promise(), func(goja.Value) { done(nil) }, func(err goja.Value) { done(errOf(err)) })
	}
}

func (f *fromWeb) Destroy(err goja.Value, done func(err goja.Value)) {
	reason := err
	if err == nil {
		reason = goja.Null()
	}
	var ends []goja.Value
	if f.writer != nil && !f.writeClosed {
		if f.reader == nil && err == nil {
			ends = append(ends, f.writer.Close().Promise())
		} else {
			ends = append(ends, f.writer.Abort(reason).Promise())
		}
	}
	if f.reader != nil && !f.readClosed {
		ends = append(ends, f.reader.Cancel(reason))
	}
	left := len(ends)
	if left == 0 {
		done(err)
		return
	}
	over := func(goja.Value) {
		if left--; left == 0 {
			done(err)
		}
	}
	for _, p := range ends {
		f.r.web().Then(p, over, over)
	}
}
