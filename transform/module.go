package transform

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// module rewrites an ECMAScript module.
func module(file, source string) (string, error) {
	name := url.URL{Scheme: "file", Path: file}
	result := api.Transform(source, commonJS(source))
	if !hasAwait(result.Errors) {
		if err := refusal(result.Errors); err != nil {
			return "", err
		}
		return withMap(pausing(string(result.Code), false, source), result.Map, name)
	}
	for _, e := range result.Errors {
		if !isAwait(e) {
			return "", refusal([]api.Message{e})
		}
	}
	text, mark, n, err := hideAwaits(source)
	if err != nil {
		return "", err
	}
	result = api.Transform(text, commonJS(text))
	if err := refusal(result.Errors); err != nil {
		return "", err
	}
	code := string(result.Code)
	if strings.Count(code, mark) != n {
		return "", errAwait
	}
	return withMap(pausing(strings.ReplaceAll(code, mark, await), true, source), result.Map, name)
}

// commonJS are the options that make an ECMAScript module with that source CommonJS.
func commonJS(source string) api.TransformOptions {
	o := options(source)
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

// usedName is a use of a name that is imported, or exported from another module: esbuild makes it a property of
// what it calls import_ and something. A name with an escape in it is not looked at.
var usedName = regexp.MustCompile(`\b(import_\w+)\.([\w$]+)([\w$\\]?)`)

// namedNamespace is an import of a namespace under a name that esbuild could have given.
var namedNamespace = regexp.MustCompile(`\bas\s+import_`)

// names lists, as JavaScript, which names code uses of what the variables of specifiers, in quotes, hold.
func names(code string, specifiers map[string]string) string {
	seen := make(map[string]bool)
	var list strings.Builder
	for _, m := range usedName.FindAllStringSubmatch(code, -1) {
		if specifier, ok := specifiers[m[1]]; ok && m[3] == "" && !seen[m[1]+"."+m[2]] {
			seen[m[1]+"."+m[2]] = true
			fmt.Fprintf(&list, "%s, %q, ", specifier, m[2])
		}
	}
	return list.String()
}

// helper is a line of what esbuild puts before everything, or leaves there.
var helper = regexp.MustCompile(`^(?:var __|var \w+_exports\d* = |__export\d*\(|  |[})]|"|#!).*\n`)

// pausing puts the yield, or its await, between what exports and what imports, and gives require and module there names
// that no source has: a module sees neither. It adds the first line. What is yielded is a list: the specifiers,
// whether there is a top-level await, then the names that are used of each, and what all is exported from.
func pausing(code string, async bool, source string) string {
	code = callImport(code, "__import(((")
	var head, list, stars, imports strings.Builder
	specifiers := make(map[string]string) // in quotes, by the variables with what they name
	all, at := code, 0
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
		if variable, ok := strings.CutPrefix(code[:m[2]], "var "); ok {
			variable, _, _ = strings.Cut(variable, " ")
			specifiers[variable] = code[m[2]:m[3]]
		} else if strings.HasPrefix(code, "__reExport") {
			stars.WriteString(code[m[2]:m[3]] + ", ")
		}
		at := m[2] - len("require(")
		imports.WriteString(code[:at] + "__" + code[at:m[3]] + strings.Replace(code[m[3]:m[1]], "module", "__module", 1))
		code = code[m[1]:]
	}
	if namedNamespace.MatchString(source) {
		clear(specifiers) // any name may be asked of a namespace
	}
	mark, operator := "", "yield"
	if async {
		mark, operator = AsyncMark, "await"
	}
	return fmt.Sprintf("%s%s%s [[%s], %t, [%s], [%s]];\n", mark, head.String(), operator, list.String(), async, names(all, specifiers), stars.String()) +
		imports.String() + code
}

const await = "await "

// marks are operators that stand for a top-level await while esbuild, which refuses that, makes the rest
// CommonJS: as long, of the same precedence, nothing that it would simplify, and none of them can begin
// within another. One that the source does not have is taken.
var marks = []string{"!!!!!~", "!!-!!~", "!-!!-~"}

// errAwait is for what nobody writes.
var errAwait = &Error{Message: "Top-level await is not supported beside all of " + strings.Join(marks, " ")}

// isAwait reports whether esbuild refuses a top-level await.
func isAwait(e api.Message) bool { return strings.HasPrefix(e.Text, "Top-level await is") }

func hasAwait(errors []api.Message) bool { return slices.ContainsFunc(errors, isAwait) }

// hideAwaits returns source with mark for each of its n top-level awaits. What the engine lacks has been
// rewritten in it, for await and await using with their awaits first of all; it ends in a source map.
func hideAwaits(source string) (text, mark string, n int, err error) {
	o := options(source)
	// Of an operator esbuild knows that its value is not nullish, and would drop what stands behind ??.
	o.Supported = map[string]bool{"top-level-await": true, "dynamic-import": true, "nullish-coalescing": false}
	for name, has := range lacks(source) {
		if name != "dynamic-import" {
			o.Supported[name] = has
		}
	}
	lowered := api.Transform(source, o)
	if err := refusal(lowered.Errors); err != nil {
		return "", "", 0, err
	}
	text = string(lowered.Code)
	i := slices.IndexFunc(marks, func(mark string) bool { return !strings.Contains(text, mark) })
	if i < 0 {
		return "", "", 0, errAwait
	}
	mark = marks[i]
	// Where they are esbuild says in refusing them; but for those that can never run, which may stay.
	lines := strings.SplitAfter(text, "\n")
	for _, e := range api.Transform(text, commonJS(text)).Errors {
		if !isAwait(e) || e.Location == nil {
			return "", "", 0, refusal([]api.Message{e})
		}
		line := &lines[e.Location.Line-1]
		before, rest := (*line)[:e.Location.Column], (*line)[e.Location.Column:]
		after, ok := strings.CutPrefix(rest, await)
		if !ok {
			return "", "", 0, errAwait
		}
		*line = before + mark + after
		n++
	}
	return strings.Join(lines, "") + "//# sourceMappingURL=data:application/json;base64," + base64.StdEncoding.EncodeToString(lowered.Map) + "\n", mark, n, nil
}
