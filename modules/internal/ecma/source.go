package ecma

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// maxRun is how many tokens may follow each other without one that ends a nesting: `!!!…a`, `a=b=c=…`,
// `if(a)if(b)…` nest without brackets. The engine takes up to 2 KB of the Go stack, which ends at 1 GB, for
// each; no source that people or bundlers write comes near.
const maxRun = 250_000

// TooDeep says why a source is not given to the engine's parser, which recurses on the Go stack: a million
// levels would end the process. It is "" for a source that nests as deep as limit brackets at most.
func TooDeep(source string, limit int) string {
	if len(source) > limit && nests(source, limit) {
		return "nested deeper than " + strconv.Itoa(limit) + " brackets, the limit SourceNesting"
	}
	if len(source) > maxRun && limit <= maxRun && runs(source) {
		return "more than " + strconv.Itoa(maxRun) + " tokens without a comma, a semicolon or a closing bracket"
	}
	return ""
}

// nests reports whether brackets nest deeper than limit in a source, whether in code or in strings.
func nests(source string, limit int) bool {
	depth := 0
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '(', '[', '{':
			if depth++; depth > limit {
				return true
			}
		case ')', ']', '}':
			if depth > 0 {
				depth--
			}
		}
	}
	return false
}

// runs reports whether a source has more than maxRun tokens in a row, those before the brackets around them
// counted. Regular expressions are read as code, which does no harm at this size.
func runs(source string) bool {
	var around []int // the count at each open bracket
	n, base := 0, 0  // tokens; those of the brackets around
	ended := false   // by a semicolon, unless else comes next
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case c <= ' ' || c >= 0x80:
			continue
		case c == ';':
			ended = true
			continue
		case c == ',':
			n = base
			continue
		case c == '/' && strings.HasPrefix(source[i:], "//"):
			end := strings.IndexByte(source[i:], '\n')
			if end < 0 {
				return false
			}
			i += end
			continue
		case c == '/' && strings.HasPrefix(source[i:], "/*"):
			end := strings.Index(source[i+2:], "*/")
			if end < 0 {
				return false
			}
			i += end + 3
			continue
		case c == '"' || c == '\'' || c == '`':
			for i++; i < len(source) && source[i] != c && (c == '`' || source[i] != '\n'); i++ {
				if source[i] == '\\' {
					i++
				}
			}
		case isWord(c):
			start := i
			for i+1 < len(source) && isWord(source[i+1]) {
				i++
			}
			if ended && source[start:i+1] == "else" {
				ended = false
			}
		}
		if ended {
			n, ended = base, false
		}
		switch c {
		case '(', '[', '{':
			around = append(around, base)
			base = n
		case ')', ']', '}':
			n = base
			if last := len(around) - 1; last >= 0 {
				base, around = around[last], around[:last]
			}
		}
		if n++; n > maxRun {
			return true
		}
	}
	return false
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$'
}

// guardSources puts TooDeep before all that the engine compiles by itself: for eval, direct or not, and for
// the constructors of functions of all kinds. The engine knows its eval by identity, so that another in its
// place would not see the variables around the call; and an option of its parser is all that it asks on the
// way. Options are not shown the source; but the options are a part of the parser, which has it.
func guardSources(vm *goja.Runtime, limit int) {
	offset := sourceOffset()
	if offset == 0 {
		return // another version of the engine; a test says so
	}
	vm.SetParserOptions(parser.WithDisableSourceMaps, parserHook(parser.WithDisableSourceMaps, func(options unsafe.Pointer) {
		source := (*string)(unsafe.Add(options, -offset))
		if why := TooDeep(*source, limit); why != "" {
			raise(vm, "SyntaxError", why)
		}
		*source = mendLargest(*source)
	}))
}

// parserHook is an option that calls f with the address of the options of a parser at work. Their type has no
// name outside of its package; like has it too.
func parserHook[T any](like func(*T), f func(options unsafe.Pointer)) func(*T) {
	return func(o *T) { f(unsafe.Pointer(o)) }
}

// sourceOffset is how many bytes before its options a parser has its source; 0 if it is not there. Found by
// looking for a source of known length: the header of a string, its address and its length.
var sourceOffset = sync.OnceValue(func() (offset int) {
	const word, words = int(unsafe.Sizeof(uintptr(0))), 64
	probe := "//" + strings.Repeat("?", 4097)
	_, err := parser.ParseFile(nil, "", probe, 0, parserHook(parser.WithDisableSourceMaps, func(options unsafe.Pointer) {
		for i := 2; i < words; i++ {
			header := (*[2]uintptr)(unsafe.Add(options, -i*word))
			if int(header[1]) == len(probe) && int(header[0]) != len(probe) && *(*string)(unsafe.Pointer(header)) == probe {
				offset = i * word
				return
			}
		}
	}))
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	return offset
})

// largest finds the escape of U+10FFFF, at whose last digit the engine's scanner stops too soon: its parser does
// not survive it in a string. It finds all others too, so that it sees which backslash begins one.
var largest = regexp.MustCompile(`(?s)\\(?:u\{0*10[fF]{4}\}|.)`)

// replaceLargest replaces the escapes of U+10FFFF.
func replaceLargest(text string, with func(escape string) string) string {
	if !strings.Contains(text, `\u{`) {
		return text
	}
	return largest.ReplaceAllStringFunc(text, func(escape string) string {
		if len(escape) < len(`\u{10ffff}`) {
			return escape
		}
		return with(escape)
	})
}

// ParseFile is the engine's parser for texts of programs.
func ParseFile(file, text string, options ...parser.Option) (*ast.Program, error) {
	text = replaceLargest(text, func(string) string { return `\udbff\udfff` })
	return parser.ParseFile(nil, file, text, 0, options...)
}

// mendLargest is the same for a source that must keep its length: in strings the character itself, and ends of
// lines that a string does not have. Errors behind it have other lines. Regular expressions are read as code.
func mendLargest(source string) string {
	if !strings.Contains(source, `\u{`) {
		return source
	}
	var b strings.Builder
	for i := 0; i < len(source); i++ {
		c := source[i]
		start := i
		if c == '"' || c == '\'' || c == '`' {
			for i++; i < len(source) && source[i] != c && (c == '`' || source[i] != '\n'); i++ {
				if source[i] == '\\' {
					i++
				}
			}
		}
		text := source[start:min(i+1, len(source))]
		if len(text) > 1 {
			text = replaceLargest(text, sameLength)
		}
		b.WriteString(text)
	}
	return b.String()
}

func sameLength(escape string) string {
	mended := "\U0010ffff" + strings.Repeat("\\\n", (len(escape)-4)/2)
	if len(mended) < len(escape) { // \r\n is one end of a line
		mended = mended[:len(mended)-1] + "\r\n"
	}
	return mended
}
