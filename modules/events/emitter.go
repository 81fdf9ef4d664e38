// Package events is Node's events module: EventEmitter, written in Go, and its static helpers.
// Every emitting class of the house has an [Emitter] as the Emitter layer of its state, so that Go
// code emits without going through JavaScript when nobody has replaced emit.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/events.html.
package events

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/engine"
)

// Emitter is the state of one EventEmitter: its listeners by event, in order of first
// registration. Emitters have few events, so a scan beats a map.
//
// The zero Emitter is ready to use.
type Emitter struct {
	events  []event
	max     float64 // maxListeners when hasMax; else the default applies
	hasMax  bool
	capture bool // captureRejections
}

type event struct {
	name      goja.Value // a string or a symbol
	key       string     // the string; empty for a symbol
	listeners []listener
	shared    bool  // an emit may be walking over listeners: copy before writing
	leak      *leak // the leak warning has been given; else nil
}

// leak is the mark that Node leaves on the array of listeners it has warned of: programs read it, and
// take it away to be warned again.
type leak struct {
	shown *goja.Object // the newest array of _events that bears it; nil if none was asked for
}

// warned says whether the leak warning has been given and nobody has taken the mark away.
func (ev *event) warned() bool {
	if ev.leak != nil && ev.leak.shown != nil && ev.leak.shown.Get("warned") == nil {
		ev.leak = nil
	}
	return ev.leak != nil
}

type listener struct {
	fn   bind.Callable           // the user's function; zero for a listener of gonode's own
	goFn func(args []goja.Value) // a listener of gonode's own
	ref  *Listening              // identity of a once listener or of one of gonode's own; else nil
}

// Listening is one registration: what tells a listener from others with the same function, and takes it out
// again. Of a listener that a program has registered, only those of once have one.
type Listening struct {
	once, fired bool
	wrapper     *goja.Object // what rawListeners shows; made when somebody looks
	alone       [1]listener  // the listener; while it is the only one of its event, that's event.listeners

	// Of a listener of gonode's own.
	room   *Room
	this   *goja.Object
	e      *Emitter
	name   goja.Value
	remove func() // instead of all that: the emitter is not ours
}

// Removing returns a Listening for an emitter that is none of ours, on which remove takes the listener out.
func Removing(remove func()) *Listening { return &Listening{remove: remove} }

// Remove takes the listener out, if it is there still. A nil Listening has none.
func (l *Listening) Remove() {
	switch {
	case l == nil:
	case l.remove != nil:
		l.remove()
	case l.e.removeRef(l.name, l):
		l.room.removed(l.this, l.e, l.name, &l.alone[0])
	}
}

// Listenings are several that end together.
type Listenings []*Listening

// Remove takes them all out.
func (ls *Listenings) Remove() {
	for _, l := range *ls {
		l.Remove()
	}
	*ls = nil
}

// Of returns the emitter state of o, making it if o has none: whatever inherits EventEmitter's
// methods is an emitter, whether its constructor ran or not.
func (r *Room) Of(o *goja.Object) *Emitter {
	s := bind.Of(o)
	if s == nil {
		s = bind.Own(o)
	}
	if e, ok := s.Get(bind.Emitter).(*Emitter); ok {
		return e
	}
	e := new(Emitter)
	s.Put(bind.Emitter, e)
	return e
}

// Init makes e the emitter layer of s, for classes that embed both. If an earlier constructor gave
// s an emitter, its listeners move to e.
func Init(s *bind.State, e *Emitter) {
	if old, ok := s.Get(bind.Emitter).(*Emitter); ok && old != e {
		*e = *old
	}
	s.Put(bind.Emitter, e)
}

// FollowRule does for an emitter made in Go what the constructor does: EventEmitter.captureRejections
// holds for those made after it was set.
func (r *Room) FollowRule(e *Emitter) { e.capture = e.capture || r.captureByRule }

func (e *Emitter) find(name goja.Value) int {
	if sym, ok := name.(*goja.Symbol); ok {
		for i := range e.events {
			if e.events[i].name == sym {
				return i
			}
		}
		return -1
	}
	return e.findKey(name.String())
}

func (e *Emitter) findKey(key string) int {
	for i := range e.events {
		if e.events[i].key == key && !isSymbol(e.events[i].name) {
			return i
		}
	}
	return -1
}

// names are the events that gonode itself listens to most, as values.
var names = func() map[string]goja.Value {
	m := make(map[string]goja.Value)
	for _, name := range []string{"agentRemove", "close", "connect", "data", "drain", "end", "error", "finish", "free", "timeout", "unpipe"} {
		m[name] = bind.Constant(name)
	}
	return m
}()

