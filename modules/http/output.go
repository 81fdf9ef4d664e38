package http

import (
	"bytes"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file shows scripts what a request has written before it has a socket: _header and outputData.
// Agents that talk to proxies rewrite the head there, in createSocket or addRequest.

// headText is request._header: the head as text, null before it is made.
func (q *ClientRequest) headText() goja.Value {
	if !q.hasHead {
		return goja.Null()
	}
	return latin1Value(string(q.head))
}

// setHeadText takes what a script assigned to request._header: null lets the fields be changed and
// the head be made anew, text takes its place.
func (q *ClientRequest) setHeadText(v goja.Value) {
	if q.wire != nil {
		return // it has left
	}
	q.hasHead = bind.Truthy(v)
	q.head = q.head[:0]
	if q.hasHead {
		q.head = appendText(q.head, v)
	}
}

// outputData is request.outputData: {data, encoding, callback} for each piece that waits for the
// socket, the head first. What a script changes in the array is what will be sent.
func (q *ClientRequest) outputData() goja.Value {
	vm := q.room.h.VM
	if q.rare == nil || q.rare.output == nil {
		if q.wire != nil {
			return vm.NewArray()
		}
		q.extras().output = vm.NewArray()
	}
	list := q.rare.output
	add := func(data, encoding goja.Value) {
		o := vm.NewObject()
		o.Set("data", data)
		o.Set("encoding", encoding)
		o.Set("callback", goja.Null())
		bind.Invoke(vm, list, "push", o)
	}
	if p := q.pending; len(p) > 0 {
		if end := bytes.Index(p, []byte("\r\n\r\n")); length(list) == 0 && end >= 0 {
			add(latin1Value(string(p[:end+4])), bind.String("latin1"))
			p = p[end+4:]
		}
		if len(p) > 0 {
			add(q.room.buf.Wrap(p), bind.String(""))
		}
		q.pending = nil
	}
	return list
}

// takeOutput puts what a script left in outputData back to where it is sent from.
func (q *ClientRequest) takeOutput() {
	if q.rare == nil || q.rare.output == nil {
		return
	}
	list := q.rare.output
	q.rare.output = nil
	var p []byte
	q.room.h.VM.ForOf(list, func(v goja.Value) bool {
		data := bind.Property(v, "data")
		if !nodeerr.IsString(data) {
			b, _ := buffer.Bytes(data)
			p = append(p, b...)
			return true
		}
		enc := buffer.UTF8
		if e, ok := buffer.ParseEncoding(bind.Property(v, "encoding").String()); ok {
			enc = e
		}
		p = buffer.Append(p, data, enc)
		return true
	})
	q.pending = append(p, q.pending...)
}
