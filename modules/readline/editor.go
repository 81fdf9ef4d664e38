package readline

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// editor is what an Interface on a terminal has in addition. The line, the cursor and the history are
// properties of the object, which programs read and set; what is done to them are methods with the names
// that Node's had when they were not private, which programs replace: above all _writeToOutput.
//
// Node v20 lib/internal/readline/interface.js.
type editor struct {
	*lines
	promises    bool // the completer returns its result, or a promise of it
	previousKey goja.Value
	search      *string // what the lines of the history that are looked for begin with
	killed      []string
	yanked      int // of killed
	yanking     bool
	undo, redo  []edit
	dumb        bool // the terminal moves no cursor
}

// edit is a line as it was.
type edit struct {
	text   string
	cursor int
}

const (
	maxKilled = 32
	maxUndo   = 2048
)

// text returns the line in UTF-16, which is how the cursor counts, and the cursor.
func (e *editor) text() (line []uint16, cursor int) {
	line = units(e.obj.Get("line"))
	return line, min(max(int(e.obj.Get("cursor").ToInteger()), 0), len(line))
}

func units(v goja.Value) []uint16 {
	s := bind.ToString(v)
	u := make([]uint16, s.Length())
	for i := range u {
		u[i] = s.CharAt(i)
	}
	return u
}

func value(u []uint16) goja.Value { return goja.StringFromUTF16(u) }

func (e *editor) set(line []uint16, cursor int) {
	e.obj.Set("line", value(line))
	e.obj.Set("cursor", cursor)
}

// do calls a method that the program may have replaced.
func (e *editor) do(name string, args ...goja.Value) goja.Value {
	return bind.Invoke(e.r.h.VM, e.obj, name, args...)
}

func (e *editor) print(s string)  { e.do("_writeToOutput", bind.String(s)) }
func (e *editor) refresh()        { e.do("_refreshLine") }
func (e *editor) move(by float64) { e.do("_moveCursor", e.r.h.VM.ToValue(by)) }

// columns is the width of the output; +Inf if it has none.
func (l *lines) columns() float64 {
	if v := bind.Property(l.output, "columns"); bind.Truthy(v) {
		return v.ToFloat()
	}
	return math.Inf(1)
}

// place is where a text ends on the screen that begins at its left edge.
func (e *editor) place(s string) (columns, rows float64) {
	offset, width := 0.0, e.columns()
	tab := e.obj.Get("tabSize").ToFloat()
	for _, c := range util.Strip(s) {
		switch c {
		case '\n':
			rows += max(math.Ceil(offset/width), 1)
			offset = 0
			continue
		case '\t':
			offset += tab - math.Mod(offset, tab)
			continue
		}
		w := util.Width(string(c))
		if w == 2 && math.Mod(offset+1, width) == 0 {
			offset++ // it does not fit in this row
		}
		offset += float64(w)
	}
	columns = math.Mod(offset, width)
	return columns, rows + (offset-columns)/width
}

func (e *editor) promptText() string { return bind.ToString(e.lines.prompt).String() }

// cursorPlace is where the cursor is.
func (e *editor) cursorPlace() (columns, rows float64) {
	line, cursor := e.text()
	return e.place(e.promptText() + value(line[:cursor]).String())
}

// refreshLine writes prompt and line anew.
func (e *editor) refreshLine() {
	text := e.promptText() + bind.ToString(e.obj.Get("line")).String()
	columns, rows := e.place(text)
	atColumn, atRow := e.cursorPlace()
	if v := e.obj.Get("prevRows"); v != nil && v.ToFloat() > 0 {
		e.r.write(e.output, moveCode(0, -v.ToInteger()), nil)
	}
	e.r.write(e.output, toCode(bind.Int(0), goja.Undefined()), nil)
	e.r.write(e.output, csi+"0J", nil)
	e.print(text)
	if columns == 0 {
		e.print(" ") // the cursor is in the new row only now
	}
	e.r.write(e.output, toCode(bind.Int(int(atColumn)), goja.Undefined()), nil)
	if rows > atRow {
		e.r.write(e.output, moveCode(0, int64(atRow-rows)), nil)
	}
	e.obj.Set("prevRows", atRow)
}

