'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');

// What is expected is looked at when the promise settles, long after the call.
const error = Object.assign(new Error('late'), { code: 'LATE' });
assert.rejects(Promise.reject(error), { code: 'LATE', message: 'late' }).then(mustCall());
assert.rejects(async () => { throw error; }, /late/, 'a message').then(mustCall());
assert.rejects(Promise.reject(error), { code: 'OTHER' }).then(mustNotCall('then'), mustCall((err) => assert.strictEqual(err.code, 'ERR_ASSERTION')));
assert.doesNotReject(Promise.reject(error), 'the message').then(mustNotCall('then'), mustCall((err) => {
  assert.strictEqual(err.message, 'Got unwanted rejection: the message\nActual message: "late"');
}));
