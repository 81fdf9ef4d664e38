'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');

class Modern extends EventEmitter {
  constructor() { super(); this.kind = 'modern'; }
}
function Old() { EventEmitter.call(this); }
Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
function Lazy() {} // never calls the constructor
Lazy.prototype = Object.create(EventEmitter.prototype);

for (const C of [Modern, Old, Lazy]) {
  const a = new C(), b = new C();
  a.on('x', mustCall(function(...args) {
    assert.strictEqual(this, a);
    assert.deepStrictEqual(args, [1, 2, 3, 4]);
  }));
  assert.strictEqual(a.emit('x', 1, 2, 3, 4), true);
  assert.strictEqual(b.emit('x'), false);
  assert(a instanceof EventEmitter);
}
assert.strictEqual(EventEmitter.EventEmitter, EventEmitter);

// Names that are properties of every object are event names like any other.
const e = new EventEmitter();
for (const name of ['__proto__', 'constructor', 'toString', Symbol('s')]) {
  assert.strictEqual(e.emit(name), false);
  e.on(name, mustCall());
  assert.strictEqual(e.emit(name), true);
}
