package readline

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
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
