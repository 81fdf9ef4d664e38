package runtime_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

// What only the exports field of package.json could find is named as that.
func TestRequireNamesTheExportsFieldItDoesNotRead(t *testing.T) {
	dir := t.TempDir()
	pkg := filepath.Join(dir, "node_modules", "p")
	if err := os.MkdirAll(pkg, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(pkg, "package.json"), []byte(`{"exports": "./x.js"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rt, err := runtime.New(runtime.Options{Stdout: &out, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.RunString("[eval]", `try { require('p') } catch (e) { console.log(e.code, e.message) }`); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "ERR_METHOD_NOT_IMPLEMENTED ") || !strings.Contains(got, "exports field") {
		t.Errorf("got %q", got)
	}
}
