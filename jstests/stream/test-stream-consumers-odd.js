'use strict';
// What the consumers make of chunks that are neither bytes nor text: a Blob's parts, or what a TextDecoder takes.
const { mustCall } = require('../common');
const assert = require('assert');
const { buffer, text } = require('stream/consumers');

const from = (...chunks) => (function* () { yield* chunks; })();
const run = async () => {
  assert.strictEqual(String(await buffer(from(undefined, 5, { a: 1 }, null, 1n, new Uint16Array([0x6161])))), 'undefined5[object Object]null1aa');
  await assert.rejects(buffer(from(Symbol('x'))), { name: 'TypeError', message: 'Cannot convert a Symbol value to a string' });
  assert.strictEqual(await text(from(undefined, 'a', Buffer.from('b'))), 'ab');
  await assert.rejects(text(from(5)), { code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.' });
};
run().then(mustCall());
