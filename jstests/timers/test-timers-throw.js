'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');

// An exception in one timer does not hold up the others.
const log = order(['a', 'caught a', 'b', 'tick', 'caught tick', 'tick 2', 'c']);
process.on('uncaughtException', mustCall((err) => log('caught ' + err.message), 2));
setTimeout(() => { log('a'); throw new Error('a'); }, 1);
setTimeout(() => {
  log('b');
  process.nextTick(() => { log('tick'); throw new Error('tick'); });
  process.nextTick(() => log('tick 2'));
}, 1);
setTimeout(() => log('c'), 20);
assert(true);
