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
		{"import('a')", false, `__import("a")`, "import('a')"},
		{"import a from 'b'; export const c = a", true, `require("b")`, "import a"},
		{"f(import.meta.url)", true, "__import_meta.url", "import.meta"},
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
	if _, err := transform.Source("f.mjs", "await 1", true); err == nil || !strings.Contains(err.Error(), "Top-level await") {
		t.Errorf("got %v", err)
	}
}
