'use strict';
// What awaits a function is in the stack of its error, marked as such.
const { mustCall } = require('../common');
const assert = require('assert');

const names = (stack) => stack.split('\n').filter((line) => line.startsWith('    at ')).map((line) => line.slice(7).split(' (')[0])
  .filter((name) => !name.startsWith('process.'));

async function inner() {
  await 1;
  (function called() { throw new Error('inner'); })();
}
async function middle() { await inner(); }
async function outer() { await middle(); }
outer().catch(mustCall((e) => assert.deepStrictEqual(names(e.stack), ['called', 'inner', 'async middle', 'async outer'])));

// Before its first await a function has those that called it in its stack.
async function early() { throw new Error('early'); }
(async function outermost() { await (async function caller() { await 1; await early(); })(); })()
  .catch(mustCall((e) => assert.deepStrictEqual(names(e.stack), ['early', 'caller', 'async outermost'])));

// One function alone waits.
(async function waits() { await inner(); })()
  .catch(mustCall((e) => assert.deepStrictEqual(names(e.stack), ['called', 'inner', 'async waits'])));

// A reaction that is not an async function has nobody who waits for it.
Promise.resolve().then(function plain() {
  [1].forEach(mustCall(() => assert.deepStrictEqual(names(new Error('x').stack).filter((name) => /^(async|plain)/.test(name)), ['plain'])));
});

// assert.rejects is an async function too.
(async function asks() { await assert.rejects(Promise.reject(null), { code: 'FOO' }); })()
  .catch(mustCall((e) => assert.deepStrictEqual(names(e.stack), ['async asks'])));
assert.rejects(assert.rejects(Promise.reject(null), { code: 'FOO' }), mustCall((e) => {
  assert.deepStrictEqual(names(e.stack).map((name) => name.replace('Function.', '')), ['async waitForActual', 'async rejects']);
  return true;
}));
// An assertion in what validates has its own stack.
assert.rejects(Promise.reject(1), function validate() { assert.fail('mine'); }).catch(mustCall((e) => {
  assert.strictEqual(names(e.stack)[0].replace('Object.', ''), 'validate');
}));

(async function () { await inner(); })().catch(mustCall((e) => assert.deepStrictEqual(names(e.stack).map((name) => /^async/.test(name)), [false, false, true])));
