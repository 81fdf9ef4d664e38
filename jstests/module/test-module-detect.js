// Files that nothing but their syntax calls ECMAScript modules.
const { mustCall } = require('../common');
const assert = require('assert');
const path = require('path');

const at = (name) => path.join(__dirname, 'fixtures', 'detect', name);

assert.deepStrictEqual(require(at('imports.js')).kinds, ['string', 'undefined', 'undefined', true]);
assert.strictEqual(require(at('imports.js')).default, 'imports');
require(at('declares.js'));
assert.strictEqual(globalThis.declared, 'ownmine');
require(at('sloppy.js'));
assert.strictEqual(globalThis.sloppy, 'object');
assert.throws(() => require(at('awaits.js')), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
assert.throws(() => require(at('broken.js')), SyntaxError);
// What is called something is that.
assert.throws(() => require(at('commonjs/exports.js')), { name: 'SyntaxError', message: "Unexpected token 'export'" });

(async () => {
  const { all } = await import('./fixtures/detect/all.mjs');
  assert.deepStrictEqual(all, ['imports', ['string', 'undefined', 'undefined', true], 'awaited', [1, 'function']]);
  assert.strictEqual((await import('./fixtures/detect/awaits.js')).kind, 'undefined');
  assert.strictEqual(await require(at('dynamic.js'))(), 'imports');
  assert.strictEqual(await import(at('imports.js')), await import('./fixtures/detect/imports.js'));
  // What CommonJS has and modules have not.
  await assert.rejects(import(at('requires.js')), {
    name: 'ReferenceError', message: 'require is not defined in ES module scope, you can use import instead',
  });
  await assert.rejects(import(at('typed/whole.js')), {
    name: 'ReferenceError', message: "module is not defined in ES module scope\nThis file is being treated as an ES module because it has a " +
      `'.js' file extension and '${at('typed/package.json')}' contains "type": "module". To treat it as a CommonJS script, ` +
      "rename it to use the '.cjs' file extension.",
  });
})().then(mustCall());
