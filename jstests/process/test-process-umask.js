'use strict';
// The mask is read, and set to what it is, wherever the program runs.
require('../common');
const assert = require('assert');

const mask = process.umask();
assert.strictEqual(typeof mask, 'number');
assert.strictEqual(process.umask(mask), mask);
assert.strictEqual(process.umask(mask.toString(8)), mask);
assert.strictEqual(process.umask(), mask);
assert.throws(() => process.umask('89'), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => process.umask({}), { code: 'ERR_INVALID_ARG_TYPE' });
