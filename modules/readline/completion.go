package readline

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/util"
)

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
