'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const { Writable } = require('stream');

const w = new Writable({
  write() { throw new Error('not one by one'); },
  writev: mustCall((chunks, callback) => {
    assert.deepStrictEqual(chunks.map((c) => `${c.chunk} ${c.encoding}`), ['a utf8', 'b latin1']);
    callback();
  }),
  decodeStrings: false,
});
w.cork();
w.cork();
w.write('a');
w.write('b', 'latin1');
assert.strictEqual(w.writableCorked, 2);
w.uncork();
w.uncork();
w.end(mustCall());
