package test

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// harness is what ties the tests of a file to its process: the root of the tree, what is counted,
// and where events go.
//
// Node v20 lib/internal/test_runner/harness.js.
type harness struct {
	r        *Room
	root     *unit
	process  *goja.Object
	open     bool // tests may run: the file's own code has ended
	opening  bool
	reported bool
	counters counters
	reporter reporter
	written  strings.Builder // not yet on standard output
	after    bool            // the file's after hooks have begun
}

// counters are the numbers of the summary.
type counters struct{ all, failed, passed, cancelled, skipped, todo, top, suites int }

func (c *counters) count(u *unit) {
	if u.level == 0 {
		c.top++
	}
	if u.kind == suiteKind {
		c.suites++
		return
	}
	c.all++
	switch {
	case u.skipped:
		c.skipped++
	case u.todo:
		c.todo++
	case u.cancelled:
		c.cancelled++
	case !u.passed:
		c.failed++
	default:
		c.passed++
	}
}

// root returns the root of the tree, made when the first test or hook is.
func (r *Room) root() *unit {
	if r.harness != nil {
		return r.harness.root
	}
	h := &harness{r: r, process: r.h.Builtin("process").(*goja.Object)}
	r.harness = h
	h.root = &unit{r: r, kind: rootKind, name: "<root>", concurrency: 1, timeoutMs: math.NaN(), ready: make(map[int]*unit),
		signal: r.dom.NewSignal(), offAbort: func() {}, context: r.h.Context, begun: time.Now()}
	h.reporter = h.newReporter()
	h.listen()
	return h.root
}

// bootstrap opens the gate for the first tests, once the file has run.
func (h *harness) bootstrap() {
	if h.opening {
		return
	}
	h.opening = true
	h.r.soon(func() {
		h.open = true
		h.root.runPending()
	})
}

// listen hears of what tests leave uncaught, and of the end.
func (h *harness) listen() {
	vm := h.r.vm
	on := func(event string, fn func(c goja.FunctionCall)) (off func()) {
		listener := vm.ToValue(func(c goja.FunctionCall) goja.Value { fn(c); return goja.Undefined() })
		bind.Invoke(vm, h.process, "on", bind.String(event), listener)
		return func() { bind.Invoke(vm, h.process, "removeListener", bind.String(event), listener) }
	}
	var off []func()
	for _, event := range []string{"uncaughtException", "unhandledRejection"} {
		off = append(off, on(event, func(c goja.FunctionCall) { h.uncaught(c.Argument(0), event) }))
	}
	off = append(off, on("beforeExit", func(goja.FunctionCall) {
		end := func() {
			h.root.end(h.r.failure("Promise resolution is still pending but the event loop has already resolved", cancelledByParent))
			for _, f := range off {
				f()
			}
		}
		if len(h.root.subtests) == 0 && !h.after {
			h.afterAll(end) // there are hooks only
			return
		}
		end()
	}))
}

// uncaught fails the test whose code threw err, or rejected with it, where nobody caught it.
func (h *harness) uncaught(err goja.Value, event string) {
	if !h.open {
		panic(err) // not a test's: the file's own
	}
	u := h.r.current()
	k, _ := h.r.h.Context.Get(hookKey{})
	running, _ := k.(*hook)
	if u != h.root && !u.finished && running == nil {
		u.fail(h.r.failure(err, event))
		h.r.dom.Abort(u.signal, goja.Undefined())
		return
	}
	what, at := "", u.place
	switch {
	case running != nil:
		what, at = `Test hook "`+running.name+`"`, running.place
	case u != h.root:
		what = `Test "` + u.name + `"`
	}
	text := bind.ToString(err).String()
	message := "Error: A resource generated asynchronous activity after the test ended. This activity created the error " +
		`"` + text + `" which triggered an ` + event + " event, caught by the test runner."
	if what != "" {
		if at != nil {
			what += " at " + h.relative(at.file) + ":" + strconv.Itoa(at.line) + ":" + strconv.Itoa(at.column)
		}
		message = "Error: " + what + " generated asynchronous activity after the test ended. This activity created the error " +
			`"` + text + `" and would have caused the test to fail, but instead triggered an ` + event + " event."
	}
	h.root.diagnostics = append(h.root.diagnostics, message)
	h.process.Set("exitCode", 1)
}

// relative is a file as seen from the working directory.
func (h *harness) relative(file string) string {
	if rel, err := filepath.Rel(h.r.h.Process.Dir(), file); err == nil {
		return rel
	}
	return file
}

// afterAll runs the after hooks of the file, once.
func (h *harness) afterAll(done func()) {
	if h.after {
		done()
		return
	}
	h.after = true
	h.root.runHooks("after", nil, func(err goja.Value) {
		if err != nil {
			h.root.fail(h.r.asFailure(err))
		}
		done()
	})
}

// summary reports the end of the file.
func (h *harness) summary() {
	if h.reported {
		return
	}
	h.reported = true
	h.emit(event{kind: planEvent, number: h.counters.top})
	for _, text := range h.root.diagnostics {
		h.emit(event{kind: diagnosticEvent, name: text})
	}
	c := h.counters
	for _, row := range []struct {
		name string
		n    int
	}{{"tests", c.all}, {"suites", c.suites}, {"pass", c.passed}, {"fail", c.failed}, {"cancelled", c.cancelled},
		{"skipped", c.skipped}, {"todo", c.todo}} {
		h.emit(event{kind: diagnosticEvent, name: row.name + " " + strconv.Itoa(row.n)})
	}
	h.emit(event{kind: diagnosticEvent, name: "duration_ms " + h.r.vm.ToValue(h.root.duration()).String()})
	h.write(h.reporter.end())
}

// emit gives an event to the reporter.
func (h *harness) emit(e event) {
	if e.kind == failEvent && e.details.todo == nil {
		h.process.Set("exitCode", 1)
	}
	h.write(h.reporter.event(e))
}

// write puts a piece of the report on standard output at the end of the turn.
func (h *harness) write(text string) {
	if text == "" {
		return
	}
	if h.written.Len() == 0 {
		h.r.h.Door.NextTick(modules.Func(func() {
			all := h.written.String()
			h.written.Reset()
			bind.Invoke(h.r.vm, h.process.Get("stdout").(*goja.Object), "write", h.r.vm.ToValue(all))
		}))
	}
	h.written.WriteString(text)
}
