'use strict';
// Arrays that nest without end are an error that a program can catch; Function is what it was.
require('../common');
const assert = require('assert');

let deep = [];
for (let i = 0; i < 1e5; i++) deep = [deep];
const tooDeep = { name: 'RangeError', message: 'Maximum call stack size exceeded' };
for (const fn of [
  () => String(deep), () => deep.join(), () => deep.toLocaleString(), () => `${deep}`, () => +deep, () => deep == 1,
  () => ({ [deep]: 1 }), () => deep.flat(Infinity), () => Buffer.from(deep), () => parseInt(deep),
]) assert.throws(fn, tooDeep, String(fn));
// What nests as people nest is served, also after the errors.
let shallow = ['x'];
for (let i = 0; i < 100; i++) shallow = [shallow, i];
assert.strictEqual(String(shallow).slice(0, 7), 'x,0,1,2');
assert.deepStrictEqual(shallow.flat(Infinity).slice(0, 3), ['x', 0, 1]);
assert.deepStrictEqual([1, [2, [3]]].flat(), [1, 2, [3]]);
assert.strictEqual([].concat([1], [[2]]).join('-'), '1-2');
assert.deepStrictEqual([Array.prototype.join.length, Array.prototype.flat.length, Array.prototype.join.name], [1, 0, 'join']);
assert.strictEqual(Array.prototype.join.call({ length: 2, 0: 'a', 1: 'b' }, '+'), 'a+b');

assert.throws(() => new Function('('.repeat(1e6)), /SyntaxError|RangeError/);
assert.strictEqual(new Function('a', 'b', 'return a + b')(1, 2), 3);
assert.strictEqual(Function('return this')(), globalThis);
assert.strictEqual((() => {}).constructor, Function);
assert.ok(Function instanceof Function && Function instanceof Object && (() => {}) instanceof Function);
assert.strictEqual(Function.prototype.constructor, Function);
assert.deepStrictEqual([Function.name, Function.length], ['Function', 1]);
assert.strictEqual(Object.getPrototypeOf(Function), Function.prototype);
class Callable extends Function {
  constructor() { super('return 7'); }
  twice() { return 2 * this(); }
}
assert.strictEqual(new Callable().twice(), 14);
assert.ok(new Callable() instanceof Callable);
const AsyncFunction = (async () => {}).constructor;
assert.strictEqual(AsyncFunction.name, 'AsyncFunction');
new AsyncFunction('return 5')().then((v) => assert.strictEqual(v, 5));
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
assert.deepStrictEqual([...new GeneratorFunction('yield 1; yield 2')()], [1, 2]);
assert.match(String(new Function('a', 'return a')), /^function anonymous\(a\s*\) \{\s*return a\s*\}$/);
assert.throws(() => new Function('a b', ''), SyntaxError);
