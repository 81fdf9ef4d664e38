'use strict';
const assert = require('assert');

assert.throws(() => require('./no-such-file'), (err) => {
  assert.strictEqual(err.code, 'MODULE_NOT_FOUND');
  assert.deepStrictEqual(err.requireStack, [__filename]);
  assert.strictEqual(err.message, `Cannot find module './no-such-file'\nRequire stack:\n- ${__filename}`);
  return true;
});
assert.throws(() => require('no-such-package'), { code: 'MODULE_NOT_FOUND' });
assert.throws(() => require('node:nothing'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE', message: 'No such built-in module: node:nothing' });
assert.throws(() => require(''), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => require(5), {
  code: 'ERR_INVALID_ARG_TYPE',
  message: 'The "id" argument must be of type string. Received type number (5)',
});

// One that throws is not cached; its error comes as it is.
for (let i = 0; i < 2; i++) {
  assert.throws(() => require('./fixtures/throws'), { message: 'from the module' });
}
assert.strictEqual(global.thrown, 2);
assert.strictEqual(require.resolve('./fixtures/throws') in require.cache, false);
assert.throws(() => require('./fixtures/syntax'), SyntaxError);
