package ecma

import (
	"strings"
	"testing"

	"github.com/dop251/goja"
)

func TestTooDeep(t *testing.T) {
	long := strings.Repeat("a = 1;\n", maxRun) // many tokens, none of them deep
	for name, c := range map[string]struct {
		source string
		deep   bool
	}{
		"brackets":                      {strings.Repeat("[", 11), true},
		"brackets side by side":         {strings.Repeat("[]", 1000), false},
		"statements":                    {long, false},
		"a comment at the end":          {long + "//# sourceMappingURL=x.map", false},
		"a comment behind a line":       {long + "\n//", false},
		"a comment that does not end":   {long + "/* x", false},
		"a string that does not end":    {long + "'x", false},
		"operators":                     {strings.Repeat("!", maxRun+2) + "a", true},
		"operators between comments":    {strings.Repeat("!//;\n", maxRun+2) + "a", true},
		"operators behind an else":      {strings.Repeat("if(a);else ", maxRun) + ";", true},
		"elements":                      {"[" + strings.Repeat("a,", maxRun) + "]", false},
		"operators behind many letters": {strings.Repeat("x", 2*maxRun) + "!", false},
	} {
		if got := TooDeep(c.source, 10); (got != "") != c.deep {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The parser of the engine is asked for its source by where it lies in memory: a new version of the engine
// may have it elsewhere.
func TestTheSourceOfAParserIsFound(t *testing.T) {
	if sourceOffset() == 0 {
		t.Fatal("eval and the constructors of functions are not guarded against sources that nest too deep")
	}
	vm := goja.New()
	guardSources(vm, 10)
	for source, want := range map[string]string{
		"1 + 1": "2",
		"try { eval('['.repeat(11)); 'no' } catch (e) { e.name }": "SyntaxError",
		"(() => { let x = 5; return eval('x') })()":               "5",
	} {
		if v, err := vm.RunString(source); err != nil || v.String() != want {
			t.Errorf("%s: %v, %v", source, v, err)
		}
	}
}
