'use strict';
// More memory than there is: a RangeError, in whatever way the length is written.
const assert = require('assert');

const lengthOf = { valueOf: () => 2 ** 47 };
const much = 2 ** 47;
for (const [make, message] of [
  [() => new Uint8Array(2 ** 40), 'Invalid typed array length: 1099511627776'],
  [() => new Float64Array(much), `Invalid typed array length: ${much}`],
  [() => new Uint16Array('99999999999'), 'Invalid typed array length: 99999999999'],
  [() => new BigInt64Array(-1), 'Invalid typed array length: -1'],
  [() => new Int8Array(Infinity), 'Invalid typed array length: Infinity'],
  [() => new ArrayBuffer(much), 'Array buffer allocation failed'],
  [() => new ArrayBuffer(lengthOf), 'Array buffer allocation failed'],
  [() => new ArrayBuffer(2 ** 53), 'Invalid array buffer length'],
  [() => new ArrayBuffer(-1), 'Invalid array buffer length'],
]) {
  assert.throws(make, { name: 'RangeError', message }, String(make));
}
assert.throws(() => new Uint8Array(Symbol('s')), TypeError);

// What is no length is as it was.
const bytes = new Uint8Array([1, 2, 3]);
assert.deepStrictEqual([...new Uint8Array(bytes)], [1, 2, 3]);
assert.deepStrictEqual([...new Uint8Array(bytes.buffer, 1, 1)], [2]);
assert.deepStrictEqual([...new Uint16Array(new Set([5, 6]))], [5, 6]);
assert.deepStrictEqual([...new Uint8Array(...[2])], [0, 0]);
assert.strictEqual(new Uint8Array('3').length, 3);
assert.strictEqual(new Uint8Array(2.9).length, 2);
assert.strictEqual(new Uint8Array(undefined).length, 0);
assert.strictEqual(new Uint8Array(NaN).length, 0);
assert.strictEqual(new Uint8Array(null).length, 0);
assert.strictEqual(new ArrayBuffer({ valueOf: () => 7 }).byteLength, 7);
{
  class Uint8Array { constructor(n) { this.n = n; } }
  assert.strictEqual(new Uint8Array('x').n, 'x');
}
