package test

import (
	"regexp"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

type eventKind uint8

const (
	startEvent eventKind = iota
	passEvent
	failEvent
	planEvent
	diagnosticEvent
)

// event is what a reporter hears.
type event struct {
	kind    eventKind
	level   int    // of indentation
	number  int    // of the test; of a plan, how many
	name    string // of a diagnostic, its text
	place   *place
	details details
}

// details are how a test ended.
type details struct {
	durationMs float64
	suite      bool
	skip, todo goja.Value // a message, or true; nil: not so
	failure    *goja.Object
}

// reporter turns events into text.
type reporter interface {
	event(e event) string
	end() string
}

// newReporter chooses as Node 20 does: spec on a terminal, TAP otherwise.
func (h *harness) newReporter() reporter {
	stdout := bind.Property(h.process, "stdout")
	if context, _ := h.r.h.Process.Env("NODE_TEST_CONTEXT"); bind.Truthy(bind.Property(stdout, "isTTY")) && context == "" {
		return newSpec(h)
	}
	return &tap{h: h}
}

// tap writes TAP version 13.
//
// Node v20 lib/internal/test_runner/reporter/tap.js.
type tap struct {
	h       *harness
	version bool // it was written
}

func (t *tap) event(e event) string {
	indent := strings.Repeat("    ", e.level)
	s := ""
	if !t.version {
		t.version = true
		s = "TAP version 13\n"
	}
	switch e.kind {
	case startEvent:
		return s + indent + "# Subtest: " + tapEscape(e.name) + "\n"
	case planEvent:
		return s + indent + "1.." + bind.Int(e.number).String() + "\n"
	case diagnosticEvent:
		return s + indent + "# " + tapEscape(e.name) + "\n"
	}
	s += indent
	if e.kind == failEvent {
		s += "not "
	}
	s += "ok " + bind.Int(e.number).String()
	if e.name != "" {
		s += " " + tapEscape("- "+e.name)
	}
	if d := e.details.skip; d != nil {
		s += " # SKIP" + directive(d)
	} else if d := e.details.todo; d != nil {
		s += " # TODO" + directive(d)
	}
	return s + "\n" + t.details(indent, e)
}

func directive(v goja.Value) string {
	if !goja.IsString(v) || v.String() == "" {
		return ""
	}
	return " " + tapEscape(v.String())
}

func (t *tap) details(indent string, e event) string {
	y := yaml{t.h.r}
	s := indent + "  ---\n" + y.value(indent, "duration_ms", y.r.vm.ToValue(e.details.durationMs), nil)
	if e.details.suite {
		s += y.value(indent, "type", bind.String("suite"), nil)
	}
	if e.kind == failEvent && e.place != nil {
		s += y.value(indent, "location", y.r.vm.ToValue(e.place.text()), nil)
	}
	if e.details.failure != nil {
		s += y.value(indent, "", e.details.failure, &seen{})
	}
	return s + indent + "  ...\n"
}

func (p *place) text() string {
	return p.file + ":" + bind.Int(p.line).String() + ":" + bind.Int(p.column).String()
}

func (t *tap) end() string { return "" }

// tapEscape escapes as Node does, in its order: what became \n becomes \\n.
func tapEscape(s string) string {
	for _, pair := range [][2]string{{"\b", `\b`}, {"\f", `\f`}, {"\t", `\t`}, {"\n", `\n`}, {"\r", `\r`}, {"\v", `\v`}, {`\`, `\\`}, {"#", `\#`}} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	return s
}

var lineBreak = regexp.MustCompile(`\r?\n`)

// yaml writes values as the blocks of TAP show them.
type yaml struct{ r *Room }

// seen are the objects around a value.
type seen struct{ objects []*goja.Object }

func (s *seen) has(v goja.Value) bool {
	for _, o := range s.objects {
		if v.SameAs(o) {
			return true
		}
	}
	return false
}

func (s *seen) copy() *seen { return &seen{append([]*goja.Object(nil), s.objects...)} }

func (y yaml) inspect(v goja.Value) string {
	o := y.r.vm.NewObject()
	o.Set("breakLength", goja.PositiveInf())
	return y.r.util.InspectWith(v, o)
}

// value is the line, or lines, of name: v; an empty name stands for the block itself.
func (y yaml) value(indent, name string, v goja.Value, seen *seen) string {
	prefix := indent + "  " + name + ":"
	switch {
	case bind.IsUndefined(v):
		return ""
	case goja.IsNull(v):
		return prefix + " ~\n"
	}
	o, isObject := v.(*goja.Object)
	if !isObject || bind.IsFunction(o) {
		if goja.IsString(v) && !isObject {
			if lines := lineBreak.Split(v.String(), -1); len(lines) > 1 {
				s := prefix + " |-\n"
				for _, line := range lines {
					s += indent + "    " + line + "\n"
				}
				return s
			}
		}
		return prefix + " " + y.inspect(v) + "\n"
	}
	seen.objects = append(seen.objects, o)
	s, inner := "", indent
	if name != "" {
		s = prefix
		if o.ClassName() == "Date" {
			s += " " + bind.Invoke(y.r.vm, o, "toISOString").String()
		}
		s += "\n"
		inner += "  "
	}
	isError := y.r.h.Err.Is(o)
	for _, key := range o.Keys() {
		if isError && (key == "cause" || key == "code") {
			continue
		}
		field := o.Get(key)
		if f, ok := field.(*goja.Object); ok && seen.has(f) {
			s += inner + "  " + key + ": <Circular>\n"
			continue
		}
		s += y.value(inner, key, field, seen)
	}
	if isError {
		s += y.err(indent, o, seen)
	}
	return s
}

// unwrapped are the kinds of failures that stand for an error of the program's.
var unwrapped = map[string]bool{testCodeFailure: true, hookFailure: true, "uncaughtException": true, "unhandledRejection": true}

func (y yaml) err(indent string, o *goja.Object, seen *seen) string {
	first := func(name string) goja.Value { return bind.Property(o, name) }
	assertion := o
	if isFailure(o) && unwrapped[bind.Property(o, "failureType").String()] {
		cause := bind.Property(o, "cause")
		first = func(name string) goja.Value {
			if v := bind.Property(cause, name); !bind.IsNullish(v) {
				return v
			}
			return bind.Property(o, name)
		}
		assertion, _ = cause.(*goja.Object)
	}
	message := first("message")
	if bind.IsNullish(message) {
		message = bind.String("<unknown error>")
	}
	s := y.value(indent, "error", message, seen)
	if code := first("code"); bind.Truthy(code) {
		s += y.value(indent, "code", code, seen)
	}
	if name := first("name"); bind.Truthy(name) && name.String() != "Error" {
		s += y.value(indent, "name", name, seen)
	}
	if assertion != nil && assertion.Get("expected") != nil && assertion.Get("actual") != nil {
		s += y.value(indent, "expected", assertion.Get("expected"), seen.copy())
		s += y.value(indent, "actual", assertion.Get("actual"), seen.copy())
		if op := first("operator"); bind.Truthy(op) {
			s += y.value(indent, "operator", op, seen)
		}
	}
	stack := first("stack")
	if !goja.IsString(stack) {
		return s
	}
	var frames []string
	for _, line := range lineBreak.Split(stack.String(), -1) {
		if frame, ok := strings.CutPrefix(line, "    at "); ok && frame != "" {
			frames = append(frames, frame)
		}
	}
	if len(frames) > 0 {
		delimiter := "\n" + indent + "    "
		s += indent + "  stack: |-" + delimiter + strings.Join(frames, delimiter) + "\n"
	}
	return s
}
