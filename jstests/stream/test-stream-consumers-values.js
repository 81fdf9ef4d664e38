'use strict';
// Chunks that are no bytes: buffer, arrayBuffer and blob take their text, as a Blob does.
const common = require('../common');
const assert = require('assert');
const { Readable, compose, PassThrough, Duplex, Writable } = require('stream');
const { arrayBuffer, blob, buffer, text } = require('stream/consumers');

const values = () => Readable.from([1, true, { toString: () => 'o' }]);

buffer(values()).then(common.mustCall((b) => assert.strictEqual(b.toString(), '1trueo')));
arrayBuffer(values()).then(common.mustCall((a) => assert.strictEqual(a.byteLength, 6)));
blob(values()).then(common.mustCall((b) => assert.strictEqual(b.size, 6)));
blob(Readable.from([new Blob(['ab']), 'c'])).then(common.mustCall((b) => assert.strictEqual(b.size, 3)));
text(values()).then(common.mustNotCall(), common.mustCall((e) => assert.strictEqual(e.code, 'ERR_INVALID_ARG_TYPE')));

const from = (...chunks) => (function* () { yield* chunks; })();
const odd = async () => {
  assert.strictEqual(String(await buffer(from(undefined, 5, { a: 1 }, null, 1n, new Uint16Array([0x6161])))), 'undefined5[object Object]null1aa');
  await assert.rejects(buffer(from(Symbol('x'))), { name: 'TypeError', message: 'Cannot convert a Symbol value to a string' });
  assert.strictEqual(await text(from(undefined, 'a', Buffer.from('b'))), 'ab');
  await assert.rejects(text(from(5)), { code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.' });
};
odd().then(common.mustCall());

// The option signal has to be one.
for (const Class of [Readable, Writable, Duplex, PassThrough]) {
  assert.throws(() => new Class({ signal: {} }), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "signal" argument must be an instance of AbortSignal. Received an instance of Object',
  });
}

// compose of what is no stream throws, and the failure of its pipeline reaches nobody who is there.
assert.throws(() => compose(Readable.from(['a']), new PassThrough(), { end: false }), { code: 'ERR_INVALID_ARG_TYPE' });
process.on('uncaughtException', (err) => {
  if (!(err instanceof ReferenceError)) throw err; // node looks for the Duplex that it did not make
});
