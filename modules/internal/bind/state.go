package bind

import (
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/engine"
)

// stateSymbol keys the one hidden property that ties an object to its Go state. A symbol belongs
// to no runtime; sharing it shares no values.
var (
	stateSymbol = goja.NewSymbol("gonode.state")
	emptyString = goja.StringFromUTF16(nil)
)

// Slot names one layer of an object's Go state. The layers follow Node's prototype chains:
// every stream is an emitter, a Duplex is both Readable and Writable, and what a class adds
// on top (net.Socket, http.IncomingMessage, …) is its own layer.
type Slot uint8

// The layers of state.
const (
	Emitter  Slot = iota // *events.Emitter
	Readable             // *stream.Readable
	Writable             // *stream.Writable
	Self                 // the class's own state
	numSlots
)

// carrier makes a State a value. A string, since typeof throws on values it does not know; under
// another name, since a field String would hide the method.
type carrier = goja.String

// State is the Go state of one JavaScript object. It is the owner of an engine.Object, and hides behind a
// symbol on any other, so it survives new, class extends, Ctor.call(this), Object.create, setPrototypeOf
// and Proxy.
//
// Embed a State in a larger struct to make an object and all its layers in one allocation.
// Why a symbol and a carrier: RATIONALE.md.
type State struct {
	carrier // an empty string: what JavaScript sees that looks behind the symbol
	slots   [numSlots]any
}

// Attach makes s the state of obj, in place of any it had or inherits.
func Attach(obj *goja.Object, s *State) {
	if engine.SetOwner(obj, s) {
		return
	}
	s.carrier = emptyString
	if err := obj.SetSymbol(stateSymbol, s); err != nil {
		panic(err)
	}
}

// StrictEquals makes a state equal to itself alone.
func (s *State) StrictEquals(v goja.Value) bool { return v == goja.Value(s) }

// SameAs is StrictEquals.
func (s *State) SameAs(v goja.Value) bool { return v == goja.Value(s) }

// Get returns the layer, nil if there is none.
func (s *State) Get(slot Slot) any { return s.slots[slot] }

// Put sets the layer.
func (s *State) Put(slot Slot, v any) { s.slots[slot] = v }

// Of returns the state of v or of the prototype it inherits one from; nil if there is none.
func Of(v goja.Value) *State {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if s, ok := engine.Owner(o).(*State); ok {
		return s
	}
	if s, ok := o.GetSymbol(stateSymbol).(*State); ok {
		return s
	}
	return inherited(o)
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// inherited returns the state of what stands behind a Proxy, or of a prototype, that is not behind the symbol.
func inherited(o *goja.Object) *State {
	for ; o != nil; o = o.Prototype() {
		if s, ok := engine.Owner(o).(*State); ok {
			return s
		}
		if o.ExportType() == proxyType {
			if target := o.Export().(goja.Proxy).Target(); target != nil {
				return Of(target)
			}
			return nil
		}
	}
	return nil
}

// Own returns the state for a constructor to fill: the one that an earlier constructor of the
// same chain attached to obj itself, else a new one.
func Own(obj *goja.Object) *State {
	if s := Of(obj); s != nil {
		if p := obj.Prototype(); p == nil || Of(p) != s {
			return s
		}
	}
	s := new(State)
	Attach(obj, s)
	return s
}

// Layer returns the layer of v as T; ok is false if v has none or another type.
func Layer[T any](v goja.Value, slot Slot) (t T, ok bool) {
	if s := Of(v); s != nil {
		t, ok = s.slots[slot].(T)
	}
	return t, ok
}

// SelfOf returns v's Self layer as T.
func SelfOf[T any](v goja.Value) (T, bool) { return Layer[T](v, Self) }
