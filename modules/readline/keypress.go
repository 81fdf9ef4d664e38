package readline

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// pressed is what was pressed, of a key object.
func pressed(k goja.Value) (name string, ctrl, meta, shift bool) {
	if v := bind.Property(k, "name"); nodeerr.IsString(v) {
		name = v.String()
	}
	is := func(held string) bool { return bind.Truthy(bind.Property(k, held)) }
	return name, is("ctrl"), is("meta"), is("shift")
}

// editing are the methods behind the names with an underscore, and the few of them that are public.
func (r *Room) editing() []bind.Method {
	do := func(name string, fn func(e *editor)) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			fn(r.lines(c.This).editor)
			return goja.Undefined()
		}}
	}
	with := func(name string, length int, fn func(e *editor, c goja.FunctionCall) goja.Value) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value { return fn(r.lines(c.This).editor, c) }}
	}
	place := func(columns, rows float64) goja.Value {
		o := r.h.VM.NewObject()
		o.Set("cols", columns)
		o.Set("rows", rows)
		return o
	}
	cursorPlace := func(e *editor, _ goja.FunctionCall) goja.Value { return place(e.cursorPlace()) }
	return []bind.Method{
		do("clearLine", (*editor).clearLine),
		with("getCursorPos", 0, cursorPlace),
		with("_getCursorPos", 0, cursorPlace),
		with("_getDisplayPos", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			return place(e.place(bind.ToString(c.Argument(0)).String()))
		}),
		with("_setRawMode", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			was := bind.Property(e.input, "isRaw")
			if _, ok := goja.AssertFunction(e.input.Get("setRawMode")); ok {
				bind.Invoke(r.h.VM, e.input, "setRawMode", c.Argument(0))
			}
			return was
		}),
		with("_onLine", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			e.lines.line(c.Argument(0))
			return goja.Undefined()
		}),
		with("_writeToOutput", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			r.h.Err.ValidateString(c.Argument(0), "stringToWrite")
			if o, ok := e.output.(*goja.Object); ok {
				bind.Invoke(r.h.VM, o, "write", c.Argument(0))
			}
			return goja.Undefined()
		}),
		with("_addHistory", 0, func(e *editor, _ goja.FunctionCall) goja.Value { return e.addHistory() }),
		do("_refreshLine", (*editor).refreshLine),
		with("_normalWrite", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			if !bind.IsUndefined(c.Argument(0)) {
				e.take(c.Argument(0))
			}
			return goja.Undefined()
		}),
		with("_insertString", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			e.insert(c.Argument(0))
			return goja.Undefined()
		}),
		with("_tabComplete", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			e.complete(bind.Truthy(c.Argument(0)))
			return goja.Undefined()
		}),
		do("_wordLeft", func(e *editor) {
			if line, cursor := e.text(); cursor > 0 {
				e.move(float64(wordLeft(line, cursor) - cursor))
			}
		}),
		do("_wordRight", func(e *editor) {
			if line, cursor := e.text(); cursor < len(line) {
				e.move(float64(wordRight(line, cursor) - cursor))
			}
		}),
		do("_deleteLeft", (*editor).deleteLeft),
		do("_deleteRight", (*editor).deleteRight),
		do("_deleteWordLeft", (*editor).deleteWordLeft),
		do("_deleteWordRight", (*editor).deleteWordRight),
		do("_deleteLineLeft", (*editor).deleteLineLeft),
		do("_deleteLineRight", (*editor).deleteLineRight),
		do("_line", (*editor).enter),
		do("_historyNext", func(e *editor) { e.browse(-1) }),
		do("_historyPrev", func(e *editor) { e.browse(1) }),
		with("_moveCursor", 1, func(e *editor, c goja.FunctionCall) goja.Value {
			e.moveCursor(c.Argument(0).ToFloat())
			return goja.Undefined()
		}),
		with("_ttyWrite", 2, func(e *editor, c goja.FunctionCall) goja.Value {
			e.key(c.Argument(0), c.Argument(1))
			return goja.Undefined()
		}),
	}
}

// key does what a key stands for.
func (e *editor) key(s, k goja.Value) {
	previous := e.previousKey
	e.previousKey = k
	name, ctrl, meta, shift := pressed(k)
	if !meta || name != "y" {
		e.yanking = false
	}
	if e.dumb {
		e.dumbKey(name, ctrl, s)
		return
	}
	line, cursor := e.text()
	if (name == "up" || name == "down") && !ctrl && !meta && !shift {
		if e.search == nil {
			text := util.Text(value(line[:cursor]))
			e.search = &text
		}
	} else if e.search != nil {
		e.search = nil
		if h, ok := e.obj.Get("history").(*goja.Object); ok && h.Get("length").StrictEquals(e.obj.Get("historyIndex")) {
			e.obj.Set("historyIndex", -1)
		}
	}
	if v := bind.Property(k, "sequence"); nodeerr.IsString(v) {
		switch v.String() {
		case "\x1f":
			e.travel(&e.undo, &e.redo)
			return
		case "\x1e":
			e.travel(&e.redo, &e.undo)
			return
		}
	}
	switch {
	case name == "escape":
	case ctrl && shift:
		switch name {
		case "backspace":
			e.do("_deleteLineLeft")
		case "delete":
			e.do("_deleteLineRight")
		}
	case ctrl:
		e.controlKey(name)
	case meta:
		e.metaKey(name)
	default:
		e.plainKey(name, s, previous)
	}
}

