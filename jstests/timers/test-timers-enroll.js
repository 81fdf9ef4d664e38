'use strict';
// The deprecated functions, and what programs set on timers.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const timers = require('timers');

const warnings = [];
process.on('warning', (w) => warnings.push(`${w.code} ${w.message}`));
process.on('exit', () => assert.deepStrictEqual(warnings, [
  'DEP0095 timers.enroll() is deprecated. Please use setTimeout instead.',
  'DEP0126 timers.active() is deprecated. Please use timeout.refresh() instead.',
  'DEP0096 timers.unenroll() is deprecated. Please use clearTimeout instead.',
  'DEP0127 timers._unrefActive() is deprecated. Please use timeout.refresh() instead.',
]));

const item = { _onTimeout: mustCall(function() { assert.strictEqual(this, item); }) };
timers.enroll(item, 5);
assert.strictEqual(item._idleTimeout, 5);
timers.active(item);
timers.active(item); // begins anew, fires once

const gone = { _onTimeout: mustNotCall() };
timers.enroll(gone, 1);
timers.active(gone);
timers.unenroll(gone);
assert.strictEqual(gone._idleTimeout, -1);
timers.active(gone);

const idle = { _onTimeout: mustNotCall() };
timers.enroll(idle, 1e6);
timers._unrefActive(idle); // does not keep the process

assert.throws(() => timers.enroll({}, 'x'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => timers.enroll({}, -1), { code: 'ERR_OUT_OF_RANGE' });

const once = setInterval(mustCall(() => { once._idleTimeout = -1; }), 1);
const cleared = setInterval(mustCall(() => { cleared._onTimeout = null; }), 1);
const other = setTimeout(mustNotCall(), 1);
other._onTimeout = mustCall();
const t = setTimeout(() => {}, 1);
t.unref.call({});
