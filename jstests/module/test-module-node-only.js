'use strict';
// node:test is a built-in under that name alone; a package may be called test.
require('../common');
const assert = require('assert');
const { builtinModules, isBuiltin } = require('module');

assert.throws(() => require('test'), { code: 'MODULE_NOT_FOUND' });
assert.strictEqual(isBuiltin('test'), false);
assert.strictEqual(isBuiltin('node:test'), true);
assert.strictEqual(builtinModules.includes('test'), false);
assert.strictEqual(typeof require('node:test'), 'function');