// nameOf is the name of an event as a value.
func nameOf(name string) goja.Value {
	if v, ok := names[name]; ok {
		return v
	}
	return bind.String(name)
}

func isSymbol(v goja.Value) bool { _, ok := v.(*goja.Symbol); return ok }

// Silent reports whether nobody listens to anything.
func (e *Emitter) Silent() bool { return len(e.events) == 0 }

// Count returns the number of listeners for the event name.
func (e *Emitter) Count(name string) int {
	if i := e.findKey(name); i >= 0 {
		return len(e.events[i].listeners)
	}
	return 0
}

// eventName turns an argument into the name of an event: a symbol stays one, all else becomes a string.
func eventName(v goja.Value) goja.Value {
	switch {
	case v == nil:
		v = goja.Undefined()
	case isSymbol(v):
		return v
	}
	return bind.ToString(v)
}

// add registers l at the end or the front of the event, with Node's events and warning round it.
func (r *Room) add(this *goja.Object, e *Emitter, given goja.Value, l listener, prepend bool) {
	if e.findKey("newListener") >= 0 {
		// Before l is in, so that a listener for newListener does not see its own registration.
		r.Emit(this, "newListener", given, r.original(this, &l))
	}
	name := eventName(given)
	i := e.find(name)
	if i < 0 {
		ev := event{name: name}
		if !isSymbol(name) {
			ev.key = name.String()
		}
		if len(e.events) == 1 && cap(e.events) == 1 {
			e.events = append(make([]event, 0, 4), e.events...) // who has two has more, as a rule
		}
		e.events = append(e.events, ev)
		i = len(e.events) - 1
	}
	ev := &e.events[i]
	switch {
	case len(ev.listeners) == 0 && l.ref != nil:
		l.ref.alone[0] = l
		ev.listeners = l.ref.alone[:]
	case prepend:
		ls := make([]listener, 0, len(ev.listeners)+1)
		ev.listeners, ev.shared = append(append(ls, l), ev.listeners...), false
	case ev.shared:
		ls := make([]listener, 0, len(ev.listeners)+1)
		ev.listeners, ev.shared = append(append(ls, ev.listeners...), l), false
	default:
		ev.listeners = append(ev.listeners, l)
	}
	if n := len(ev.listeners); n > 1 && !ev.warned() {
		if max := r.maxListeners(this, e); max > 0 && float64(n) > max {
			ev.leak = &leak{}
			r.warnLeak(this, given, n)
		}
	}
}

// removeAt takes the k-th listener of event i out.
func (e *Emitter) removeAt(i, k int) {
	ev := &e.events[i]
	switch {
	case len(ev.listeners) == 1:
		e.drop(i)
	case ev.shared:
		ls := make([]listener, 0, len(ev.listeners)-1)
		ls = append(ls, ev.listeners[:k]...)
		ev.listeners, ev.shared = append(ls, ev.listeners[k+1:]...), false
	default:
		copy(ev.listeners[k:], ev.listeners[k+1:])
		ev.listeners[len(ev.listeners)-1] = listener{}
		ev.listeners = ev.listeners[:len(ev.listeners)-1]
	}
}

// drop removes event i with all its listeners, keeping the order of the others.
func (e *Emitter) drop(i int) {
	copy(e.events[i:], e.events[i+1:])
	e.events[len(e.events)-1] = event{}
	e.events = e.events[:len(e.events)-1]
}

// removeRef takes out the listener with this identity.
func (e *Emitter) removeRef(name goja.Value, id *Listening) bool {
	i := e.find(name)
	if i < 0 {
		return false
	}
	for k := range e.events[i].listeners {
		if e.events[i].listeners[k].ref == id {
			e.removeAt(i, k)
			return true
		}
	}
	return false
}

// removed tells listeners for removeListener.
func (r *Room) removed(this *goja.Object, e *Emitter, name goja.Value, l *listener) {
	if e.findKey("removeListener") >= 0 {
		r.Emit(this, "removeListener", name, r.original(this, l))
	}
}

// original returns the function that was registered: what listeners() shows.
func (r *Room) original(this *goja.Object, l *listener) *goja.Object {
	if l.fn.Obj != nil {
		return l.fn.Obj
	}
	return r.wrapper(this, l)
}

