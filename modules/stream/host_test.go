package stream_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// host is a runtime with only what streams need: ticks before promise jobs, immediates, timers.
type host struct {
	*modules.Host
	vm       *goja.Runtime
	ticks    []modules.Task
	enter    goja.Callable
	entered  bool
	task     modules.Task
	log      []string
	rejected []*goja.Promise
}

func newHost(t testing.TB) *host {
	h := &host{vm: goja.New()}
	h.Host = &modules.Host{VM: h.vm, Loop: eventloop.New(eventloop.Options{}), Err: nodeerr.NewErrors(h.vm), Door: h, Process: h}
	run := h.vm.ToValue(func(goja.FunctionCall) goja.Value {
		h.run()
		return goja.Undefined()
	})
	tramp, err := h.vm.RunString(`(function(run){ run() })`)
	if err != nil {
		t.Fatal(err)
	}
	enter, _ := goja.AssertFunction(tramp)
	h.enter = func(this goja.Value, args ...goja.Value) (goja.Value, error) { return enter(this, run) }
	mods := map[string]modules.Module{"events": events.Module, "stream": stream.Module, "string_decoder": stringdecoder.Module,
		"stream/promises": stream.PromisesModule, "stream/consumers": stream.ConsumersModule}
	loaded := map[string]goja.Value{}
	h.Builtin = func(id string) goja.Value {
		id = strings.TrimPrefix(id, "node:")
		if v, ok := loaded[id]; ok {
			return v
		}
		m, ok := mods[id]
		if !ok {
			return nil
		}
		loaded[id] = m.Load(h.Host)
		return loaded[id]
	}
	g := h.vm.GlobalObject()
	sym := h.vm.Get("Symbol").(*goja.Object)
	sym.Set("asyncIterator", goja.NewSymbol("Symbol.asyncIterator"))
	g.Set("Buffer", buffer.Rooms.Of(h.Host).Buffer.Ctor)
	targets := events.Targets.Of(h.Host)
	sub, err := h.vm.RunString(`(function(Native) { return class AbortController extends Native {} })`)
	if err != nil {
		t.Fatal(err)
	}
	g.Set("AbortController", bind.Call(sub, goja.Undefined(), targets.AbortController.Ctor))
	g.Set("AbortSignal", targets.AbortSignal.Ctor)
	g.Set("EventTarget", targets.EventTarget.Ctor)
	g.Set("require", func(id string) goja.Value {
		if v := h.Builtin(id); v != nil {
			return v
		}
		if id == "util" {
			v, err := h.vm.RunString(`({inherits(c, p) { c.super_ = p; Object.setPrototypeOf(c.prototype, p.prototype) }})`)
			if err != nil {
				panic(err)
			}
			return v
		}
		panic(h.vm.NewTypeError("no module " + id))
	})
	g.Set("log", func(c goja.FunctionCall) goja.Value {
		h.log = append(h.log, h.render(c.Arguments))
		return goja.Undefined()
	})
	process := h.vm.NewObject()
	process.Set("nextTick", func(c goja.FunctionCall) goja.Value {
		args := append([]goja.Value(nil), c.Arguments...)
		h.NextTick(modules.Func(func() { bind.Call(args[0], goja.Undefined(), args[1:]...) }))
		return goja.Undefined()
	})
	g.Set("process", process)
	g.Set("setImmediate", func(c goja.FunctionCall) goja.Value {
		args := append([]goja.Value(nil), c.Arguments...)
		h.Loop.SetImmediate(modules.Func(func() {
			h.Enter(modules.Func(func() { bind.Call(args[0], goja.Undefined(), args[1:]...) }))
		}))
		return goja.Undefined()
	})
	g.Set("setTimeout", func(c goja.FunctionCall) goja.Value {
		args := append([]goja.Value(nil), c.Arguments...)
		d, _ := eventloop.RoundTimeout(bind.Arg(args, 1).ToFloat())
		h.Loop.SetTimeout(d, func() {
			h.Enter(modules.Func(func() { bind.Call(args[0], goja.Undefined()) }))
		})
		return goja.Undefined()
	})
	h.vm.SetPromiseRejectionTracker(func(p *goja.Promise, op goja.PromiseRejectionOperation) {
		if op == goja.PromiseRejectionReject {
			h.rejected = append(h.rejected, p)
		} else {
			h.rejected = slices.DeleteFunc(h.rejected, func(q *goja.Promise) bool { return p == q })
		}
	})
	return h
}

