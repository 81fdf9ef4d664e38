// Package repl is Node's repl module: JavaScript that is read a line at a time, evaluated in the global
// scope, and answered with what it came to.
//
// A [Session] is the conversation, without the line editor: the command gives it the lines of a terminal,
// repl.start() those of a readline.Interface. There is one global scope, so that context is globalThis
// whatever useGlobal says, and what ends in an exception outside of an evaluation ends the program, as there
// are no domains. Left out, and throwing by name: setupHistory, REPL_MODE_STRICT; previews are not made.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/repl.html.
package repl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/module"
	"github.com/gonode/gonode/modules/process"
	"github.com/gonode/gonode/modules/readline"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('repl').
var Module = modules.Module{ID: "repl", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the repl module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the repl module of one runtime.
type Room struct {
	Server *bind.Built

	h       *modules.Host
	ev      *events.Room
	loader  *module.Room
	lines   *readline.Room
	util    *util.Room
	process *process.Room
	writer  *goja.Object

	recoverable *goja.Object    // the class
	scripts     int             // evaluated so far, over all sessions
	lexical     map[string]bool // let, const and class of the global scope
	standard    bool            // the globals of a session were made
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), loader: module.Rooms.Of(h), lines: readline.Rooms.Of(h), util: util.Rooms.Of(h),
		process: process.Rooms.Of(h), lexical: make(map[string]bool)}
	r.writer = r.newWriter()
	r.defineServer()
	return r
}

// newWriter makes repl.writer, which shows a value.
func (r *Room) newWriter() *goja.Object {
	w := bind.Function(r.h.VM, bind.Method{Name: "writer", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return r.h.VM.ToValue(r.util.InspectWith(c.Argument(0), bind.Property(r.writer, "options")))
	}})
	options := r.h.VM.NewObject()
	options.Set("showProxy", true)
	w.Set("options", options)
	return w
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	bind.DefineMethods(vm, o, []bind.Method{{Name: "start", Length: 6, Fn: r.start}})
	o.Set("writer", r.writer)
	o.Set("REPLServer", r.Server.Ctor)
	o.Set("REPL_MODE_SLOPPY", modeSloppy)
	o.Set("REPL_MODE_STRICT", modeStrict)
	o.Set("Recoverable", r.recoverable)
	ids := make([]any, 0, len(r.h.BuiltinIDs))
	for _, id := range r.h.BuiltinIDs {
		ids = append(ids, id)
	}
	o.Set("builtinModules", vm.NewArray(ids...))
	return o
}
