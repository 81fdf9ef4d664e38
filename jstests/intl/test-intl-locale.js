'use strict';
// Intl itself, Intl.Locale, and how locales are chosen.
require('../common');
const assert = require('assert');

assert.strictEqual(Object.prototype.toString.call(Intl), '[object Intl]');
assert.deepStrictEqual(Object.keys(Intl), []);
assert.deepStrictEqual(Object.getOwnPropertyNames(Intl), ['getCanonicalLocales', 'supportedValuesOf', 'DateTimeFormat', 'NumberFormat',
  'Collator', 'PluralRules', 'RelativeTimeFormat', 'ListFormat', 'Locale', 'DisplayNames', 'Segmenter']);
const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, 'Intl');
assert.strictEqual(value, Intl);
assert.deepStrictEqual(flags, { writable: true, enumerable: false, configurable: true });

assert.deepStrictEqual(Intl.getCanonicalLocales(['EN-us', 'en-US', 'iw', 'sr-latn-rs']), ['en-US', 'he', 'sr-Latn-RS']);
assert.deepStrictEqual(Intl.getCanonicalLocales(), []);
assert.deepStrictEqual(Intl.getCanonicalLocales(new Intl.Locale('de')), ['de']);
for (const [bad, name, message] of [
  ['en_US', 'RangeError', 'Incorrect locale information provided'],
  ['en-u', 'RangeError', 'Invalid language tag: en-u'],
  [null, 'TypeError', 'Cannot convert undefined or null to object'],
  [[1], 'TypeError', 'Language ID should be string or object.'],
]) {
  assert.throws(() => Intl.getCanonicalLocales(bad), { name, message });
}

assert.deepStrictEqual(Intl.NumberFormat.supportedLocalesOf(['en', 'en-US', 'en-GB', 'xx']), ['en', 'en-US', 'en-GB']);
assert.strictEqual(new Intl.NumberFormat('xx').resolvedOptions().locale, new Intl.NumberFormat().resolvedOptions().locale);
assert.strictEqual(new Intl.NumberFormat(['xx', 'en']).resolvedOptions().locale, 'en');

for (const [key, some] of [['currency', 'USD'], ['timeZone', 'Europe/Berlin'], ['unit', 'liter'], ['calendar', 'gregory'], ['numberingSystem', 'latn']]) {
  assert(Intl.supportedValuesOf(key).includes(some), key);
}
assert.throws(() => Intl.supportedValuesOf('x'), { name: 'RangeError', message: 'Invalid key : x' });

const l = new Intl.Locale('en-latn-us-u-ca-buddhist-kn-hc-h23');
assert.strictEqual(String(l), 'en-Latn-US-u-ca-buddhist-hc-h23-kn');
assert.deepStrictEqual([l.language, l.script, l.region, l.baseName, l.calendar, l.hourCycle, l.numeric, l.caseFirst, l.collation],
  ['en', 'Latn', 'US', 'en-Latn-US', 'buddhist', 'h23', true, undefined, undefined]);
assert.strictEqual(String(l.minimize()), 'en-u-ca-buddhist-hc-h23-kn');
assert.strictEqual(String(new Intl.Locale('zh-TW').maximize()), 'zh-Hant-TW');
assert.strictEqual(String(new Intl.Locale('en', { language: 'de', region: 'AT', numeric: true })), 'de-AT-u-kn');
assert.throws(() => new Intl.Locale(), { name: 'TypeError', message: "First argument to Intl.Locale constructor can't be empty or missing" });
assert.throws(() => new Intl.Locale('en', { region: 'x' }), { name: 'RangeError', message: 'Incorrect locale information provided' });
assert.throws(() => new Intl.Locale('en', { hourCycle: 'x' }), { name: 'RangeError', message: 'Value x out of range for locale options property hourCycle' });