// render shows values as a transcript has them: the same text that the JavaScript of the oracle
// makes.
func (h *host) render(args []goja.Value) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = h.show(a)
	}
	return strings.Join(out, " ")
}

func (h *host) show(v goja.Value) string {
	o, ok := v.(*goja.Object)
	if !ok {
		return v.String()
	}
	if buffer.Rooms.Of(h.Host).IsBuffer(o) {
		b, _ := buffer.Bytes(o)
		return "<" + string(b) + ">"
	}
	if h.Err.Is(o) {
		if code := o.Get("code"); code != nil && !goja.IsUndefined(code) {
			return code.String() + ": " + o.Get("message").String()
		}
		return o.Get("name").String() + ": " + o.Get("message").String()
	}
	if o.ClassName() == "Array" {
		var parts []string
		h.vm.ForOf(o, func(v goja.Value) bool {
			parts = append(parts, h.show(v))
			return true
		})
		return "[" + strings.Join(parts, ",") + "]"
	}
	j, err := o.MarshalJSON()
	if err != nil {
		return "?"
	}
	return string(j)
}

func (h *host) run() {
	if t := h.task; t != nil {
		h.task = nil
		t.Run()
	}
	for len(h.ticks) > 0 {
		t := h.ticks[0]
		h.ticks = h.ticks[1:]
		t.Run()
	}
	h.ticks = nil
}

// Enter runs t as the real door does: in a JavaScript frame, then ticks, then promise jobs.
func (h *host) Enter(t modules.Task) {
	if h.entered {
		t.Run()
		return
	}
	h.entered = true
	defer func() { h.entered = false }()
	h.task = t
	for {
		if _, err := h.enter(goja.Undefined()); err != nil {
			ex, ok := err.(*goja.Exception)
			if !ok {
				panic(err)
			}
			h.log = append(h.log, "uncaught "+h.show(ex.Value()))
		}
		if len(h.ticks) > 0 {
			continue
		}
		for _, p := range h.rejected {
			h.log = append(h.log, "unhandled "+h.show(p.Result()))
		}
		h.rejected = nil
		return
	}
}

func (h *host) NextTick(t modules.Task)     { h.ticks = append(h.ticks, t) }
func (h *host) Tick() uint64                { return 0 }
func (h *host) Exit(int)                    {}
func (h *host) Failed(ex *goja.Exception)   { h.Uncaught(ex) }
func (h *host) Uncaught(ex *goja.Exception) { h.log = append(h.log, "uncaught "+h.show(ex.Value())) }
func (h *host) EmitWarning(w *goja.Object)  { h.log = append(h.log, "warning "+h.show(w)) }
func (h *host) Env(string) (string, bool)   { return "", false }
func (h *host) Dir() string                 { return "/" }
func (h *host) Rejected() bool              { return false }
func (h *host) Rejections() bool            { return false }
func (h *host) Idle()                       {}
func (h *host) Ended([]modules.Place) int   { return 0 }
func (h *host) SetMain(*goja.Object)        {}

// eval runs a script and the loop to its end and returns what the script logged.
func (h *host) eval(script string) string {
	prg, err := goja.Compile("test.js", "(function(){"+prelude+script+"\n})()", false)
	if err != nil {
		return fmt.Sprint("compile: ", err)
	}
	h.Enter(modules.Func(func() {
		if _, err := h.vm.RunProgram(prg); err != nil {
			bind.Rethrow(err)
		}
	}))
	if err := h.Loop.Run(); err != nil {
		return err.Error()
	}
	return strings.Join(h.log, "\n")
}

const prelude = `function bytes() { return Buffer.from(String.fromCharCode.apply(null, arguments), 'latin1'); }
const stream = require('stream'); const {Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished} = stream;
const EventEmitter = require('events');
function watch(s, name, evs) { (evs || ['readable','data','end','finish','close','error','drain','pipe','unpipe','pause','resume','prefinish']).forEach(function(e) {
  s.on(e, function(x) { if (e === 'data' || e === 'error') log(name, e, x); else log(name, e); }); }); return s; }
`
