'use strict';
// Intl.PluralRules, ListFormat, RelativeTimeFormat and Segmenter.
require('../common');
const assert = require('assert');

const ordinal = new Intl.PluralRules('en', { type: 'ordinal' });
assert.deepStrictEqual([1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 111, 1.5].map((n) => ordinal.select(n)),
  ['one', 'two', 'few', 'other', 'other', 'other', 'other', 'one', 'two', 'few', 'other', 'other']);
const cardinal = new Intl.PluralRules('en');
assert.deepStrictEqual([0, 1, -1, 2, 1.5, NaN].map((n) => cardinal.select(n)), ['other', 'one', 'one', 'other', 'other', 'other']);
assert.strictEqual(new Intl.PluralRules('en', { minimumFractionDigits: 1 }).select(1), 'other');
assert.strictEqual(cardinal.selectRange(0, 1), 'other');
assert.throws(() => Intl.PluralRules(), { name: 'TypeError', message: "Constructor Intl.PluralRules requires 'new'" });
assert.throws(() => cardinal.selectRange(1), { name: 'TypeError', message: 'Invalid endRange : undefined' });
assert.throws(() => cardinal.select(1n), { name: 'TypeError', message: 'Cannot convert a BigInt value to a number' });

const list = (o, ...items) => new Intl.ListFormat('en', o).format(items);
assert.strictEqual(list({}), '');
assert.strictEqual(list({}, 'a', 'b'), 'a and b');
assert.strictEqual(list({}, 'a', 'b', 'c'), 'a, b, and c');
assert.strictEqual(list({ type: 'disjunction' }, 'a', 'b', 'c'), 'a, b, or c');
assert.strictEqual(list({ type: 'unit', style: 'narrow' }, 'a', 'b', 'c'), 'a b c');
assert.strictEqual(new Intl.ListFormat('en').format(new Set(['x', 'y'])), 'x and y');
assert.deepStrictEqual(new Intl.ListFormat('en').formatToParts(['a', 'b']),
  [{ type: 'element', value: 'a' }, { type: 'literal', value: ' and ' }, { type: 'element', value: 'b' }]);
assert.throws(() => list({}, 1), { name: 'TypeError', message: 'Iterable yielded 1 which is not a string' });
assert.throws(() => new Intl.ListFormat('en').format(5), { message: 'number 5 is not iterable (cannot read property Symbol(Symbol.iterator))' });
assert.throws(() => new Intl.ListFormat('en', null), { name: 'TypeError', message: 'invalid_argument' });

const relative = (n, unit, o) => new Intl.RelativeTimeFormat('en', o).format(n, unit);
assert.strictEqual(relative(-1, 'day'), '1 day ago');
assert.strictEqual(relative(-1, 'days', { numeric: 'auto' }), 'yesterday');
assert.strictEqual(relative(2, 'quarter', { style: 'short' }), 'in 2 qtrs.');
assert.strictEqual(relative(-0, 'second'), '0 seconds ago');
assert.strictEqual(relative(1234.5, 'hours', { style: 'narrow' }), 'in 1,234.5h');
assert.deepStrictEqual(new Intl.RelativeTimeFormat('en').formatToParts(-2, 'week'),
  [{ type: 'integer', value: '2', unit: 'week' }, { type: 'literal', value: ' weeks ago' }]);
assert.throws(() => relative(1, 'x'), { name: 'RangeError', message: "Invalid unit argument for Intl.RelativeTimeFormat.prototype.format() 'x'" });
assert.throws(() => relative(NaN, 'day'), { name: 'RangeError', message: 'Value need to be finite number for Intl.RelativeTimeFormat.prototype.format()' });

const segments = (granularity, text) => [...new Intl.Segmenter('en', { granularity }).segment(text)].map((s) => s.segment);
assert.deepStrictEqual(segments('grapheme', 'ae\u0301👨‍👩‍👧🇩🇪\r\n'), ['a', 'e\u0301', '👨‍👩‍👧', '🇩🇪', '\r\n']);
assert.deepStrictEqual(segments('word', "Don't pay 1,000.5!"), ["Don't", ' ', 'pay', ' ', '1,000.5', '!']);
assert.deepStrictEqual(segments('sentence', 'Hello there. How are you? Dr. smith'), ['Hello there. ', 'How are you? ', 'Dr. smith']);
const view = new Intl.Segmenter('en', { granularity: 'word' }).segment('hi you');
assert.deepStrictEqual(view.containing(3), { segment: 'you', index: 3, input: 'hi you', isWordLike: true });
assert.strictEqual(view.containing(6), undefined);
assert.strictEqual(Object.prototype.toString.call(view[Symbol.iterator]()), '[object Segmenter String Iterator]');
assert.throws(() => new Intl.Segmenter('en', { granularity: 'x' }), { name: 'RangeError', message: 'Value x out of range for Intl.Segmenter options property granularity' });
