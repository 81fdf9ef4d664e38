'use strict';
const { order } = require('../common');

// The order of Node 11 and later: ticks, then promise jobs, after every callback.
const log = order([
  'main', 'tick 1', 'tick 2', 'tick in tick', 'job 1', 'job 2', 'tick in job',
  'immediate 1', 'tick in immediate', 'job in immediate', 'immediate 2', 'immediate in immediate',
]);
setImmediate(() => {
  log('immediate 1');
  process.nextTick(() => log('tick in immediate'));
  Promise.resolve().then(() => log('job in immediate'));
  setImmediate(() => log('immediate in immediate'));
});
setImmediate(() => log('immediate 2'));
Promise.resolve().then(() => {
  log('job 1');
  process.nextTick(() => log('tick in job'));
}).then(() => log('job 2'));
process.nextTick(() => {
  log('tick 1');
  process.nextTick(() => log('tick in tick'));
});
process.nextTick(() => log('tick 2'));
log('main');
