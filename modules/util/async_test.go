package util_test

import (
	"bytes"
	"errors"
	"regexp"
	"testing"

	"github.com/gonode/gonode/runtime"
)

var warning = regexp.MustCompile(`(?m)^\(.*\n`)

// run returns what source prints.
func run(t *testing.T, source string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	rt, err := runtime.New(runtime.Options{Stdout: &stdout, Stderr: &stderr, Env: map[string]string{"NODE_DEBUG": "foo,ba*"}})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if exit := new(runtime.ExitError); errors.As(rt.RunString("[eval]", source), &exit) {
		stderr.WriteString(exit.Error())
	}
	return stdout.String() + stderr.String()
}

func TestAsynchronousFunctions(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"promisify", `util.promisify((a, cb) => cb(null, a + 1))(1).then(log)`, "2\n"},
		{"promisify rejects", `util.promisify((cb) => cb(new Error('x')))().catch((e) => log(e.message))`, "x\n"},
		{"promisify throws", `util.promisify(() => { throw new Error('y'); })().catch((e) => log(e.message))`, "y\n"},
		{"callbackify", `util.callbackify(async (a) => a * 2)(4, (e, v) => log(e, v))`, "null 8\n"},
		{"callbackify null", `util.callbackify(async () => { throw null; })((e) => log(e.code, e.reason))`, "ERR_FALSY_VALUE_REJECTION null\n"},
		{"microtasks come after ticks", `queueMicrotask(() => log('m')); process.nextTick(() => log('t')); log('s')`, "s\nt\nm\n"},
		{"a microtask that throws is uncaught", `process.on('uncaughtException', (e) => log('caught', e)); queueMicrotask(() => { throw 1; })`, "caught 1\n"},
		{"deprecate warns once", `const d = util.deprecate((a) => a, 'old', 'X1'), d2 = util.deprecate(() => 2, 'old', 'X1');
			process.on('warning', (w) => log(w.name, w.code, w.message)); log(d(1), d(2), d2())`, "1 2 2\nDeprecationWarning X1 old\n"},
		{"deprecated classes construct", `class K { constructor() { this.t = new.target === D; } } const D = util.deprecate(K, 'm');
			process.noDeprecation = true; log(new D() instanceof K, new D() instanceof D)`, "true true\n"},
		{"aborted", `const a = { aborted: true, addEventListener() {} }; util.aborted(a, {}).then((v) => log(v))`, "undefined\n"},
		{"debuglog", `log(util.debuglog('foo').enabled, util.debuglog('bar').enabled, util.debuglog('qux').enabled)`, "true true false\n"},
		{"call sites", `function here() { return util.getCallSites()[0]; } const s = here(); log(s.functionName, s.scriptName, s.lineNumber)`, "here [eval] 2\n"},
		{"an uncaught error shows its properties", `throw Object.assign(new Error('x'), { stack: 'Error: x\n    at here', code: 'E' })`,
			"[eval]:2\nthrow Object.assign(new Error('x'), { stack: 'Error: x\\n    at here', code: 'E' })\n                    ^\n\nError: x\n    at here {\n  code: 'E'\n}\n\nNode.js v20.20.2 (gonode v0.1.0)\nexit status 1"},
		{"an uncaught string", `throw 'str'`,
			"\n[eval]:2\nthrow 'str'\n^\nstr\n\nNode.js v20.20.2 (gonode v0.1.0)\nexit status 1"},
		{"Go state does not show", `log(setTimeout(() => {}, 1).unref() instanceof Object, util.inspect(new TextDecoder(), { showHidden: true }).includes('gonode'))`, "true false\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := run(t, "const util = require('util'), log = (...a) => process.stdout.write(util.format(...a) + '\\n');\n"+c.source)
			got = warning.ReplaceAllString(got, "")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
