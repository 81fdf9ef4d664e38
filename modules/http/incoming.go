package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
	"github.com/gonode/gonode/parser"
)

// IncomingMessage is the state of an http.IncomingMessage: a request on the server, a response on
// the client. Its head is one Go string; JavaScript values are made of it when JavaScript asks.
type IncomingMessage struct {
	bind.State
	events.Emitter
	rd stream.Readable

	room *Room
	obj  *goja.Object
	from feeder       // who reads it from the wire; nil for a message that a script made
	sock *goja.Object // for a message that a script made with a socket

	head   string         // the head as it came, fields cut out of it
	fields []parser.Field // of head
	few    [6]parser.Field
	latin1 bool // head has bytes of 0x80 and above

	major, minor uint8
	status       int
	reason       string
	join         bool // joinDuplicateHeaders
	complete     bool
	aborted      bool
	dumped       bool
	upgrade      bool
	response     bool // a response, not a request
	full         bool // push said to wait
	plain        bool // of the class IncomingMessage itself
	headersObj   goja.Value
	rawObj       goja.Value
	req          goja.Value // client: the request it answers
	rarely       *incomingRare
}

// incomingRare is what few messages have, or few programs ask for.
type incomingRare struct {
	trailer      string
	trailers     []parser.Field
	latin1       bool // trailer has bytes of 0x80 and above
	trailersObj  goja.Value
	distinctObj  goja.Value
	tDistinctObj goja.Value
	rawObj       goja.Value // rawTrailers
}

// rare makes room for what few messages have.
func (m *IncomingMessage) rare() *incomingRare {
	if m.rarely == nil {
		m.rarely = new(incomingRare)
	}
	return m.rarely
}

// feeder reads a message from a connection.
type feeder interface {
	// socket returns the connection's Socket or stream, made when somebody asks.
	socket() *goja.Object
	// resumeBody reads on after push had said to wait.
	resumeBody(m *IncomingMessage)
	// destroyMessage destroys the connection of a message that was not read to its end.
	destroyMessage(m *IncomingMessage, err goja.Value)
	// isDestroyed reports whether the connection is gone.
	isDestroyed() bool
}

