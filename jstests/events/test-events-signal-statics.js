'use strict';
// The functions of the module on AbortSignals and EventTargets, and what a wrong argument does.
const common = require('../common');
const assert = require('assert');
const events = require('events');
const util = require('util');

const { signal } = new AbortController();
assert.strictEqual(events.getMaxListeners(signal), 10);
events.setMaxListeners(2, signal);
assert.strictEqual(events.getMaxListeners(signal), 2);
const listener = () => {};
signal.addEventListener('abort', listener);
assert.deepStrictEqual(events.getEventListeners(signal, 'abort'), [listener]);

// One warning when there are more than so many.
process.on('warning', common.mustCall((w) => {
  assert.strictEqual(w.name, 'MaxListenersExceededWarning');
  assert.strictEqual(w.message, 'Possible EventTarget memory leak detected. 3 abort listeners added to [AbortSignal]. ' +
    'MaxListeners is 2. Use events.setMaxListeners() to increase limit');
  assert.strictEqual(w.target, signal);
  assert.strictEqual(w.type, 'abort');
  assert.strictEqual(w.count, 3);
}));
for (let i = 0; i < 5; i++) signal.addEventListener('abort', () => {});

// once rejects and does not throw.
events.once(undefined, 'x').then(common.mustNotCall(), common.mustCall((e) => assert(e instanceof TypeError)));
events.once({}, 'x').then(common.mustNotCall(), common.mustCall((e) => assert.strictEqual(e.code, 'ERR_INVALID_ARG_TYPE')));
events.once(new events(), 'x', { signal: 1 }).then(common.mustNotCall(),
  common.mustCall((e) => assert.strictEqual(e.code, 'ERR_INVALID_ARG_TYPE')));

// A listener's result whose "then" throws.
const e = new events({ captureRejections: true });
e.on('error', common.mustCall((err) => assert.strictEqual(err.message, 'no then')));
e.on('x', () => ({ get then() { throw new Error('no then'); } }));
e.emit('x');

// What is printed of them.
assert.strictEqual(util.inspect(AbortSignal.abort()), 'AbortSignal { aborted: true }');
assert.strictEqual(util.inspect(new AbortController()), 'AbortController { signal: AbortSignal { aborted: false } }');
assert.strictEqual(util.inspect(new EventTarget()), 'EventTarget {}');
assert.match(util.inspect(new Event('a', { cancelable: true })).replace(/\s+/g, ' '),
  /^Event { type: 'a', defaultPrevented: false, cancelable: true, timeStamp: [\d.]+ }$/);
assert.strictEqual(util.inspect(new Blob(['abc'], { type: 'text/plain' })), "Blob { size: 3, type: 'text/plain' }");
for (const o of [new EventTarget(), new Event('a'), new AbortController(), signal]) {
  assert.strictEqual(Object.prototype.toString.call(o), `[object ${o.constructor.name}]`);
}

const ev = new Event('a');
assert.strictEqual(ev.cancelBubble, false);
ev.stopPropagation();
assert.strictEqual(ev.cancelBubble, true);
assert.throws(() => signal.addEventListener('abort', () => {}, 'x'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => Buffer.from('a').toString({}), { message: 'Unknown encoding: {}' });
