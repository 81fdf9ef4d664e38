// Package http2 is the place of Node's http2 module. gonode has no HTTP/2 yet: the module loads, so
// that clients which could also speak it run over HTTP/1.1, its constants are there, and everything in
// it that would speak it throws ERR_METHOD_NOT_IMPLEMENTED with its name.
//
// https://nodejs.org/docs/latest-v20.x/api/http2.html
package http2

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('http2').
var Module = modules.Module{ID: "http2", Load: load}

// missing are the functions of the module, with their lengths.
var missing = []struct {
	name   string
	length int
}{
	{"connect", 3},
	{"createSecureServer", 2},
	{"createServer", 2},
	{"getDefaultSettings", 0},
	{"getPackedSettings", 1},
	{"getUnpackedSettings", 1},
	{"performServerHandshake", 1},
}

func load(h *modules.Host) goja.Value {
	vm := h.VM
	exports := vm.NewObject()
	for _, f := range missing {
		exports.Set(f.name, bind.Function(vm, bind.Method{Name: f.name, Length: f.length, Fn: func(goja.FunctionCall) goja.Value {
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "http2."+f.name)
			return nil
		}}))
	}
	// Classes can be named and inherited from; making one throws.
	for _, name := range []string{"Http2ServerRequest", "Http2ServerResponse"} {
		exports.Set(name, bind.Define(vm, bind.Class{Name: name, Length: 2, Mode: bind.CallInstance,
			Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "http2."+name) },
		}).Ctor)
	}
	exports.Set("sensitiveHeaders", goja.NewSymbol("nodejs.http2.sensitiveHeaders"))
	table := vm.NewObject()
	for line := range strings.Lines(strings.TrimSpace(constants)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if text, err := strconv.Unquote(value); err == nil {
			table.Set(name, text)
		} else if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			table.Set(name, n)
		} else {
			panic("BUG: http2: constant " + line)
		}
	}
	exports.Set("constants", table)
	return exports
}
