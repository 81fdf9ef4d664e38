package test

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// spec writes what people read on a terminal.
//
// Node v20 lib/internal/test_runner/reporter/spec.js.
type spec struct {
	h        *harness
	stack    []event // started, not reported; the innermost first
	reported []event // parents that stand above their children already
	failed   []event

	red, green, blue, gray, white string
}

func newSpec(h *harness) *spec {
	s := &spec{h: h}
	if h.r.util.ShouldColorize(h.process.Get("stderr")) {
		s.red, s.green, s.blue, s.gray, s.white = "\x1b[31m", "\x1b[32m", "\x1b[34m", "\x1b[90m", "\x1b[39m"
	}
	return s
}

func (s *spec) event(e event) string {
	switch e.kind {
	case startEvent:
		s.stack = append([]event{e}, s.stack...)
	case diagnosticEvent:
		return s.blue + indentOf(e) + "ℹ " + e.name + s.white + "\n"
	case failEvent, passEvent:
		if e.kind == failEvent && failureType(e) != subtestsFailed {
			s.failed = append(s.failed, e)
		}
		return s.ended(e)
	}
	return ""
}

func indentOf(e event) string { return strings.Repeat("  ", e.level) }

func failureType(e event) string {
	if e.details.failure == nil {
		return ""
	}
	return bind.Property(e.details.failure, "failureType").String()
}

// ended reports a test, and above the first child of a test that test.
func (s *spec) ended(e event) string {
	if len(s.stack) > 0 {
		s.stack = s.stack[1:] // the start of this very test
	}
	prefix := ""
	for n := len(s.stack); n > 0; n-- {
		parent := s.stack[n-1]
		s.stack = s.stack[:n-1]
		s.reported = append([]event{parent}, s.reported...)
		prefix += indentOf(parent) + "▶ " + parent.name + "\n"
	}
	children := false
	if len(s.reported) > 0 && s.reported[0].level == e.level && s.reported[0].name == e.name {
		s.reported = s.reported[1:]
		children = true
	}
	return s.line(e, prefix, indentOf(e), children) + "\n"
}

func (s *spec) line(e event, prefix, indent string, children bool) string {
	color, symbol := s.green, "✔ "
	if e.kind == failEvent {
		color, symbol = s.red, "✖ "
	}
	title := e.name
	if e.details.durationMs != 0 {
		title += " " + s.gray + "(" + s.h.r.vm.ToValue(e.details.durationMs).String() + "ms)" + s.white
	}
	if d := e.details.skip; d != nil {
		title += " # " + textOr(d, "SKIP")
		color, symbol = s.gray, "﹣ "
	} else if d := e.details.todo; d != nil {
		title += " # " + textOr(d, "TODO")
	}
	err := s.err(e, indent)
	if children {
		if err == "" || failureType(e) == subtestsFailed {
			err = ""
		} else {
			err = "\n" + err
		}
	}
	return prefix + indent + color + symbol + title + s.white + err
}

func textOr(v goja.Value, other string) string {
	if goja.IsString(v) && v.String() != "" {
		return v.String()
	}
	return other
}

func (s *spec) err(e event, indent string) string {
	if e.details.failure == nil {
		return ""
	}
	var err goja.Value = e.details.failure
	if isFailure(err) {
		err = bind.Property(err, "cause")
	}
	opts := s.h.r.vm.NewObject()
	opts.Set("breakLength", goja.PositiveInf())
	opts.Set("colors", s.h.r.util.ShouldColorize(s.h.process.Get("stdout")))
	text := strings.Join(lineBreak.Split(s.h.r.util.InspectWith(err, opts), -1), "\n"+indent+"  ")
	return "\n" + indent + "  " + text + "\n"
}

func (s *spec) end() string {
	if len(s.failed) == 0 {
		return ""
	}
	out := []string{"\n" + s.red + "✖ failing tests:" + s.white + "\n"}
	for _, e := range s.failed {
		if e.place != nil {
			p := *e.place
			p.file = s.h.relative(p.file)
			out = append(out, "test at "+p.text())
		}
		out = append(out, s.line(e, "", "", false))
	}
	return strings.Join(out, "\n")
}
