'use strict';
const assert = require('assert');

const b = Buffer.alloc(16);
assert.strictEqual(b.writeUInt32BE(0xdeadbeef, 0), 4);
assert.strictEqual(b.readUInt16LE(0), 0xadde);
assert.strictEqual(b.readInt8(0), -34);
assert.strictEqual(b.readInt32BE(0), -559038737);
assert.strictEqual(b.writeDoubleLE(Math.PI, 8), 16);
assert.strictEqual(b.readDoubleLE(8), Math.PI);
b.writeFloatBE(1.5, 4);
assert.strictEqual(b.readFloatBE(4), 1.5);
b.writeIntBE(-2, 0, 6);
assert.strictEqual(b.readIntBE(0, 6), -2);
assert.strictEqual(b.readUIntBE(0, 6), 2 ** 48 - 2);
b.writeBigInt64LE(-5n, 0);
assert.strictEqual(b.readBigInt64LE(0), -5n);
assert.strictEqual(b.readUint8(0), 251);
assert.throws(() => b.writeUInt8(256, 0), {
  code: 'ERR_OUT_OF_RANGE',
  message: 'The value of "value" is out of range. It must be >= 0 and <= 255. Received 256',
});
assert.throws(() => b.readUInt32LE(13), {
  code: 'ERR_OUT_OF_RANGE',
  message: 'The value of "offset" is out of range. It must be >= 0 and <= 12. Received 13',
});
assert.throws(() => b.readInt8('0'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => Buffer.alloc(1).readUInt16BE(0), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
