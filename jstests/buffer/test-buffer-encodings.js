'use strict';
const assert = require('assert');

const text = 'aé☃😀';
for (const [encoding, want] of Object.entries({
  utf8: '61c3a9e29883f09f9880',
  latin1: '61e9033d00',
  ascii: '61e9033d00',
  ucs2: '6100e90003263dd800de',
  utf16le: '6100e90003263dd800de',
})) {
  assert.strictEqual(Buffer.from(text, encoding).toString('hex'), want, encoding);
}
assert.strictEqual(Buffer.from('00ff7f', 'hex').toString('latin1'), '\0ÿ\x7f');
assert.strictEqual(Buffer.from('00f', 'hex').length, 1);
assert.strictEqual(Buffer.from('zz', 'hex').length, 0);
assert.strictEqual(Buffer.from('Zm9vYg==', 'base64').toString(), 'foob');
assert.strictEqual(Buffer.from('Z m9\nvYg', 'base64').toString(), 'foob');
assert.strictEqual(Buffer.from([251, 255]).toString('base64'), '+/8=');
assert.strictEqual(Buffer.from([251, 255]).toString('base64url'), '-_8');
assert.strictEqual(Buffer.from('-_8', 'base64').toString('hex'), 'fbff');
assert.strictEqual(Buffer.from([0xff, 0x41, 0xe2, 0x98]).toString(), '\ufffdA\ufffd');
assert.strictEqual(Buffer.from([0xe1, 0x80]).toString('ascii'), 'a\0');
assert.strictEqual(Buffer.from('\ud800x').toString('hex'), 'efbfbd78');
assert.strictEqual(atob('Zm8='), 'fo');
assert.strictEqual(btoa('fo'), 'Zm8=');
