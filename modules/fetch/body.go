package fetch

import (
	"bytes"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream/web"
	nodeurl "github.com/gonode/gonode/modules/url"
)

// body is that of a Request or Response. What is there from the start, or comes from Go, is read without a
// stream; the ReadableStream is made when a program asks for it.
//
// Source: https://fetch.spec.whatwg.org/#bodies.
type body struct {
	r      *Room
	chunks [][]byte // with whole: all of it, lent
	whole  bool     // it can be sent again
	length int      // -1: unknown
	src    source   // without whole and stream: where it comes from
	stream *web.ReadableStream
	used   bool // it was read without the stream
}

// content is what the mixin Body works on.
type content interface {
	// parts returns the body, which may be nil, and the fields that tell its type; aborted if it was given up.
	parts() (b *body, list *headerList, aborted bool)
}

func (r *Room) wholeBody(chunks ...[]byte) *body {
	b := &body{r: r, chunks: chunks, whole: true}
	for _, c := range chunks {
		b.length += len(c)
	}
	return b
}

// again returns a body with the same bytes as b, which is whole.
func (b *body) again() *body { return b.r.wholeBody(b.chunks...) }

func (b *body) disturbed() bool {
	return b != nil && (b.used || b.stream != nil && b.stream.Disturbed())
}

func (b *body) unusable() bool {
	return b != nil && (b.used || b.stream != nil && (b.stream.Locked() || b.stream.Disturbed()))
}

func (b *body) take() source {
	if b.whole {
		p := pieces(b.chunks)
		return &p
	}
	return b.src
}

// object returns the ReadableStream.
func (b *body) object() *goja.Object {
	if b.stream == nil {
		if b.used { // by a reader that the program has never seen
			b.stream = b.r.newStream(new(pieces))
			b.stream.Reader().Read(func(goja.Value, bool, goja.Value) {})
		} else {
			b.stream = b.r.newStream(b.take())
		}
	}
	return b.stream.Object()
}

// open begins to read the body, which was not unusable.
func (b *body) open() source {
	if b.stream != nil {
		return &reading{b.r, b.stream.Reader()}
	}
	b.used = true
	return b.take()
}

// read reads all of the body.
func (b *body) read(ok func(data []byte), fail func(err goja.Value)) {
	if b.stream == nil && b.whole {
		b.used = true
		ok(bytes.Join(b.chunks, nil))
		return
	}
	var all []byte
	readAll(b.open(), func(chunk []byte) { all = append(all, chunk...) }, func(err goja.Value) {
		if err != nil {
			fail(err)
			return
		}
		ok(all)
	})
}

// cancel gives up a body that may be in use.
func (b *body) cancel(reason goja.Value) {
	switch {
	case b == nil:
	case b.stream == nil:
		b.take().cancel(reason)
	case b.stream.Errored() == nil:
		b.r.settled(func() goja.Value { return b.stream.Cancel(reason) }, func(goja.Value) {}, func(goja.Value) {})
	}
}

// clone makes two of the body, which is not unusable: b is one.
func (b *body) clone() *body {
	if b == nil {
		return nil
	}
	if b.whole && b.stream == nil {
		return b.again()
	}
	b.object()
	c := *b
	b.stream, c.stream = b.stream.Tee()
	b.src = nil
	return &c
}

// bodyInit is a value that a program gives for a body, converted.
type bodyInit struct {
	v      goja.Value
	form   *formData
	text   string
	isText bool
}

// convertBody is the conversion to BodyInit.
func (r *Room) convertBody(v goja.Value, prefix, argument string) bodyInit {
	o, ok := v.(*goja.Object)
	if ok {
		if web.Of(o) != nil || bind.Truthy(o.GetSymbol(r.asyncIterator)) || isBlob(o) {
			return bodyInit{v: o}
		}
		if _, ok := buffer.Bytes(o); ok {
			return bodyInit{v: o}
		}
		if f := r.formOf(o); f != nil {
			return bodyInit{form: f}
		}
		if _, ok := bind.SelfOf[*nodeurl.URLSearchParams](o); ok {
			return bodyInit{v: o}
		}
	}
	return bodyInit{text: r.domString(v, prefix, argument).String(), isText: true}
}

// formOf returns the form that o is: a FormData, or one of a library; nil if it is none.
func (r *Room) formOf(o *goja.Object) *formData {
	f, ok := bind.SelfOf[*formData](o)
	if ok {
		return f
	}
	if tag := o.GetSymbol(goja.SymToStringTag); tag == nil || tag.String() != "FormData" {
		return nil
	}
	for _, name := range []string{"append", "delete", "get", "getAll", "has", "set"} {
		if _, ok := bind.ToCallable(o.Get(name)); !ok {
			return nil
		}
	}
	f = new(formData)
	r.vm.ForOf(o, func(v goja.Value) bool {
		pair := v.ToObject(r.vm)
		f.entries = append(f.entries, r.formEntry("append", []goja.Value{pair.Get("0"), pair.Get("1")}))
		return true
	})
	return f
}

