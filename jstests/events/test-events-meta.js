'use strict';
const { order } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');

// newListener comes before the listener is there, removeListener after it has gone.
const log = order(['new a 0', 'new a 1', 'removed a 1', 'removed a 0']);
const e = new EventEmitter();
e.on('newListener', (name) => { if (name === 'a') log(`new a ${e.listenerCount('a')}`); });
e.on('removeListener', (name) => log(`removed ${name} ${e.listenerCount('a')}`));
const f = () => {};
e.on('a', f);
e.once('a', f);
assert.deepStrictEqual(e.listeners('a'), [f, f]);
assert.notStrictEqual(e.rawListeners('a')[1], f);
assert.deepStrictEqual(e.eventNames(), ['newListener', 'removeListener', 'a']);
e.removeAllListeners('a');
assert.strictEqual(e.listenerCount('a'), 0);

assert.strictEqual(EventEmitter.defaultMaxListeners, 10);
assert.strictEqual(e.getMaxListeners(), 10);
assert.strictEqual(e.setMaxListeners(3), e);
assert.strictEqual(e.getMaxListeners(), 3);
assert.throws(() => e.setMaxListeners(-1), { code: 'ERR_OUT_OF_RANGE' });

// The array of listeners that was warned of says so; who takes the mark away is warned again.
const many = new EventEmitter();
many.setMaxListeners(1);
many.on('b', f);
assert.strictEqual(Object.hasOwn(many._events.b, 'warned'), false);
const warnings = [];
process.on('warning', (w) => warnings.push(w.count));
many.on('b', f);
assert.strictEqual(many._events.b.warned, true);
many.on('b', f);
delete many._events.b.warned;
assert.strictEqual(Object.hasOwn(many._events.b, 'warned'), false);
many.on('b', f);
assert.deepStrictEqual(Object.keys(many._events.b), ['0', '1', '2', '3', 'warned']);
setImmediate(() => assert.deepStrictEqual(warnings, [2, 4]));
