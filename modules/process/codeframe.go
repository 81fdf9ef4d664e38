package process

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
)

// place returns "file:line", the source line and a caret below what threw; empty if no file of the
// program's had to do with it.
func (r *Room) place(err goja.Value, ex *goja.Exception) string {
	o, isObject := err.(*goja.Object)
	if isObject {
		if v := o.Get(ArrowProperty); v != nil && goja.IsString(v) {
			return v.String()
		}
	}
	// Of an Error the engine knows where it was made, and its own stack leaves out the constructors.
	if stack := bind.Property(err, "stack"); isObject && r.h.Err.Is(err) && goja.IsString(stack) {
		if m := framePlace.FindStringSubmatch(ecma.StackText(stack.String())); m != nil {
			line, _ := strconv.Atoi(m[2])
			column, _ := strconv.Atoi(m[3])
			// What is thrown in a promise V8 shows where it was made, as well.
			return r.codeFrame(m[1], line, column, ex != nil && !strings.HasPrefix(m[1], "file:"))
		}
	}
	if ex == nil {
		return ""
	}
	for _, f := range ex.Stack() {
		if src := f.SrcName(); src != "<native>" && !strings.HasPrefix(src, "gonode:") {
			file, line, column := ecma.Place(&f)
			return r.codeFrame(file, line, column, true)
		}
	}
	return ""
}

// framePlace finds file, line and column of the first frame of a stack.
var framePlace = regexp.MustCompile(`(?m)^    at (?:.* \()?(.+):(\d+):(\d+)\)?$`)

// thrownHere matches what stands before an error that a throw statement makes. The engine knows of an
// error where it was made, V8 where it was thrown.
var thrownHere = regexp.MustCompile(`\bthrow\s+(new\s+)?$`)

// codeFrame shows a line of a file, with a caret below the column, counted from 1 in bytes; or, if what
// is there was thrown by the statement around it, below its throw.
func (r *Room) codeFrame(file string, line, column int, thrown bool) string {
	head := fmt.Sprintf("%s:%d", file, line)
	source := r.h.Sources[file]
	if source == "" {
		path := file
		if u, err := url.Parse(file); err == nil && u.Scheme == "file" {
			path = u.Path
		}
		content, err := r.h.Files().ReadFile(path)
		if err != nil {
			return head
		}
		source = string(content)
	}
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return head
	}
	text := strings.TrimSuffix(lines[line-1], "\r")
	if at := thrownHere.FindStringIndex(text[:max(min(column-1, len(text)), 0)]); at != nil && thrown {
		column = at[0] + 1
	}
	return ecma.Arrow(head, text, column)
}