func (r *Room) defineIncoming() {
	get := func(name string, fn func(m *IncomingMessage) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: func(c goja.FunctionCall) goja.Value {
				m, ok := bind.SelfOf[*IncomingMessage](c.This)
				if !ok {
					return goja.Undefined()
				}
				return fn(m)
			},
			// An assignment makes a property of the object's own, as it does in Node.
			Set: func(c goja.FunctionCall) goja.Value {
				if o, ok := c.This.(*goja.Object); ok {
					o.DefineDataProperty(name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
				}
				return goja.Undefined()
			}}
	}
	vm := r.h.VM
	r.IncomingMessage = bind.Define(vm, bind.Class{Name: "IncomingMessage", Length: 1, Mode: bind.CallAny,
		Parent: r.streams.Readable,
		Construct: func(this *goja.Object, args []goja.Value) {
			m := &IncomingMessage{room: r, obj: this}
			st := bind.Own(this)
			m.sock, _ = bind.Arg(args, 0).(*goja.Object)
			m.init(st)
			if n := bind.Property(bind.Arg(args, 0), "readableHighWaterMark"); nodeerr.IsNumber(n) {
				m.rd.SetHighWaterMark(int(n.ToInteger()))
			}
			this.Set("url", "")
			this.Set("method", goja.Null())
			if m.sock == nil {
				this.Set("socket", bind.Arg(args, 0))
			}
		},
		Methods: []bind.Method{
			{Name: "setTimeout", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				m := r.incoming(c.This)
				if bind.Truthy(c.Argument(1)) {
					bind.Invoke(vm, m.obj, "on", bind.String("timeout"), c.Argument(1))
				}
				if s := m.socket(); s != nil {
					r.setTimeout(s, c.Argument(0))
				}
				return c.This
			}},
			{Name: "_read", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.incoming(c.This).Read(0)
				return goja.Undefined()
			}},
			{Name: "_destroy", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				r.incoming(c.This).Destroy(c.Argument(0), stream.ToCallback(c.Argument(1)).Call)
				return goja.Undefined()
			}},
			{Name: "_addHeaderLine", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				r.incoming(c.This).addHeaderLine(c.Argument(0), c.Argument(1), c.Argument(2).ToObject(vm))
				return goja.Undefined()
			}},
			{Name: "_addHeaderLineDistinct", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				dest, name := c.Argument(2).ToObject(vm), lowerASCII(c.Argument(0).String())
				appendTo(vm, dest, name, c.Argument(1))
				return goja.Undefined()
			}},
			{Name: "_dump", Fn: func(c goja.FunctionCall) goja.Value {
				r.incoming(c.This).dump()
				return goja.Undefined()
			}},
		},
		Accessors: []bind.Accessor{
			get("headers", func(m *IncomingMessage) goja.Value {
				return m.view(&m.headersObj, headerView{m: m})
			}),
			get("headersDistinct", func(m *IncomingMessage) goja.Value {
				return m.view(&m.rare().distinctObj, headerView{m: m, distinct: true})
			}),
			get("trailers", func(m *IncomingMessage) goja.Value {
				return m.view(&m.rare().trailersObj, headerView{m: m, trailers: true})
			}),
			get("trailersDistinct", func(m *IncomingMessage) goja.Value {
				return m.view(&m.rare().tDistinctObj, headerView{m: m, trailers: true, distinct: true})
			}),
			get("rawHeaders", func(m *IncomingMessage) goja.Value { return m.raw(&m.rawObj, m.fields, m.head, m.latin1) }),
			get("rawTrailers", func(m *IncomingMessage) goja.Value {
				t := m.rare()
				return m.raw(&t.rawObj, t.trailers, t.trailer, t.latin1)
			}),
			get("httpVersion", func(m *IncomingMessage) goja.Value {
				switch {
				case m.major == 1 && m.minor == 1:
					return valueHTTP11
				case m.major == 1:
					return valueHTTP10
				}
				return goja.Null()
			}),
			get("httpVersionMajor", func(m *IncomingMessage) goja.Value { return m.version(m.major) }),
			get("httpVersionMinor", func(m *IncomingMessage) goja.Value { return m.version(m.minor) }),
			get("complete", func(m *IncomingMessage) goja.Value { return bind.Bool(m.complete) }),
			get("aborted", func(m *IncomingMessage) goja.Value { return bind.Bool(m.aborted) }),
			get("upgrade", func(m *IncomingMessage) goja.Value {
				if m.from == nil {
					return goja.Null()
				}
				return bind.Bool(m.upgrade)
			}),
			get("statusCode", func(m *IncomingMessage) goja.Value {
				if !m.response {
					return goja.Null()
				}
				return bind.Int(m.status)
			}),
			get("statusMessage", func(m *IncomingMessage) goja.Value {
				if !m.response {
					return goja.Null()
				}
				return m.text(m.reason, m.latin1)
			}),
			get("_consuming", func(m *IncomingMessage) goja.Value { return bind.Bool(m.rd.DidRead() || m.rd.Listening()) }),
			get("_dumped", func(m *IncomingMessage) goja.Value { return bind.Bool(m.dumped) }),
			get("joinDuplicateHeaders", func(m *IncomingMessage) goja.Value { return bind.Bool(m.join) }),
			get("socket", func(m *IncomingMessage) goja.Value { return m.socketObject() }),
			get("connection", func(m *IncomingMessage) goja.Value { return bind.Property(m.obj, "socket") }),
			get("client", func(m *IncomingMessage) goja.Value { return bind.Property(m.obj, "socket") }),
			get("req", func(m *IncomingMessage) goja.Value {
				if m.req == nil {
					return goja.Undefined()
				}
				return m.req
			}),
		}})
	r.streams.Native(r.IncomingMessage)
}

var (
	valueHTTP11 = bind.Constant("1.1")
	valueHTTP10 = bind.Constant("1.0")
)

func (r *Room) incoming(v goja.Value) *IncomingMessage {
	m, ok := bind.SelfOf[*IncomingMessage](v)
	if !ok {
		panic(r.h.VM.NewTypeError("this is not an IncomingMessage"))
	}
	return m
}

// init completes the layers of m, whose room and obj are set.
func (m *IncomingMessage) init(st *bind.State) {
	events.Init(st, &m.Emitter)
	m.room.streams.InitReadable(m.obj, st, &m.rd, m, stream.ReadableOptions{NoAutoDestroy: m.room.h.Era.CloseOnlyIfCut})
	st.Put(bind.Self, m)
}

