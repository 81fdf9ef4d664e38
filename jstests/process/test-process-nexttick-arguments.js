'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');

process.nextTick(mustCall((...args) => assert.deepStrictEqual(args, [1, 2, 3, 4, 5])), 1, 2, 3, 4, 5);

// queueMicrotask runs with the promise jobs, after all ticks.
const log = order(['tick', 'micro', 'job', 'tick of micro']);
queueMicrotask(() => {
  log('micro');
  process.nextTick(() => log('tick of micro'));
});
Promise.resolve().then(() => log('job'));
process.nextTick(() => log('tick'));
