'use strict';
// EventEmitterAsyncResource: listeners run in the context that the emitter was made in.
const { mustCall } = require('../common');
const assert = require('assert');
const { EventEmitter, EventEmitterAsyncResource } = require('events');
const { AsyncLocalStorage, AsyncResource } = require('async_hooks');

const storage = new AsyncLocalStorage();
const emitter = storage.run('made here', () => new EventEmitterAsyncResource({ name: 'Q' }));
emitter.on('event', mustCall(function(a, b) {
  assert.strictEqual(this, emitter);
  assert.deepStrictEqual([a, b, storage.getStore()], [1, 2, 'made here']);
}));
storage.run('emitted here', mustCall(() => {
  assert.strictEqual(emitter.emit('event', 1, 2), true);
  assert.strictEqual(emitter.emit('nothing'), false);
  assert.strictEqual(storage.getStore(), 'emitted here');
}));
assert.ok(emitter instanceof EventEmitter && emitter.asyncResource instanceof AsyncResource);
assert.strictEqual(emitter.asyncResource.eventEmitter, emitter);
assert.strictEqual(emitter.asyncId, emitter.asyncResource.asyncId());
assert.strictEqual(emitter.triggerAsyncId, emitter.asyncResource.triggerAsyncId());
assert.strictEqual(emitter.emitDestroy(), undefined);

class Named extends EventEmitterAsyncResource {}
new Named();
new Named('a string');
const bad = { code: 'ERR_INVALID_ARG_TYPE', message: 'The "options.name" property must be of type string. Received undefined' };
assert.throws(() => new EventEmitterAsyncResource(), bad);
assert.throws(() => new EventEmitterAsyncResource({}), bad);
assert.throws(() => EventEmitterAsyncResource(), TypeError);
const illegal = { code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type EventEmitterAsyncResource' };
assert.throws(() => EventEmitterAsyncResource.prototype.emit.call({}), illegal);
assert.throws(() => EventEmitterAsyncResource.prototype.emitDestroy.call({}), illegal);
