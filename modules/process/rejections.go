package process

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
)

// rejection is a promise that was rejected when nobody handled that.
type rejection struct {
	promise *goja.Promise
	context *modules.AsyncContext // that it happened in
	id      int                   // counted from 1: warnings name it
}

// rejections are those of a process.
type rejections struct {
	fresh    []rejection           // not yet looked at
	reported map[*goja.Promise]int // told of, by id
	last     int
}

// trackRejection keeps the promises that are rejected without a handler.
func (r *Room) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	all := &r.rejections
	if op == goja.PromiseRejectionReject {
		all.last++
		all.fresh = append(all.fresh, rejection{p, r.h.Context, all.last})
		return
	}
	for i, q := range all.fresh {
		if q.promise == p {
			all.fresh = append(all.fresh[:i:i], all.fresh[i+1:]...)
			return
		}
	}
	if id, ok := all.reported[p]; ok {
		delete(all.reported, p)
		r.h.Door.NextTick(modules.Func(func() {
			if r.emit("rejectionHandled", r.h.VM.ToValue(p)) {
				return
			}
			w := r.warningOf("PromiseRejectionHandledWarning", fmt.Sprintf("Promise rejection was handled asynchronously (rejection id: %d)", id))
			w.Set("id", id)
			r.warn(w)
		}))
	}
}

// Rejected implements modules.Process.
func (r *Room) Rejected() bool { return len(r.rejections.fresh) > 0 }

// Rejections implements modules.Process.
//
// Node v20 lib/internal/process/promises.js, the modes of --unhandled-rejections.
func (r *Room) Rejections() bool {
	all := &r.rejections
	if len(all.fresh) == 0 {
		return false
	}
	defer func() { r.h.Context = nil }()
	for len(all.fresh) > 0 {
		one := all.fresh[0]
		r.h.Context = one.context
		all.fresh = all.fresh[1:]
		if all.reported == nil {
			all.reported = make(map[*goja.Promise]int)
		}
		all.reported[one.promise] = one.id
		reason := one.promise.Result()
		if reason == nil {
			reason = goja.Undefined()
		}
		mode := r.h.Settings.Flags.UnhandledRejections
		if mode == "strict" {
			r.uncaught(r.rejectedWith(reason), nil, "unhandledRejection")
		}
		handled := r.emit("unhandledRejection", reason, r.h.VM.ToValue(one.promise))
		switch mode {
		case "none":
		case "warn":
			r.warnOfRejection(one.id, reason)
		case "strict":
			if !handled {
				r.warnOfRejection(one.id, reason)
			}
		case "warn-with-error-code":
			if !handled {
				r.warnOfRejection(one.id, reason)
				r.exitCode = bind.Int(codeUncaught)
			}
		default:
			if !handled {
				r.uncaught(r.rejectedWith(reason), nil, "unhandledRejection")
			}
		}
	}
	return true
}

// rejectedWith is the exception that a rejection makes: the reason, or an error that tells of it.
func (r *Room) rejectedWith(reason goja.Value) goja.Value {
	if r.h.Err.Is(reason) {
		return reason
	}
	msg := "This error originated either by throwing inside of an " +
		"async function without a catch block, or by rejecting a promise which was not handled with .catch(). " +
		`The promise rejected with the reason "` + plainText(reason) + `".`
	o := r.h.Err.Coded(0, "ERR_UNHANDLED_REJECTION", msg)
	if _, isObject := reason.(*goja.Object); isObject {
		bind.Hide(o, "cause", reason) // Node tells nothing of it
	}
	bind.Hide(o, "name", bind.String("UnhandledPromiseRejection"))
	bind.Hide(o, "stack", r.h.VM.ToValue("UnhandledPromiseRejection: "+msg))
	return o
}

// plainText shows a value without running code of the program's.
func plainText(v goja.Value) string {
	if _, isObject := v.(*goja.Object); isObject {
		return "#<Object>"
	}
	return v.String()
}

// warnOfRejection prints the reason, and what was wrong with it.
func (r *Room) warnOfRejection(id int, reason goja.Value) {
	const kind = "UnhandledPromiseRejectionWarning"
	text := fmt.Sprintf("Unhandled promise rejection. This error originated either by throwing inside of an async function "+
		"without a catch block, or by rejecting a promise which was not handled with .catch(). To terminate the node process on "+
		"unhandled promise rejection, use the CLI flag `--unhandled-rejections=strict` (see "+
		"https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). (rejection id: %d)", id)
	told := r.warningOf(kind, text)
	if o, ok := reason.(*goja.Object); ok && r.h.Err.Is(o) {
		stack := bind.ToString(o.Get("stack"))
		told.Set("stack", stack)
		r.warn(r.warningOf(kind, ecma.StackText(stack.String())))
	} else {
		r.warn(r.warningOf(kind, plainText(reason)))
	}
	r.warn(told)
}
