'use strict';
// What fileHandle.read takes for its length and position.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');

(async () => {
  const path = tmp('file');
  fs.writeFileSync(path, 'abcdef');
  const file = await fs.promises.open(path);
  const read = async (...args) => {
    const buffer = Buffer.alloc(3);
    const { bytesRead } = await file.read(buffer, ...args);
    return String(buffer.subarray(args[0] || 0, (args[0] || 0) + bytesRead));
  };
  assert.strictEqual(await read(0, null, 1), 'bcd');
  assert.strictEqual(await read(0, undefined, 2), 'cde');
  assert.strictEqual(await read(1, null, 0), 'ab');
  assert.strictEqual(await read(null, null, 3), 'def');
  assert.strictEqual(await read(0, 0, 3), '');
  // What is no whole number is the current position.
  assert.strictEqual(await read(0, 2, true), 'ab');
  assert.strictEqual(await read(0, 2, 0.5), 'cd');
  assert.strictEqual(await read(0, 1, 'x'), 'e');
  const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(2), length: null, position: 4 });
  assert.strictEqual(bytesRead, 2);
  assert.strictEqual(String(buffer), 'ef');
  await file.close();
})().then(mustCall());
