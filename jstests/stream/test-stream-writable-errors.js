'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const { Writable } = require('stream');

const make = (o) => new Writable(Object.assign({ write(c, e, cb) { cb(); } }, o));

// After end.
const a = make();
a.end('x');
a.on('error', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_WRITE_AFTER_END')));
assert.strictEqual(a.write('y', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_WRITE_AFTER_END'))), false);

// After destroy: no event, the callback gets the error.
const b = make();
b.on('error', mustNotCall('error'));
b.on('close', mustCall());
b.destroy();
b.write('x', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_DESTROYED')));

// From write, now and later; the stream is destroyed and finish does not come.
for (const later of [false, true]) {
  const c = make({ write(chunk, encoding, cb) { later ? setImmediate(cb, new Error('no')) : cb(new Error('no')); } });
  c.on('error', mustCall((err) => { assert.strictEqual(err.message, 'no'); assert.strictEqual(c.errored, err); }));
  c.on('finish', mustNotCall('finish'));
  c.on('close', mustCall(() => assert.strictEqual(c.destroyed, true)));
  c.write('x', mustCall((err) => assert.strictEqual(err.message, 'no')));
}

assert.throws(() => make().write(null), { code: 'ERR_STREAM_NULL_VALUES' });
assert.throws(() => make().write(5), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => make().write('x', 'no-encoding'), { code: 'ERR_UNKNOWN_ENCODING', message: 'Unknown encoding: no-encoding' });
assert.throws(() => new Writable().write('x'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' });
