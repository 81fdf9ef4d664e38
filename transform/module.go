package transform

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// module rewrites an ECMAScript module.
func module(file, source string) (string, error) {
	name := url.URL{Scheme: "file", Path: file}
	result := api.Transform(source, commonJS())
	if err := refusal(result.Errors); err == nil {
		return withMap(pausing(string(result.Code), false), result.Map, name)
	} else if !strings.HasPrefix(err.Error(), "Top-level await is") {
		return "", err
	}
	text, err := deferred(source)
	if err != nil {
		return "", err
	}
	result = api.Transform(text, commonJS())
	if err := refusal(result.Errors); err != nil {
		return "", err
	}
	code := string(result.Code)
	at := lastCall(code)
	code = code[:at] + "return " + code[at:]
	// What a module hands on with export * appears when it begins to run; it has to appear in exports too.
	code = handedOn.ReplaceAllString(code, "$1, __module.exports);")
	// The body is a method of that name; in stacks it has none.
	code = strings.Replace(code, `  async "`+moduleSpace+`:`+sourceName+`"() {`, `  async ""() {`, 1)
	return withMap(pausing(code, true), result.Map, name)
}

// commonJS are the options that make an ECMAScript module CommonJS.
func commonJS() api.TransformOptions {
	o := options()
	o.Format = api.FormatCommonJS
	o.Define = map[string]string{"import.meta": "__import_meta"}
	return o
}

var (
	// exported is the line after which the exports are there.
	exported = regexp.MustCompile(`^module\.exports = __toCommonJS\d*\((\w+)\);\n`)
	// imported is a line for an import or an export from, with what it imports. They stand together.
	imported = regexp.MustCompile(`^(?:(?:var [^ ]+ = )?(?:__toESM\d*\()?|__reExport\d*\(\w+, )require\(` +
		"(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`)" + `\)(?:\)|, module\.exports\))?;\n`)
)

// helper is a line of what esbuild puts before everything, or leaves there.
var helper = regexp.MustCompile(`^(?:var __|var \w+_exports\d* = |__export\d*\(|  |[})]|"|#!).*\n`)

// pausing puts the yield between what exports and what imports, and gives require and module there names
// that no source has: a module sees neither. It adds the first line.
func pausing(code string, async bool) string {
	code = callImport(code, "__import(((")
	var head, list, imports strings.Builder
	at := 0
	for n := -1; n != 0; at += n {
		n = len(helper.FindString(code[at:]))
	}
	if m := exported.FindString(code[at:]); m != "" {
		// Not what esbuild makes of the object with the exports, for require.
		head.WriteString("\n" + code[:at] + "__module.exports = " + exported.FindStringSubmatch(code[at:])[1] + "; ")
		at += len(m)
	} else {
		imports.WriteString(code[:at])
	}
	code = code[at:]
	if m := interop.FindStringSubmatch(head.String() + imports.String()); m != nil {
		imports.WriteString(m[1] + " = (namespace) => namespace; ") // require takes care of that
	}
	for m := imported.FindStringSubmatchIndex(code); m != nil; m = imported.FindStringSubmatchIndex(code) {
		list.WriteString(code[m[2]:m[3]] + ", ")
		at := m[2] - len("require(")
		imports.WriteString(code[:at] + "__" + code[at:m[3]] + strings.Replace(code[m[3]:m[1]], "module", "__module", 1))
		code = code[m[1]:]
	}
	return fmt.Sprintf("%syield [[%s], %t];\n", head.String(), list.String(), async) + imports.String() + code
}

// handedOn is a line for an export * of a module with top-level await.
var handedOn = regexp.MustCompile(`(?m)^(    __reExport\d*\(\w+, \w+)\);$`)

// freeRequire stands for a require that the module does not declare, for which esbuild would put a function
// of its own. It is as long, lest columns should change.
const freeRequire = "__quire"

// deferred makes of an ECMAScript module with top-level await another that has none: what was its body has
// become a function, and what it declares variables around it; it ends in a call of that function.
// That is what esbuild does to a module of a bundle that others import with import(). It comes with a
// source map. What it refuses is told without a position: it has been lowered by then.
func deferred(source string) (string, error) {
	o := options()
	o.Sourcemap = api.SourceMapInline
	o.Supported = map[string]bool{"top-level-await": true, "dynamic-import": true}
	for name, has := range unsupported {
		if name != "dynamic-import" {
			o.Supported[name] = has
		}
	}
	// By itself, since esbuild loses the exports of a module with a top-level using when it does both.
	lowered := api.Transform(source, o)
	if err := refusal(lowered.Errors); err != nil {
		return "", err
	}
	result := api.Build(api.BuildOptions{
		Stdin:          &api.StdinOptions{Contents: "import('" + sourceName + "')", Sourcefile: entryName},
		Bundle:         true,
		Format:         api.FormatESModule,
		Outdir:         "/", // for the source map; nothing is written
		Sourcemap:      api.SourceMapInline,
		SourcesContent: api.SourcesContentExclude,
		Target:         api.ESNext,
		Platform:       api.PlatformNode,
		Supported:      o.Supported,
		Define:         map[string]string{"require": freeRequire},
		TreeShaking:    api.TreeShakingFalse,
		LogLevel:       api.LogLevelSilent,
		Plugins:        []api.Plugin{onlyModule(string(lowered.Code))},
	})
	if len(result.Errors) > 0 {
		return "", &Error{Message: result.Errors[0].Text}
	}
	bundle := strings.ReplaceAll(string(result.OutputFiles[0].Contents), freeRequire, "require")
	return withExports(bundle), nil
}

var (
	exportsOf = regexp.MustCompile(`(?m)^__export\d*\(module_exports\d*, \{\n((?:  .+\n)*)\}\);$`)
	exportOf  = regexp.MustCompile(`(?m)^  (.+): \(\) => ([^ ]+?),?$`)
)

// withExports adds to a bundle that exports nothing what its module does.
func withExports(bundle string) string {
	clause := "export {"
	if list := exportsOf.FindStringSubmatch(bundle); list != nil {
		for _, m := range exportOf.FindAllStringSubmatch(list[1], -1) {
			clause += " " + m[2] + " as " + m[1] + ","
		}
	}
	at := lastCall(bundle)
	return bundle[:at] + clause + " };\n" + bundle[at:]
}

const (
	entryName   = "entry"
	moduleSpace = "source"
)

// call is how the bundle of deferred ends.
var call = regexp.MustCompile(`(?m)^init_module\d*\(\);$`)

// lastCall is where the last of those is in code.
func lastCall(code string) int {
	all := call.FindAllStringIndex(code, -1)
	if len(all) == 0 {
		panic("BUG: transform: a bundle without its entry")
	}
	return all[len(all)-1][0]
}

// onlyModule lets a bundle consist of the entry and of what it imports, contents.
func onlyModule(contents string) api.Plugin {
	return api.Plugin{Name: "module", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if a.Importer == entryName {
				return api.OnResolveResult{Path: sourceName, Namespace: moduleSpace}, nil
			}
			return api.OnResolveResult{Path: a.Path, External: true}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: moduleSpace}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
		})
	}}
}
