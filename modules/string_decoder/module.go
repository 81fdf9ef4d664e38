package stringdecoder

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('string_decoder').
var Module = modules.Module{ID: "string_decoder", Load: func(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	o.Set("StringDecoder", define(h).Ctor)
	return o
}}

type room struct {
	h   *modules.Host
	buf *buffer.Room
}

func define(h *modules.Host) *bind.Built {
	r := &room{h, buffer.Rooms.Of(h)}
	get := func(fn func(d *Decoder) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return fn(r.this(c)) }
	}
	b := bind.Define(h.VM, bind.Class{
		Name: "StringDecoder", Length: 1, Mode: bind.CallAny, Construct: r.construct,
		Methods: []bind.Method{
			{Name: "write", Length: 1, Fn: r.write},
			{Name: "end", Length: 1, Fn: r.end},
			{Name: "text", Length: 2, Fn: r.text},
		},
	})
	// Unlike other accessors Node's are enumerable.
	for _, a := range []bind.Accessor{
		{Name: "lastChar", Get: get(func(d *Decoder) goja.Value { return r.buf.Wrap(d.held[:]) })},
		{Name: "lastNeed", Get: get(func(d *Decoder) goja.Value { return bind.Int(d.missing) })},
		{Name: "lastTotal", Get: get(func(d *Decoder) goja.Value { return bind.Int(d.buffered + d.missing) })},
	} {
		f := bind.Function(h.VM, bind.Method{Name: "get " + a.Name, Fn: a.Get})
		b.Proto.DefineAccessorProperty(a.Name, f, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	return b
}

// ParseEncoding is Node's normalizeEncoding: nothing means UTF-8. It throws ERR_UNKNOWN_ENCODING.
func ParseEncoding(h *modules.Host, v goja.Value) buffer.Encoding {
	if bind.IsNullish(v) {
		return buffer.UTF8
	}
	if s, ok := v.(goja.String); ok {
		if s.Length() == 0 {
			return buffer.UTF8
		}
		if enc, ok := buffer.ParseEncoding(s.String()); ok {
			return enc
		}
	}
	panic(h.Err.UnknownEncoding(v))
}

func (r *room) construct(this *goja.Object, args []goja.Value) {
	enc := ParseEncoding(r.h, bind.Arg(args, 0))
	bind.Own(this).Put(bind.Self, New(enc))
	this.Set("encoding", enc.String())
}

func (r *room) this(c goja.FunctionCall) *Decoder {
	d, ok := bind.SelfOf[*Decoder](c.This)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_THIS", "StringDecoder")
	}
	return d
}

func (r *room) write(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if s, ok := v.(goja.String); ok {
		return s
	}
	b, ok := buffer.Bytes(v)
	if o, isObj := v.(*goja.Object); !ok || isObj && o.ClassName() == "ArrayBuffer" {
		panic(r.h.Err.InvalidArgType("buf", []string{"Buffer", "TypedArray", "DataView"}, v))
	}
	return r.this(c).Write(b)
}

func (r *room) end(c goja.FunctionCall) goja.Value {
	text := empty
	if !goja.IsUndefined(c.Argument(0)) {
		text = r.write(c).(goja.String)
	}
	return text.Concat(r.this(c).End())
}

// text is write without what an earlier chunk left; undocumented, and old.
func (r *room) text(c goja.FunctionCall) goja.Value {
	d := r.this(c)
	d.missing, d.buffered = 0, 0
	rest := bind.Invoke(r.h.VM, c.Argument(0).ToObject(r.h.VM), "slice", c.Argument(1))
	return r.write(goja.FunctionCall{This: c.This, Arguments: []goja.Value{rest}})
}
