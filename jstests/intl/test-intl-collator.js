'use strict';
// Intl.Collator and String.prototype.localeCompare.
require('../common');
const assert = require('assert');

const sorted = (list, o) => list.slice().sort(new Intl.Collator('en', o).compare).join(' ');
const words = ['b', 'B', 'a', 'A', 'á', 'Á', 'ab', 'aB', 'a10', 'a2', '1', '_', 'æ', 'z'];
assert.strictEqual(sorted(words), '_ 1 a A á Á a10 a2 ab aB æ b B z');
assert.strictEqual(sorted(words, { numeric: true }), '_ 1 a A á Á a2 a10 ab aB æ b B z');
assert.strictEqual(sorted(words, { caseFirst: 'upper' }), '_ 1 A a Á á a10 a2 aB ab æ B b z');

const pairs = [['a', 'A'], ['a', 'á'], ['a', 'b'], ['ab', 'a-b']];
for (const [sensitivity, ...want] of [['base', 0, 0, -1, 1], ['accent', 0, -1, -1, 1], ['case', -1, 0, -1, 1], ['variant', -1, -1, -1, 1]]) {
  assert.deepStrictEqual(pairs.map(([x, y]) => x.localeCompare(y, 'en', { sensitivity })), want, sensitivity);
}
assert.strictEqual('ab'.localeCompare('a-b', undefined, { ignorePunctuation: true }), 0);
assert.strictEqual('a'.localeCompare('B'), -1);
assert.strictEqual('é'.localeCompare('e\u0301'), 0);
assert.strictEqual('undefined'.localeCompare(), 0);
assert.strictEqual('résumé'.localeCompare('RESUME', 'en', { sensitivity: 'base' }), 0);

assert.deepStrictEqual(new Intl.Collator('en-u-kn-true-kf-upper').resolvedOptions(), {
  locale: 'en-u-kf-upper-kn', usage: 'sort', sensitivity: 'variant', ignorePunctuation: false, collation: 'default', numeric: true, caseFirst: 'upper',
});
assert.throws(() => 'a'.localeCompare('b', 'en', { sensitivity: 'x' }), {
  name: 'RangeError', message: 'Value x out of range for String.prototype.localeCompare options property sensitivity',
});
assert.throws(() => String.prototype.localeCompare.call(null), { name: 'TypeError', message: 'String.prototype.localeCompare called on null or undefined' });
