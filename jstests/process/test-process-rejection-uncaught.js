'use strict';
const { mustCall } = require('../common');
const assert = require('assert');

// Without a listener for unhandledRejection it is an uncaught exception.
const seen = [];
process.on('uncaughtException', mustCall((err, origin) => {
  assert.strictEqual(origin, 'unhandledRejection');
  seen.push(err);
}, 2));
const err = new Error('rejected');
Promise.reject(err);
Promise.reject('text');
process.on('exit', () => {
  assert.strictEqual(seen[0], err);
  assert.strictEqual(seen[1].code, 'ERR_UNHANDLED_REJECTION');
  assert(seen[1].message.endsWith('The promise rejected with the reason "text".'), seen[1].message);
});