func (e *editor) moveCursor(by float64) {
	if by == 0 {
		return
	}
	column, row := e.cursorPlace()
	line, cursor := e.text()
	e.obj.Set("cursor", int(min(max(float64(cursor)+by, 0), float64(len(line)))))
	newColumn, newRow := e.cursorPlace()
	if row == newRow {
		e.r.write(e.output, moveCode(int64(newColumn-column), 0), nil)
	} else {
		e.refresh()
	}
}

// beforeEdit keeps the line for undo.
func (e *editor) beforeEdit() {
	line, cursor := e.text()
	e.undo = append(e.undo, edit{util.Text(value(line)), cursor})
	if len(e.undo) > maxUndo {
		e.undo = e.undo[1:]
	}
}

// travel takes back an edit of from, and puts the line into to.
func (e *editor) travel(from, to *[]edit) {
	if len(*from) == 0 {
		return
	}
	line, cursor := e.text()
	*to = append(*to, edit{util.Text(value(line)), cursor})
	last := (*from)[len(*from)-1]
	*from = (*from)[:len(*from)-1]
	e.set(units(util.String(last.text)), last.cursor)
	e.refresh()
}

func (e *editor) insert(v goja.Value) {
	e.beforeEdit()
	line, cursor := e.text()
	text := units(v)
	if cursor == len(line) && !bind.Truthy(e.obj.Get("isCompletionEnabled")) {
		// Pasted. Node puts that at the end wherever the cursor is.
		e.set(join(line, text), cursor+len(text))
		e.print(value(text).String())
		return
	}
	if cursor < len(line) {
		e.set(join(line[:cursor], text, line[cursor:]), cursor+len(text))
		e.refresh()
		return
	}
	_, row := e.cursorPlace()
	e.set(join(line, text), cursor+len(text))
	if _, newRow := e.cursorPlace(); row < newRow {
		e.refresh()
	} else {
		e.print(value(text).String())
	}
}

func join(parts ...[]uint16) (all []uint16) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// change replaces the part of the line from i to j, with undo, and puts the cursor to i.
func (e *editor) change(i, j int) (removed string) {
	e.beforeEdit()
	line, _ := e.text()
	removed = util.Text(value(line[i:j]))
	e.set(join(line[:i], line[j:]), i)
	return removed
}

// The sorts of characters that words are made of.
const (
	space = iota
	letter
	other
)

func sort(c uint16) int {
	switch {
	case c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		return letter
	case c >= '\t' && c <= '\r', c == ' ', c == 0xA0, c == 0x1680, c >= 0x2000 && c <= 0x200A, c == 0x2028, c == 0x2029, c == 0x202F, c == 0x205F, c == 0x3000, c == 0xFEFF:
		return space
	}
	return other
}

// run returns the end of the run of characters at i that are as the first, or as is says.
func run(line []uint16, i int, is func(sort int) bool) int {
	for i < len(line) && is(sort(line[i])) {
		i++
	}
	return i
}

func isSpace(s int) bool { return s == space }

// wordLeft is where the word before i begins.
func wordLeft(line []uint16, i int) int {
	for i > 0 && sort(line[i-1]) == space {
		i--
	}
	if i > 0 {
		for s := sort(line[i-1]); i > 0 && sort(line[i-1]) == s; {
			i--
		}
	}
	return i
}

// wordRight is where the word after the one at i begins.
func wordRight(line []uint16, i int) int {
	first := sort(line[i])
	return run(line, run(line, i, func(s int) bool { return s == first }), isSpace)
}

// wordEnd is how far Meta-D deletes: as wordRight, but what is no letter ends with the spaces within it.
func wordEnd(line []uint16, i int) int {
	first := sort(line[i])
	if first == other {
		return run(line, i, func(s int) bool { return s != letter })
	}
	return run(line, run(line, i, func(s int) bool { return s == first }), isSpace)
}

// left and right are the sizes of the characters beside i: two for a pair of surrogates.
func left(line []uint16, i int) int {
	switch {
	case i <= 0:
		return 0
	case i > 1 && utf16.DecodeRune(rune(line[i-2]), rune(line[i-1])) != '\uFFFD':
		return 2
	}
	return 1
}

