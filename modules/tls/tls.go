// Package tls is the place of Node's tls module. gonode has no TLS yet: the module loads, so that
// programs and packages that require it for some of their paths run, and everything in it that
// would make a secure connection throws ERR_METHOD_NOT_IMPLEMENTED with its name.
//
// https://nodejs.org/docs/latest-v20.x/api/tls.html
package tls

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('tls').
var Module = modules.Module{ID: "tls", Load: load}

// missing are the functions of the module, with their lengths.
var missing = []struct {
	name   string
	length int
}{
	{"checkServerIdentity", 2},
	{"connect", 0},
	{"convertALPNProtocols", 2},
	{"createSecureContext", 1},
	{"createSecurePair", 0},
	{"createServer", 2},
	{"getCiphers", 0},
}

func load(h *modules.Host) goja.Value {
	exports := h.VM.NewObject()
	for _, f := range missing {
		exports.Set(f.name, bind.Function(h.VM, bind.Method{Name: f.name, Length: f.length, Fn: func(goja.FunctionCall) goja.Value {
			h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "tls."+f.name)
			return nil
		}}))
	}
	// Classes can be named and inherited from; making one throws.
	for _, name := range []string{"SecureContext", "Server", "TLSSocket"} {
		exports.Set(name, bind.Define(h.VM, bind.Class{Name: name, Length: 2, Mode: bind.CallInstance,
			Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "tls."+name) },
		}).Ctor)
	}
	return exports
}
