'use strict';
// Globals are ordinary properties to whoever looks at their descriptors, also before they were used.
require('../common');
const assert = require('assert');

for (const [name, type] of [['URL', 'function'], ['URLSearchParams', 'function']]) {
  const d = Object.getOwnPropertyDescriptor(globalThis, name);
  assert.deepStrictEqual([typeof d.value, d.writable, d.configurable, d.enumerable, d.get], [type, true, true, false, undefined], name);
  assert.strictEqual(d.value, globalThis[name]);
}
const all = Object.getOwnPropertyDescriptors(globalThis);
assert.strictEqual(all.Event.value, Event);
assert.strictEqual(all.setTimeout.value, setTimeout);

// All else is as it was.
assert.strictEqual(Object.getOwnPropertyDescriptor(globalThis, 'nothing of that name'), undefined);
assert.deepStrictEqual(Object.getOwnPropertyDescriptor({ a: 1 }, 'a'), { value: 1, writable: true, enumerable: true, configurable: true });
assert.strictEqual(typeof Object.getOwnPropertyDescriptor({ get a() { return 1; } }, 'a').get, 'function');
assert.throws(() => Object.getOwnPropertyDescriptor(null, 'a'), TypeError);
assert.throws(() => Reflect.getOwnPropertyDescriptor(1, 'a'), TypeError);
assert.strictEqual(Object.getOwnPropertyDescriptor.name, 'getOwnPropertyDescriptor');
assert.strictEqual(Object.getOwnPropertyDescriptor.length, 2);
assert.deepStrictEqual(Object.keys(Object), []);
