'use strict';
// WeakRef and FinalizationRegistry: what they take and what they are.
require('../common');
const assert = require('assert');

const object = { a: 1 };
const ref = new WeakRef(object);
assert.strictEqual(ref.deref(), object);
const symbol = Symbol('x');
assert.strictEqual(new WeakRef(symbol).deref(), symbol);
assert.strictEqual(String(ref), '[object WeakRef]');
const throws = (fn, message) => assert.throws(fn, { name: 'TypeError', message });
for (const target of [undefined, 5, 'text', null, Symbol.for('registered')]) throws(() => new WeakRef(target), 'WeakRef: invalid target');
throws(() => WeakRef.prototype.deref.call({}), 'Method WeakRef.prototype.deref called on incompatible receiver #<Object>');
class Named extends WeakRef {
  constructor(target) { super(target); this.name = 'n'; }
}
assert.strictEqual(new Named(object).deref(), object);

const registry = new FinalizationRegistry(() => {});
throws(() => new FinalizationRegistry(), 'FinalizationRegistry: cleanup must be callable');
throws(() => registry.register(5), 'FinalizationRegistry.prototype.register: invalid target');
throws(() => registry.register(object, object), 'FinalizationRegistry.prototype.register: target and holdings must not be same');
throws(() => registry.register(object, 1, 5), "Invalid unregisterToken ('5')");
throws(() => registry.unregister(), "Invalid unregisterToken ('undefined')");
assert.strictEqual(registry.register(object, 'held', object), undefined);
assert.strictEqual(registry.register(object, 'held too', object), undefined);
assert.deepStrictEqual([registry.unregister(object), registry.unregister(object)], [true, false]);
assert.strictEqual(registry.register(symbol, 1), undefined);
assert.deepStrictEqual([WeakRef.length, FinalizationRegistry.length, registry.register.length, registry.unregister.length], [1, 1, 2, 1]);
assert.deepStrictEqual(Object.keys(registry), []);
for (const name of ['WeakRef', 'FinalizationRegistry']) {
  const { enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name);
  assert.deepStrictEqual([enumerable, configurable], [false, true]);
}
