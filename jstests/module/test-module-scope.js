'use strict';
const assert = require('assert');
const Module = require('module');
const path = require('path');

assert.strictEqual(__dirname, path.dirname(__filename));
assert.strictEqual(typeof globalThis.module, 'undefined');
var local = 1;
assert.strictEqual(globalThis.local, undefined);
assert.strictEqual(local, 1);
assert.strictEqual(require('node:fs'), require('fs'));
assert.deepStrictEqual(require.resolve('fs'), 'fs');
assert(Module.builtinModules.includes('http'));
assert.strictEqual(Module.isBuiltin('node:http'), true);
assert.strictEqual(Module.isBuiltin('express'), false);
assert(module instanceof Module);
assert.strictEqual(Module.createRequire(__filename)('./fixtures/both'), 'file');
assert.strictEqual(require('./fixtures/shebang'), 'ran');
assert.strictEqual(require('./fixtures/bom'), 'ran');
