'use strict';
// Intl.DateTimeFormat and the toLocale…String methods of Date: components, styles, zones, ranges, errors.
require('../common');
const assert = require('assert');

const when = new Date(Date.UTC(2005, 0, 3, 13, 4, 9, 78));
const format = (o, date = when) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...o }).format(date);

assert.strictEqual(format({}), '1/3/2005');
assert.strictEqual(format({ year: '2-digit', month: '2-digit', day: '2-digit' }), '01/03/05');
assert.strictEqual(format({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }), 'Monday, January 3, 2005');
assert.strictEqual(format({ month: 'short', year: 'numeric' }), 'Jan 2005');
assert.strictEqual(format({ hour: 'numeric', minute: 'numeric' }), '1:04 PM');
assert.strictEqual(format({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' }), '13:04:09.078');
assert.strictEqual(format({ hour: 'numeric', dayPeriod: 'long' }), '1 in the afternoon');
assert.strictEqual(format({ month: 'long', day: 'numeric', hour: 'numeric' }), 'January 3 at 1 PM');
assert.strictEqual(format({ year: 'numeric', era: 'short' }, new Date(Date.UTC(-5, 0, 1))), '6 BC');
assert.strictEqual(format({ hour: 'numeric', hour12: false }, new Date(0)), '24');
assert.strictEqual(format({ hour: 'numeric', hourCycle: 'h11' }, new Date(0)), '0 AM');
assert.strictEqual(format({ dateStyle: 'full', timeStyle: 'long' }), 'Monday, January 3, 2005 at 1:04:09 PM UTC');
assert.strictEqual(format({ dateStyle: 'short', timeStyle: 'short' }), '1/3/05, 1:04 PM');

const epoch = new Date(0);
assert.strictEqual(epoch.toLocaleString('en-US', { timeZone: 'UTC' }), '1/1/1970, 12:00:00 AM');
assert.strictEqual(epoch.toLocaleDateString('en-US', { timeZone: 'UTC' }), '1/1/1970');
assert.strictEqual(epoch.toLocaleTimeString('en-US', { timeZone: 'UTC' }), '12:00:00 AM');
assert.strictEqual(epoch.toLocaleDateString('en-US', { timeZone: 'UTC', hour: 'numeric' }), '1/1/1970, 12 AM');
assert.strictEqual(new Date(NaN).toLocaleString(), 'Invalid Date');
assert.strictEqual(new Date(2020, 4, 6, 7, 8, 9).toLocaleString(), '5/6/2020, 7:08:09 AM');

const zone = (timeZone, timeZoneName, month = 0) => format({ timeZone, timeZoneName, hour: 'numeric' }, new Date(Date.UTC(2024, month, 15, 12)));
assert.strictEqual(zone('America/New_York', 'short'), '7 AM EST');
assert.strictEqual(zone('America/New_York', 'long', 6), '8 AM Eastern Daylight Time');
assert.strictEqual(zone('Europe/Berlin', 'short'), '1 PM GMT+1');
assert.strictEqual(zone('Europe/Berlin', 'long', 6), '2 PM Central European Summer Time');
assert.strictEqual(zone('Asia/Kolkata', 'longOffset'), '5 PM GMT+05:30');
assert.strictEqual(zone('US/Pacific', 'shortGeneric'), '4 AM PT');

assert.deepStrictEqual(new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric', hour: 'numeric' }).formatToParts(when), [
  { type: 'month', value: 'Jan' }, { type: 'literal', value: ' ' }, { type: 'day', value: '3' }, { type: 'literal', value: ', ' },
  { type: 'hour', value: '1' }, { type: 'literal', value: '\u202f' }, { type: 'dayPeriod', value: 'PM' },
]);
const range = (o, to) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...o }).formatRange(when, to);
const thin = '\u2009–\u2009';
assert.strictEqual(range({ dateStyle: 'long' }, Date.UTC(2005, 0, 5)), `January 3${thin}5, 2005`);
assert.strictEqual(range({ dateStyle: 'medium' }, Date.UTC(2005, 2, 5)), `Jan 3${thin}Mar 5, 2005`);
assert.strictEqual(range({}, Date.UTC(2006, 0, 3)), `1/3/2005${thin}1/3/2006`);
assert.strictEqual(range({ timeStyle: 'short' }, Date.UTC(2005, 0, 3, 15)), `1:04${thin}3:00\u202fPM`);
assert.strictEqual(range({}, when), '1/3/2005');

assert.deepStrictEqual(new Intl.DateTimeFormat('en-US', { timeZone: 'europe/berlin', timeStyle: 'short' }).resolvedOptions(), {
  locale: 'en-US', calendar: 'gregory', numberingSystem: 'latn', timeZone: 'Europe/Berlin', hourCycle: 'h12', hour12: true, timeStyle: 'short',
});
assert.strictEqual(new Intl.DateTimeFormat('en-u-hc-h23', { hour: 'numeric' }).resolvedOptions().locale, 'en-u-hc-h23');
assert.strictEqual(typeof Intl.DateTimeFormat().resolvedOptions().timeZone, 'string');

for (const [o, name, message] of [
  [{ timeZone: 'Foo' }, 'RangeError', 'Invalid time zone specified: Foo'],
  [{ timeZone: '+05:30' }, 'RangeError', 'Invalid time zone specified: +05:30'], // node 20 takes none
  [{ year: 'x' }, 'RangeError', 'Value x out of range for Intl.DateTimeFormat options property year'],
  [{ fractionalSecondDigits: 4 }, 'RangeError', 'fractionalSecondDigits value is out of range.'],
  [{ dateStyle: 'short', year: 'numeric' }, 'TypeError', "Can't set option year when dateStyle is used"],
  [null, 'TypeError', 'Cannot convert undefined or null to object'],
]) {
  assert.throws(() => new Intl.DateTimeFormat('en', o), { name, message });
}
assert.throws(() => new Intl.DateTimeFormat().format(NaN), { name: 'RangeError', message: 'Invalid time value' });
assert.throws(() => epoch.toLocaleDateString('en', { timeStyle: 'short' }), { name: 'TypeError', message: 'Invalid option : timeStyle' });
assert.throws(() => Intl.DateTimeFormat.prototype.formatToParts.call({}), {
  name: 'TypeError', message: 'Method Intl.DateTimeFormat.prototype.formatToParts called on incompatible receiver #<Object>',
});
