package test

import (
	"math"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

var hookNames = []string{"after", "afterEach", "before", "beforeEach"}

// hook is a function that runs around tests.
type hook struct {
	r         *Room
	owner     *unit
	name      string
	fn        goja.Value
	place     *place
	timeoutMs float64
	once      bool // before and after run once, and all who want it wait for that run

	begun, ended bool
	err          goja.Value // of the last run; nil: none
	waiting      []func()
}

// addHook registers a hook of u.
func (u *unit) addHook(name string, fn, opts goja.Value, at *place) {
	k := &hook{r: u.r, owner: u, name: name, place: at, timeoutMs: math.NaN(), once: name == "before" || name == "after"}
	if bind.IsFunction(fn) {
		k.fn = fn
	}
	if ms, ok := u.r.timeout(bind.Property(opts, "timeout")); ok {
		k.timeoutMs = ms
	}
	if u.r.h.Err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal") != nil {
		u.r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "signal option of "+name+"()")
	}
	if name == "before" && !u.begun.IsZero() {
		// The test runs already: so does the hook.
		k.run(u.newContext(), func() {
			if k.err != nil {
				u.fail(u.r.asFailure(k.err))
			}
		})
	}
	switch h := &u.hooks; name {
	case "before":
		h.before = append(h.before, k)
	case "after":
		h.after = append(h.after, k)
	case "beforeEach":
		h.beforeEach = append(h.beforeEach, k)
	default:
		// Those of the test itself in their order, before those of what is around it.
		h.afterEach = slices.Insert(h.afterEach, h.ownAfterEach, k)
		h.ownAfterEach++
	}
}

func (h *hooks) named(name string) []*hook {
	switch name {
	case "before":
		return h.before
	case "after":
		return h.after
	case "beforeEach":
		return h.beforeEach
	}
	return h.afterEach
}

// run runs the hook with a context as its argument; done is called when it has ended.
func (k *hook) run(ctx goja.Value, done func()) {
	if k.once && k.begun {
		if k.ended {
			done()
		} else {
			k.waiting = append(k.waiting, done)
		}
		return
	}
	k.begun, k.err = true, nil
	context := k.r.h.Context.With(unitKey{}, k.owner).With(hookKey{}, k)
	k.r.body(k.fn, ctx, scope{context: context, timeoutMs: k.timeoutMs}, func(err *goja.Object) { k.err = err }, func(err goja.Value) {
		if k.err == nil && err != nil {
			k.err = k.r.asFailure(err)
		}
		k.ended = true
		if k.err != nil && k.name == "after" && k.owner.parent == nil {
			k.reportFailure()
		}
		done()
		for _, fn := range k.waiting {
			fn()
		}
		k.waiting = nil
	})
}

// reportFailure reports a hook of the file's as a test of its own.
func (k *hook) reportFailure() {
	err := k.err.(*goja.Object)
	err.Set("failureType", hookFailure)
	name := ""
	if k.place != nil {
		name = k.place.file
	}
	k.r.harness.emit(event{kind: failEvent, number: len(k.owner.subtests) + 1, name: name, place: k.place, details: details{failure: err}})
}

// runHooks runs u's hooks of one kind with the context of a test; nil: u's own.
func (u *unit) runHooks(name string, ctx goja.Value, done func(err goja.Value)) {
	list := u.hooks.named(name)
	if len(list) == 0 {
		done(nil)
		return
	}
	if ctx == nil {
		ctx = u.newContext()
	}
	var next func(i int)
	next = func(i int) {
		if i == len(list) {
			done(nil)
			return
		}
		list[i].run(ctx, func() {
			if err := list[i].err; err != nil {
				f := u.r.failure("failed running "+name+" hook", hookFailure)
				cause := err
				if isFailure(err) {
					cause = bind.Property(err, "cause")
				}
				f.Set("cause", cause)
				done(f)
				return
			}
			next(i + 1)
		})
	}
	next(0)
}
