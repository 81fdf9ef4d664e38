'use strict';
// reset() out of a 'data' listener, as a reader does that has enough: who waits for the flush hears of
// it, or of the error that is in the rest. What follows a reset is a new stream.
const { mustCall } = require('../common');
const assert = require('assert');
const zlib = require('zlib');

const packed = zlib.deflateRawSync(Buffer.alloc(1 << 20));
const inflate = zlib.createInflateRaw();
const told = mustCall();
inflate.on('error', told);
inflate.once('data', mustCall(() => inflate.reset()));
inflate.write(packed);
inflate.flush(told);

const again = zlib.createInflateRaw();
again.write(zlib.deflateRawSync('first'));
again.once('data', mustCall((first) => {
  assert.strictEqual(`${first}`, 'first');
  again.reset();
  again.once('data', mustCall((second) => assert.strictEqual(`${second}`, 'second')));
  again.end(zlib.deflateRawSync('second'));
}));
