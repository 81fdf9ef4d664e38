'use strict';
const assert = require('assert');
const { Buffer: B, constants, kMaxLength } = require('buffer');

assert.strictEqual(B, Buffer);
assert.deepStrictEqual([...Buffer.from('aé☃😀')], [0x61, 0xc3, 0xa9, 0xe2, 0x98, 0x83, 0xf0, 0x9f, 0x98, 0x80]);
assert.strictEqual(Buffer.from([256, -1, 3.7]).toString('hex'), '00ff03');
assert.deepStrictEqual([...Buffer.alloc(5, 'ab')], [97, 98, 97, 98, 97]);
assert.strictEqual(Buffer.from('abc').inspect(), '<Buffer 61 62 63>');
assert.deepStrictEqual(Buffer.from('ab').toJSON(), { type: 'Buffer', data: [97, 98] });
assert.strictEqual(Buffer.concat([Buffer.from('a'), Buffer.from('bc')], 2).toString(), 'ab');
assert.strictEqual(Buffer.byteLength('é☃', 'utf8'), 5);
assert.strictEqual(Buffer.byteLength('zm9v', 'base64'), 3);
assert(Buffer.isBuffer(Buffer.alloc(0)) && !Buffer.isBuffer(new Uint8Array(1)));
assert.strictEqual(Buffer.isEncoding('UTF-8'), true);
assert.strictEqual(Buffer.isEncoding('nope'), false);
assert.strictEqual(constants.MAX_LENGTH, kMaxLength);

// subarray and slice share, from copies.
const a = Buffer.from('abcdef');
const s = a.slice(1, -1);
assert.strictEqual(s.toString(), 'bcde');
s[0] = 0x42;
assert.strictEqual(a.toString(), 'aBcdef');
const c = Buffer.from(a);
c[0] = 0;
assert.strictEqual(a[0], 97);
assert(a instanceof Uint8Array);

assert.throws(() => Buffer.from(5), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => Buffer.alloc(-1), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => Buffer.alloc('5'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => Buffer.from('a').toString('nope'), { code: 'ERR_UNKNOWN_ENCODING', message: 'Unknown encoding: nope' });

// concat adds up the lengths before it looks at what has them.
for (const list of [[undefined], [1, undefined], [, Buffer.from('a')]]) {
  assert.throws(() => Buffer.concat(list), { name: 'TypeError', message: "Cannot read properties of undefined (reading 'length')" });
}
assert.throws(() => Buffer.concat([null]), { message: "Cannot read properties of null (reading 'length')" });
assert.throws(() => Buffer.concat([undefined], 5), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => Buffer.concat(['a']), { code: 'ERR_INVALID_ARG_TYPE' });
