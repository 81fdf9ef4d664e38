'use strict';
const { order } = require('../common');

// Timers of one duration fire in the order they were made, ticks and jobs between them.
const log = order(['a', 'a tick', 'a job', 'b', 'c', 'later']);
setTimeout(() => log('later'), 30);
setTimeout(() => {
  log('a');
  process.nextTick(() => log('a tick'));
  Promise.resolve().then(() => log('a job'));
}, 5);
setTimeout(() => log('b'), 5);
setTimeout(() => log('c'), 5);
