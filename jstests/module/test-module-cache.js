'use strict';
const assert = require('assert');
const path = require('path');

const a = require('./fixtures/counter');
assert.strictEqual(require('./fixtures/counter.js'), a);
assert.strictEqual(a.loads, 1);
const file = require.resolve('./fixtures/counter');
assert.strictEqual(file, path.join(__dirname, 'fixtures', 'counter.js'));
assert.strictEqual(require.cache[file].exports, a);
assert.strictEqual(require.cache[file].loaded, true);
assert(module.children.includes(require.cache[file]));
delete require.cache[file];
assert.notStrictEqual(require('./fixtures/counter'), a);
assert.strictEqual(require('./fixtures/counter').loads, 2);

assert.strictEqual(require.main, module);
assert.strictEqual(module.id, '.');
assert.strictEqual(module.filename, __filename);
assert.strictEqual(module.loaded, false);
assert.strictEqual(this, module.exports);
assert.strictEqual(exports, module.exports);
assert.deepStrictEqual(Object.keys(require), ['resolve', 'main', 'extensions', 'cache']);
