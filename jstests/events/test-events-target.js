'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');

const log = order(['a', 'handler', 'once', 'a', 'handler']);
const target = new EventTarget();
const a = (ev) => { assert.strictEqual(ev.target, target); log('a'); };
target.addEventListener('x', a);
target.addEventListener('x', a); // the same again counts once
target.addEventListener('x', { handleEvent() { log('handler'); } });
target.addEventListener('x', () => log('once'), { once: true });
assert.strictEqual(target.dispatchEvent(new Event('x')), true);
assert.strictEqual(target.dispatchEvent(new Event('x')), true);
target.addEventListener('y', (ev) => ev.preventDefault());
assert.strictEqual(target.dispatchEvent(new Event('y', { cancelable: true })), false);

const control = new AbortController();
control.signal.addEventListener('abort', mustCall((ev) => assert.strictEqual(ev.type, 'abort')));
control.signal.onabort = mustCall();
assert.strictEqual(control.signal.aborted, false);
control.abort('why');
control.abort('again');
assert.strictEqual(control.signal.aborted, true);
assert.strictEqual(control.signal.reason, 'why');
assert.throws(() => control.signal.throwIfAborted(), (e) => e === 'why');
assert.strictEqual(AbortSignal.abort().reason.name, 'AbortError');
