package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// pool is one of an agent's three objects of arrays: "sockets", "freeSockets" or "requests".
type pool struct {
	vm  *goja.Runtime
	set *goja.Object
}

// list returns the array of a name, nil if there is none.
func (p pool) list(name string) *goja.Object {
	if p.set == nil {
		return nil
	}
	if list, ok := p.set.Get(name).(*goja.Object); ok && list.ClassName() == "Array" {
		return list
	}
	return nil
}

func (p pool) len(name string) int { return length(p.list(name)) }

func length(list *goja.Object) int {
	if list == nil {
		return 0
	}
	return int(list.Get("length").ToInteger())
}

// names returns the names that have entries, in order of first use.
func (p pool) names() []string {
	if p.set == nil {
		return nil
	}
	return p.set.Keys()
}

func (p pool) add(name string, o *goja.Object) {
	switch list := p.list(name); {
	case list != nil:
		bind.Invoke(p.vm, list, "push", o)
	case p.set == nil: // of an agent that no constructor has seen
		panic(p.vm.NewTypeError("Cannot set properties of undefined (setting '" + name + "')"))
	default:
		p.set.DefineDataProperty(name, p.vm.NewArray(o), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

// remove takes o out of the list; a list that is empty goes.
func (p pool) remove(name string, o *goja.Object) {
	list := p.list(name)
	if list == nil {
		return
	}
	if i := bind.Invoke(p.vm, list, "indexOf", o); i.ToInteger() >= 0 {
		bind.Invoke(p.vm, list, "splice", i, bind.Int(1))
	}
	if length(list) == 0 {
		p.set.Delete(name)
	}
}

// take removes an entry of the list with "shift" or "pop"; nil if there is none.
func (p pool) take(name, how string) *goja.Object {
	list := p.list(name)
	if list == nil {
		return nil
	}
	o, _ := bind.Invoke(p.vm, list, how).(*goja.Object)
	if length(list) == 0 {
		p.set.Delete(name)
	}
	return o
}

// first returns the entry that waits longest.
func (p pool) first(name string) *goja.Object {
	if list := p.list(name); list != nil {
		o, _ := list.Get("0").(*goja.Object)
		return o
	}
	return nil
}

// all returns every entry.
func (p pool) all() (out []*goja.Object) {
	for _, name := range p.names() {
		if list := p.list(name); list != nil {
			p.vm.ForOf(list, func(v goja.Value) bool {
				if o, ok := v.(*goja.Object); ok {
					out = append(out, o)
				}
				return true
			})
		}
	}
	return out
}
