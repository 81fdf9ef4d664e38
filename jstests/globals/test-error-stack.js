'use strict';
// The stack of errors that the engine itself throws reads as that of others, wherever it is read.

const { mustCall } = require('../common');
const assert = require('assert');

function deref() { return null.x; }

function check(err, type, ...frames) {
  const lines = err.stack.split('\n');
  assert.ok(lines[0].startsWith(type + ': '), lines[0]);
  assert.ok(lines.length > frames.length, err.stack);
  for (const line of lines.slice(1)) assert.match(line, /^ {4}at /, err.stack);
  frames.forEach((name, i) => assert.match(lines[i + 1], new RegExp(`^    at (async )?${name} \\(.*test-error-stack\\.js:\\d+:\\d+\\)$`)));
  assert.ok(!err.stack.includes('\t'), err.stack);
}

const caught = (fn) => {
  try {
    fn();
  } catch (err) {
    return err;
  }
};

check(caught(deref), 'TypeError', 'deref', 'caught');
check(caught(() => undeclared), 'ReferenceError'); // eslint-disable-line no-undef
check(caught(() => new Array(-1)), 'RangeError');
check(caught(() => 1n + 1), 'TypeError');
check(caught(() => { const x = 1; x = 2; }), 'TypeError'); // eslint-disable-line no-const-assign

Promise.resolve().then(deref).catch(mustCall((err) => check(err, 'TypeError', 'deref')));
(async () => deref())().catch(mustCall((err) => check(err, 'TypeError', 'deref')));
process.once('uncaughtException', mustCall((err) => check(err, 'TypeError', 'deref')));
setTimeout(() => deref(), 1);

// Only what reads a stack is concerned.
const err = caught(deref);
assert.strictEqual(err?.stack, err.stack);
assert.strictEqual(undefined?.stack, undefined);
assert.strictEqual(({}).missing?.e.stack, undefined);
err.stack = 'mine';
assert.strictEqual(err.stack, 'mine');
assert.strictEqual(delete err.stack, true);
const other = { stack: [1] };
other.stack.push(2);
[other.stack[2], other.top] = [3, 4];
assert.deepStrictEqual(other, { stack: [1, 2, 3], top: 4 });
class Deck { stack() { return this; } }
const deck = new Deck();
assert.strictEqual(deck.stack(), deck);
assert.throws(() => undefined.stack, TypeError);
class Late extends Error {
  constructor() {
    super('m');
    this.name = 'Late';
  }
}
assert.ok(new Late().stack.startsWith('Late: m\n'));
let depth = 0;
(function deep() { if (++depth < 50) deep(); else check(caught(deref), 'TypeError', 'deref', 'caught', 'deep'); })();
(function deep(n) {
  if (n) return deep(n - 1);
  const frames = caught(deref).stack.split('\n').length - 1;
  assert.strictEqual(frames, Error.stackTraceLimit);
})(50);
assert.deepStrictEqual(Object.getOwnPropertyNames(globalThis).filter((name) => name.includes(':')), []);
