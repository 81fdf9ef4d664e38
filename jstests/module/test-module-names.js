'use strict';
// A name that a module does not export is a SyntaxError before anything runs.
const { mustCall } = require('../common');
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { pathToFileURL } = require('url');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'names-'));
const files = {
  'some.mjs': 'globalThis.ran = (globalThis.ran ?? 0) + 1; export const there = 1; export function late() {}',
  'star.mjs': 'export * from "./some.mjs"; export * from "./round.mjs"; export default 5;',
  'round.mjs': 'export * from "./star.mjs"; export const around = 3;',
  'builtin-star.mjs': 'export * from "path";',
  'plain.cjs': 'exports.first = 1; setImmediate(() => { exports.later = 2 }); exports["second"] = 3;',
  'whole.cjs': 'module.exports = require("./plain.cjs")',
};
for (const name of Object.keys(files)) fs.writeFileSync(path.join(dir, name), files[name]);

let count = 0;
const load = (source) => {
  const file = path.join(dir, `main${count++}.mjs`);
  fs.writeFileSync(file, source);
  return import(pathToFileURL(file));
};
const refused = (source, message) => assert.rejects(load(source), (e) => {
  assert.ok(e instanceof SyntaxError);
  assert.strictEqual(e.message, message);
  return true;
});
const missing = (specifier, name) => `The requested module '${specifier}' does not provide an export named '${name}'`;

(async () => {
  await refused('import { nope } from "./some.mjs"; console.log(nope)', missing('./some.mjs', 'nope'));
  await refused('import { nope as there } from "./some.mjs"; there()', missing('./some.mjs', 'nope'));
  await refused('import nope from "./some.mjs"; nope``', missing('./some.mjs', 'default'));
  await refused('import { default as nope } from "./some.mjs"; console.log(nope)', missing('./some.mjs', 'default'));
  await refused('export { nope } from "./some.mjs"', missing('./some.mjs', 'nope'));
  await refused('import { nope } from "./star.mjs"; console.log(nope)', missing('./star.mjs', 'nope'));
  await refused('import { nope } from "./builtin-star.mjs"; console.log(nope)', missing('./builtin-star.mjs', 'nope'));
  await refused('import fs, { nope } from "node:fs"; console.log(nope, fs)', missing('node:fs', 'nope'));
  await refused('import { nope } from "./some.mjs"; await 1; console.log(nope)', missing('./some.mjs', 'nope'));
  fs.writeFileSync(path.join(dir, 'broken.mjs'), 'import { nope } from "./some.mjs"; console.log(nope)');
  await refused('import "./broken.mjs"', missing('./some.mjs', 'nope'));
  assert.strictEqual(globalThis.ran, undefined);

  await assert.rejects(load('import { nope } from "./plain.cjs"; console.log(nope)'), (e) => {
    assert.ok(e instanceof SyntaxError);
    assert.ok(e.message.startsWith("Named export 'nope' not found. The requested module './plain.cjs' is a CommonJS module, which may not support all module.exports as named exports.\n"));
    return true;
  });

  const ok = await load(`
    import def, { there as here, late, around } from './star.mjs';
    import * as star from './star.mjs';
    import { first, second, later } from './plain.cjs';
    import { first as again } from './whole.cjs';
    import { join } from './builtin-star.mjs';
    import path, { sep } from 'path';
    export { around } from './round.mjs';
    // import { nope } from './some.mjs'
    export const got = [def, here, typeof late, around, star.nope, first, second, later, again, typeof join, sep === path.sep];
    export const text = 'import_some.nope, import_star.nope';
  `);
  assert.deepStrictEqual(ok.got, [5, 1, 'function', 3, undefined, 1, 3, undefined, 1, 'function', true]);
  assert.strictEqual(ok.around, 3);
  const named = await load('import * as import_some from "./some.mjs"; export default import_some.nope');
  assert.strictEqual(named.default, undefined);
})().then(mustCall(() => fs.rmSync(dir, { recursive: true })));
