// Package gonode_test holds the policy of the house: who may import whom, and a few habits.
package gonode_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// This is a statement of policy. Do not change it to fix a build: argue in RATIONALE.md first.
//
// A row says which packages of the house a package may import, whether it may see the engine, and
// what of the standard library it must not touch. "room" stands for the contract that every room
// shares; "*" for every package.
var policy = map[string]struct {
	may   string
	goja  bool
	never string
}{
	// Floor 0: bytes, time and sockets. No JavaScript.
	"parser":                   {never: "net io os time sync"},
	"eventloop":                {never: "net os"},
	"eventloop/sock":           {may: "eventloop"},
	"eventloop/sock/socktest":  {may: "eventloop/sock"},
	"modules/http/internal/h1": {never: "net io"},

	"modules/internal/pattern": {never: "net io os time"},

	"modules/intl/internal/english": {never: "net os"},
	"modules/intl/internal/langtag": {never: "net io os time"},
	"modules/intl/internal/segment": {never: "net io os time"},

	// Floor 1: the contract.
	"modules":                  {may: "eventloop eventloop/sock modules/internal/ecma modules/internal/engine modules/internal/nodeerr", goja: true},
	"modules/internal/ecma":    {may: "modules/internal/engine modules/internal/pattern", goja: true, never: "net"},
	"modules/internal/engine":  {goja: true, never: "net io os time"},
	"modules/internal/nodeerr": {goja: true, never: "net"},
	"modules/internal/bind":    {may: "modules modules/internal/engine modules/internal/nodeerr", goja: true, never: "net"},

	// Floor 2: the rooms.
	"modules/assert":         {may: "room modules/util", goja: true, never: "net"},
	"modules/async_hooks":    {may: "room", goja: true, never: "net os"},
	"modules/buffer":         {may: "room", goja: true, never: "net"},
	"modules/child_process":  {may: "room modules/buffer modules/events modules/net modules/process modules/url modules/v8", goja: true, never: "net"},
	"modules/cluster":        {may: "room modules/child_process modules/events modules/net modules/process", goja: true, never: "net os"},
	"modules/console":        {may: "room modules/util", goja: true, never: "net"},
	"modules/constants":      {may: "room", goja: true, never: "net os"},
	"modules/crypto":         {may: "room modules/buffer modules/stream", goja: true, never: "net os"},
	"modules/dns":            {may: "room modules/events eventloop/sock", goja: true},
	"modules/domain":         {may: "room modules/async_hooks modules/events modules/process", goja: true, never: "net os"},
	"modules/events":         {may: "room", goja: true, never: "net"},
	"modules/fetch":          {may: "room modules/buffer modules/events modules/http modules/stream modules/stream/web modules/url modules/util", goja: true, never: "net os"},
	"modules/fs":             {may: "room modules/buffer modules/events modules/stream modules/stream/web modules/url", goja: true, never: "net"},
	"modules/http":           {may: "room modules/buffer modules/events modules/stream modules/net modules/url modules/http/internal/h1 parser eventloop/sock", goja: true, never: "crypto/tls"},
	"modules/http2":          {may: "room", goja: true, never: "net os"},
	"modules/https":          {may: "room modules/http", goja: true, never: "net crypto/tls"},
	"modules/intl":           {may: "room modules/intl/internal/english modules/intl/internal/langtag modules/intl/internal/segment", goja: true, never: "net"},
	"modules/module":         {may: "room", goja: true, never: "net"},
	"modules/net":            {may: "room modules/buffer modules/events modules/stream modules/dns eventloop/sock", goja: true, never: "crypto/tls"},
	"modules/os":             {may: "room modules/buffer", goja: true},
	"modules/path":           {may: "room", goja: true, never: "net os"},
	"modules/perf_hooks":     {may: "room modules/events modules/util", goja: true, never: "net os"},
	"modules/process":        {may: "room modules/events modules/stream", goja: true, never: "net"},
	"modules/punycode":       {may: "room", goja: true, never: "net os"},
	"modules/querystring":    {may: "room modules/buffer", goja: true, never: "net os"},
	"modules/readline":       {may: "room modules/events modules/util", goja: true, never: "net os"},
	"modules/repl":           {may: "room modules/events modules/module modules/process modules/readline modules/util", goja: true, never: "net"},
	"modules/stream":         {may: "room modules/buffer modules/events modules/stream/web modules/string_decoder", goja: true, never: "net os"},
	"modules/stream/web":     {may: "room modules/buffer modules/events", goja: true, never: "net os"},
	"modules/string_decoder": {may: "room modules/buffer", goja: true, never: "net os"},
	"modules/test":           {may: "room modules/async_hooks modules/events modules/util", goja: true, never: "net os"},
	"modules/timers":         {may: "room", goja: true, never: "net os"},
	"modules/tls":            {may: "room", goja: true, never: "net crypto/tls"},
	"modules/url":            {may: "room modules/buffer modules/path modules/querystring", goja: true, never: "os"},
	"modules/util":           {may: "room modules/buffer modules/events", goja: true, never: "net"},
	"modules/v8":             {may: "room modules/buffer modules/util", goja: true, never: "net os"},
	"modules/vm":             {may: "room modules/module", goja: true, never: "net os"},
	"modules/weakref":        {may: "room", goja: true, never: "net os"},
	"modules/worker_threads": {may: "room modules/events modules/util", goja: true, never: "net os"},
	"modules/zlib":           {may: "room modules/buffer modules/stream", goja: true, never: "net os"},

	// The same for ids that are long, or of many parts.
	"modules/diagnostics_channel": {may: "room", goja: true, never: "net os"},

	// Floors 3 and 4: where everything meets, and where people come in.
	"runtime":             {may: "modules modules/* eventloop eventloop/sock", goja: true},
	"runtime/runtimetest": {may: "runtime eventloop/sock/socktest", goja: true},
	"runtime/nethttp":     {may: "runtime"},
	"examples/embed/*":    {may: "runtime runtime/nethttp", goja: true},
	"transform":           {},
	"cmd/gonode":          {may: "runtime transform jstests/conformance"},
	"jstests":             {may: "runtime runtime/runtimetest transform"},
	"jstests/bench":       {may: "runtime"},
	"jstests/conformance": {},
	"jstests/interop":     {},
	"jstests/soak":        {may: "runtime transform"},
	".":                   {},
}

