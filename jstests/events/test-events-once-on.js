'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');
const { once } = EventEmitter;

const e = new EventEmitter();
once(e, 'ready').then(mustCall((args) => assert.deepStrictEqual(args, [1, 'b'])));
process.nextTick(() => e.emit('ready', 1, 'b'));

const f = new EventEmitter();
once(f, 'ready').then(() => assert.fail('resolved'), mustCall((err) => {
  assert.strictEqual(err.message, 'broken');
  assert.strictEqual(f.listenerCount('ready'), 0);
  assert.strictEqual(f.listenerCount('error'), 0);
}));
process.nextTick(() => f.emit('error', new Error('broken')));

const g = new EventEmitter();
const control = new AbortController();
once(g, 'never', { signal: control.signal }).then(() => assert.fail('resolved'), mustCall((err) => {
  assert.strictEqual(err.name, 'AbortError');
  assert.strictEqual(err.code, 'ABORT_ERR');
  assert.strictEqual(g.listenerCount('never'), 0);
}));
control.abort();
