'use strict';
const { order } = require('../common');
const assert = require('assert');

// beforeExit may bring work, exit may not.
const log = order(['work', 'beforeExit 0', 'more', 'beforeExit 0']);
let more = true;
process.on('beforeExit', (code) => {
  log('beforeExit ' + code);
  if (more) setTimeout(() => log('more'), 1);
  more = false;
});
process.on('exit', (code) => {
  assert.strictEqual(code, 0);
  assert.strictEqual(process.exitCode, undefined);
  setTimeout(() => { process.exitCode = 1; }, 0);
  process.nextTick(() => { process.exitCode = 1; });
});
setTimeout(() => log('work'), 1);
