// The constants of zlib on the module, what is frozen, and the private names that programs read.
const assert = require('assert');
const zlib = require('zlib');

for (const [name, value] of Object.entries(zlib.constants)) {
  const d = Object.getOwnPropertyDescriptor(zlib, name);
  if (name.startsWith('BROTLI')) assert.strictEqual(d, undefined, name);
  else assert.deepStrictEqual(d, { value, writable: false, enumerable: false, configurable: false }, name);
}
assert.strictEqual(zlib.GZIP, 3);
assert(Object.isFrozen(zlib.codes));
assert.throws(() => { 'use strict'; zlib.codes.Z_OK = 1; }, TypeError);
assert.throws(() => { 'use strict'; zlib.codes = 1; }, TypeError);

const gzip = zlib.createGzip({ level: NaN, strategy: NaN });
assert.deepStrictEqual([gzip._level, gzip._strategy], [-1, 0]);
const deflate = zlib.createDeflate({ level: 9, strategy: 2 });
assert.deepStrictEqual([deflate._level, deflate._strategy], [9, 2]);

// The method of a further member is looked at as soon as it is there.
assert.throws(() => zlib.gunzipSync(Buffer.concat([zlib.gzipSync('a'), Buffer.from([0x1f, 0x8b, 0xff, 0xff])])),
  { code: 'Z_DATA_ERROR', message: 'unknown compression method' });

// What follows the end of the input is not counted: who reads several in a row finds the next by it.
const { mustCall } = require('../common');
const input = zlib.deflateSync('text '.repeat(50));
const rest = Buffer.from('what follows');
for (const feed of [
  (s) => s.end(Buffer.concat([input, rest])),
  (s) => { s.write(input); s.end(rest); },
  (s) => { s.write(input.subarray(0, 5)); s.write(Buffer.concat([input.subarray(5), rest])); s.end(rest); },
]) {
  const inflate = zlib.createInflate();
  inflate.resume().on('end', mustCall(() => assert.strictEqual(inflate.bytesWritten, input.length)));
  feed(inflate);
}
