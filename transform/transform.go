// Package transform rewrites JavaScript that the engine cannot read into JavaScript that it can:
// async generators, for await, import and export, import(), decorators, using. It is a package of
// its own so that a program that embeds gonode and needs none of this leaves esbuild, which does the
// work, out of its binary.
//
//	rt, err := runtime.New(runtime.Options{Transform: transform.Source})
//
// The runtime calls it only for sources that the engine has refused, and for ECMAScript modules.
package transform

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// unsupported is what the engine does not have of the newest ECMAScript, in esbuild's words.
var unsupported = map[string]bool{
	"async-generator": false,
	"decorators":      false,
	"dynamic-import":  false,
	"for-await":       false,
	"using":           false,
}

// rewrittenScheme is what package ecma of the modules knows mapped names of files by.
const rewrittenScheme = "rewritten"

// maxCached bounds the rewritten sources that are kept, in bytes of text.
const maxCached = 16 << 20

// cache keeps results, so that several runtimes of a process rewrite a file once.
var cache struct {
	mu   sync.Mutex
	done map[[sha256.Size]byte]string
	size int
}

// Source rewrites source, the text of file; esm says that it is an ECMAScript module, which becomes a
// CommonJS one whose import.meta is the variable __import_meta and whose imports are calls of
// require; what that returns has __esModule set if its default is an export, not the whole. The result begins
// with an empty line and ends in a source map, so that positions in errors stay those of source; the map
// names the file as a URL with the scheme "rewritten" or, for an ECMAScript module, "file". Any goroutine.
//
// # Errors
//
// *Error, with the position of what esbuild refused too; top-level await is such a thing.
func Source(file, source string, esm bool) (string, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%s\x00%t\x00%s", file, esm, source))
	cache.mu.Lock()
	code, ok := cache.done[key]
	cache.mu.Unlock()
	if ok {
		return code, nil
	}
	o := api.TransformOptions{
		// Not file: for the import of a CommonJS module esbuild looks at the importer's name.
		Sourcefile:     "module.js",
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		Target:         api.ESNext,
		Platform:       api.PlatformNode,
		Supported:      unsupported,
		LogLevel:       api.LogLevelSilent,
	}
	if esm {
		o.Format = api.FormatCommonJS
		o.Define = map[string]string{"import.meta": "__import_meta"}
	}
	result := api.Transform(source, o)
	if len(result.Errors) > 0 {
		m := result.Errors[0]
		e := &Error{Message: m.Text}
		if m.Location != nil {
			e.Line, e.Column = m.Location.Line, m.Location.Column+1
		}
		return "", e
	}
	code, err := withMap(result, file, esm)
	if err != nil {
		return "", err
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.size += len(code); cache.done == nil || cache.size > maxCached {
		cache.done, cache.size = make(map[[sha256.Size]byte]string), len(code)
	}
	cache.done[key] = code
	return code, nil
}

// dynamicImport is what esbuild makes of import(. Its require takes strings alone, import() also what
// can be made one, such as a URL.
const (
	dynamicImport  = "Promise.resolve().then(() => __toESM(require("
	importFunction = "const __import = (specifier) => require(`${specifier}`); "
)

// withMap appends the source map to the code, with the name of the file in it.
func withMap(result api.TransformResult, file string, esm bool) (string, error) {
	var m map[string]any
	if err := json.Unmarshal(result.Map, &m); err != nil {
		return "", err
	}
	// Not a path, so that who shows the place knows that it was mapped. Those of ECMAScript modules are
	// shown as URLs, as in Node.
	name := url.URL{Scheme: rewrittenScheme, Path: file}
	if esm {
		name.Scheme = "file"
	}
	m["sources"] = []string{name.String()}
	// The code begins in the second line, since its user puts something into the first.
	m["mappings"] = ";" + m["mappings"].(string)
	text, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	code := string(result.Code)
	if strings.Contains(code, dynamicImport) {
		code = importFunction + strings.ReplaceAll(code, dynamicImport, dynamicImport[:len(dynamicImport)-len("require(")]+"__import(")
	}
	return "\n" + code + "//# sourceMappingURL=data:application/json;base64," + base64.StdEncoding.EncodeToString(text) + "\n", nil
}

// Error is why a source cannot be rewritten.
type Error struct {
	Message      string
	Line, Column int // from 1; the column in bytes; 0: unknown
}

func (e *Error) Error() string { return e.Message }

// Position is where it is wrong, from 1; 0 for unknown.
func (e *Error) Position() (line, column int) { return e.Line, e.Column }
