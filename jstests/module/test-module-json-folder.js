'use strict';
const assert = require('assert');
const path = require('path');

const data = require('./fixtures/data');
assert.deepStrictEqual(data, { a: [1, 2, { b: null }], 'ü': '☃' });
assert.strictEqual(require('./fixtures/data.json'), data);
assert.throws(() => require('./fixtures/bad.json'), (err) => {
  assert(err instanceof SyntaxError);
  assert(err.message.startsWith(path.join(__dirname, 'fixtures', 'bad.json') + ': '), err.message);
  return true;
});

// A folder: package.json's main, else index.js; with and without the slash.
assert.strictEqual(require('./fixtures/folder-main'), 'main');
assert.strictEqual(require('./fixtures/folder-main/'), 'main');
assert.strictEqual(require('./fixtures/folder-index'), 'index');
// A file wins over the folder of that name, unless the slash is there.
assert.strictEqual(require('./fixtures/both'), 'file');
assert.strictEqual(require('./fixtures/both/'), 'folder');
// node_modules of this folder and those above.
assert.strictEqual(require('./fixtures/nested/deep').found, 'package');
