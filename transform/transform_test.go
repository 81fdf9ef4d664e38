package transform_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gonode/gonode/transform"
)

func TestSource(t *testing.T) {
	for _, test := range []struct {
		source string
		esm    bool
		has    string
		not    string
	}{
		{"async function* f() { yield 1 }", false, "__asyncGenerator", "async function*"},
		{"async () => { for await (const x of y) z(x) }", false, "__forAwait", "for await"},
		{"import('a')", false, `require(` + "`${specifier}`" + `, "` + transform.ImportMark + `"))))((("a")))`, "import('a')"},
		{"'use strict'; import('a')", false, "\n\"use strict\";\n", "import('a')"},
		{"function f(require) { import('a') }", false, "function f(require2) {", "import('a')"},
		{"import('a')", true, `__import((("a")))`, "import('a')"},
		{"async () => import(await a)", true, "__import(((await a)))", "import(await"},
		{"import a from 'b'; export const c = a", true, `__require("b")`, "import a"},
		{"f(import.meta.url)", true, "__import_meta.url", "import.meta"},
		{"const require = 1, module = 2, __filename = 3; export default 4", true, "const require2 = 1, module2 = 2, __filename = 3;", "exports2 = "},
		{"await 1", true, "await 1;", "!"},
		{"await typeof require; await require('a')", true, "await require(\"a\")", "uire ==="},
		{"for await (const a of b) c(a)", true, "__forAwait(b)", "for await"},
		{"await using a = b; export { a }", true, "__callDispose", "await using"},
	} {
		code, err := transform.Source("/dir/file.mjs", test.source, test.esm)
		if err != nil {
			t.Errorf("%s: %v", test.source, err)
			continue
		}
		text, _, found := strings.Cut(code, "//# sourceMappingURL=data:")
		if !strings.Contains(text, test.has) || strings.Contains(text, test.not) || !found {
			t.Errorf("%s became\n%s", test.source, code)
		}
		if again, _ := transform.Source("/dir/file.mjs", test.source, test.esm); again != code {
			t.Errorf("%s: the second time it became\n%s", test.source, again)
		}
	}
}

func TestSourceRefuses(t *testing.T) {
	_, err := transform.Source("f.js", "let a;\nlet b = ;", false)
	var e *transform.Error
	if !errors.As(err, &e) || e.Line != 2 || e.Column != 9 {
		t.Errorf("got %#v", err)
	}
}

// What is yielded, and in which line: those before are what exports.
func TestSourceYields(t *testing.T) {
	for _, test := range []struct{ source, yield, before, after string }{
		{"f()", "yield [[], false, [], []];", "", "f()"},
		{"import 'a'; f()", `yield [["a", ], false, [], []];`, "", `__require("a")`},
		{"import a from 'a'; a()", `yield [["a", ], false, ["a", "default", ], []];`, "", `__toESM(__require("a"))`},
		{"import a, { b as c } from 'a\"b'; export { c }; export * from '`d'; export * as e from \"f'\"", "yield [['a\"b', \"`d\", \"f'\", ], false, ['a\"b', \"b\", ], [\"`d\", ]];",
			"__module.exports = module_exports; ", ", __module.exports);"},
		{"export function f() { return import('a') }", "yield [[], false, [], []];", "f: () => f", `__import((("a")))`},
		{"export default await f(); export * from 'b'", `await [["b", ], true, [], ["b", ]];`, "default: () => module_default", "var module_default = await f();"},
		{"'use strict'; 'use asm'; export let a", "yield [[], false, [], []];", "module.exports = ", ""},
		{"#!/bin/gonode\n/* @license x */\nimport a from 'b'; export { a }", `yield [["b", ], false, ["b", "default", ], []];`, "module.exports = ", "import_b"},
		{"export let a; export { a as 'b-c' }; a = await 1", "await [[], true, [], []];", `"b-c": () => a`, "a = await 1"},
		{"var __toESM = 1; import a from 'b'; f(a, import('c'))", `yield [["b", ], false, ["b", "default", ], []];`, "", `__import((("c")))`},
		{"import 'a';\nvar x = `\nmodule.exports = __toCommonJS(x);\nvar import_b = require(\"b\");\n`", `yield [["a", ], false, [], []];`, "", `require("b");`},
	} {
		code, err := transform.Source("/dir/yields.mjs", test.source, true)
		if err != nil {
			t.Errorf("%s: %v", test.source, err)
			continue
		}
		before, after, found := strings.Cut(code, test.yield)
		if !found || !strings.Contains(before, test.before) || !strings.Contains(after, test.after) {
			t.Errorf("%s became\n%s", test.source, code)
		}
	}
}

// Every top-level await comes back as one, and nothing else does.
func TestSourceKeepsAwaits(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"!~await a", "!~await a;"},
		{"(await a) ?? b", "var _a;\n(_a = await a) != null ? _a : b;"},
		{"!await !a; ~await ~a; -await -a; typeof await typeof a", "!await !a;\n~await ~a;\n-await -a;\ntypeof await typeof a;"},
		{"(await a) ** 2; new (await a)(); (await a)?.b; (await a)`b`; f((await a, await b))", "(await a) ** 2;\nnew (await a)();\n(await a)?.b;\n(await a)`b`;\nf((await a, await b));"},
		{"await await a; await `${await a}`; await /b/; await {}; await function() {}; await 1; await null; await void 0; await 'c'",
			"await await a;\nawait `${await a}`;\nawait /b/;\nawait {};\nawait function() {\n};\nawait 1;\nawait null;\nawait void 0;\nawait \"c\";"},
		{"if (false) await a; true ? 1 : await b; await c", "if (false) a;\ntrue ? 1 : b;\nawait c;"},
		{"await a; '!!!!!~'; !!!!!~b", "await a;\n\"!!!!!~\";\n!!!!!~b;"},
		{"await a; f('!!!!!~', '!!-!!~')", "await a;\nf(\"!!!!!~\", \"!!-!!~\");"},
		{"const a = await 1; async () => await a; async function f() { await a }", "const a = await 1;\nasync () => await a;\nasync function f() {\n  await a;\n}"},
		{"class A { [await a]() { } }", "class A {\n  [await a]() {\n  }\n}"},
	} {
		code, err := transform.Source("/dir/awaits.mjs", test.source, true)
		_, rest, _ := strings.Cut(code, "await [[], true, [], []];\n")
		if got, _, _ := strings.Cut(rest, "\n//#"); err != nil || got != test.want || !strings.HasPrefix(code, transform.AsyncMark) {
			t.Errorf("%s became\n%s\n%v", test.source, got, err)
		}
	}
	if _, err := transform.Source("/dir/awaits.mjs", "await a; f('!!!!!~', '!!-!!~', '!-!!-~')", true); err == nil {
		t.Error("there is no mark left")
	}
	var e *transform.Error
	if _, err := transform.Source("/dir/awaits.mjs", "await a;\nlet b;\nlet b;", true); !errors.As(err, &e) || e.Line != 3 || e.Column != 5 {
		t.Errorf("got %#v", err)
	}
}
