package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// class is one row of the table of classes.
type class struct {
	name   string
	length int
	// is tells the state of an instance from that of other classes.
	is func(state any) bool
	// construct returns the state of a new instance, which it attaches itself if it calls the program with it;
	// nil: programs make none.
	construct func(r *Room, this *goja.Object, args []goja.Value) any
	members   []member
	// fields are what util.inspect shows.
	fields func(r *Room, state any, o *goja.Object)
	// more puts on the class what is in no table; may be nil.
	more func(r *Room, b *bind.Built)
	// untagged classes have no Symbol.toStringTag.
	untagged bool
}

// member is a method or a getter: its function gets the state of the receiver.
type member struct {
	name   string
	length int
	kind   memberKind
	fn     func(r *Room, state any, args []goja.Value) goja.Value
}

type memberKind uint8

const (
	method  memberKind = iota
	async              // a method that returns a promise: what it throws rejects that
	getter             // an accessor without a setter
	promise            // a getter of a promise
)

// classes is the table of classes, in the order of require('stream/web').
func classes() []func() class {
	return []func() class{
		readableStream, defaultReader, byobReader, byobRequestClass, byteControllerClass, defaultControllerClass,
		transformStream, transformControllerClass,
		writableStream, writerClass, writableControllerClass,
		byteLengthStrategy, countStrategy,
		textEncoderStream, textDecoderStream, compressionStream, decompressionStream,
	}
}

// class returns a class by its name, made on first use; nil: there is none.
func (r *Room) class(name string) *bind.Built {
	b := r.built[name]
	if b != nil {
		return b
	}
	for _, row := range classes() {
		if c := row(); c.name == name {
			return r.define(&c)
		}
	}
	return nil
}

func (r *Room) define(c *class) *bind.Built {
	b := bind.Define(r.vm, bind.Class{Name: c.name, Length: c.length, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			if c.construct == nil {
				panic(r.h.Err.New("ERR_ILLEGAL_CONSTRUCTOR"))
			}
			s := c.construct(r, this, args)
			bind.Own(this).Put(bind.Self, s)
		}})
	r.built[c.name] = b
	for i := range c.members {
		m := &c.members[i]
		fn := func(call goja.FunctionCall) goja.Value { return r.call(c, m, call) }
		if m.kind < getter {
			bind.DefineMethods(r.vm, b.Proto, []bind.Method{{Name: m.name, Length: m.length, Fn: fn}})
			continue
		}
		get := bind.Function(r.vm, bind.Method{Name: "get " + m.name, Fn: fn})
		b.Proto.DefineAccessorProperty(m.name, get, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	if !c.untagged {
		b.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(c.name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	bind.InspectAs(r.vm, b.Proto, c.name, func(this *goja.Object) goja.Value {
		o := r.vm.NewObject()
		if s := stateOf(this); c.is(s) {
			c.fields(r, s, o)
		}
		return o
	})
	if c.more != nil {
		c.more(r, b)
	}
	return b
}

// call calls a member of c with the state of its receiver.
func (r *Room) call(c *class, m *member, call goja.FunctionCall) goja.Value {
	run := func() goja.Value {
		s := stateOf(call.This)
		if !c.is(s) {
			if c.name == "ReadableStreamDefaultController" { // the one class of Node's that does not look
				if bind.IsNullish(call.This) {
					panic(r.vm.NewTypeError("Cannot read properties of " + call.This.String() + " (reading 'Symbol(kState)')"))
				}
				panic(r.vm.NewTypeError("Cannot destructure property 'stream' of 'controller[kState]' as it is undefined."))
			}
			panic(r.h.Err.New("ERR_INVALID_THIS", c.name))
		}
		return m.fn(r, s, call.Arguments)
	}
	if m.kind == method || m.kind == getter {
		return run()
	}
	var v goja.Value
	if err := r.try(func() { v = run() }); err != nil {
		return r.rejected(err)
	}
	return v
}

// stateOf returns the Go side of an object of this room, nil if it is none.
func stateOf(v goja.Value) any {
	if s := bind.Of(v); s != nil {
		return s.Get(bind.Self)
	}
	return nil
}

// object makes the JavaScript side of a state that Go has made.
func (r *Room) object(class string, state any) *goja.Object {
	o := r.vm.CreateObject(r.class(class).Proto)
	bind.Own(o).Put(bind.Self, state)
	return o
}

// invalidState returns a TypeError with code ERR_INVALID_STATE.
func (r *Room) invalidState(text string) *goja.Object {
	return r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_STATE", "Invalid state: "+text)
}

// kept returns *e, made on first use: the errors of what was released are few.
func (r *Room) kept(e **goja.Object, text string) *goja.Object {
	if *e == nil {
		*e = r.invalidState(text)
	}
	return *e
}

// dictionary validates an argument that may be left out. Functions and arrays are objects.
func (r *Room) dictionary(args []goja.Value, i int, name string, orNull bool) goja.Value {
	v := bind.Arg(args, i)
	if _, ok := v.(*goja.Object); !ok && !goja.IsUndefined(v) && !(orNull && goja.IsNull(v)) {
		panic(r.h.Err.InvalidArgType(name, []string{"object"}, v))
	}
	return v
}

func number(f float64) goja.Value { return none.ToValue(f) }

// none makes numbers, which belong to no runtime.
var none *goja.Runtime
