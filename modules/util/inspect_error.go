package util

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// stackOf is the text of an error's stack, or what the error reads as if it has none.
func (c *inspection) stackOf(o *goja.Object) string {
	if v := o.Get("stack"); bind.Truthy(v) {
		return ecma.StackText(textOf(v.ToString()))
	}
	return textOf(c.errorText.Call(o))
}

// formatError shows an error by its stack and removes from s.keys what the stack tells.
//
// Node v20 lib/internal/util/inspect.js: formatError.
func (c *inspection) formatError(s *shape) string {
	o := s.o
	name := "Error"
	if v := o.Get("name"); !bind.IsNullish(v) {
		name = textOf(v.ToString())
	}
	stack := c.stackOf(o)
	if !c.showHidden {
		s.keys = slices.DeleteFunc(s.keys, func(k key) bool {
			if k.sym != nil || k.name != "name" && k.name != "message" && k.name != "stack" {
				return false
			}
			v := k.get(o)
			return k.name == "stack" && bind.Truthy(v) || strings.Contains(stack, textOf(v.ToString()))
		})
	}
	has := func(name string) bool {
		return slices.ContainsFunc(s.keys, func(k key) bool { return k.sym == nil && k.name == name })
	}
	if o.Get("cause") != nil && !has("cause") {
		s.keys = append(s.keys, key{name: "cause"})
	}
	if list, ok := o.Get("errors").(*goja.Object); ok && list.ClassName() == "Array" && !has("errors") {
		s.keys = append(s.keys, key{name: "errors"})
	}
	stack = c.improveStack(stack, s, name)

	from := 0
	if m := o.Get("message"); m != nil && nodeerr.IsString(m) && m.String() != "" {
		if i := strings.Index(stack, textOf(m)); i > 0 {
			from = i + len(textOf(m))
		}
	}
	if start := strings.Index(stack[from:], "\n    at"); start < 0 {
		stack = "[" + stack + "]"
	} else {
		start += from
		lines := c.frames(o, stack[start+1:])
		stack = stack[:start]
		if c.colors {
			for i, line := range lines {
				lines[i] = c.highlight(line)
			}
		}
		stack += "\n" + strings.Join(lines, "\n")
	}
	if c.indent != 0 {
		stack = strings.ReplaceAll(stack, "\n", "\n"+spaces(c.indent))
	}
	return stack
}

var (
	namedStack = regexp.MustCompile(`^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)`)
	errorName  = regexp.MustCompile(`^([a-z_A-Z0-9-]*Error)$`)
)

// improveStack makes the stack's first line name the class of the error.
func (c *inspection) improveStack(stack string, s *shape, name string) string {
	n := len(name)
	if !s.isNull && !(strings.HasSuffix(name, "Error") && strings.HasPrefix(stack, name) &&
		(len(stack) == n || stack[n] == ':' || stack[n] == '\n')) {
		return stack
	}
	fallback := "Error"
	if s.isNull {
		m := namedStack.FindStringSubmatch(stack)
		if m == nil {
			m = errorName.FindStringSubmatch(stack)
		}
		n = 0
		if m != nil {
			fallback, n = m[1], len(m[1])
		}
	}
	prefix := strings.TrimSuffix(c.prefix(s, fallback, ""), " ")
	switch {
	case name == prefix:
		return stack
	case !strings.Contains(prefix, name):
		return prefix + " [" + name + "]" + stack[min(n, len(stack)):]
	case n == 0:
		return prefix + ": " + stack
	}
	return prefix + stack[n:]
}

// frames are the lines of a stack, without those that it has in common with the stack of its cause.
func (c *inspection) frames(o *goja.Object, text string) []string {
	lines := strings.Split(text, "\n")
	var cause *goja.Object
	if ex := c.vm.Try(func() { cause, _ = o.Get("cause").(*goja.Object) }); ex != nil || cause == nil || !c.r.h.Err.Is(cause) {
		return lines
	}
	stack := c.stackOf(cause)
	start := strings.Index(stack, "\n    at")
	if start < 0 {
		return lines
	}
	n, at := commonRun(lines, strings.Split(stack[start+1:], "\n"))
	if n == 0 {
		return lines
	}
	note := c.style("    ... "+itoa(n-2)+" lines matching cause stack trace ...", "undefined")
	return slices.Concat(lines[:at+1], []string{note}, lines[at+n-1:])
}

// commonRun finds the first run of more than three lines that a and b share; at is where it is in a.
func commonRun(a, b []string) (n, at int) {
	for i := 0; i < len(a)-3; i++ {
		pos := slices.Index(b, a[i])
		if pos < 0 || len(b)-pos <= 3 {
			continue
		}
		n := 1
		for most := min(len(a)-i, len(b)-pos); n < most && a[i+n] == b[pos+n]; n++ {
		}
		if n > 3 {
			return n, i
		}
	}
	return 0, 0
}

var coreFrame = regexp.MustCompile(`^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+\)?$`)

// highlight colors a line of a stack: grey for node's own and for the working directory, underlined
// names of packages.
func (c *inspection) highlight(line string) string {
	if coreFrame.MatchString(line) {
		return c.style(line, "undefined")
	}
	line = c.markPackages(line)
	if c.r.h.Process == nil {
		return line
	}
	dir := c.r.h.Process.Dir()
	if out := c.markDir(line, dir); out != line {
		return out
	}
	return c.markDir(line, "file://"+dir)
}

func (c *inspection) markPackages(line string) string {
	const word = "node_modules"
	var b strings.Builder
	last, from := 0, 0
	for {
		i := strings.Index(line[from:], word)
		if i < 0 {
			break
		}
		i += from
		after := i + len(word)
		if i == 0 || after >= len(line) || line[after] != '/' && line[after] != '\\' || line[i-1] != '/' && line[i-1] != '\\' {
			from = i + 1
			continue
		}
		start := after + 1
		b.WriteString(line[last:start])
		end := start
		for n := 1 + strings.Count(line[start:min(start+1, len(line))], "@"); n > 0; n-- {
			j := strings.IndexByte(line[end:], line[i-1])
			if j < 0 {
				end = len(line)
				break
			}
			end += j
			if n > 1 {
				end++
			}
		}
		b.WriteString(c.style(line[start:end], "module"))
		last, from = end, end
	}
	return b.String() + line[last:]
}

func (c *inspection) markDir(line, dir string) string {
	at := strings.Index(line, dir)
	if at < 0 || dir == "" {
		return line
	}
	n := len(dir)
	if strings.HasSuffix(line[:at], "file://") {
		at, n = at-7, n+7
	}
	start, end := at, len(line)
	if at > 0 && line[at-1] == '(' {
		start--
		if strings.HasSuffix(line, ")") {
			end--
		}
	}
	stop := min(at+n+1, end)
	out := line[:start] + c.style(line[start:stop], "undefined") + line[stop:end]
	if end < len(line) {
		out += c.style(")", "undefined")
	}
	return out
}
