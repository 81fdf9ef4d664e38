// Package workerthreads is the place of Node's worker_threads module. gonode has no threads of
// JavaScript: the module loads and tells the truth about the one there is, so that packages which can
// use workers run without; making a Worker throws ERR_METHOD_NOT_IMPLEMENTED.
//
// https://nodejs.org/docs/latest-v20.x/api/worker_threads.html
package workerthreads

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('worker_threads').
var Module = modules.Module{ID: "worker_threads", Load: load}

// missing are the functions of the module, with their lengths.
var missing = []struct {
	name   string
	length int
}{
	{"getEnvironmentData", 1},
	{"isMarkedAsUntransferable", 1},
	{"markAsUntransferable", 1},
	{"moveMessagePortToContext", 0},
	{"receiveMessageOnPort", 1},
	{"setEnvironmentData", 2},
}

func load(h *modules.Host) goja.Value {
	vm := h.VM
	exports := vm.NewObject()
	exports.Set("isMainThread", true)
	exports.Set("parentPort", goja.Null())
	exports.Set("resourceLimits", vm.NewObject())
	exports.Set("SHARE_ENV", goja.NewSymbol("nodejs.worker_threads.SHARE_ENV"))
	exports.Set("threadId", 0)
	exports.Set("workerData", goja.Null())
	for _, f := range missing {
		exports.Set(f.name, bind.Function(vm, bind.Method{Name: f.name, Length: f.length, Fn: func(goja.FunctionCall) goja.Value {
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "worker_threads."+f.name)
			return nil
		}}))
	}
	exports.Set("Worker", bind.Define(vm, bind.Class{Name: "Worker", Length: 1, Mode: bind.CallInstance,
		Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "worker_threads.Worker") },
	}).Ctor)
	// Channels inside of one thread are globals.
	for _, name := range []string{"BroadcastChannel", "MessageChannel", "MessagePort"} {
		if v := vm.Get(name); v != nil {
			exports.Set(name, v)
		}
	}
	return exports
}
