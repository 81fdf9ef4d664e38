'use strict';
// What the process uses and may use.
require('../common');
const assert = require('assert');

assert.ok(process.constrainedMemory() >= 0);
if (process.platform === 'linux') assert.ok(process.availableMemory() > 0);

const start = process.cpuUsage();
const since = process.cpuUsage(start);
assert.ok(since.user >= 0 && since.system >= 0);
assert.deepStrictEqual(Object.keys(process.cpuUsage(null)), ['user', 'system']);
assert.throws(() => process.cpuUsage(1), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => process.cpuUsage({ user: 'a' }), { code: 'ERR_INVALID_ARG_TYPE',
  message: 'The "prevValue.user" property must be of type number. Received type string (\'a\')' });
assert.throws(() => process.cpuUsage({ user: -1, system: 2 }), { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE',
  message: "The property 'prevValue.user' is invalid. Received -1" });
assert.throws(() => process.cpuUsage({ user: 1, system: Infinity }), { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE',
  message: "The property 'prevValue.system' is invalid. Received Infinity" });

process.setSourceMapsEnabled(false);
for (const v of [undefined, null, 1, {}]) assert.throws(() => process.setSourceMapsEnabled(v), { code: 'ERR_INVALID_ARG_TYPE' });
