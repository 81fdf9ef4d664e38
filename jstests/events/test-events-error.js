'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');

const e = new EventEmitter();
const boom = new Error('boom');
assert.throws(() => e.emit('error', boom), (err) => err === boom);
assert.throws(() => e.emit('error'), { code: 'ERR_UNHANDLED_ERROR', message: 'Unhandled error. (undefined)' });
assert.throws(() => e.emit('error', 'text'), { code: 'ERR_UNHANDLED_ERROR', message: "Unhandled error. ('text')", context: 'text' });
e.on(EventEmitter.errorMonitor, mustCall());
e.on('error', mustCall((err) => assert.strictEqual(err, boom)));
assert.strictEqual(e.emit('error', boom), true);

assert.throws(() => e.on('x', 1), {
  name: 'TypeError',
  code: 'ERR_INVALID_ARG_TYPE',
  message: 'The "listener" argument must be of type function. Received type number (1)',
});