// setHead takes the head out of the parser: one copy.
func (m *IncomingMessage) setHead(h *parser.Head) {
	m.head = string(h.Block)
	if len(h.Fields) <= len(m.few) {
		m.fields = m.few[:copy(m.few[:], h.Fields)]
	} else {
		m.fields = append([]parser.Field(nil), h.Fields...)
	}
	m.latin1 = h.HasHighBytes
	m.major, m.minor = h.VersionMajor, h.VersionMinor
}

func (m *IncomingMessage) setTrailers(t parser.Trailers) {
	if len(t.Fields) > 0 {
		own := m.rare()
		own.trailer = string(t.Block)
		own.trailers = append([]parser.Field(nil), t.Fields...)
		own.rawObj = nil // shown empty so far
		own.latin1 = t.HasHighBytes
	}
}

func (m *IncomingMessage) version(n uint8) goja.Value {
	if m.major == 0 {
		return goja.Null()
	}
	return bind.Int(int(n))
}

func (m *IncomingMessage) socket() *goja.Object {
	if m.from != nil {
		return m.from.socket()
	}
	return m.sock
}

func (m *IncomingMessage) socketObject() goja.Value {
	if s := m.socket(); s != nil {
		return s
	}
	return goja.Null()
}

// Read implements stream.Source.
func (m *IncomingMessage) Read(int) {
	if m.full && m.from != nil {
		m.full = false
		m.from.resumeBody(m)
	}
}

// push gives a piece of the body, which is given; false asks to wait for Read.
func (m *IncomingMessage) push(b []byte) bool {
	if m.dumped {
		return true
	}
	m.full = !m.rd.Push(b)
	return !m.full
}

// end ends the message.
func (m *IncomingMessage) end() {
	m.complete = true
	m.rd.PushEOF()
}

// dump reads the rest for nobody.
func (m *IncomingMessage) dump() {
	if !m.dumped {
		m.dumped = true
		// Whoever waits for data must not get it late. Node v20 lib/_http_incoming.js: _dump.
		m.room.ev.RemoveAll(m.obj, "data")
		m.rd.Resume()
	}
}

// Destroy implements stream.Destroyer.
//
// Node v20 lib/_http_incoming.js: IncomingMessage.prototype._destroy.
func (m *IncomingMessage) Destroy(err goja.Value, done func(err goja.Value)) {
	if (!m.rd.EndEmitted() || !m.complete) && !m.aborted {
		m.aborted = true
		m.room.ev.Emit(m.obj, "aborted")
	}
	if !bind.Truthy(err) {
		err = nil
	}
	if m.aborted && m.from != nil && !m.from.isDestroyed() {
		m.from.destroyMessage(m, err)
	}
	// An error is emitted only if somebody listens, for the sake of older programs.
	m.room.h.Door.NextTick(&destroyTask{m, err, done})
}

// destroyTask ends the destruction of a message.
type destroyTask struct {
	m    *IncomingMessage
	err  goja.Value
	done func(err goja.Value)
}

func (t *destroyTask) Run() {
	if t.m.Emitter.Count("error") == 0 {
		t.err = nil
	}
	t.done(t.err)
}

// text makes the JavaScript string of a part of the head.
func (m *IncomingMessage) text(s string, latin1 bool) goja.Value {
	if !latin1 {
		return bind.String(s)
	}
	return latin1Value(s)
}

// latin1Value is the string whose UTF-16 units are the bytes of s.
func latin1Value(s string) goja.Value {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return bind.String(s)
	}
	u := make([]uint16, len(s))
	for i := 0; i < len(s); i++ {
		u[i] = uint16(s[i])
	}
	return goja.StringFromUTF16(u)
}

// raw makes rawHeaders or rawTrailers.
func (m *IncomingMessage) raw(slot *goja.Value, fields []parser.Field, block string, latin1 bool) goja.Value {
	if *slot == nil {
		list := make([]any, 0, 2*len(fields))
		for _, f := range fields {
			list = append(list, block[f.NameStart:f.NameEnd], m.text(block[f.ValueStart:f.ValueEnd], latin1))
		}
		*slot = m.room.h.VM.NewArray(list...)
	}
	return *slot
}

func (m *IncomingMessage) view(slot *goja.Value, v headerView) goja.Value {
	if *slot == nil {
		o := m.room.h.VM.NewDynamicObject(&v)
		if v.distinct {
			o.SetPrototype(nil)
		}
		*slot = o
	}
	return *slot
}
