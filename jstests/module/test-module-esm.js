// ECMAScript modules, as import() finds them.
const { mustCall } = require('../common');
const assert = require('assert');
const path = require('path');
const { pathToFileURL } = require('url');

const file = path.join(__dirname, 'fixtures', 'esm', 'a.mjs');

import(file).then(mustCall((a) => {
  assert.strictEqual(a.default.name, 'named');
  assert.strictEqual(a.self, undefined);
  assert.strictEqual(a.before, 1);
  assert.deepStrictEqual(a.after, [2, 2]);
  assert.strictEqual(a.c.c, 1);
  assert.strictEqual(a.ns.default, 'def');
  assert.strictEqual(a.sameFS, true);
  assert.strictEqual(a.meta.url, pathToFileURL(file).href);
  assert.strictEqual(a.meta.filename, file);
  assert.deepStrictEqual(a.resolved, [pathToFileURL(path.join(path.dirname(file), 'b.mjs')).href, 'node:fs']);
  assert.strictEqual(a.babel.default, 'inner');
  assert.strictEqual(a.babelNamed, 1);
  assert.match(a.where(), /a\.mjs:16:\d+/);
}));

import(pathToFileURL(file)).then(mustCall((a) => assert.strictEqual(a.before, 1)));
import('fs').then(mustCall((fs) => assert.strictEqual(fs.default, require('fs'))));
import('./nowhere.mjs').then(null, mustCall((err) => assert.match(err.code, /MODULE_NOT_FOUND/)));

// What a module exports as 'module.exports' is what require returns.
const named = path.join(__dirname, 'fixtures', 'esm', 'named.mjs');
assert.strictEqual(require(named)(), 'whole');
assert.strictEqual(require(named), require(named));
import(path.join(path.dirname(named), 'named-import.mjs')).then(mustCall((ns) => assert.deepStrictEqual(ns.result, ['whole', 1])));
