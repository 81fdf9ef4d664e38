'use strict';
// Errors of the language say what V8's say: which expression is not a function, which property of what could not be
// read.
const assert = require('assert');

const one = 1, key = 'kk', word = 'b', nothing = undefined;
const o = { p: {}, list: [1], n: null, f() { return this.p; }, 'q-r': 1 };
class C { m() { this.nope(); } static s() { return C.zip(); } }
const symbol = Symbol('q');

const cases = [
  [() => o.x(), 'o.x is not a function'],
  [() => o.p.zap(1, (2)), 'o.p.zap is not a function'],
  [() => o
    .p
    .zap(), 'o.p.zap is not a function'],
  [() => o.f().g(), 'o.f(...).g is not a function'],
  [() => o.f()(), 'o.f(...) is not a function'],
  [() => o[key](), 'o[key] is not a function'],
  [() => o['q-r'](), 'o.q-r is not a function'],
  [() => o[1](), 'o[1] is not a function'],
  [() => o.list[0](), 'o.list[0] is not a function'],
  [() => o[symbol](), 'o[symbol] is not a function'],
  [() => o(), 'o is not a function'],
  [() => nothing(), 'nothing is not a function'],
  [() => (0, o.zap)(), '(0 , o.zap) is not a function'],
  [() => (o.p).zap(), 'o.p.zap is not a function'],
  [() => (() => 1).zap(), '(intermediate value).zap is not a function'],
  [() => 'a'.b(), '"a".b is not a function'],
  [() => [].zap(), '[].zap is not a function'],
  [() => o.x`a`, 'o.x is not a function'],
  [() => o?.zip(), 'o?.zip is not a function'],
  [() => this.zap(), 'this.zap is not a function'],
  [() => new C().m(), 'this.nope is not a function'],
  [() => C.s(), 'C.zip is not a function'],
  [() => require('fs').nope(), 'require(...).nope is not a function'],
  [() => new (require('fs').nope)(), 'require(...).nope is not a constructor'],
  [() => new o.x(), 'o.x is not a constructor'],
  [() => new one(), 'one is not a constructor'],
  [() => new (() => 1)(), '(intermediate value) is not a constructor'],
  [() => C(), "Class constructor C cannot be invoked without 'new'"],
  [() => [1].map(one), '1 is not a function'],
  [() => [1].forEach(), 'undefined is not a function'],
  [() => [1].map({}), '#<Object> is not a function'],
  [() => new Promise(), 'Promise resolver undefined is not a function'],
  [() => Promise(), "Promise constructor cannot be invoked without 'new'"],

  [() => nothing.foo, "Cannot read properties of undefined (reading 'foo')"],
  [() => o.n.foo, "Cannot read properties of null (reading 'foo')"],
  [() => o.n.foo(), "Cannot read properties of null (reading 'foo')"],
  [() => nothing[0], "Cannot read properties of undefined (reading '0')"],
  [() => nothing[symbol], "Cannot read properties of undefined (reading 'Symbol(q)')"],
  [() => o.a.b.c, "Cannot read properties of undefined (reading 'b')"],
  [() => o.list[5].x, "Cannot read properties of undefined (reading 'x')"],
  [() => { o.n.x = 1; }, "Cannot set properties of null (setting 'x')"],
  [() => { nothing[key] = 1; }, "Cannot set properties of undefined (setting 'kk')"],
  [() => { o.n[symbol] = 1; }, "Cannot set properties of null (setting 'Symbol(q)')"],

  [() => { const { x } = nothing; return x; }, "Cannot destructure property 'x' of 'nothing' as it is undefined."],
  [() => { const { x } = o.n; return x; }, "Cannot destructure property 'x' of 'o.n' as it is null."],
  [() => { (function({ x }) { return x; })(); }, "Cannot destructure property 'x' of 'undefined' as it is undefined."],
  [() => { for (const a of o.p) return a; }, 'o.p is not iterable'],
  [() => { for (const a of one) return a; }, 'one is not iterable'],
  [() => { const [x] = nothing; return x; }, 'nothing is not iterable'],
  [() => new Set(1), 'number 1 is not iterable (cannot read property Symbol(Symbol.iterator))'],
  [() => new Map([1]), 'Iterator value 1 is not an entry object'],
  [() => Object.fromEntries(1), 'number 1 is not iterable (cannot read property Symbol(Symbol.iterator))'],

  [() => key in one, "Cannot use 'in' operator to search for 'kk' in 1"],
  [() => 'a' in word, "Cannot use 'in' operator to search for 'a' in b"],
  [() => one instanceof one, "Right-hand side of 'instanceof' is not an object"],
  [() => one instanceof o, "Right-hand side of 'instanceof' is not callable"],
  [() => { y; let y; }, "Cannot access 'y' before initialization", ReferenceError],
  [() => { late(); const late = () => 1; }, "Cannot access 'late' before initialization", ReferenceError],
  [() => String(Object.create(null)), 'Cannot convert object to primitive value'],
  [() => Object.create(null) + '', 'Cannot convert object to primitive value'],
  [() => [].reduce((a) => a), 'Reduce of empty array with no initial value'],
  [() => 'a'.repeat(-1), 'Invalid count value: -1', RangeError],
  [() => (1).toFixed(101), 'toFixed() digits argument must be between 0 and 100', RangeError],
  [() => decodeURIComponent('%'), 'URI malformed', URIError],
  [() => eval('1 +'), 'Unexpected end of input', SyntaxError],
  [() => eval('}'), "Unexpected token '}'", SyntaxError],
  [() => eval('"abc'), 'Invalid or unexpected token', SyntaxError],
  [() => eval('return'), 'Illegal return statement', SyntaxError],
];

for (const [fn, message, type = TypeError] of cases) {
  let got;
  try {
    fn();
  } catch (e) {
    got = e;
  }
  assert.ok(got instanceof type, `${fn}: ${got}`);
  assert.strictEqual(got.message, message, String(fn));
  assert.strictEqual(String(got), `${type.name}: ${message}`);
  assert.strictEqual(got.stack.split('\n')[0], `${type.name}: ${message}`);
}

// A program's own words are left as they are.
assert.strictEqual(new TypeError("Object has no member 'x'").message, "Object has no member 'x'");
assert.throws(() => { throw new TypeError('Value is not an object: 1'); }, { message: 'Value is not an object: 1' });

// Promises too.
let rejections = 0;
const rejects = (p, message) => p.then(assert.fail, (e) => {
  assert.strictEqual(e.message, message);
  rejections++;
});
rejects((async () => { await nothing.x; })(), "Cannot read properties of undefined (reading 'x')");
rejects(Promise.resolve().then(() => o.nope()), 'o.nope is not a function');
rejects(Promise.all(1), 'number 1 is not iterable (cannot read property Symbol(Symbol.iterator))');
process.on('exit', () => assert.strictEqual(rejections, 3));
