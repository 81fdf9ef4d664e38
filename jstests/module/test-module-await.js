// Top-level await: when modules run, what import() and require make of them.
const { mustCall } = require('../common');
const assert = require('assert');
const path = require('path');
const { pathToFileURL } = require('url');
const { inspect, types } = require('util');

const at = (name) => path.join(__dirname, 'fixtures', 'await', name);

(async () => {
  // Siblings begin in order; who imports one that awaits waits for it; the rest does not.
  const { log } = await import('./fixtures/await/order.mjs');
  assert.deepStrictEqual(log.splice(0).filter((s) => s !== 'tick'), ['first begins', 'third', 'fourth begins', 'first ends',
    'fourth goes on', 'second', 'fourth ends', 'main']);

  // Exports are live, functions hoisted, declarations and import.meta as in any module.
  const live = await import('./fixtures/await/live.mjs');
  assert.strictEqual(live.before, 'number');
  assert.strictEqual(live.count, 2);
  assert.strictEqual(live.increase(), 3);
  assert.strictEqual(live.count, 3);
  assert.strictEqual(live.own, 2);
  assert.strictEqual(live.default.value, 2);
  assert.deepStrictEqual([live.a, live.c, live['quoted name'], live.one, live.two, live.star.one], ['a', 'c', 'named', 1, 2, 1]);
  assert.deepStrictEqual(live.imported, [true, true, 'named', 'named']);
  assert.strictEqual(live.meta.url, pathToFileURL(at('live.mjs')).href);
  assert.strictEqual(live.meta.filename, at('live.mjs'));
  assert.strictEqual(live.meta.dirname, path.dirname(at('live.mjs')));
  assert.deepStrictEqual(live.resolved, [pathToFileURL(at('star.mjs')).href, pathToFileURL(at('nowhere.mjs')).href + '?a#b', 'node:fs']);
  assert.deepStrictEqual(live.items, [1, 2]);
  assert.strictEqual(live.dynamic, 2);
  assert.strictEqual(live.declared, 'rmf');
  assert.deepStrictEqual(live.undeclared, Array(5).fill('undefined'));
  assert.match(live.lines, /live\.mjs:19:22\)?$/);
  assert.match(live.where(), /where .*live\.mjs:27:10\)$/);

  const syntax = await import('./fixtures/await/syntax.mjs');
  assert.strictEqual(JSON.stringify(syntax.got), '[[0,1],[0,2],["fin",1],["r"],["two"],[{"s":1},55],["t1,2,3","nn",3],[1,2,3,true],[1,2],[1,9],[1],[2],["if"],["thenable"],[0,"number",true,-5,8,true,null],[null,null],[7],[true],["nullish","nullish",0,"or","and"],["ReferenceError"],["TypeError",1],["!!!!!~",false,"function",true]]');
  assert.deepStrictEqual([syntax.default, syntax['w w']], ['def', 55]);

  // In a cycle the other is seen as far as it has come.
  const cycle = await import('./fixtures/await/cycle-a.mjs');
  assert.deepStrictEqual(cycle.log.splice(0).filter((s) => s !== 'tick'), ['b calls a', 'b ends', 'a sees b', 'a ends']);

  // The same error for all that import it, at any time.
  const errors = [];
  for (const name of ['rejects.mjs', 'rejects.mjs', 'imports-rejects.mjs', 'throws.mjs', 'throws.mjs'])
    await import(at(name)).catch((err) => errors.push(err));
  assert.deepStrictEqual(errors.map((e) => e.message), ['rejected', 'rejected', 'rejected', 'thrown', 'thrown']);
  assert.strictEqual(new Set(errors).size, 2);
  assert.match(errors[0].stack, /rejects\.mjs:2:7/);
  assert.deepStrictEqual(cycle.log, []);
  assert.throws(() => require(at('rejects.mjs')), (err) => err === errors[0]);

  // One that awaits goes on when another in its cycle has failed; the cycle has failed, whoever imports it.
  for (const name of ['fails-a.mjs', 'fails-b.mjs', 'fails-a.mjs'])
    await assert.rejects(import(at(name)), { message: 'c' });
  assert.throws(() => require(at('fails-b.mjs')), { message: 'c' });
  for (let i = 0; i < 10; i++) await null;
  assert.deepStrictEqual(cycle.log.splice(0), ['b begins', 'b goes on', 'b ends']);

  const broken = [];
  for (let i = 0; i < 2; i++) await import(at('broken.mjs')).catch((err) => broken.push(err));
  assert.strictEqual(broken[0].name, 'SyntaxError');
  assert.strictEqual(broken[0], broken[1]);

  // A namespace with then is a thenable to import(), and to nothing else.
  assert.strictEqual(await import('./fixtures/await/thenable.mjs'), 'then was called');
  assert.strictEqual((await import('./fixtures/await/imports-thenable.mjs')).type, 'function');

  // require does not wait, whether the module has run or not.
  for (const name of ['star.mjs', 'order.mjs', 'second.mjs'])
    assert.throws(() => require(at(name)), (err) => err.code === 'ERR_REQUIRE_ASYNC_MODULE' && err.message.startsWith(
      'require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the' +
      ' top-level await comes from, use --experimental-print-required-tla.\n  From ' + __filename) && err.message.trimEnd().endsWith('  Requiring ' + at(name)));
})().then(mustCall());