func (e *editor) controlKey(name string) {
	line, cursor := e.text()
	switch name {
	case "c":
		e.interrupt()
	case "h":
		e.do("_deleteLeft")
	case "d":
		if cursor == 0 && len(line) == 0 {
			e.do("close")
		} else if cursor < len(line) {
			e.do("_deleteRight")
		}
	case "u":
		e.do("_deleteLineLeft")
	case "k":
		e.do("_deleteLineRight")
	case "a":
		e.move(math.Inf(-1))
	case "e":
		e.move(math.Inf(1))
	case "b":
		e.move(-float64(left(line, cursor)))
	case "f":
		e.move(float64(right(line, cursor)))
	case "l":
		e.r.write(e.output, toCode(bind.Int(0), bind.Int(0)), nil)
		e.r.write(e.output, csi+"0J", nil)
		e.refresh()
	case "n":
		e.do("_historyNext")
	case "p":
		e.do("_historyPrev")
	case "z":
		e.suspend()
	case "w", "backspace":
		e.do("_deleteWordLeft")
	case "delete":
		e.do("_deleteWordRight")
	case "left":
		e.do("_wordLeft")
	case "right":
		e.do("_wordRight")
	case "y":
		e.yank()
	}
}

func (e *editor) metaKey(name string) {
	switch name {
	case "b":
		e.do("_wordLeft")
	case "f":
		e.do("_wordRight")
	case "d", "delete":
		e.do("_deleteWordRight")
	case "backspace":
		e.do("_deleteWordLeft")
	case "y":
		e.yankOther()
	}
}

func (e *editor) plainKey(name string, s, previous goja.Value) {
	line, cursor := e.text()
	if name == "return" || name == "enter" {
		e.returnKey(name)
		return
	}
	e.unreturned()
	switch name {
	case "backspace":
		e.do("_deleteLeft")
	case "delete":
		e.do("_deleteRight")
	case "left":
		e.move(-float64(left(line, cursor)))
	case "right":
		e.move(float64(right(line, cursor)))
	case "home":
		e.move(math.Inf(-1))
	case "end":
		e.move(math.Inf(1))
	case "up":
		e.do("_historyPrev")
	case "down":
		e.do("_historyNext")
	case "tab":
		if _, ok := goja.AssertFunction(e.obj.Get("completer")); ok && bind.Truthy(e.obj.Get("isCompletionEnabled")) {
			last, _, _, _ := pressed(previous)
			e.do("_tabComplete", bind.Bool(last == "tab"))
			return
		}
		e.typed(s)
	default:
		e.typed(s)
	}
}

// typed inserts text; each end of a line in it ends the line.
func (e *editor) typed(s goja.Value) {
	if !nodeerr.IsString(s) || s.String() == "" {
		return
	}
	for i, part := range lineEnd.Split(util.Text(s), -1) {
		if i > 0 {
			e.do("_line")
		}
		if i == 0 || part != "" {
			e.do("_insertString", util.String(part))
		}
	}
}

// returnKey ends the line; an LF right after a CR is the same end.
func (e *editor) returnKey(name string) {
	if name == "return" {
		e.returned = e.r.h.Now()
		e.do("_line")
		return
	}
	if e.returned.IsZero() || e.r.h.Now().Sub(e.returned) > e.crlfDelay {
		e.do("_line")
	}
	e.unreturned()
}

// interrupt is Ctrl-C.
func (e *editor) interrupt() {
	if e.r.ev.ListenerCount(e.obj, "SIGINT") > 0 {
		e.r.ev.Emit(e.obj, "SIGINT")
	} else {
		e.do("close")
	}
}

// suspend is Ctrl-Z: the process stops, and goes on where it was.
func (e *editor) suspend() {
	vm, process := e.r.h.VM, e.r.h.Builtin("process").(*goja.Object)
	if e.r.ev.ListenerCount(e.obj, "SIGTSTP") > 0 {
		e.r.ev.Emit(e.obj, "SIGTSTP")
		return
	}
	if process.Get("platform").String() == "win32" {
		return
	}
	bind.Invoke(vm, process, "once", bind.String("SIGCONT"), vm.ToValue(func(goja.FunctionCall) goja.Value {
		if !e.paused {
			e.pause()
			e.r.ev.Emit(e.obj, "SIGCONT")
		}
		e.do("_setRawMode", bind.True)
		e.refresh()
		return goja.Undefined()
	}))
	e.do("_setRawMode", bind.False)
	bind.Invoke(vm, process, "kill", process.Get("pid"), bind.String("SIGTSTP"))
}

// dumbKey is key for a terminal that moves no cursor.
func (e *editor) dumbKey(name string, ctrl bool, s goja.Value) {
	switch {
	case name == "escape":
	case ctrl && name == "c":
		e.unreturned()
		e.interrupt()
	case ctrl && name == "d":
		e.do("close")
	case name == "return" || name == "enter":
		e.returnKey(name)
	default:
		if e.unreturned(); nodeerr.IsString(s) && s.String() != "" {
			line, cursor := e.text()
			text := units(s)
			e.set(join(line, text), cursor+len(text))
			e.print(s.String())
		}
	}
}
