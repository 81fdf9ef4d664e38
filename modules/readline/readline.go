// Package readline is Node's readline module: input that comes in lines, from files, pipes and sockets,
// and an editor of lines, with history and completion, for terminals.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/readline.html.
package readline

import (
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('readline').
var Module = modules.Module{ID: "readline", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// PromisesModule is require('readline/promises').
var PromisesModule = modules.Module{ID: "readline/promises", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).promises() }}

// Rooms holds the readline module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the readline module of one runtime.
type Room struct {
	Interface        *bind.Built
	PromiseInterface *bind.Built
	actions          *bind.Built // the class Readline of the promises

	h   *modules.Host
	ev  *events.Room
	all *goja.Object // the promises' exports, made once
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h)}
	r.defineInterface()
	r.defineActions()
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	o.Set("Interface", r.Interface.Ctor)
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "clearLine", Length: 3, Fn: r.clearLine},
		{Name: "clearScreenDown", Length: 2, Fn: r.clearScreenDown},
		{Name: "createInterface", Length: 4, Fn: r.creator(r.Interface)},
		{Name: "cursorTo", Length: 4, Fn: r.cursorTo},
		{Name: "emitKeypressEvents", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.emitKeypressEvents(c.Argument(0), c.Argument(1))
			return goja.Undefined()
		}},
		{Name: "moveCursor", Length: 4, Fn: r.moveCursor},
	})
	o.Set("promises", r.promises())
	return o
}

func (r *Room) promises() goja.Value {
	if r.all == nil {
		r.all = r.h.VM.NewObject()
		r.all.Set("Interface", r.PromiseInterface.Ctor)
		r.all.Set("Readline", r.actions.Ctor)
		bind.DefineMethods(r.h.VM, r.all, []bind.Method{{Name: "createInterface", Length: 4, Fn: r.creator(r.PromiseInterface)}})
	}
	return r.all
}

func (r *Room) creator(class *bind.Built) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		o, err := r.h.VM.New(class.Ctor, c.Arguments...)
		if err != nil {
			bind.Rethrow(err)
		}
		return o
	}
}

const csi = "\x1b["

// lineCode is what clears a line: to its begin for a negative dir, to its end for a positive one.
func lineCode(dir float64) string {
	switch {
	case dir < 0:
		return csi + "1K"
	case dir > 0:
		return csi + "0K"
	}
	return csi + "2K"
}

// moveCode is what moves the cursor, "" for nowhere.
func moveCode(dx, dy int64) (code string) {
	step := func(n int64, forth, back string) {
		if n > 0 {
			code += csi + strconv.FormatInt(n, 10) + forth
		} else if n < 0 {
			code += csi + strconv.FormatInt(-n, 10) + back
		}
	}
	step(dx, "C", "D")
	step(dy, "B", "A")
	return code
}

// toCode is what puts the cursor at a column, and into a row if y is a number.
func toCode(x, y goja.Value) string {
	column := csi + strconv.FormatInt(x.ToInteger()+1, 10) + "G"
	if nodeerr.IsNumber(y) {
		column = csi + strconv.FormatInt(y.ToInteger()+1, 10) + ";" + strconv.FormatInt(x.ToInteger()+1, 10) + "H"
	}
	return column
}

// write sends code to a stream, if there is one and there is code; cb hears of it.
func (r *Room) write(stream goja.Value, code string, cb goja.Value) goja.Value {
	o, ok := stream.(*goja.Object)
	if !ok || code == "" {
		if _, isFunction := goja.AssertFunction(cb); isFunction {
			r.h.Door.NextTick(modules.Func(func() { bind.Call(cb, goja.Undefined(), goja.Null()) }))
		}
		return bind.True
	}
	if cb == nil {
		return bind.Invoke(r.h.VM, o, "write", bind.String(code))
	}
	return bind.Invoke(r.h.VM, o, "write", bind.String(code), cb)
}

func (r *Room) callback(v goja.Value) goja.Value {
	if !bind.IsUndefined(v) {
		r.h.Err.ValidateFunction(v, "callback")
	}
	return v
}

func isNaN(v goja.Value) bool { return nodeerr.IsNumber(v) && math.IsNaN(v.ToFloat()) }

func (r *Room) clearLine(c goja.FunctionCall) goja.Value {
	return r.write(c.Argument(0), lineCode(c.Argument(1).ToFloat()), r.callback(c.Argument(2)))
}

func (r *Room) clearScreenDown(c goja.FunctionCall) goja.Value {
	return r.write(c.Argument(0), csi+"0J", r.callback(c.Argument(1)))
}

func (r *Room) cursorTo(c goja.FunctionCall) goja.Value {
	x, y, cb := c.Argument(1), c.Argument(2), c.Argument(3)
	if _, ok := goja.AssertFunction(y); ok {
		y, cb = goja.Undefined(), y
	}
	r.callback(cb)
	if isNaN(x) {
		panic(r.h.Err.InvalidArgValue("x", x, ""))
	}
	if isNaN(y) {
		panic(r.h.Err.InvalidArgValue("y", y, ""))
	}
	if bind.IsNullish(c.Argument(0)) || !nodeerr.IsNumber(x) && !nodeerr.IsNumber(y) {
		return r.write(nil, "", cb)
	}
	if !nodeerr.IsNumber(x) {
		r.h.Err.Throw("ERR_INVALID_CURSOR_POS")
	}
	return r.write(c.Argument(0), toCode(x, y), cb)
}

func (r *Room) moveCursor(c goja.FunctionCall) goja.Value {
	return r.write(c.Argument(0), moveCode(c.Argument(1).ToInteger(), c.Argument(2).ToInteger()), r.callback(c.Argument(3)))
}
