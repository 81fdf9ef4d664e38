'use strict';
// Intl.NumberFormat and Number.prototype.toLocaleString: styles, notations, parts, ranges, errors.
require('../common');
const assert = require('assert');

const format = (o, ...numbers) => numbers.map((n) => new Intl.NumberFormat('en-US', o).format(n));

assert.deepStrictEqual(format({}, 1234567.891, -0, NaN, -Infinity, 1e21, 1.005, 123n, '12345678901234567890.12'),
  ['1,234,567.891', '-0', 'NaN', '-∞', '1,000,000,000,000,000,000,000', '1.005', '123', '12,345,678,901,234,567,890.12']);
assert.deepStrictEqual(format({ style: 'currency', currency: 'USD' }, 12.5, -12.5, 1234.565), ['$12.50', '-$12.50', '$1,234.57']);
assert.deepStrictEqual(format({ style: 'currency', currency: 'chf', currencySign: 'accounting' }, -12.5), ['(CHF\u00a012.50)']);
assert.deepStrictEqual(format({ style: 'currency', currency: 'EUR', currencyDisplay: 'name' }, 1, 2), ['1.00 euros', '2.00 euros']);
assert.deepStrictEqual(format({ style: 'currency', currency: 'JPY' }, 1234.5), ['¥1,235']);
assert.deepStrictEqual(format({ style: 'percent' }, 0.256, 12.345), ['26%', '1,235%']);
assert.deepStrictEqual(format({ style: 'unit', unit: 'kilometer-per-hour' }, 50), ['50 km/h']);
assert.deepStrictEqual(format({ style: 'unit', unit: 'liter', unitDisplay: 'long' }, 1, 2), ['1 liter', '2 liters']);
assert.deepStrictEqual(format({ notation: 'compact' }, 999, 1500, 999999, 15e9), ['999', '1.5K', '1M', '15B']);
assert.deepStrictEqual(format({ notation: 'compact', compactDisplay: 'long' }, 2e6), ['2 million']);
assert.deepStrictEqual(format({ notation: 'scientific' }, 1234567), ['1.235E6']);
assert.deepStrictEqual(format({ notation: 'engineering' }, 0.000123), ['123E-6']);
assert.deepStrictEqual(format({ signDisplay: 'exceptZero' }, 1, 0, -1), ['+1', '0', '-1']);
assert.deepStrictEqual(format({ useGrouping: false }, 12345), ['12345']);
assert.deepStrictEqual(format({ useGrouping: 'min2' }, 1234, 12345), ['1234', '12,345']);
assert.deepStrictEqual(format({ maximumSignificantDigits: 2 }, 12345), ['12,000']);
assert.deepStrictEqual(format({ roundingMode: 'halfEven', maximumFractionDigits: 0 }, 2.5, 3.5), ['2', '4']);
assert.deepStrictEqual(format({ roundingIncrement: 5, minimumFractionDigits: 2, maximumFractionDigits: 2 }, 1.22, 1.23), ['1.20', '1.25']);
assert.deepStrictEqual(format({ trailingZeroDisplay: 'stripIfInteger', minimumFractionDigits: 2 }, 1, 1.5), ['1', '1.50']);

assert.strictEqual((1234567.891).toLocaleString(), '1,234,567.891');
assert.strictEqual((12.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' }), '$12.50');
assert.strictEqual(12345678901234567890n.toLocaleString(), '12,345,678,901,234,567,890');
assert.strictEqual(Object(5000).toLocaleString(), '5,000');
assert.throws(() => Number.prototype.toLocaleString.call('x'), { name: 'TypeError', message: "Number.prototype.toLocaleString requires that 'this' be a Number" });

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
assert.deepStrictEqual(money.formatToParts(-1234.5), [
  { type: 'minusSign', value: '-' }, { type: 'currency', value: '$' }, { type: 'integer', value: '1' }, { type: 'group', value: ',' },
  { type: 'integer', value: '234' }, { type: 'decimal', value: '.' }, { type: 'fraction', value: '50' },
]);
assert.strictEqual(money.formatRange(3, 5), '$3.00 – $5.00');
assert.strictEqual(money.formatRange(3, 3), '~$3.00');
assert.strictEqual(new Intl.NumberFormat('en').formatRange(3, 5), '3–5');
assert.deepStrictEqual([1000, 2000].map(money.format), ['$1,000.00', '$2,000.00']);
assert.strictEqual(money.format, money.format);
assert.strictEqual(Object.prototype.toString.call(money), '[object Intl.NumberFormat]');
assert.strictEqual(Intl.NumberFormat('en').format(1000), '1,000'); // without new
class Percent extends Intl.NumberFormat { constructor() { super('en', { style: 'percent' }); } }
assert.strictEqual(new Percent().format(0.5), '50%');

assert.deepStrictEqual(new Intl.NumberFormat('en-US', { style: 'currency', currency: 'usd' }).resolvedOptions(), {
  locale: 'en-US', numberingSystem: 'latn', style: 'currency', currency: 'USD', currencyDisplay: 'symbol', currencySign: 'standard',
  minimumIntegerDigits: 1, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 'auto', notation: 'standard', signDisplay: 'auto',
  roundingMode: 'halfExpand', roundingIncrement: 1, trailingZeroDisplay: 'auto', roundingPriority: 'auto',
});

for (const [o, name, message] of [
  [{ style: 'x' }, 'RangeError', 'Value x out of range for Intl.NumberFormat options property style'],
  [{ style: 'currency' }, 'TypeError', 'Currency code is required with currency style.'],
  [{ style: 'currency', currency: 'x' }, 'RangeError', 'Invalid currency code : x'],
  [{ style: 'unit', unit: 'x' }, 'RangeError', "Invalid unit argument for Intl.NumberFormat() 'x'"],
  [{ maximumFractionDigits: 101 }, 'RangeError', 'maximumFractionDigits value is out of range.'],
  [{ minimumFractionDigits: 5, maximumFractionDigits: 2 }, 'RangeError', 'maximumFractionDigits value is out of range.'],
  [{ roundingIncrement: 3 }, 'RangeError', 'roundingIncrement value is out of range.'],
  [null, 'TypeError', 'Intl.NumberFormat called on null or undefined'],
]) {
  assert.throws(() => new Intl.NumberFormat('en', o), { name, message });
}
assert.throws(() => (1).toLocaleString('en', { style: 'x' }), { message: 'Value x out of range for Number.prototype.toLocaleString options property style' });
assert.throws(() => (1).toLocaleString('en_US'), { name: 'RangeError', message: 'Incorrect locale information provided' });
assert.throws(() => money.formatRange(NaN, 1), { name: 'RangeError', message: 'Invalid start : NaN' });
