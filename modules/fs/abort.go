package fs

import (
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// abortable is w under the option signal: not begun once the signal was aborted, and if that happens
// before the outcome is told, AbortError is the outcome. What was begun is not cut short; some of a
// file may have been written.
func (r *Room) abortable(o options, f form, w work) work {
	s := o.signal()
	if s == nil {
		return w
	}
	abort := func() *failure {
		reason := s.Get("reason")
		return &failure{throw: func(r *Room) goja.Value { return r.h.Err.Abort(reason) }}
	}
	if bind.Truthy(s.Get("aborted")) {
		return func() (result, *failure) { return nil, abort() }
	}
	if f == syncForm {
		return w
	}
	var aborted atomic.Bool
	listener := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		aborted.Store(true)
		return goja.Undefined()
	})
	bind.Invoke(r.h.VM, s, "addEventListener", bind.String("abort"), listener)
	return func() (result, *failure) {
		var res result
		var f *failure
		if !aborted.Load() {
			res, f = w()
		}
		return res, &failure{late: func() *failure {
			bind.Invoke(r.h.VM, s, "removeEventListener", bind.String("abort"), listener)
			if aborted.Load() {
				return abort()
			}
			return f
		}}
	}
}
