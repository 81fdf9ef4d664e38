package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// SetMethod gives a ClientRequest whose head was not made a method that is sent as it is written: fetch knows
// methods in small letters. method is a token.
func SetMethod(req *goja.Object, method string) {
	if q, ok := bind.SelfOf[*ClientRequest](req); ok {
		q.method = method
	}
}