// wrapper returns the function that rawListeners shows. For a once listener it removes itself and
// has the original as its listener property, as Node's has.
func (r *Room) wrapper(this *goja.Object, l *listener) *goja.Object {
	if l.ref == nil {
		return l.fn.Obj
	}
	if l.ref.wrapper != nil {
		return l.ref.wrapper
	}
	li := *l
	w := r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		if li.ref.once {
			if li.ref.fired {
				return goja.Undefined()
			}
			li.ref.fired = true
			r.forget(this, &li)
		}
		return r.call(&li, this, c.Arguments)
	}).(*goja.Object)
	if bind.Name(w, "bound onceWrapper", 0); !l.ref.once {
		bind.Name(w, "", 1)
	}
	if li.fn.Obj != nil {
		w.Set("listener", li.fn.Obj)
	}
	l.ref.wrapper = w
	return w
}

// forget removes a once listener that runs through its wrapper: by its identity, or, registered by a
// replaced on, as the wrapper itself.
func (r *Room) forget(this *goja.Object, l *listener) {
	e := r.Of(this)
	for i := range e.events {
		name := e.events[i].name
		if e.removeRef(name, l.ref) {
			r.removed(this, e, name, l)
			return
		}
		for k := range e.events[i].listeners {
			if w := e.events[i].listeners[k].fn.Obj; w != nil && w == l.ref.wrapper {
				e.removeAt(i, k)
				r.removed(this, e, name, l)
				return
			}
		}
	}
}

// wraps reports whether l is a function of the program's that stands for fn, as its listener property
// says.
func (l *listener) wraps(fn *goja.Object) bool {
	return l.ref == nil && l.fn.Obj != nil && l.fn.Obj.Get("listener") == goja.Value(fn)
}

func (r *Room) call(l *listener, this goja.Value, args []goja.Value) goja.Value {
	if l.goFn != nil {
		l.goFn(args)
		return goja.Undefined()
	}
	return l.fn.Call(this, args...)
}

// Emit emits the event on this as JavaScript would: an emit that the user has put on the object or
// its prototype is what runs. It reports whether there were listeners. Like any call into
// JavaScript it may throw, and anything may have changed when it returns.
func (r *Room) Emit(this *goja.Object, name string, args ...goja.Value) bool {
	if fn, _ := engine.Lookup(this, "emit").(*goja.Object); fn != r.emitFn && fn != nil {
		if c, ok := bind.ToCallable(fn); ok {
			return bind.Truthy(c.Call(this, append([]goja.Value{bind.String(name)}, args...)...))
		}
	}
	return r.EmitDirect(this, r.Of(this), name, args...)
}

// EmitDirect is EventEmitter.prototype.emit for the event name, past any replaced emit.
func (r *Room) EmitDirect(this *goja.Object, e *Emitter, name string, args ...goja.Value) bool {
	if name == "error" {
		return r.emitError(this, e, args)
	}
	i := e.findKey(name)
	if i < 0 {
		return false
	}
	r.run(this, e, i, args)
	return true
}

// run calls the listeners of event i.
func (r *Room) run(this *goja.Object, e *Emitter, i int, args []goja.Value) {
	ev := &e.events[i]
	if len(ev.listeners) == 1 {
		l := ev.listeners[0]
		r.runOne(this, e, ev.name, &l, args)
		return
	}
	ev.shared = true
	name, ls := ev.name, ev.listeners
	for k := range ls {
		r.runOne(this, e, name, &ls[k], args)
	}
}

func (r *Room) runOne(this *goja.Object, e *Emitter, name goja.Value, l *listener, args []goja.Value) {
	if l.ref != nil && l.ref.once {
		if l.ref.fired {
			return
		}
		l.ref.fired = true
		if e.removeRef(name, l.ref) {
			r.removed(this, e, name, l)
		}
	}
	if l.goFn != nil {
		l.goFn(args)
		return
	}
	// The callee may keep its arguments: each listener gets its own slice only if there are several,
	// which the engine guarantees by copying them to its stack.
	result := l.fn.Call(this, args...)
	if e.capture {
		r.captureRejection(this, result, name, args)
	}
}

// emitError emits 'error': errorMonitor's listeners first, and a throw when nobody listens.
func (r *Room) emitError(this *goja.Object, e *Emitter, args []goja.Value) bool {
	if i := e.find(r.errorMonitor); i >= 0 {
		r.run(this, e, i, args)
	}
	if i := e.findKey("error"); i >= 0 {
		r.run(this, e, i, args)
		return true
	}
	er := bind.Arg(args, 0)
	if r.h.Err.Is(er) {
		r.noteEmitted(this, er.(*goja.Object))
		panic(er)
	}
	var text string
	if ex := r.h.VM.Try(func() { text = r.h.Err.Inspect(er) }); ex != nil {
		text = bind.ToString(er).String() // what cannot be inspected is still reported
	}
	err := r.h.Err.New("ERR_UNHANDLED_ERROR", text)
	err.Set("context", er)
	panic(err)
}

