'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');

// What is unref'd does not keep the process alive, but fires while something else does.
const idle = setTimeout(mustNotCall('a timer nobody waits for'), 60000);
assert.strictEqual(idle.unref(), idle);
assert.strictEqual(idle.hasRef(), false);
setInterval(mustNotCall(), 60000).unref();
setImmediate(mustCall()).ref();
setTimeout(mustCall(), 1).unref();
setTimeout(mustCall(), 20);
const back = setTimeout(mustCall(), 2).unref();
back.ref();
assert.strictEqual(back.hasRef(), true);
