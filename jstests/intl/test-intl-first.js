// Bigints and typed arrays heed locales and options from the start, before Intl or any other method was used.
const typed = new Float64Array([1234.5, 2]).toLocaleString('en-US', { minimumFractionDigits: 2 });
const big = 1234567n.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
const assert = require('assert');

assert.strictEqual(typed, '1,234.50,2.00');
assert.strictEqual(big, '$1,234,567.00');
assert.throws(() => 1n.toLocaleString('no locale'), RangeError);
const d = Object.getOwnPropertyDescriptor(BigInt.prototype, 'toLocaleString');
assert.deepStrictEqual([d.writable, d.enumerable, d.configurable, d.value.length, d.value.name], [true, false, true, 0, 'toLocaleString']);