// EmittedProperty is the hidden property of an error that was thrown because nobody listened to 'error':
// what the end of the process says of that, behind the stack.
const EmittedProperty = "gonode:emitted"

// noteEmitted notes where err was emitted.
//
// Node v20 lib/events.js: enhanceStackTrace.
func (r *Room) noteEmitted(this, err *goja.Object) {
	text := "\nEmitted 'error' event"
	if class, ok := this.Get("constructor").(*goja.Object); ok {
		if name := class.Get("name"); name != nil && name.String() != "EventEmitter" {
			text += " on " + name.String() + " instance"
		}
	}
	if at := strings.TrimSuffix(ecma.StackLines(r.h.VM), "\n"); at != "" {
		text += " at:\n" + at
	}
	err.DefineDataProperty(EmittedProperty, r.h.VM.ToValue(text), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// On adds a listener of gonode's own, for which no JavaScript function is made unless someone looks
// at it.
func (r *Room) On(this *goja.Object, name string, fn func(args []goja.Value)) *Listening {
	return r.listen(this, name, fn, false, false)
}

// Once is On for a listener that runs at most once.
func (r *Room) Once(this *goja.Object, name string, fn func(args []goja.Value)) *Listening {
	return r.listen(this, name, fn, true, false)
}

// Prepend is On in front of the listeners that are there.
func (r *Room) Prepend(this *goja.Object, name string, fn func(args []goja.Value)) *Listening {
	return r.listen(this, name, fn, false, true)
}

func (r *Room) listen(this *goja.Object, name string, fn func(args []goja.Value), once, prepend bool) *Listening {
	l := &Listening{once: once, room: r, this: this, e: r.Of(this), name: nameOf(name)}
	l.alone[0] = listener{goFn: fn, ref: l}
	r.add(this, l.e, l.name, l.alone[0], prepend)
	return l
}

// AddListener registers the user's function fn, as this.on(name, fn) without looking at a replaced on.
func (r *Room) AddListener(this *goja.Object, name string, fn *goja.Object) {
	c, _ := bind.ToCallable(fn)
	r.add(this, r.Of(this), bind.String(name), listener{fn: c}, false)
}

// OnceListener is AddListener for a listener that runs at most once.
func (r *Room) OnceListener(this *goja.Object, name string, fn *goja.Object) {
	c, _ := bind.ToCallable(fn)
	r.AddOnce(this, bind.String(name), c)
}

// AddOnce is this.once(name, fn) without looking at a replaced on. name may be a symbol.
func (r *Room) AddOnce(this *goja.Object, name goja.Value, fn bind.Callable) {
	r.add(this, r.Of(this), name, listener{fn: fn, ref: &Listening{once: true}}, false)
}

// RemoveAll removes the listeners of this for the event, as removeAllListeners(name).
func (r *Room) RemoveAll(this *goja.Object, name string) {
	if e := r.Of(this); e.Count(name) > 0 {
		r.removeAll(this, e, bind.String(name))
	}
}

// ListenerCount returns the number of listeners that this has for the event.
func (r *Room) ListenerCount(this *goja.Object, name string) int { return r.Of(this).Count(name) }

func (r *Room) maxListeners(this *goja.Object, e *Emitter) float64 {
	if e.hasMax {
		return e.max
	}
	return r.defaultMax
}

func (r *Room) warnLeak(this *goja.Object, name goja.Value, n int) {
	text := name.String()
	if isSymbol(name) {
		text = "Symbol(" + text + ")"
	}
	w := r.h.Err.Plain(0, "Possible EventEmitter memory leak detected. "+
		bind.Int(n).String()+" "+text+" listeners added to "+r.describe(this)+
		". MaxListeners is "+r.h.VM.ToValue(r.maxListeners(this, r.Of(this))).String()+
		". Use emitter.setMaxListeners() to increase limit")
	w.Set("name", "MaxListenersExceededWarning")
	w.Set("emitter", this)
	w.Set("type", name)
	w.Set("count", n)
	r.h.Process.EmitWarning(w)
}

// describe is inspect(emitter, {depth: -1}): "[Server]".
func (r *Room) describe(this *goja.Object) string {
	name := "Object"
	if c, ok := this.Get("constructor").(*goja.Object); ok {
		if n := c.Get("name"); n != nil && n.String() != "" {
			name = n.String()
		}
	}
	return "[" + name + "]"
}

func (r *Room) checkMax(v goja.Value, name string) float64 {
	return r.h.Err.ValidateNumber(v, name, 0, math.NaN())
}
