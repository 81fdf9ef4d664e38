// What process has beside the everyday: as node has it.
const { tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');

const shown = (name) => {
  const d = Object.getOwnPropertyDescriptor(process, name);
  if (d === undefined) return 'missing';
  const kind = d.get || d.set ? 'accessor' : typeof d.value + (d.writable ? 'w' : '');
  return kind + (d.enumerable ? 'e' : '') + (d.configurable ? 'c' : '');
};
for (const [name, want] of Object.entries({
  version: 'stringec', versions: 'objectec', arch: 'stringec', platform: 'stringec', release: 'objectec', argv: 'objectwec',
  execArgv: 'objectwec', execPath: 'stringwec', argv0: 'stringe', pid: 'numberec', ppid: 'numberwec', config: 'objectec',
  features: 'objecte', env: 'objectwec', exitCode: 'accessore', _exiting: 'accessorec', sourceMapsEnabled: 'accessorec',
  allowedNodeEnvironmentFlags: 'accessorec', getBuiltinModule: 'functionwec', loadEnvFile: 'functionwec',
  openStdin: 'functionwec', dlopen: 'functionwec', assert: 'functionwec', _linkedBinding: 'functionwec',
  _getActiveRequests: 'functionwec', setSourceMapsEnabled: 'functionwec',
})) assert.strictEqual(shown(name), want, name);
assert.throws(() => { 'use strict'; process.version = 'x'; }, TypeError);
assert.throws(() => { 'use strict'; process.versions.node = 'x'; }, TypeError);
assert(Object.isFrozen(process.config));
assert(Object.isFrozen(process.config.variables));
assert.deepStrictEqual(Object.getOwnPropertyDescriptor(process, Symbol.toStringTag),
  { value: 'process', writable: true, enumerable: false, configurable: false });

// getBuiltinModule
for (const id of ['fs', 'node:fs', 'stream/promises', 'node:test']) assert.strictEqual(process.getBuiltinModule(id), require(id), id);
for (const id of ['test', 'internal/util', 'node:nothing', './fs', '']) assert.strictEqual(process.getBuiltinModule(id), undefined, id);
assert.throws(() => process.getBuiltinModule(1), { code: 'ERR_INVALID_ARG_TYPE', message: 'The "id" argument must be of type string. Received type number (1)' });

// loadEnvFile
const file = tmp('loaded.env');
fs.writeFileSync(file, 'LOADED_A=1\nLOADED_B="two words"\nLOADED_C=file\n');
process.env.LOADED_C = 'mine';
assert.strictEqual(process.loadEnvFile(file), undefined);
assert.deepStrictEqual([process.env.LOADED_A, process.env.LOADED_B, process.env.LOADED_C], ['1', 'two words', 'mine']);
delete process.env.LOADED_A;
process.loadEnvFile(Buffer.from(file));
assert.strictEqual(process.env.LOADED_A, '1');
delete process.env.LOADED_A;
process.loadEnvFile(require('url').pathToFileURL(file));
assert.strictEqual(process.env.LOADED_A, '1');
assert.throws(() => process.loadEnvFile(tmp('none')), { code: 'ENOENT', syscall: 'open', path: tmp('none') });
assert.throws(() => process.loadEnvFile(tmp('')), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => process.loadEnvFile(1), {
  code: 'ERR_INVALID_ARG_TYPE', message: 'The "path" argument must be of type string or an instance of Buffer or URL. Received type number (1)' });

// allowedNodeEnvironmentFlags
const flags = process.allowedNodeEnvironmentFlags;
assert(flags instanceof Set);
assert(Object.isFrozen(flags));
assert.strictEqual(flags.constructor.name, 'NodeEnvironmentFlagsSet');
for (const flag of flags) {
  for (const form of [flag, flag.replace(/^--?/, ''), flag.replace(/(?<=\w)-/g, '_'), flag + '=1']) assert(flags.has(form), form);
}
for (const flag of ['--eval', '--REQUIRE', '--r', '---require', 'stack-trace-limit=3', 1, undefined]) assert(!flags.has(flag), String(flag));
const { size } = flags;
assert.strictEqual(flags.add('x'), flags);
assert.strictEqual(flags.delete('-r'), false);
flags.clear();
Set.prototype.add.call(flags, 'x');
assert.strictEqual(flags.size, size);
assert.deepStrictEqual([...flags], [...flags.keys()]);
assert.strictEqual([...flags.entries()].length, [...flags].length);
let n = 0;
flags.forEach(function(flag, again, set) {
  assert.strictEqual(flag, again);
  assert.strictEqual(set, flags);
  assert.strictEqual(this.n, 1);
  n++;
}, { n: 1 });
assert.strictEqual(n, size);

// The rest.
assert.throws(() => process.dlopen(), { code: 'ERR_MISSING_ARGS', message: 'process.dlopen needs at least 2 arguments' });
assert.throws(() => process.dlopen({ exports: {} }, tmp('x.node')), { code: 'ERR_DLOPEN_FAILED' });
assert.throws(() => process._linkedBinding('x'), { code: 'ERR_INVALID_MODULE', message: 'No such binding was linked: x' });
assert.strictEqual(process.sourceMapsEnabled, false);
process.setSourceMapsEnabled(true);
assert.strictEqual(process.sourceMapsEnabled, true);
process.setSourceMapsEnabled(false);
assert.throws(() => process.setSourceMapsEnabled(1), { code: 'ERR_INVALID_ARG_TYPE' });
assert.deepStrictEqual(process._getActiveRequests(), []);
fs.stat(__filename, () => {});
assert.deepStrictEqual(process._getActiveRequests().map((r) => r.constructor.name), ['FSReqCallback']);
process.once('warning', (w) => assert.strictEqual(w.code, 'DEP0100'));
process.assert(1);
assert.throws(() => process.assert(0), { code: 'ERR_ASSERTION', message: 'assertion error' });
assert.throws(() => process.assert(0, 'why'), { code: 'ERR_ASSERTION', message: 'why' });
const before = process.title;
process.title = 'tested';
assert.strictEqual(process.title, 'tested');
process.title = before;