func right(line []uint16, i int) int {
	if i+1 < len(line) && utf16.DecodeRune(rune(line[i]), rune(line[i+1])) != '\uFFFD' {
		return 2
	}
	return 1
}

func (e *editor) deleteLeft() {
	if line, cursor := e.text(); cursor > 0 {
		e.change(cursor-left(line, cursor), cursor)
		e.refresh()
	}
}

func (e *editor) deleteRight() {
	if line, cursor := e.text(); cursor < len(line) {
		e.change(cursor, cursor+right(line, cursor))
		e.refresh()
	}
}

func (e *editor) deleteWordLeft() {
	if line, cursor := e.text(); cursor > 0 {
		e.change(wordLeft(line, cursor), cursor)
		e.refresh()
	}
}

func (e *editor) deleteWordRight() {
	if line, cursor := e.text(); cursor < len(line) {
		e.change(cursor, wordEnd(line, cursor))
		e.refresh()
	}
}

func (e *editor) deleteLineLeft() {
	_, cursor := e.text()
	e.kill(e.change(0, cursor))
	e.refresh()
}

func (e *editor) deleteLineRight() {
	line, cursor := e.text()
	e.kill(e.change(cursor, len(line)))
	e.refresh()
}

// kill keeps what was deleted for yank.
func (e *editor) kill(s string) {
	if s == "" || len(e.killed) > 0 && e.killed[0] == s {
		return
	}
	e.killed = append([]string{s}, e.killed...)
	e.killed = e.killed[:min(len(e.killed), maxKilled)]
	e.yanked = 0
}

func (e *editor) yank() {
	if len(e.killed) > 0 {
		e.yanking = true
		e.do("_insertString", util.String(e.killed[e.yanked]))
	}
}

// yankOther puts what was deleted before in the place of what was yanked.
func (e *editor) yankOther() {
	if !e.yanking || len(e.killed) < 2 {
		return
	}
	was := units(util.String(e.killed[e.yanked]))
	e.yanked = (e.yanked + 1) % len(e.killed)
	now := units(util.String(e.killed[e.yanked]))
	line, cursor := e.text()
	at := max(cursor-len(was), 0)
	e.set(join(line[:at], now, line[cursor:]), at+len(now))
	e.refresh()
}

// clearLine leaves the line as it stands on the screen and begins another.
func (e *editor) clearLine() {
	e.move(math.Inf(1))
	e.print("\r\n")
	e.set(nil, 0)
	e.obj.Set("prevRows", 0)
}

// enter ends the line.
func (e *editor) enter() {
	line := e.do("_addHistory")
	e.undo, e.redo = nil, nil
	e.clearLine()
	e.do("_onLine", line)
}

// addHistory puts the line first in the history, and returns it.
func (e *editor) addHistory() goja.Value {
	vm, v := e.r.h.VM, e.obj.Get("line")
	history, ok := e.obj.Get("history").(*goja.Object)
	text := util.Text(v)
	size := e.obj.Get("historySize").ToFloat()
	if text == "" || !ok || size == 0 || strings.TrimSpace(text) == "" {
		return v
	}
	if first := history.Get("0"); first == nil || !first.StrictEquals(v) {
		if bind.Truthy(e.obj.Get("removeHistoryDuplicates")) {
			if i := bind.Invoke(vm, history, "indexOf", v); i.ToInteger() != -1 {
				bind.Invoke(vm, history, "splice", i, bind.Int(1))
			}
		}
		bind.Invoke(vm, history, "unshift", v)
		if history.Get("length").ToFloat() > size {
			bind.Invoke(vm, history, "pop")
		}
	}
	e.obj.Set("historyIndex", -1)
	first := history.Get("0")
	e.r.ev.Emit(e.obj, "history", history)
	return first
}

