'use strict';
// bind and intercept; enter and exit by hand; nested domains.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const domain = require('domain');

const d = domain.create();
const bound = d.bind(function(a, b) {
  assert.strictEqual(process.domain, d);
  return [this.me, a, b];
});
assert.strictEqual(bound.domain, d);
assert.deepStrictEqual(bound.call({ me: 1 }, 2, 3), [1, 2, 3]);
assert.ok(!process.domain);

let told;
d.on('error', (err) => { told = err; });
const callback = mustCall((data) => { assert.strictEqual(data, 'data'); return 7; });
const intercepted = d.intercept(callback);
assert.strictEqual(intercepted(null, 'data'), 7);
const err = new Error('handed');
assert.strictEqual(intercepted(err, 'data'), undefined);
assert.strictEqual(told, err);
assert.strictEqual(err.domainBound, callback);
assert.strictEqual(err.domainThrown, false);
assert.strictEqual(err.domain, d);

// run passes arguments and the result on, and this is the domain.
assert.strictEqual(d.run(function(a, b) { assert.strictEqual(this, d); return a + b; }, 1, 2), 3);

// By hand, as a stack.
const a = domain.create(), b = domain.create();
a.enter();
b.enter();
a.enter();
assert.strictEqual(domain._stack.length, 3);
a.exit();
assert.strictEqual(process.domain, b);
assert.strictEqual(domain._stack.length, 2);
b.exit();
assert.strictEqual(process.domain, a);
b.exit(); // not in: nothing
assert.strictEqual(process.domain, a);
b.enter();
a.exit(); // with all that was entered inside
assert.ok(!process.domain);
assert.strictEqual(domain._stack.length, 0);

// An error of the inner one's handler is the outer's.
const outer = domain.create(), inner = domain.create();
outer.on('error', mustCall((e) => assert.strictEqual(e.message, 'second')));
inner.on('error', mustCall((e) => {
  assert.strictEqual(e.message, 'first');
  assert.strictEqual(process.domain, outer);
  throw new Error('second');
}));
process.on('uncaughtException', mustNotCall('uncaughtException'));
setImmediate(() => {
  outer.run(() => inner.run(() => { throw new Error('first'); }));
});

// Domains and a capture callback exclude each other.
assert.throws(() => process.setUncaughtExceptionCaptureCallback(() => {}),
  { code: 'ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE' });
