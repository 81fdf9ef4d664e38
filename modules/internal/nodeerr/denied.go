package nodeerr

import "github.com/dop251/goja"

// Denied is why something may not be done: a permission that the program was not given. Any goroutine.
type Denied struct {
	Permission string // as Node's permission model calls it: FileSystemRead
	Resource   string // what was asked for; may be empty
	Option     string // of the command, that grants it
}

// Error is Node's message, of the versions that name the option.
//
// Node v24 lib/internal/errors.js: ERR_ACCESS_DENIED.
func (d *Denied) Error() string {
	return "Access to this API has been restricted. Use " + d.Option + " to manage permissions."
}

// Denied makes the Error of d, its properties in Node's order.
func (e *Errors) Denied(d *Denied) *goja.Object {
	o := e.Plain(Error, d.Error())
	o.Set("code", "ERR_ACCESS_DENIED")
	o.Set("permission", d.Permission)
	o.Set("resource", d.Resource)
	return o
}
