package vm

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// context is an object whose properties are the globals of code. The engine has one set of built-in
// objects: Array is the same inside and outside. What code of the context looks up by name it finds in
// the object, among its own let, const and class, and among the globals of the language, and nowhere else;
// but Function, an eval that is not called by that name, and this of a function that is called without
// one, see the globals of the program. It is no sandbox; Node's is none either.
type context struct {
	r       *room
	sandbox *goja.Object
	scope   *goja.Object

	vars     map[string]bool // declared: undefined until they are set
	lexicals map[string]*lexical
	asked    map[string]bool // by typeof: no error if there is none
}

type lexical struct {
	value    goja.Value // nil: not yet initialised
	constant bool
}

// language are the globals that ECMA-262 has, and the engine.
var language = strings.Fields(`undefined NaN Infinity Object Function Array String Boolean Number BigInt Symbol Date Math JSON
	RegExp Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Proxy Reflect Error AggregateError EvalError RangeError
	ReferenceError SyntaxError TypeError URIError ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array
	Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Iterator parseInt parseFloat isNaN
	isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval Intl SharedArrayBuffer Atomics`)

// contextOf returns the context that an object was made, nil if it was not.
func (r *room) contextOf(v goja.Value) *context {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if c, ok := bind.Invoke(r.h.VM, r.contexts, "get", o).(*goja.Object); ok {
		return c.Export().(*context)
	}
	return nil
}

// createContext is vm.createContext([contextObject[, options]]).
func (r *room) createContext(v, options goja.Value, prefix string) *context {
	e := r.h.Err
	if bind.IsUndefined(v) {
		v = r.h.VM.NewObject()
	}
	sandbox := e.ValidateObject(v, "object")
	if c := r.contextOf(sandbox); c != nil {
		return c
	}
	name, origin, generation := "name", "origin", "codeGeneration"
	if prefix != "" {
		name, origin, generation = prefix+"Name", prefix+"Origin", prefix+"CodeGeneration"
	}
	if !bind.IsUndefined(options) {
		o := e.ValidateObject(options, "options")
		for _, key := range []string{name, origin} {
			if v := bind.Property(o, key); !bind.IsUndefined(v) {
				e.ValidateString(v, "options."+key)
			}
		}
		if v := bind.Property(o, generation); !bind.IsUndefined(v) {
			g := e.ValidateObject(v, "options."+generation)
			for _, key := range []string{"strings", "wasm"} {
				if v := bind.Property(g, key); !bind.IsUndefined(v) && !e.ValidateBoolean(v, "options."+generation+"."+key) {
					r.lack("option " + generation + "." + key + " of a context:")
				}
			}
		}
		if v := bind.Property(o, "microtaskMode"); !bind.IsUndefined(v) {
			if !v.StrictEquals(bind.String("afterEvaluate")) {
				panic(e.InvalidArgValue("options.microtaskMode", v, "must be one of: 'afterEvaluate', undefined"))
			}
			r.lack("option microtaskMode of a context:")
		}
	}
	c := &context{r: r, sandbox: sandbox, vars: make(map[string]bool), lexicals: make(map[string]*lexical), asked: make(map[string]bool)}
	c.scope = r.h.VM.NewDynamicObject(c)
	bind.Invoke(r.h.VM, r.contexts, "set", sandbox, r.h.VM.ToValue(c))
	return c
}

// Get implements goja.DynamicObject: the value of a name.
func (c *context) Get(name string) goja.Value {
	if l := c.lexicals[name]; l != nil {
		if l.value == nil {
			panic(c.r.referenceError("Cannot access '" + name + "' before initialization"))
		}
		return l.value
	}
	if v := c.sandbox.Get(name); v != nil {
		return v
	}
	switch {
	case name == "globalThis":
		return c.sandbox
	case slices.Contains(language, name):
		return c.r.h.VM.GlobalObject().Get(name)
	case c.vars[name] || c.asked[name]:
		return goja.Undefined()
	}
	panic(c.r.referenceError(name + " is not defined"))
}

// Set implements goja.DynamicObject: an assignment to a name.
func (c *context) Set(name string, v goja.Value) bool {
	l := c.lexicals[name]
	if l == nil {
		return c.sandbox.Set(name, v) == nil
	}
	if l.constant && l.value != nil {
		panic(c.r.h.VM.NewTypeError("Assignment to constant variable."))
	}
	l.value = v
	return true
}

// Has implements goja.DynamicObject. No name is looked for elsewhere.
func (c *context) Has(string) bool { return true }

// Delete implements goja.DynamicObject.
func (c *context) Delete(name string) bool { return c.sandbox.Delete(name) == nil }

// Keys implements goja.DynamicObject.
func (c *context) Keys() []string { return c.sandbox.Keys() }

func (r *room) referenceError(message string) *goja.Object {
	o, err := r.h.VM.New(r.h.VM.GlobalObject().Get("ReferenceError"), bind.String(message))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// asking finds the names that code asks typeof of.
var asking = regexp.MustCompile(`\btypeof\s*\(?\s*([A-Za-z_$][\w$]*)`)

// contextual compiles a script for contexts, the first time.
func (r *room) contextual(s *script) *contextual {
	if s.contextual == nil {
		p := r.loader.Parse(s.options.file, s.code, func(code string) string {
			return r.shift(s.options) + code + "\n" + strings.Repeat(" ", len(frame))
		})
		s.contextual = rewrite(p)
		program, err := goja.CompileAST(p, false)
		if err != nil {
			bind.Rethrow(err)
		}
		s.contextual.program = program
		for _, m := range asking.FindAllStringSubmatch(s.code, -1) {
			s.contextual.asked = append(s.contextual.asked, m[1])
		}
	}
	return s.contextual
}

// runIn runs a script in a context, at most for limit unless that is 0.
func (r *room) runIn(c *context, s *script, limit time.Duration) goja.Value {
	code := r.contextual(s)
	for _, l := range code.lexicals {
		if c.lexicals[l.name] != nil || c.vars[l.name] {
			panic(r.h.Err.Plain(nodeerr.SyntaxError, "Identifier '"+l.name+"' has already been declared"))
		}
	}
	for _, name := range code.vars {
		if c.lexicals[name] != nil {
			panic(r.h.Err.Plain(nodeerr.SyntaxError, "Identifier '"+name+"' has already been declared"))
		}
	}
	for _, l := range code.lexicals {
		c.lexicals[l.name] = &lexical{constant: l.constant}
	}
	for _, name := range code.vars {
		c.vars[name] = true
	}
	for _, name := range code.asked {
		c.asked[name] = true
	}
	outer, err := r.h.VM.RunProgram(code.program)
	if err != nil {
		bind.Rethrow(err)
	}
	run, _ := goja.AssertFunction(bind.Call(outer, c.sandbox, c.scope))
	return r.limited(limit, func() (goja.Value, error) { return run(goja.Undefined()) })
}
