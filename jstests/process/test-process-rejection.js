'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');

const log = order(['unhandled one', 'handled']);
const one = Promise.reject(new Error('one'));
process.on('unhandledRejection', mustCall((reason, promise) => {
  assert.strictEqual(promise, one);
  log('unhandled ' + reason.message);
}));
process.on('rejectionHandled', mustCall((promise) => {
  assert.strictEqual(promise, one);
  log('handled');
}));
setTimeout(() => one.catch(() => {}), 5);

// Handled before the ticks and jobs of the turn are done: no event.
const two = Promise.reject(new Error('two'));
process.nextTick(() => two.catch(() => {}));
