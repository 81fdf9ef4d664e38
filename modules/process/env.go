package process

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
)

// environment is process.env: every value becomes a string, and changes stay in the runtime. Variables
// that the program may not see are not listed; to name one throws.
type environment struct {
	h      *modules.Host
	object *goja.Object
	names  []string
	values map[string]string
}

func newEnvironment(h *modules.Host) *environment {
	e := &environment{h: h, values: make(map[string]string)}
	for k, v := range h.Settings.Env {
		e.names = append(e.names, k)
		e.values[k] = v
	}
	slices.Sort(e.names)
	if tz, set := e.values["TZ"]; set && h.Settings.Owner {
		setTimeZone(tz, true)
	}
	e.object = h.VM.NewDynamicObject(e)
	return e
}

func (e *environment) lookup(name string) (string, bool) {
	v, ok := e.values[name]
	return v, ok
}

// need throws for a variable that the program may not see. What every object has, and what is looked
// for in any to tell its kind, is no variable.
func (e *environment) need(key string) {
	if e.h.Settings.Access == nil || key == "toJSON" || key == "then" || e.h.VM.GlobalObject().Get("Object").(*goja.Object).Get("prototype").(*goja.Object).Get(key) != nil {
		return
	}
	e.h.NeedEnv(key)
}

// Get implements goja.DynamicObject.
func (e *environment) Get(key string) goja.Value {
	e.need(key)
	if v, ok := e.values[key]; ok {
		return e.h.VM.ToValue(v)
	}
	return nil
}

// Set implements goja.DynamicObject.
func (e *environment) Set(key string, val goja.Value) bool {
	e.h.NeedEnv(key)
	if _, ok := val.(*goja.Symbol); ok {
		panic(e.h.VM.NewTypeError("Cannot convert a Symbol value to a string"))
	}
	if _, ok := e.values[key]; !ok {
		e.names = append(e.names, key)
	}
	e.values[key] = val.String()
	if key == "TZ" && e.h.Settings.Owner {
		setTimeZone(e.values[key], true)
	}
	return true
}

// Has implements goja.DynamicObject.
func (e *environment) Has(key string) bool {
	e.need(key)
	_, ok := e.values[key]
	return ok
}

// Delete implements goja.DynamicObject.
func (e *environment) Delete(key string) bool {
	e.h.NeedEnv(key)
	if _, ok := e.values[key]; ok {
		delete(e.values, key)
		e.names = slices.DeleteFunc(e.names, func(n string) bool { return n == key })
		if key == "TZ" && e.h.Settings.Owner {
			setTimeZone("", false)
		}
	}
	return true
}

// Keys implements goja.DynamicObject.
func (e *environment) Keys() []string {
	names := slices.Clone(e.names)
	if a := e.h.Settings.Access; a != nil {
		names = slices.DeleteFunc(names, func(n string) bool { return !a.Env(n) })
	}
	return names
}
