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
		{"await 1", true, "await 1", "import"},
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
	// What was a constant is a variable once the module is a function's body.
	if _, err := transform.Source("f.mjs", "const a = await 1; a = 2", true); err == nil || err.Error() != `Cannot assign to "a" because it is a constant` {
		t.Errorf("got %v", err)
	}
}

// What is yielded, and in which line: those before are what exports.
func TestSourceYields(t *testing.T) {
	for _, test := range []struct{ source, yield, before, after string }{
		{"f()", "yield [[], false];", "", "f()"},
		{"import 'a'; f()", `yield [["a", ], false];`, "", `__require("a")`},
		{"import a from 'a'; a()", `yield [["a", ], false];`, "", `__toESM(__require("a"))`},
		{"import a, { b as c } from 'a\"b'; export { c }; export * from '`d'; export * as e from \"f'\"", "yield [['a\"b', \"`d\", \"f'\", ], false];",
			"__module.exports = module_exports; ", ", __module.exports);"},
		{"export function f() { return import('a') }", "yield [[], false];", "f: () => f", `__import((("a")))`},
		{"export default await f(); export * from 'b'", `yield [["b", ], true];`, "default: () => module_default", "async \"\"() {\n    __reExport(module_exports2, b_star, __module.exports);"},
		{"const init_module = await `\ninit_module();\n`", "yield [[], true];", "", "return init_module();"},
		{"'use strict'; 'use asm'; export let a", "yield [[], false];", "module.exports = ", ""},
		{"#!/bin/gonode\n/* @license x */\nimport a from 'b'; export { a }", `yield [["b", ], false];`, "module.exports = ", "import_b"},
		{"export let a; export { a as 'b-c' }; a = await 1", "yield [[], true];", `"b-c": () => a`, "a = await 1"},
		{"var __toESM = 1; import a from 'b'; f(a, import('c'))", `yield [["b", ], false];`, "", `__import((("c")))`},
		{"import 'a';\nvar x = `\nmodule.exports = __toCommonJS(x);\nvar import_b = require(\"b\");\n`", `yield [["a", ], false];`, "", `require("b");`},
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