// room is what every room may import.
const room = "eventloop modules modules/internal/bind modules/internal/ecma modules/internal/engine modules/internal/nodeerr"

const (
	house  = "github.com/gonode/gonode"
	engine = "github.com/dop251/goja"
)

// tools are not part of gonode; they may use net/http, to talk to gonode.
var tools = []string{"jstests/bench", "jstests/soak"}

// adaptors are where gonode meets net/http, for embedders who use it, and examples of those.
var adaptors = []string{"runtime/nethttp", "examples/embed/*"}

// talkers may print to standard output: people run them.
var talkers = []string{"cmd/gonode", "jstests/bench", "jstests/interop", "jstests/soak", "examples/embed/*"}

// row is how a list or table calls package dir: the examples have one name.
func row(dir string) string {
	if strings.HasPrefix(dir, "examples/embed/") {
		return "examples/embed/*"
	}
	return dir
}

// fileTrap matches names that make Go leave a file out of most builds without a word.
var fileTrap = regexp.MustCompile(`_(js|wasm|linux|windows|darwin)(_test)?\.go$`)

// source is one Go file.
type source struct {
	path string // with slashes
	test bool
	fset *token.FileSet
	*ast.File
}

func (s source) pos(n ast.Node) string { return s.fset.Position(n.Pos()).String() }

// sources reads every Go file by package folder. The test reads them itself: what a subprocess
// reads is no input to go test's cache, and a stale "ok (cached)" would hide a violation.
func sources(t *testing.T) map[string][]source {
	t.Helper()
	out := make(map[string][]source)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != "." && (name[0] == '.' || name[0] == '_' || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		out[dir] = append(out[dir], source{filepath.ToSlash(path), strings.HasSuffix(name, "_test.go"), fset, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPackagesImportOnlyWhatPolicyAllows(t *testing.T) {
	for dir, files := range sources(t) {
		p, ok := policy[row(dir)]
		if !ok {
			t.Errorf("package %s has no row in the policy of house_test.go: add one that allows as little as possible", dir)
			continue
		}
		may := strings.Fields(strings.Replace(p.may, "room", room, 1))
		never := strings.Fields(p.never)
		if !slices.Contains(tools, row(dir)) && !slices.Contains(adaptors, row(dir)) {
			never = append(never, "net/http")
		}
		for _, f := range files {
			if f.test {
				continue
			}
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				inside, own := strings.CutPrefix(imported, house+"/")
				switch {
				case own && !slices.ContainsFunc(may, func(m string) bool { return allows(m, inside) }):
					t.Errorf("%s: %s may not import %s. Move the code a floor lower, or hand the thing in; the reasons are in ARCHITECTURE.md.", f.pos(spec), dir, inside)
				case !own && strings.HasPrefix(imported, engine) && !p.goja:
					t.Errorf("%s: %s may not see the engine. Work on Go values here and convert in a room.", f.pos(spec), dir)
				case slices.Contains(never, imported):
					t.Errorf("%s: %s may not import %s. See the policy in house_test.go for who may.", f.pos(spec), dir, imported)
				}
			}
		}
	}
}

// allows reports whether the entry m of a row covers package p: itself, or for "a/*" all below a
// that are not internal.
func allows(m, p string) bool {
	if prefix, ok := strings.CutSuffix(m, "*"); ok {
		return strings.HasPrefix(p, prefix) && !strings.Contains(p, "internal/")
	}
	return m == p
}

func TestEachPackageHasOneComment(t *testing.T) {
	for dir, files := range sources(t) {
		var with []string
		for _, f := range files {
			onlyTests := !slices.ContainsFunc(files, func(s source) bool { return !s.test })
			if f.test == onlyTests && f.Doc.Text() != "" {
				with = append(with, f.path)
			}
		}
		if len(with) != 1 {
			t.Errorf("package %s has %d package comments %v; want exactly one, in doc.go or the file named after the package", dir, len(with), with)
		}
	}
}

func TestFilesAndCallsKeepTheHabits(t *testing.T) {
	for dir, files := range sources(t) {
		for _, f := range files {
			if fileTrap.MatchString(f.path) {
				t.Errorf("%s: to Go the end of this name is a build constraint. Rename the file; say //go:build inside if you mean it.", f.path)
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch name := qualified(n); {
				case f.test && name == "time.Sleep":
					t.Errorf("%s: tests do not sleep. Wait for what you need (a channel, t.Context, testing/synctest), or poll with a deadline.", f.pos(n))
				case !f.test && strings.HasPrefix(name, "fmt.Print") && !slices.Contains(talkers, row(dir)):
					t.Errorf("%s: only commands print to standard output. Return an error, or write to an io.Writer of the caller's.", f.pos(n))
				}
				return true
			})
		}
	}
}

// qualified returns "pkg.Name" for such a selector.
func qualified(n ast.Node) string {
	if sel, ok := n.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			return x.Name + "." + sel.Sel.Name
		}
	}
	return ""
}
