'use strict';
// The stack of what runs on a tick ends with what runs ticks; util.callbackify makes its own error there.
const assert = require('assert');
const { callbackify } = require('util');

const bottom = /^ {4}at process\.processTicksAndRejections \(node:internal\/process\/task_queues:\d+:\d+\)$/;

process.nextTick(function onTick() {
  const lines = new Error('here').stack.split('\n');
  assert.strictEqual(lines.length, 3);
  assert.match(lines[1], /^ {4}at onTick \(.*test-process-tick-stack\.js:9:17\)$|^ {4}at process\.onTick/);
  assert.match(lines[2], bottom);
});

callbackify(() => Promise.reject(null))((err) => {
  assert.strictEqual(err.code, 'ERR_FALSY_VALUE_REJECTION');
  assert.match(err.stack.split('\n')[1], bottom);
});
