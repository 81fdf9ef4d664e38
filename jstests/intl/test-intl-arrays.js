'use strict';
// Array.prototype.toLocaleString and that of typed arrays hand their arguments on.
require('../common');
const assert = require('assert');

const o = { timeZone: 'UTC', minimumFractionDigits: 2 };
assert.strictEqual([1234.5, [2000.5, null, undefined], 'x', true, new Date(0)].toLocaleString('en', o), '1,234.50,2,000.50,,,x,true,1/1/1970, 12:00:00 AM');
assert.strictEqual(new Float64Array([1234.5, 2]).toLocaleString('en', { style: 'currency', currency: 'USD' }), '$1,234.50,$2.00');
const ring = [1];
ring.push(ring, 2);
assert.strictEqual(ring.toLocaleString(), '1,,2');
assert.strictEqual(Array.prototype.toLocaleString.call({ length: 2, 0: 1000, 1: 2 }), '1,000,2');
const given = [];
[{ toLocaleString(...args) { given.push(args); return ''; } }].toLocaleString('en', o);
assert.deepStrictEqual(given, [['en', o]]);
assert.throws(() => [{ toLocaleString: 1 }].toLocaleString(), TypeError);
assert.throws(() => Array.prototype.toLocaleString.call(null), { name: 'TypeError' });
