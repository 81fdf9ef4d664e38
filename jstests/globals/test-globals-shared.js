'use strict';
// SharedArrayBuffer and Atomics.
const assert = require('assert');
const { inspect, types, isDeepStrictEqual } = require('util');

const shared = new SharedArrayBuffer(8);
const ints = new Int32Array(shared);
assert.strictEqual(ints.buffer, shared);
assert.ok(shared instanceof SharedArrayBuffer && !(shared instanceof ArrayBuffer));
assert.strictEqual(Object.prototype.toString.call(shared), '[object SharedArrayBuffer]');
assert.deepStrictEqual([shared.byteLength, shared.maxByteLength, shared.growable], [8, 8, false]);
assert.strictEqual(inspect(new SharedArrayBuffer(2)), 'SharedArrayBuffer { [Uint8Contents]: <00 00>, byteLength: 2 }');
assert.deepStrictEqual([types.isSharedArrayBuffer(shared), types.isArrayBuffer(shared), types.isAnyArrayBuffer(shared)], [true, false, true]);
assert.strictEqual(types.isSharedArrayBuffer(new ArrayBuffer(1)), false);
assert.ok(!isDeepStrictEqual(new SharedArrayBuffer(2), new ArrayBuffer(2)));
assert.strictEqual(shared.slice(2, -2).byteLength, 4);
assert.ok(shared.slice(0) instanceof SharedArrayBuffer);
assert.throws(() => new SharedArrayBuffer(-1), { name: 'RangeError', message: 'Invalid array buffer length' });
assert.throws(() => new SharedArrayBuffer(2 ** 47), { name: 'RangeError', message: 'Array buffer allocation failed' });
assert.throws(() => SharedArrayBuffer.prototype.slice.call(new ArrayBuffer(2)), {
  name: 'TypeError', message: 'Method SharedArrayBuffer.prototype.slice called on incompatible receiver #<ArrayBuffer>',
});
assert.throws(() => shared.grow(9), TypeError);
const clone = structuredClone({ shared }).shared;
new Int32Array(clone)[1] = 7;
assert.strictEqual(ints[1], 7);
assert.throws(() => structuredClone(shared, { transfer: [shared] }), TypeError);
assert.strictEqual(Buffer.from(shared)[4], 7);
class Own extends SharedArrayBuffer { more() { return this.byteLength + 1; } }
assert.strictEqual(new Own(3).more(), 4);

assert.deepStrictEqual([
  Atomics.add(ints, 0, 5), Atomics.load(ints, 0), Atomics.sub(ints, 0, 2), Atomics.and(ints, 0, 1), Atomics.or(ints, 0, 6),
  Atomics.xor(ints, 0, 1), Atomics.exchange(ints, 0, 9), Atomics.compareExchange(ints, 0, 9, 4), Atomics.compareExchange(ints, 0, 9, 5), ints[0],
], [0, 5, 5, 3, 1, 7, 6, 9, 4, 4]);
assert.strictEqual(Atomics.store(ints, 0, 3.7), 3);
assert.ok(Object.is(Atomics.store(ints, 0, -0), 0));
const small = new Uint8Array(2);
assert.strictEqual(Atomics.store(small, '1', 300), 300);
assert.strictEqual(small[1], 44);
assert.strictEqual(Atomics.compareExchange(small, 1, 300, 1), 44);
assert.strictEqual(small[1], 1);
assert.strictEqual(Atomics.sub(new Int8Array([-128]), 0, 1), -128);
const big = new BigInt64Array([-1n]);
assert.strictEqual(Atomics.add(big, 0, 2n ** 64n + 3n), -1n);
assert.strictEqual(big[0], 2n);
assert.throws(() => Atomics.add(big, 0, 5), { name: 'TypeError', message: 'Cannot convert 5 to a BigInt' });
assert.throws(() => Atomics.add(ints, 0, 5n), { name: 'TypeError', message: 'Cannot convert a BigInt value to a number' });
assert.throws(() => Atomics.load([], 0), { name: 'TypeError', message: '[object Array] is not an integer typed array.' });
assert.throws(() => Atomics.load(new Float64Array(1), 0), { name: 'TypeError', message: '[object Float64Array] is not an integer typed array.' });
for (const index of [2, -1, 2 ** 40]) assert.throws(() => Atomics.load(ints, index), { name: 'RangeError', message: 'Invalid atomic access index' });
assert.deepStrictEqual([1, 2, 3, 4, 8].map((n) => Atomics.isLockFree(n)), [true, true, false, true, true]);

const began = process.hrtime.bigint();
assert.strictEqual(Atomics.wait(ints, 0, 0, 20), 'timed-out'); // the pause of scripts that must not go on
assert.ok(process.hrtime.bigint() - began >= 19_000_000n);
assert.strictEqual(Atomics.wait(ints, 0, 1, 20), 'not-equal');
assert.strictEqual(Atomics.notify(ints, 0), 0);
assert.throws(() => Atomics.wait(new Int32Array(1), 0, 0, 1), { name: 'TypeError', message: '[object Int32Array] is not a shared typed array.' });
assert.throws(() => Atomics.wait(new Int16Array(shared), 0, 0, 1), { name: 'TypeError', message: '[object Int16Array] is not an int32 or BigInt64 typed array.' });
