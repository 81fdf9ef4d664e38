'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const { Writable } = require('stream');

const written = [];
let release;
const w = new Writable({
  highWaterMark: 4,
  write(chunk, encoding, callback) {
    assert.strictEqual(encoding, 'buffer');
    written.push(String(chunk));
    release = callback;
  },
});
assert.strictEqual(w.write('abc'), true);
assert.strictEqual(w.write('d', mustCall()), false); // four bytes wait
assert.strictEqual(w.writableNeedDrain, true);
assert.strictEqual(w.writableLength, 4);
w.on('drain', mustCall(() => {
  assert.deepStrictEqual(written, ['abc', 'd']);
  assert.strictEqual(w.writableLength, 0);
  w.end('e', mustCall());
  release();
}));
w.on('finish', mustCall(() => assert.strictEqual(w.writableFinished, true)));
assert.deepStrictEqual(written, ['abc']);
release();
setImmediate(() => release());
