'use strict';
const assert = require('assert');

assert.strictEqual(process.exitCode, undefined);
process.exitCode = 5;
assert.strictEqual(process.exitCode, 5);
assert.throws(() => { process.exitCode = 1.5; }, { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => { process.exitCode = 'x'; }, { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => process.exit({}), { code: 'ERR_INVALID_ARG_TYPE' });
assert.strictEqual(process.exitCode, 5);
process.exitCode = '7';
assert.strictEqual(process.exitCode, '7');
process.on('exit', (code) => {
  assert.strictEqual(+code, 7);
  process.exitCode = undefined;
});
