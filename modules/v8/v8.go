// Package v8 is Node's v8 module where its questions have an answer without V8: the sizes of the
// heap, which are those of the Go heap, and serialize, deserialize and the classes that do so piece by
// piece, in V8's format. Snapshots, flags and code coverage throw.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/v8.html.
package v8

import (
	"runtime"
	"runtime/debug"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('v8').
var Module = modules.Module{ID: "v8", Load: load}

// Rooms holds the v8 module of each runtime.
var Rooms = modules.NewRoom(func(h *modules.Host) *Room {
	return &Room{buf: buffer.Rooms.Of(h), util: util.Rooms.Of(h)}
})

// Room is the v8 module of one runtime.
type Room struct {
	buf  *buffer.Room
	util *util.Room
}

// AppendMessage appends a message of a channel with serialization: 'advanced'. It throws for what cannot be
// cloned.
func (r *Room) AppendMessage(dst []byte, v goja.Value) []byte {
	return r.util.AppendSerialized(dst, v, true)
}

// ParseMessage reads what AppendMessage wrote. It throws for what cannot be read.
func (r *Room) ParseMessage(data []byte) goja.Value { return r.util.Deserialize(data, true) }

func load(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	lacking := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "v8."+name+"()")
			return nil
		}}
	}
	r := Rooms.Of(h)
	methods := []bind.Method{
		{Name: "getHeapStatistics", Fn: func(goja.FunctionCall) goja.Value { return statistics(h) }},
		{Name: "serialize", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.buf.Wrap(r.util.AppendSerialized(nil, c.Argument(0), false))
		}},
		{Name: "deserialize", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			data, ok := buffer.Bytes(c.Argument(0))
			if o, isObject := c.Argument(0).(*goja.Object); !ok || !isObject || o.Get("byteOffset") == nil {
				panic(h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView"))
			}
			return r.util.Deserialize(data, false)
		}},
	}
	for _, name := range []string{"cachedDataVersionTag", "getHeapSnapshot", "getHeapSpaceStatistics", "getHeapCodeStatistics",
		"setFlagsFromString", "takeCoverage", "stopCoverage", "writeHeapSnapshot",
		"setHeapSnapshotNearHeapLimit", "queryObjects"} {
		methods = append(methods, lacking(name))
	}
	bind.DefineMethods(h.VM, o, methods)
	defineSerdes(r, h, o)
	hooks := h.VM.NewObject()
	for _, name := range []string{"createHook", "onInit", "onBefore", "onAfter", "onSettled"} {
		bind.DefineMethods(h.VM, hooks, []bind.Method{{Name: name, Length: 1, Fn: lacking("promiseHooks." + name).Fn}})
	}
	o.Set("promiseHooks", hooks)
	o.Set("startupSnapshot", startupSnapshot(h))
	o.Set("GCProfiler", bind.Define(h.VM, bind.Class{Name: "GCProfiler", Mode: bind.CallNever,
		Methods: []bind.Method{{Name: "start", Fn: lacking("GCProfiler.start").Fn}, {Name: "stop", Fn: lacking("GCProfiler.stop").Fn}}}).Ctor)
	return o
}

// startupSnapshot is v8.startupSnapshot. No snapshot is ever built here, so the functions do what Node's do
// while none is.
func startupSnapshot(h *modules.Host) *goja.Object {
	o := h.VM.NewObject()
	for _, name := range []string{"addDeserializeCallback", "addSerializeCallback", "setDeserializeMainFunction"} {
		bind.DefineMethods(h.VM, o, []bind.Method{{Name: name, Length: 2, Fn: func(goja.FunctionCall) goja.Value {
			panic(h.Err.Coded(nodeerr.Error, "ERR_NOT_BUILDING_SNAPSHOT", "Operation cannot be invoked when not building startup snapshot"))
		}}})
	}
	bind.DefineMethods(h.VM, o, []bind.Method{{Name: "isBuildingSnapshot", Fn: func(goja.FunctionCall) goja.Value { return bind.False }}})
	return o
}

// statistics is v8.getHeapStatistics(), in bytes, of the whole process: all runtimes share one heap.
func statistics(h *modules.Host) goja.Value {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	limit := debug.SetMemoryLimit(-1) // -1 only asks
	o := h.VM.NewObject()
	for _, row := range []struct {
		name string
		n    any
	}{
		{"total_heap_size", m.HeapSys},
		{"total_heap_size_executable", 0},
		{"total_physical_size", m.HeapSys - m.HeapReleased},
		{"total_available_size", limit - int64(m.HeapAlloc)},
		{"used_heap_size", m.HeapAlloc},
		{"heap_size_limit", limit},
		{"malloced_memory", m.StackSys + m.MSpanSys + m.MCacheSys},
		{"peak_malloced_memory", m.Sys},
		{"does_zap_garbage", 0},
		{"number_of_native_contexts", 1},
		{"number_of_detached_contexts", 0},
		{"total_global_handles_size", 0},
		{"used_global_handles_size", 0},
		{"external_memory", 0},
	} {
		o.Set(row.name, row.n)
	}
	return o
}
