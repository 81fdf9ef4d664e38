'use strict';
const assert = require('assert');
const path = require('path');

assert.strictEqual(process.argv[1], __filename);
assert.deepStrictEqual(process.argv.slice(2), ['an argument']);
assert(path.isAbsolute(process.argv[0]));
assert.strictEqual(process.argv0.length > 0, true);
assert(path.isAbsolute(process.execPath));
assert(Array.isArray(process.execArgv));

assert.strictEqual(process.env.NO_SUCH_VARIABLE, undefined);
assert('TEST_TMPDIR' in process.env);
process.env.NUMBER = 5;
assert.strictEqual(process.env.NUMBER, '5');
process.env.NOTHING = undefined;
assert.strictEqual(process.env.NOTHING, 'undefined');
assert(Object.keys(process.env).includes('NUMBER'));
assert.strictEqual(delete process.env.NUMBER, true);
assert.strictEqual('NUMBER' in process.env, false);
assert.strictEqual(delete process.env.NUMBER, true);
