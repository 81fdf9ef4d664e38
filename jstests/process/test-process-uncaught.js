'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');

const log = order(['monitor main', 'caught main', 'monitor tick', 'caught tick', 'monitor timer', 'caught timer', 'end']);
process.on('uncaughtExceptionMonitor', (err) => log('monitor ' + err.message));
process.on('uncaughtException', mustCall((err, origin) => {
  assert.strictEqual(origin, 'uncaughtException');
  log('caught ' + err.message);
}, 3));
process.nextTick(() => { throw new Error('tick'); });
setTimeout(() => { throw new Error('timer'); }, 1);
setTimeout(() => log('end'), 30);
throw new Error('main');