// browse goes through the history: by 1 into the past, by -1 back.
func (e *editor) browse(by int) {
	history, ok := e.obj.Get("history").(*goja.Object)
	if !ok {
		return
	}
	index, length := int(e.obj.Get("historyIndex").ToInteger()), int(history.Get("length").ToInteger())
	if by < 0 && index < 0 || by > 0 && (index >= length || length == 0) {
		return
	}
	e.beforeEdit()
	search := ""
	if e.search != nil {
		search = *e.search
	}
	now := util.Text(e.obj.Get("line"))
	at := func(i int) string { return util.Text(history.Get(bind.Int(i).String())) }
	index += by
	for index >= 0 && index < length && (!strings.HasPrefix(at(index), search) || at(index) == now) {
		index += by
	}
	line := search
	if index >= 0 && index < length {
		line = at(index)
	}
	e.obj.Set("historyIndex", index)
	u := units(util.String(line))
	e.set(u, len(u))
	e.refresh()
}

// complete asks the completer for what the text before the cursor may become.
func (e *editor) complete(again bool) {
	line, cursor := e.text()
	e.pause()
	failed := func(err goja.Value) {
		inspect, _ := e.r.h.Builtin("util").(*goja.Object)
		e.print("Tab completion error: " + bind.Invoke(e.r.h.VM, inspect, "inspect", err).String())
	}
	text := value(line[:cursor])
	if !e.promises {
		done := e.r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			if e.resume(); bind.Truthy(c.Argument(0)) {
				failed(c.Argument(0))
			} else {
				e.completed(again, c.Argument(1))
			}
			return goja.Undefined()
		})
		bind.Invoke(e.r.h.VM, e.obj, "completer", text, done)
		return
	}
	vm := e.r.h.VM
	promise, resolve, reject := vm.NewPromise()
	if ex := vm.Try(func() { resolve(bind.Invoke(vm, e.obj, "completer", text)) }); ex != nil {
		reject(ex.Value())
	}
	bind.Invoke(vm, vm.ToValue(promise).(*goja.Object), "then", vm.ToValue(func(c goja.FunctionCall) goja.Value {
		e.resume()
		e.completed(again, c.Argument(0))
		return goja.Undefined()
	}), vm.ToValue(func(c goja.FunctionCall) goja.Value {
		failed(c.Argument(0))
		e.resume()
		return goja.Undefined()
	}))
}

// completed takes the completer's result: an array of the candidates, and what they complete.
func (e *editor) completed(again bool, result goja.Value) {
	list, ok := bind.Property(result, "0").(*goja.Object)
	if !ok || list.Get("length").ToInteger() == 0 {
		return
	}
	var all, some []string
	for i := range int(list.Get("length").ToInteger()) {
		s := util.Text(bind.ToString(list.Get(bind.Int(i).String())))
		if all = append(all, s); s != "" {
			some = append(some, s)
		}
	}
	on := util.Text(bind.ToString(bind.Property(result, "1")))
	prefix := common(some)
	line, cursor := e.text()
	switch {
	case strings.HasPrefix(prefix, on) && len(prefix) > len(on):
		e.do("_insertString", util.String(prefix[len(on):]))
		return
	case !strings.HasPrefix(on, prefix):
		at := max(cursor-util.Length(on), 0)
		e.set(join(line[:at], units(util.String(prefix)), line[cursor:]), at+util.Length(prefix))
		e.refresh()
		return
	case !again:
		return
	}
	e.beforeEdit()
	width := 0
	for _, s := range all {
		width = max(width, util.Width(s))
	}
	width += 2
	perRow := 1
	if c := math.Floor(e.columns() / float64(width)); c >= 1 && !math.IsInf(c, 0) {
		perRow = int(c)
	}
	var out strings.Builder
	out.WriteString("\r\n")
	inRow, gap := 0, 0
	for _, s := range all {
		if s == "" || inRow == perRow {
			out.WriteString("\r\n")
			inRow, gap = 0, 0
		} else {
			out.WriteString(strings.Repeat(" ", gap))
		}
		if s == "" {
			out.WriteString("\r\n")
			continue
		}
		out.WriteString(s)
		gap = width - util.Width(s)
		inRow++
	}
	if inRow != 0 {
		out.WriteString("\r\n\r\n")
	}
	e.print(out.String())
	e.refresh()
}

// common is the longest prefix that all have.
func common(all []string) string {
	if len(all) == 0 {
		return ""
	}
	prefix := all[0]
	for _, s := range all[1:] {
		i := 0
		for i < len(prefix) && i < len(s) && prefix[i] == s[i] {
			i++
		}
		prefix = prefix[:i]
	}
	return prefix
}

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
