package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// attacks are scripts that nest, or go round, until the engine's recursion has used up the Go stack, which
// ends a process without a word to the script. Each has to end in an error of JavaScript's: one that the
// script can catch, but for "uncaught", where the engine's own limit on calls ends the script.
var attacks = []struct{ name, source, want string }{
	{"direct eval", "eval('['.repeat(5e6))", "SyntaxError"},
	{"indirect eval", "(0, eval)('['.repeat(5e6))", "SyntaxError"},
	{"eval in eval", "eval('eval(\"[\".repeat(5e6))')", "SyntaxError"},
	{"Function", "new Function('('.repeat(5e6))", "SyntaxError"},
	{"Function arguments", "new Function('{'.repeat(5e6), '')", "SyntaxError"},
	{"async function", "new (async () => {}).constructor('['.repeat(5e6))", "SyntaxError"},
	{"generator", "new (function* () {}).constructor('['.repeat(5e6))", "SyntaxError"},
	{"async generator", "new (async function* () {}).constructor('['.repeat(5e6))", "Error"}, // not there
	{"pattern", "eval('var ' + '{a:'.repeat(5e6))", "SyntaxError"},
	{"template", "eval('`${'.repeat(5e6))", "SyntaxError"},
	{"vm.Script", "new (require('vm').Script)('['.repeat(5e6))", "SyntaxError"},
	{"vm.runInNewContext", "require('vm').runInNewContext('['.repeat(5e6))", "SyntaxError"},
	{"vm.compileFunction", "require('vm').compileFunction('['.repeat(5e6))", "SyntaxError"},
	{"module", "new module.constructor('x')._compile('['.repeat(5e6), '/x.js')", "SyntaxError"},
	{"operators", "eval('!'.repeat(5e6) + '1')", "SyntaxError"},
	{"new", "eval('new '.repeat(5e6) + 'a')", "SyntaxError"},
	{"assignments", "eval('a='.repeat(5e6) + '1')", "SyntaxError"},
	{"arrows", "eval('a=>'.repeat(5e6) + '1')", "SyntaxError"},
	{"sums", "eval('a+\";\"+'.repeat(5e6) + '1')", "SyntaxError"},
	{"dots", "eval('a' + '.b'.repeat(5e6))", "SyntaxError"},
	{"calls", "eval('a' + '()'.repeat(5e6))", "SyntaxError"},
	{"tags", "eval('a' + '``'.repeat(5e6))", "SyntaxError"},
	{"if", "eval('if(a)'.repeat(5e6) + ';')", "SyntaxError"},
	{"else", "eval('if(a);else '.repeat(5e6) + ';')", "SyntaxError"},
	{"operators between comments", "eval('!/*;*/'.repeat(2e6) + '1')", "SyntaxError"},
	{"operators in a module", "new module.constructor('x')._compile('!'.repeat(5e6) + '1', '/x.js')", "SyntaxError"},
	{"regexp groups", "new RegExp('('.repeat(1e6))", "SyntaxError"},
	{"closed regexp groups", "new RegExp('('.repeat(1e6) + ')'.repeat(1e6))", "SyntaxError"},
	{"JSON.parse", "JSON.parse('['.repeat(5e6))", "RangeError"},
	{"JSON.stringify", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o)", "RangeError"},
	{"structuredClone", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; structuredClone(o)", "RangeError"},
	{"deepStrictEqual", "let o = {}, p = {}; for (let i = 0; i < 1e5; i++) { o = { o }; p = { o: p } } require('assert').deepStrictEqual(o, p)", "RangeError"},
	{"inspect", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; require('util').inspect(o, { depth: Infinity })", "none"},
	{"causes", "let e; for (let i = 0; i < 1e5; i++) e = new Error('x', { cause: e }); require('util').inspect(e)", "none"},
	{"flat", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)", "RangeError"},
	{"array to string", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a)", "RangeError"},
	{"promises", "let p = 1; for (let i = 0; i < 1e5; i++) { const q = p; p = { then(r) { r(q) } } } Promise.resolve(p)", "none"},
	{"proxies", "let p = {}; for (let i = 0; i < 5e6; i++) p = new Proxy(p, {}); p.x", "RangeError"},
	{"revocable proxies", "let p = {}; for (let i = 0; i < 5e6; i++) p = Proxy.revocable(p, {}).proxy; p.x", "RangeError"},
	{"proxies as handlers", "let p = {}; for (let i = 0; i < 5e6; i++) p = new Proxy({}, p); p.x", "RangeError"},
	{"proxies of functions", "let p = () => 1; for (let i = 0; i < 5e6; i++) p = new Proxy(p, {}); p()", "RangeError"},
	{"a proxy that is its target's prototype", "const t = {}, p = new Proxy(t, {}); Object.setPrototypeOf(t, p); p.x", "RangeError"},
	{"a proxy that is its handler's prototype", "const h = {}, p = new Proxy({}, h); h.__proto__ = p; p.x", "RangeError"},
	{"Reflect.setPrototypeOf", "const t = {}, p = new Proxy(t, {}); Reflect.setPrototypeOf(t, p); p.x", "RangeError"},
	{"prototypes by setPrototypeOf", "let p = {}; for (let i = 0; i < 5e6; i++) p = Object.setPrototypeOf({}, p); p.x = 1", "RangeError"},
	{"prototypes by __proto__", "let p = {}; for (let i = 0; i < 5e6; i++) { const o = {}; o.__proto__ = p; p = o } p.x = 1", "RangeError"},
	{"generators", "function* g() { yield* g() } g().next()", "RangeError"},
	{"getters", "const o = { get x() { return this.x } }; o.x", "uncaught"},
	{"traps", "const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x", "uncaught"},
	{"prepareStackTrace", "Error.prepareStackTrace = () => new Error().stack; new Error().stack", "none"},
	{"regexp", "/(?:(?=a)(a+a+))+y/.test('a'.repeat(40))", "RangeError"},
}

func TestNoScriptEndsTheProcessByNesting(t *testing.T) {
	if testing.Short() || os.Getenv("GONODE_BACKEND") != "" {
		t.Skip("a process each, and none has a socket")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-e",
				"let got = 'none'; try { "+a.source+" } catch (e) { got = e.name } console.log(got)")
			cmd.Env = append(os.Environ(), childEnv+"=1")
			out, err := cmd.CombinedOutput()
			got := strings.TrimSpace(string(out))
			if strings.HasPrefix(got, "RangeError: Maximum call stack size exceeded\n") && cmd.ProcessState.ExitCode() == 1 {
				got, err = "uncaught", nil
			}
			if err != nil || got != a.want {
				t.Errorf("%v, %.300s; want %s", err, got, a.want)
			}
		})
	}
}
