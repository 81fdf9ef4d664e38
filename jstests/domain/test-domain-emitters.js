'use strict';
// Emitters of a domain: made inside, added, removed; their unheard errors, and what their listeners throw.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const domain = require('domain');
const { EventEmitter } = require('events');

process.on('uncaughtException', mustNotCall('uncaughtException'));
assert.strictEqual(EventEmitter.usingDomains, true);
assert.strictEqual(new EventEmitter().domain, null);

const d = domain.createDomain();
assert.ok(d instanceof domain.Domain && d instanceof EventEmitter);
assert.deepStrictEqual(d.members, []);
const errors = [];
d.on('error', (err) => errors.push(err));

let inside;
d.run(() => { inside = new EventEmitter(); });
assert.strictEqual(inside.domain, d);
assert.ok(!Object.keys(inside).includes('domain'));
const first = new Error('unheard');
assert.strictEqual(inside.emit('error', first), false);
assert.strictEqual(errors.pop(), first);
assert.strictEqual(first.domainEmitter, inside);
assert.strictEqual(first.domain, d);
assert.strictEqual(first.domainThrown, false);
inside.emit('error');
assert.strictEqual(errors.pop().code, 'ERR_UNHANDLED_ERROR');

// Its own listener comes first.
inside.once('error', mustCall());
assert.strictEqual(inside.emit('error', new Error('heard')), true);
assert.deepStrictEqual(errors, []);

const added = new EventEmitter();
d.add(added);
d.add(added);
assert.deepStrictEqual(d.members, [added]);
added.on('x', mustCall(function(a, b) {
  assert.strictEqual(this, added);
  assert.strictEqual(process.domain, d);
  assert.deepStrictEqual([a, b], [1, 2]);
}));
assert.strictEqual(added.emit('x', 1, 2), true);
assert.strictEqual(added.emit('y'), false);
assert.ok(!process.domain);

const other = domain.create();
other.add(added); // belongs to one
assert.deepStrictEqual(d.members, []);
assert.strictEqual(added.domain, other);
other.remove(added);
assert.strictEqual(added.domain, null);
assert.throws(() => added.emit('error', new Error('nobody')), { message: 'nobody' });

// No circles.
d.add(other);
other.add(d);
assert.strictEqual(other.domain, d);
assert.ok(!d.domain);

// What a listener throws later is the domain's.
const late = new EventEmitter();
const owner = domain.create();
owner.add(late);
owner.on('error', mustCall((err) => {
  assert.strictEqual(err.message, 'thrown');
  assert.strictEqual(err.domainThrown, true);
}));
late.on('go', () => { throw new Error('thrown'); });
setImmediate(() => late.emit('go'));
