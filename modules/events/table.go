package events

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// table shows an Emitter as the object that Node keeps in _events: programs of the documented era
// read it, and some replace it.
type table struct {
	r    *Room
	this *goja.Object
	e    *Emitter
}

func (t *table) Get(key string) goja.Value {
	i := t.e.findKey(key)
	if i < 0 {
		return nil
	}
	ls := t.e.events[i].listeners
	if len(ls) == 1 {
		return t.r.wrapper(t.this, &ls[0])
	}
	list := t.r.list(t.this, t.e, t.e.events[i].name, true)
	if ev := &t.e.events[i]; ev.warned() {
		list.DefineDataProperty("warned", t.r.h.VM.ToValue(true), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		ev.leak.shown = list
	}
	return list
}

func (t *table) Set(key string, val goja.Value) bool {
	if i := t.e.findKey(key); i >= 0 {
		t.e.drop(i)
	}
	ev := event{name: bind.String(key), key: key}
	if o, ok := val.(*goja.Object); ok {
		if fn, ok := bind.ToCallable(o); ok {
			ev.listeners = []listener{{fn: fn}}
		} else if o.ClassName() == "Array" {
			t.r.h.VM.ForOf(o, func(v goja.Value) bool {
				if fn, ok := bind.ToCallable(v); ok {
					ev.listeners = append(ev.listeners, listener{fn: fn})
				}
				return true
			})
		}
	}
	if len(ev.listeners) > 0 {
		t.e.events = append(t.e.events, ev)
	}
	return true
}

func (t *table) Has(key string) bool { return t.e.findKey(key) >= 0 }

func (t *table) Delete(key string) bool {
	if i := t.e.findKey(key); i >= 0 {
		t.e.drop(i)
	}
	return true
}

func (t *table) Keys() []string {
	var keys []string
	for _, ev := range t.e.events {
		if !isSymbol(ev.name) {
			keys = append(keys, ev.key)
		}
	}
	return keys
}

func (r *Room) getEvents(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	if this == r.EventEmitter.Proto {
		return goja.Undefined()
	}
	o := r.h.VM.NewDynamicObject(&table{r, this, r.Of(this)})
	o.SetPrototype(nil)
	return o
}

// setEvents replaces all listeners: this._events = {} is how old code removes them.
func (r *Room) setEvents(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	e := r.Of(this)
	e.events = nil
	if o, ok := c.Argument(0).(*goja.Object); ok {
		t := &table{r, this, e}
		for _, k := range o.Keys() {
			t.Set(k, o.Get(k))
		}
	}
	return goja.Undefined()
}

func (r *Room) getEventsCount(c goja.FunctionCall) goja.Value {
	return bind.Int(len(r.Of(r.this(c)).events))
}
