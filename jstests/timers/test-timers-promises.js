'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const timers = require('timers/promises');

timers.setTimeout(5, 'value').then(mustCall((v) => assert.strictEqual(v, 'value')));
timers.setImmediate('now').then(mustCall((v) => assert.strictEqual(v, 'now')));
const control = new AbortController();
timers.setTimeout(60000, null, { signal: control.signal }).then(() => assert.fail('resolved'), mustCall((err) => {
  assert.strictEqual(err.code, 'ABORT_ERR');
  assert.strictEqual(err.name, 'AbortError');
}));
control.abort();
timers.scheduler.wait(1).then(mustCall());
timers.setTimeout(60000, null, { ref: false });
