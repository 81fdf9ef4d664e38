package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
)

// defineRejections gives the classes what happens to a listener whose promise is rejected while
// captureRejections is on, and Server its asynchronous disposal.
func (r *Room) defineRejections() {
	vm := r.h.VM
	symbol, _ := r.ev.EventEmitter.Ctor.Get("captureRejectionSymbol").(*goja.Symbol)
	r.OutgoingMessage.Proto.SetSymbol(symbol, bind.Function(vm, bind.Method{Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		bind.Invoke(vm, c.This.ToObject(vm), "destroy", c.Argument(0))
		return goja.Undefined()
	}}))
	inherited, hasInherited := bind.ToCallable(r.net.Server.Proto.GetSymbol(symbol))
	r.Server.Proto.SetSymbol(symbol, bind.Function(vm, bind.Method{Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		if res, ok := c.Argument(3).(*goja.Object); ok && c.Argument(1).String() == "request" {
			r.failedHandler(res)
			return goja.Undefined()
		}
		if hasInherited {
			return inherited.Call(c.This, c.Arguments...)
		}
		if so, ok := c.Argument(2).(*goja.Object); ok && c.Argument(1).String() == "connection" {
			bind.Invoke(vm, so, "destroy", c.Argument(0))
			return goja.Undefined()
		}
		bind.Invoke(vm, c.This.ToObject(vm), "emit", bind.String("error"), c.Argument(0))
		return goja.Undefined()
	}}))
	if dispose, ok := vm.Get("Symbol").(*goja.Object).Get("asyncDispose").(*goja.Symbol); ok {
		r.Server.Proto.SetSymbol(dispose, bind.Function(vm, bind.Method{Fn: func(c goja.FunctionCall) goja.Value {
			p, resolve, reject := vm.NewPromise()
			bind.Invoke(vm, c.This.ToObject(vm), "close", vm.ToValue(func(c goja.FunctionCall) goja.Value {
				if err := c.Argument(0); bind.Truthy(err) {
					reject(err)
				} else {
					resolve(goja.Undefined())
				}
				return goja.Undefined()
			}))
			return vm.ToValue(p)
		}}))
	}
}

// failedHandler answers for a request listener that was rejected: 500 if nothing has left, else the
// end of the connection.
//
// Node v20 lib/_http_server.js.
func (r *Room) failedHandler(res *goja.Object) {
	vm := r.h.VM
	if bind.Truthy(res.Get("headersSent")) || bind.Truthy(res.Get("writableEnded")) {
		bind.Invoke(vm, res, "destroy")
		return
	}
	// The fields of the page that failed are not for the client.
	vm.ForOf(bind.Invoke(vm, res, "getHeaderNames"), func(name goja.Value) bool {
		bind.Invoke(vm, res, "removeHeader", name)
		return true
	})
	res.Set("statusCode", 500)
	bind.Invoke(vm, res, "end", bind.String(h1.StatusText[500]))
}
