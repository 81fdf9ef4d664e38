package runtime

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/intl"
	"github.com/gonode/gonode/modules/util"
)

// global is one row of the table of globals: the property of a built-in module it comes from; an
// empty property means the module itself.
type global struct {
	name, module, property string
}

// globals is the table of all globals that are not the engine's. They are made when they are first
// used. None is enumerable, though Node shows a few: programs and test suites of every age look for
// globals that leaked with for…in and know only those of their time.
var globals = []global{
	{"process", "process", ""},
	{"Buffer", "buffer", "Buffer"},
	{"console", "console", ""},
	{"TextEncoder", "util", "TextEncoder"},
	{"TextDecoder", "util", "TextDecoder"},
	{"structuredClone", "gonode:util", "structuredClone"},
	{"queueMicrotask", "gonode:util", "queueMicrotask"},
	{"fetch", "gonode:fetch", "fetch"},
	{"Headers", "gonode:fetch", "Headers"},
	{"FormData", "gonode:fetch", "FormData"},
	{"Request", "gonode:fetch", "Request"},
	{"Response", "gonode:fetch", "Response"},
	{"DOMException", "gonode:util", "DOMException"},
	{"Blob", "buffer", "Blob"},
	{"File", "buffer", "File"},
	{"MessageChannel", "worker_threads", "MessageChannel"},
	{"MessagePort", "worker_threads", "MessagePort"},
	{"MessageEvent", "gonode:messaging", "MessageEvent"},
	{"BroadcastChannel", "worker_threads", "BroadcastChannel"},
	{"crypto", "crypto", "webcrypto"},
	{"performance", "perf_hooks", "performance"},
	{"PerformanceEntry", "perf_hooks", "PerformanceEntry"},
	{"PerformanceMark", "perf_hooks", "PerformanceMark"},
	{"PerformanceMeasure", "perf_hooks", "PerformanceMeasure"},
	{"PerformanceObserver", "perf_hooks", "PerformanceObserver"},
	{"PerformanceObserverEntryList", "perf_hooks", "PerformanceObserverEntryList"},
	{"PerformanceResourceTiming", "perf_hooks", "PerformanceResourceTiming"},
	{"atob", "buffer", "atob"},
	{"btoa", "buffer", "btoa"},
	{"URL", "url", "URL"},
	{"URLSearchParams", "url", "URLSearchParams"},
	{"setTimeout", "timers", "setTimeout"},
	{"setInterval", "timers", "setInterval"},
	{"setImmediate", "timers", "setImmediate"},
	{"clearTimeout", "timers", "clearTimeout"},
	{"clearInterval", "timers", "clearInterval"},
	{"clearImmediate", "timers", "clearImmediate"},
	{"AbortController", "gonode:dom", "AbortController"},
	{"AbortSignal", "gonode:dom", "AbortSignal"},
	{"Event", "gonode:dom", "Event"},
	{"EventTarget", "gonode:dom", "EventTarget"},
	{"CustomEvent", "gonode:dom", "CustomEvent"},
	{"SharedArrayBuffer", "gonode:shared", "SharedArrayBuffer"},
	{"Atomics", "gonode:shared", "Atomics"},
	{"ReadableStream", "gonode:stream/web", "ReadableStream"},
	{"ReadableStreamDefaultReader", "gonode:stream/web", "ReadableStreamDefaultReader"},
	{"ReadableStreamBYOBReader", "gonode:stream/web", "ReadableStreamBYOBReader"},
	{"ReadableStreamBYOBRequest", "gonode:stream/web", "ReadableStreamBYOBRequest"},
	{"ReadableByteStreamController", "gonode:stream/web", "ReadableByteStreamController"},
	{"ReadableStreamDefaultController", "gonode:stream/web", "ReadableStreamDefaultController"},
	{"TransformStream", "gonode:stream/web", "TransformStream"},
	{"TransformStreamDefaultController", "gonode:stream/web", "TransformStreamDefaultController"},
	{"WritableStream", "gonode:stream/web", "WritableStream"},
	{"WritableStreamDefaultWriter", "gonode:stream/web", "WritableStreamDefaultWriter"},
	{"WritableStreamDefaultController", "gonode:stream/web", "WritableStreamDefaultController"},
	{"ByteLengthQueuingStrategy", "gonode:stream/web", "ByteLengthQueuingStrategy"},
	{"CountQueuingStrategy", "gonode:stream/web", "CountQueuingStrategy"},
	{"TextEncoderStream", "gonode:stream/web", "TextEncoderStream"},
	{"TextDecoderStream", "gonode:stream/web", "TextDecoderStream"},
	{"CompressionStream", "gonode:stream/web", "CompressionStream"},
	{"DecompressionStream", "gonode:stream/web", "DecompressionStream"},
	{"WeakRef", "gonode:weakref", "WeakRef"},
	{"FinalizationRegistry", "gonode:weakref", "FinalizationRegistry"},
	{"Intl", "gonode:intl", "Intl"},
}

func installGlobals(h *modules.Host) {
	g := h.VM.GlobalObject()
	// Messages of errors show values as inspect does; the room puts itself in the place of this.
	h.Err.Inspect = func(v goja.Value) string { return util.Rooms.Of(h).Inspect(v) }
	g.DefineDataProperty("global", g, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	for _, row := range globals {
		define(h, g, row)
	}
	intl.Install(h)
	// Whoever looks at the descriptor of a global sees that of an ordinary property.
	h.BeforeDescriptor(func(name string) {
		for _, row := range globals {
			if name == row.name || name == "" {
				g.Get(row.name)
			}
		}
	})
}

// define makes a lazy global: the first read or write turns it into an ordinary property. One function is
// getter and setter, since a runtime has many of these: only a setter gets an argument.
func define(h *modules.Host, g *goja.Object, row global) {
	settle := h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		var v goja.Value
		if len(c.Arguments) > 0 {
			v = c.Arguments[0]
		} else if v = h.Builtin(row.module); row.property != "" {
			v = v.(*goja.Object).Get(row.property)
		}
		g.DefineDataProperty(row.name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		return v
	})
	g.DefineAccessorProperty(row.name, settle, settle, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