// extract makes a body; mime is its type, "" for none.
//
// Source: https://fetch.spec.whatwg.org/#concept-bodyinit-extract.
func (r *Room) extract(init bodyInit, keepalive bool) (b *body, mime string) {
	switch {
	case init.isText:
		return r.wholeBody([]byte(init.text)), "text/plain;charset=UTF-8"
	case init.form != nil:
		chunks, mime := r.encodeForm(init.form)
		return r.wholeBody(chunks...), mime
	}
	o := init.v.(*goja.Object)
	if data, mime, ok := buffer.BlobBytes(o); ok {
		return r.wholeBody(data), mime
	}
	if data, ok := buffer.Bytes(o); ok {
		return r.wholeBody(bytes.Clone(data)), ""
	}
	if _, ok := bind.SelfOf[*nodeurl.URLSearchParams](o); ok {
		s := bind.Invoke(r.vm, o, "toString").String()
		return r.wholeBody([]byte(s)), "application/x-www-form-urlencoded;charset=UTF-8"
	}
	b = &body{r: r, length: -1}
	if isBlob(o) { // of another library
		if size := bind.Property(o, "size"); bind.Truthy(size) {
			b.length = int(size.ToInteger())
		}
		if t := bind.Property(o, "type"); bind.Truthy(t) {
			mime = t.String()
		}
		o = bind.Invoke(r.vm, o, "stream").ToObject(r.vm)
	}
	if keepalive {
		panic(r.typeError("keepalive"))
	}
	if b.stream = web.Of(o); b.unusable() || bind.Truthy(o.Get("readableDidRead")) || bind.Truthy(o.Get("readableAborted")) {
		panic(r.typeError("Response body object should not be disturbed or locked"))
	}
	if b.stream == nil {
		it := bind.CallGiven(r.vm, "object[Symbol.asyncIterator]", o.GetSymbol(r.asyncIterator), o)
		b.src = &iteration{r, it.ToObject(r.vm)}
	}
	return b, mime
}

// bodyMethods are those of the mixin Body. Each returns a promise.
func bodyMethods[T content](r *Room) []bind.Method {
	consume := func(name string, convert func(data []byte, list *headerList) goja.Value) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			p, resolve, reject := r.vm.NewPromise()
			fail := func(err goja.Value) { _ = reject(err) }
			if err := r.thrown(func() {
				b, list, aborted := this[T](r, c.This).parts()
				if b.unusable() {
					panic(r.typeError("Body is unusable: Body has already been read"))
				}
				if aborted {
					panic(r.util.NewDOMException("The operation was aborted.", "AbortError"))
				}
				done := func(data []byte) {
					var v goja.Value
					if err := r.thrown(func() { v = convert(data, list) }); err != nil {
						fail(err)
						return
					}
					_ = resolve(v)
				}
				if b == nil {
					done(nil)
					return
				}
				b.read(done, fail)
			}); err != nil {
				fail(err)
			}
			return r.vm.ToValue(p)
		}}
	}
	memory := func(data []byte) *goja.Object { return r.vm.ToValue(r.vm.NewArrayBuffer(data)).(*goja.Object) }
	return []bind.Method{
		consume("blob", func(data []byte, list *headerList) goja.Value {
			mime := ""
			if m := list.contentType(); m != nil {
				mime = m.String()
			}
			return r.buffers.NewBlob(data, mime)
		}),
		consume("arrayBuffer", func(data []byte, _ *headerList) goja.Value { return memory(data) }),
		consume("text", func(data []byte, _ *headerList) goja.Value { return decodeUTF8(data) }),
		consume("json", func(data []byte, _ *headerList) goja.Value {
			return bind.Invoke(r.vm, r.json, "parse", decodeUTF8(data))
		}),
		consume("formData", r.parseForm),
		consume("bytes", func(data []byte, _ *headerList) goja.Value {
			o, err := r.vm.New(r.vm.Get("Uint8Array"), memory(data))
			if err != nil {
				bind.Rethrow(err)
			}
			return o
		}),
	}
}

func (r *Room) parseForm(data []byte, list *headerList) goja.Value {
	f := new(formData)
	m := list.contentType()
	switch {
	case m != nil && m.essence == "multipart/form-data":
		var ok bool
		if f, ok = r.decodeForm(data, m); !ok {
			panic(r.typeError("Failed to parse body as FormData."))
		}
	case m != nil && m.essence == "application/x-www-form-urlencoded":
		for _, p := range nodeurl.ParseForm(buffer.Decode(data, buffer.UTF8).String()) {
			f.entries = append(f.entries, formEntry{p[0], text(p[1])})
		}
	default:
		panic(r.typeError(`Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".`))
	}
	o := r.vm.CreateObject(r.FormData().Proto)
	bind.Own(o).Put(bind.Self, f)
	return o
}

// bodyAccessors are those of the mixin Body.
func bodyAccessors[T content](r *Room) []bind.Accessor {
	return []bind.Accessor{
		accessor(r, "body", func(t T) goja.Value {
			if b, _, _ := t.parts(); b != nil {
				return b.object()
			}
			return goja.Null()
		}),
		accessor(r, "bodyUsed", func(t T) goja.Value {
			b, _, _ := t.parts()
			return bind.Bool(b.disturbed())
		}),
	}
}
