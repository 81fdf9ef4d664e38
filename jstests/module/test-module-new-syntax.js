'use strict';
// What packages of npm are written in and look at: fields with the names of accessors, the prototypes of async
// generators, exports of a circle with getters that are not ready.
const { mustCall } = require('../common');
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');

class Fields {
  #value = 1;
  get = () => this.#value;
  set = (v) => { this.#value = v; return this; };
  static async = 'a';
  static #get = 's';
  static read() { return this.#get; }
}
assert.strictEqual(new Fields().set(5).get(), 5);
assert.deepStrictEqual(Object.keys(new Fields()), ['get', 'set']);
assert.strictEqual(Fields.async + Fields.read(), 'as');

const expression = async function* () { yield 1; };
async function* declaration() { yield* expression(); }
const inner = [async function* named() {}][0];
const AsyncGeneratorFunction = expression.constructor;
for (const fn of [expression, declaration, inner, (() => { async function* nested() {} return nested; })()]) {
  assert.strictEqual(Object.getPrototypeOf(fn), AsyncGeneratorFunction.prototype);
  assert.strictEqual(fn.constructor.name, 'AsyncGeneratorFunction');
  assert.strictEqual(Object.prototype.toString.call(fn), '[object AsyncGeneratorFunction]');
  assert.strictEqual(Object.getPrototypeOf(fn.prototype), AsyncGeneratorFunction.prototype.prototype);
}
assert.deepStrictEqual([expression.name, declaration.name, inner.name], ['expression', 'declaration', 'named']);
const prototype = Object.getPrototypeOf(async function* () {}).prototype;
assert.strictEqual(Object.prototype.toString.call(prototype), '[object AsyncGenerator]');
assert.deepStrictEqual(Object.getOwnPropertyNames(prototype).sort(), ['constructor', 'next', 'return', 'throw']);
const iterator = Object.getPrototypeOf(prototype);
assert.strictEqual(iterator[Symbol.asyncIterator].call(7) == 7, true);
declaration().next().then(mustCall((step) => assert.deepStrictEqual(step, { value: 1, done: false })));
prototype.next.call({}).catch(mustCall((e) => assert.ok(e instanceof TypeError)));

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'circle-'));
fs.writeFileSync(path.join(dir, 'a.js'), `
  Object.defineProperty(exports, '__esModule', { value: true });
  Object.defineProperty(exports, 'late', { enumerable: true, get() { return later.late; } });
  exports.b = require('./b.js');
  const later = { late: 4 };`);
fs.writeFileSync(path.join(dir, 'b.js'), "const a = require('./a.js'); module.exports = () => a.late;");
assert.strictEqual(require(path.join(dir, 'a.js')).b(), 4);
fs.rmSync(dir, { recursive: true });
