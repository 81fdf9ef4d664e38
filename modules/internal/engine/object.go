package engine

import (
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// Shape is what objects that are made alike have in common: the names of their properties, in order. It
// belongs to no runtime, and is safe for any goroutine. A nil Shape has none.
type Shape struct {
	names []unistring.String // marked as the engine marks those that nobody may write to
}

// NewShape returns the shape of objects with these properties. None of the names is an array's index.
func NewShape(names ...string) *Shape {
	marked := make([]unistring.String, len(names)+1)
	for i, name := range names {
		marked[i] = unistring.NewFromString(name)
	}
	marked[len(names)] = known.marker
	return &Shape{marked[:len(names)]}
}

// Name returns the name of the property i.
func (s *Shape) Name(i int) string { return s.names[i].String() }

// New returns a new object with the prototype, which may be nil, and for each name of the shape the value of
// the same place, as an assignment would make it.
func (s *Shape) New(vm *goja.Runtime, proto *goja.Object, values ...goja.Value) *goja.Object {
	if known.ordinary == nil {
		return s.byAPI(vm, proto, values)
	}
	o := new(struct {
		head
		body
	})
	o.body.make("Object", o.head.make(known.ordinary, unsafe.Pointer(&o.body), vm), proto)
	s.fill(&o.body, values)
	return o.val
}

func (s *Shape) byAPI(vm *goja.Runtime, proto *goja.Object, values []goja.Value) *goja.Object {
	o := vm.CreateObject(proto)
	if s == nil {
		return o
	}
	for i, name := range s.names {
		if err := o.DefineDataProperty(name.String(), values[i], goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			panic("BUG: engine: " + err.Error())
		}
	}
	return o
}

func (s *Shape) fill(b *body, values []goja.Value) {
	if s == nil {
		b.values = make(map[unistring.String]goja.Value) // the engine writes to it
		return
	}
	b.values = make(map[unistring.String]goja.Value, len(s.names))
	for i, name := range s.names {
		b.values[name] = values[i]
	}
	b.propNames, b.lastSortedPropLen = s.names, len(s.names)
}

// Object is room for an object that has an owner: a field of the Go struct that stands behind the object. The
// object then costs no allocation, and its owner is found without asking the engine. It lives as long as
// anything of that struct is referred to.
type Object struct {
	head
	body
	owner any
}

// Make makes the object, once, with a prototype and the properties of the shape. If the layout is not known it
// is an object of the engine's, which can have no owner.
func (o *Object) Make(vm *goja.Runtime, proto *goja.Object, s *Shape, values ...goja.Value) *goja.Object {
	if known.ordinary == nil {
		return s.byAPI(vm, proto, values)
	}
	o.body.make(known.class, o.head.make(known.ordinary, unsafe.Pointer(&o.body), vm), proto)
	s.fill(&o.body, values)
	return o.val
}

// of returns the Object that o is, or nil. What tells it from the engine's own is that its parts lie side by side,
// and where the letters of its class are.
func of(o *goja.Object) *Object {
	h := (*head)(unsafe.Pointer(o))
	if !is(o, known.ordinary) || uintptr(h.self.data) != uintptr(unsafe.Pointer(o))+unsafe.Sizeof(*h) ||
		unsafe.StringData((*body)(h.self.data).class) != unsafe.StringData(known.class) {
		return nil
	}
	return (*Object)(unsafe.Pointer(o))
}

// Owner returns the owner that o was given; nil if it has none.
func Owner(o *goja.Object) any {
	if o := of(o); o != nil {
		return o.owner
	}
	return nil
}

// SetOwner gives o its owner. It returns false if o is no Object.
func SetOwner(o *goja.Object, owner any) bool {
	made := of(o)
	if made != nil {
		made.owner = owner
	}
	return made != nil
}

// Put makes name an own property of o, as an assignment would where no setter is inherited.
//
// # Errors
//
// It throws a TypeError if o is not extensible.
func Put(o *goja.Object, name string, v goja.Value) {
	if PutNew(o, name, v) {
		return
	}
	if err := o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
		panic(err)
	}
}

// marked reports whether somebody else has these names too.
func marked(names []unistring.String) bool {
	return cap(names) > len(names) && names[:cap(names)][cap(names)-1] == known.marker
}
