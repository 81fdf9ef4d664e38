'use strict';
const { mustCall } = require('../common');
const assert = require('assert');

const start = Date.now();
const t = setTimeout(mustCall(() => assert(Date.now() - start >= 35, `${Date.now() - start} ms`)), 30);
setTimeout(mustCall(() => assert.strictEqual(t.refresh(), t)), 10);

// After it has fired refresh starts it again.
const again = setTimeout(mustCall(() => { if (!again.done) { again.done = true; again.refresh(); } }, 2), 1);
assert.strictEqual(typeof again[Symbol.toPrimitive](), 'number');
