'use strict';
const assert = require('assert');

const b = Buffer.from('hello world, hello moon');
assert.strictEqual(b.indexOf('hello'), 0);
assert.strictEqual(b.indexOf('hello', 1), 13);
assert.strictEqual(b.lastIndexOf('hello'), 13);
assert.strictEqual(b.indexOf(Buffer.from('moon')), 19);
assert.strictEqual(b.indexOf(0x77), 6);
assert.strictEqual(b.indexOf('nope'), -1);
assert.strictEqual(b.indexOf('o', -3), 20);
assert.strictEqual(b.includes('world'), true);
assert.strictEqual(b.indexOf(''), 0);
assert.strictEqual(b.equals(Buffer.from(b)), true);
assert.strictEqual(Buffer.compare(Buffer.from('a'), Buffer.from('b')), -1);
assert.strictEqual(b.compare(Buffer.from('hello'), 0, 5, 13, 18), 0);
assert.strictEqual(b.copy(b, 0, 13, 18), 5);
const f = Buffer.alloc(4);
assert.strictEqual(f.fill('xyz').toString(), 'xyzx');
assert.strictEqual(f.fill(0x61, 1, 3).toString(), 'xaax');
assert.strictEqual(f.write('☃☃'), 3); // whole characters only
assert.strictEqual(f.write('zz', 3), 1);
assert.strictEqual(Buffer.from('abcd').swap16().toString(), 'badc');
assert.strictEqual(Buffer.from([1, 2, 3]).reverse().join(), '3,2,1');
