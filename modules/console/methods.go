package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// methods are the methods of c, or, if c is nil, of Console.prototype. They have the order of Node's.
func (r *Room) methods(c *Console) []bind.Method {
	method := func(name string, fn func(c *Console, args []goja.Value)) bind.Method {
		return bind.Method{Name: name, Fn: func(call goja.FunctionCall) goja.Value {
			self := c
			if self == nil {
				self = r.this(call.This)
			}
			fn(self, call.Arguments)
			return goja.Undefined()
		}}
	}
	out := func(c *Console, args []goja.Value) { c.print(false, args) }
	err := func(c *Console, args []goja.Value) { c.print(true, args) }
	return []bind.Method{
		method("log", out),
		method("warn", err),
		method("dir", (*Console).dir),
		method("time", (*Console).time),
		method("timeEnd", (*Console).timeEnd),
		method("timeLog", (*Console).timeLog),
		method("trace", (*Console).trace),
		method("assert", (*Console).assert),
		method("clear", (*Console).clear),
		method("count", (*Console).count),
		method("countReset", (*Console).countReset),
		method("group", (*Console).group),
		method("groupEnd", (*Console).groupEnd),
		method("table", (*Console).table),
		method("debug", out),
		method("info", out),
		method("dirxml", out),
		method("error", err),
		method("groupCollapsed", (*Console).group),
	}
}

// call calls a method of the console as the program sees it: log may have been replaced.
func (c *Console) call(method string, args ...goja.Value) {
	bind.Invoke(c.r.h.VM, c.obj, method, args...)
}

func (c *Console) text(s string) goja.Value { return c.r.h.VM.ToValue(s) }

// warning is process.emitWarning(text).
func (c *Console) warning(text string) {
	w := c.r.h.Err.Plain(nodeerr.Error, text)
	w.Set("name", "Warning")
	c.r.h.Process.EmitWarning(w)
}

// label returns the label argument as a string; 'default' without one.
func (c *Console) label(args []goja.Value) string {
	v := bind.Arg(args, 0)
	if bind.IsUndefined(v) {
		return "default"
	}
	if _, ok := v.(*goja.Symbol); ok {
		panic(c.r.h.VM.NewTypeError("Cannot convert a Symbol value to a string"))
	}
	return v.String()
}

// dir is console.dir(object[, options]).
func (c *Console) dir(args []goja.Value) {
	o := c.r.h.VM.NewObject()
	o.Set("customInspect", false)
	merge(o, c.inspectOptions(false))
	if opts, ok := bind.Arg(args, 1).(*goja.Object); ok {
		merge(o, opts)
	}
	c.write(false, c.text(c.r.util.InspectWith(bind.Arg(args, 0), o)))
}

func merge(dst, src *goja.Object) {
	if src == nil {
		return
	}
	for _, k := range src.Keys() {
		dst.Set(k, src.Get(k))
	}
}

func (c *Console) time(args []goja.Value) {
	label := c.label(args)
	if _, ok := c.times[label]; ok {
		c.warning("Label '" + label + "' already exists for console.time()")
		return
	}
	if c.times == nil {
		c.times = make(map[string]time.Time)
	}
	c.times[label] = c.r.h.Now()
}

func (c *Console) timeEnd(args []goja.Value) {
	label := c.label(args)
	if c.elapsed("timeEnd", label, nil) {
		delete(c.times, label)
	}
}

func (c *Console) timeLog(args []goja.Value) {
	label := c.label(args)
	if len(args) > 0 {
		args = args[1:]
	}
	c.elapsed("timeLog", label, args)
}

func (c *Console) elapsed(method, label string, data []goja.Value) bool {
	start, ok := c.times[label]
	if !ok {
		c.warning("No such label '" + label + "' for console." + method + "()")
		return false
	}
	ms := float64(c.r.h.Now().Sub(start).Nanoseconds()) / 1e6
	c.call("log", append([]goja.Value{bind.String("%s: %s"), c.text(label), c.text(formatTime(ms))}, data...)...)
	return true
}

// formatTime writes a duration as console.timeEnd does: 1.234ms, 1.234s, 1:02.345 (m:ss.mmm).
func formatTime(ms float64) string {
	const second, minute, hour = 1000, 60 * 1000, 60 * 60 * 1000
	if ms < second {
		return strconv.FormatFloat(math.Round(ms*1000)/1000, 'f', -1, 64) + "ms"
	}
	if ms < minute {
		return strconv.FormatFloat(ms/second, 'f', 3, 64) + "s"
	}
	hours := math.Floor(ms / hour)
	ms = math.Mod(ms, hour)
	minutes := math.Floor(ms / minute)
	seconds, fraction, _ := strings.Cut(strconv.FormatFloat(math.Mod(ms, minute)/second, 'f', 3, 64), ".")
	if len(seconds) < 2 {
		seconds = "0" + seconds
	}
	if hours != 0 {
		return fmt.Sprintf("%.0f:%02.0f:%s.%s (h:mm:ss.mmm)", hours, minutes, seconds, fraction)
	}
	return fmt.Sprintf("%.0f:%s.%s (m:ss.mmm)", minutes, seconds, fraction)
}

// trace prints the message and the stack that led here.
func (c *Console) trace(args []goja.Value) {
	vm := c.r.h.VM
	err := vm.NewObject()
	err.Set("name", "Trace")
	err.Set("message", c.r.util.FormatWith(c.inspectOptions(true), args))
	bind.Invoke(vm, vm.Get("Error").(*goja.Object), "captureStackTrace", err)
	c.call("error", err.Get("stack"))
}

func (c *Console) assert(args []goja.Value) {
	if bind.Arg(args, 0).ToBoolean() {
		return
	}
	text := "Assertion failed"
	var rest []goja.Value
	if len(args) > 1 {
		if s, ok := args[1].(*goja.Symbol); ok {
			text += ": Symbol(" + s.String() + ")"
		} else {
			text += ": " + args[1].String()
		}
		rest = args[2:]
	}
	c.call("warn", append([]goja.Value{c.text(text)}, rest...)...)
}

// clear clears a terminal; other streams are left alone.
func (c *Console) clear([]goja.Value) {
	s, ok := c.stream(false).(*goja.Object)
	if !ok || !bind.Truthy(s.Get("isTTY")) {
		return
	}
	if term, _ := c.r.h.Process.Env("TERM"); term != "dumb" {
		bind.Invoke(c.r.h.VM, s, "write", bind.String("\x1b[1;1H\x1b[0J"))
	}
}

func (c *Console) count(args []goja.Value) {
	label := c.label(args)
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[label]++
	c.call("log", c.text(label+": "+strconv.Itoa(c.counts[label])))
}

func (c *Console) countReset(args []goja.Value) {
	label := c.label(args)
	if c.counts[label] == 0 {
		c.warning("Count for '" + label + "' does not exist")
		return
	}
	delete(c.counts, label)
}

func (c *Console) group(args []goja.Value) {
	if len(args) > 0 {
		c.call("log", args...)
	}
	c.indent += strings.Repeat(" ", c.indentBy)
}

func (c *Console) groupEnd([]goja.Value) {
	c.indent = c.indent[:max(len(c.indent)-c.indentBy, 0)]
}
