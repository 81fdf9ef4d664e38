// Package transform rewrites JavaScript that the engine cannot read into JavaScript that it can:
// async generators, for await, import and export, import(), top-level await, decorators, using. It is a package of
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
	"maps"
	"net/url"
	"regexp"
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

	// Flag d becomes an argument of RegExp, which package ecma extends.
	"regexp-match-indices": false,
}

// keywordField finds what may be the field of a class that is called get, set or async, which the engine's parser
// takes for the beginning of a method.
var keywordField = regexp.MustCompile(`\b(?:get|set|async)\s*=[^=>]`)

// lacks is what the engine does not have of what source may be written in.
func lacks(source string) map[string]bool {
	if !keywordField.MatchString(source) {
		return unsupported
	}
	all := maps.Clone(unsupported)
	for _, kind := range []string{"field", "private-field", "static-field", "private-static-field"} {
		all["class-"+kind] = false
	}
	return all
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

// Source rewrites source, the text of file. The result begins with a line that is none of the source's and
// ends in a source map, so that positions in errors stay those of source; the map names the file as a URL with the scheme
// "rewritten" or, for an ECMAScript module, "file". Its import() is require(specifier, ImportMark). Any goroutine.
//
// With esm source is an ECMAScript module. It becomes the body of a generator function in strict mode that
// sees import.meta as __import_meta, import() as __import, and __module and __require, which are CommonJS's
// module and require. What it yields first is [specifiers, async, names, stars]: by then __module.exports has its exports
// as accessors, and the functions that are declared are there; what it imports comes next, by __require,
// which has to return what import * does. Names has specifiers and, behind each, a name that may be used of it (an
// import that is not used is not in it); stars the specifiers of export *. If async is true there is a top-level await. Then the result begins
// with AsyncMark, and is the body of an async function, whose own awaits its user makes yields: that of
// the list, and those of the source, which are to be given what they await.
//
// # Errors
//
// *Error, with the position of what esbuild refused.
func Source(file, source string, esm bool) (string, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%s\x00%t\x00%s", file, esm, source))
	cache.mu.Lock()
	code, ok := cache.done[key]
	cache.mu.Unlock()
	if ok {
		return code, nil
	}
	var err error
	if esm {
		code, err = module(file, source)
	} else {
		code, err = script(file, source)
	}
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

// AsyncMark begins what was made of a module with top-level await.
const AsyncMark = "/* async */"

// ImportMark is the second argument of a require that is import(). It then returns a promise.
const ImportMark = "gonode:import"

// script rewrites what is no ECMAScript module.
func script(file, source string) (string, error) {
	result := api.Transform(source, options(source))
	if err := refusal(result.Errors); err != nil {
		return "", err
	}
	code := callImport(string(result.Code), "((specifier) => new Promise((done) => done(require(`${specifier}`, \""+ImportMark+"\"))))(((")
	return withMap("\n"+code, result.Map, url.URL{Scheme: rewrittenScheme, Path: file})
}

// options are those that all have in common, for a source.
func options(source string) api.TransformOptions {
	return api.TransformOptions{
		// Not the file: for the import of a CommonJS module esbuild looks at the importer's name.
		Sourcefile:     sourceName,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		Target:         api.ESNext,
		Platform:       api.PlatformNode,
		Supported:      lacks(source),
		LogLevel:       api.LogLevelSilent,
	}
}

const sourceName = "module.js"

// refusal is the first of errors; nil if there are none.
func refusal(errors []api.Message) error {
	if len(errors) == 0 {
		return nil
	}
	e := &Error{Message: errors[0].Text}
	if at := errors[0].Location; at != nil {
		e.Line, e.Column = at.Line, at.Column+1
	}
	return e
}

// interop finds the function that esbuild puts before everything if it needs it; its name differs from all
// names of the source.
var interop = regexp.MustCompile(`(?m)^var (__toESM\d*) = \(mod, isNodeMode, target\)`)

// callImport makes what esbuild has made of import(x) a call that begins with call, which opens as many
// brackets as it. The require in it is none that the source declares: esbuild has renamed those.
func callImport(code, call string) string {
	m := interop.FindStringSubmatch(code)
	if m == nil {
		return code
	}
	return strings.ReplaceAll(code, "Promise.resolve().then(() => "+m[1]+"(require(", call)
}

// withMap appends the source map to the code, which got a line before the first, with the name of the file
// in it.
func withMap(code string, sourceMap []byte, name url.URL) (string, error) {
	var m map[string]any
	if err := json.Unmarshal(sourceMap, &m); err != nil {
		return "", err
	}
	// Not a path, so that who shows the place knows that it was mapped. Those of ECMAScript modules are
	// shown as URLs, as in Node. There may be one for what was put around the source as well.
	shown := strings.Replace(name.String(), "%5Beval1%5D", "[eval1]", 1) // Node has it so, in no other name
	sources, _ := m["sources"].([]any)
	for i := range sources {
		sources[i] = shown
	}
	// The code begins in the second line, since its user puts something into the first.
	m["mappings"] = ";" + m["mappings"].(string)
	text, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	return code + "//# sourceMappingURL=data:application/json;base64," + base64.StdEncoding.EncodeToString(text) + "\n", nil
}

// Error is why a source cannot be rewritten.
type Error struct {
	Message      string
	Line, Column int // from 1; the column in bytes; 0: unknown
}

func (e *Error) Error() string { return e.Message }

// Position is where it is wrong, from 1; 0 for unknown.
func (e *Error) Position() (line, column int) { return e.Line, e.Column }