// Namespaces.
(async () => {
  const [ns, again] = await Promise.all([import('./fixtures/await/sync.mjs'), import(pathToFileURL(at('sync.mjs')))]);
  assert.strictEqual(ns, again);
  assert.deepStrictEqual(Reflect.ownKeys(ns), ['default', 'n', 'set', 'undeclared', 'url', Symbol.toStringTag]);
  assert.strictEqual(Object.prototype.toString.call(ns), '[object Module]');
  assert.strictEqual(Object.getPrototypeOf(ns), null);
  assert.ok(types.isModuleNamespaceObject(ns) && !types.isModuleNamespaceObject({}));
  ns.set(5);
  assert.strictEqual(inspect(ns).replace(/\s+/g, ' '), "[Module: null prototype] { default: 'd', n: 5, set: [Function: set]," +
    ` undeclared: [ 'undefined', 'undefined', 'undefined', 'undefined', 'undefined' ], url: '${ns.url}' }`);
  assert.throws(() => { 'use strict'; ns.n = 1; }, TypeError);
  assert.throws(() => { 'use strict'; ns.other = 1; }, TypeError);
  assert.throws(() => { 'use strict'; delete ns.n; }, TypeError);
  assert.strictEqual(ns.__esModule, undefined);
  // Code that was compiled to CommonJS looks for __esModule.
  const required = require('./fixtures/await/sync.mjs');
  assert.strictEqual(required.__esModule, true);
  assert.strictEqual(required.n, 5);
  assert.strictEqual(required.default, 'd');
  // Modules whose URLs have other queries or fragments are others.
  const other = await import('./fixtures/await/sync.mjs?query#fragment');
  assert.notStrictEqual(other, ns);
  assert.strictEqual(other.n, 1);
  assert.strictEqual(other.url, pathToFileURL(at('sync.mjs')).href + '?query#fragment');
  assert.strictEqual(await import(`${pathToFileURL(at('sync.mjs'))}?query#fragment`), other);
  assert.notStrictEqual(await import('./fixtures/await/sync.mjs?query'), other);
  // That of a CommonJS module is one object too.
  assert.strictEqual(await import('./fixtures/await/named.cjs'), await import('./fixtures/await/named.cjs'));
  assert.strictEqual((await import('node:path')).default, path);
})().then(mustCall());

import('node:fs').then(mustCall(async (fs) => assert.strictEqual(fs, await import('fs'))));
import(Symbol('s')).then(null, mustCall((err) => assert.strictEqual(err.message, 'Cannot convert a Symbol value to a string')));
import(at('nowhere.mjs')).then(null, mustCall((err) => {
  assert.strictEqual(err.code, 'ERR_MODULE_NOT_FOUND');
  assert.strictEqual(err.message, `Cannot find module '${at('nowhere.mjs')}' imported from ${__filename}`);
  assert.strictEqual(err.url, pathToFileURL(at('nowhere.mjs')).href);
}));
import('nowhere/at/all').then(null, mustCall((err) => {
  assert.strictEqual(err.message, `Cannot find package 'nowhere' imported from ${__filename}`);
}));
import({ toString() { throw new RangeError('no string'); } }).then(null, mustCall((err) => assert.strictEqual(err.message, 'no string')));
