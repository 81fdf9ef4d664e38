// What packages replace in Module is what loads: pirates, module-alias, app-module-path, proxyquire and
// their like.
const { tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const Module = require('module');

fs.mkdirSync(tmp('hooks'));
const dir = fs.realpathSync(tmp('hooks'));
const write = (name, text) => {
  const file = path.join(dir, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
};

// What there is, and how.
const shown = {};
for (const name of ['_cache', '_pathCache', '_extensions', 'globalPaths', 'wrap', 'wrapper', 'isBuiltin', '_findPath',
  '_nodeModulePaths', '_resolveLookupPaths', '_load', '_resolveFilename', 'createRequire', '_initPaths', '_preloadModules',
  'syncBuiltinESMExports', 'Module', 'builtinModules', 'runMain', 'findSourceMap', 'register', 'SourceMap']) {
  const d = Object.getOwnPropertyDescriptor(Module, name);
  shown[name] = d.get ? 'accessor ' + d.enumerable : typeof d.value + (typeof d.value === 'function' ? d.value.length : '') +
    (d.writable && d.enumerable && d.configurable);
}
assert.deepStrictEqual(shown, {
  _cache: 'objecttrue', _pathCache: 'objecttrue', _extensions: 'objecttrue', globalPaths: 'objecttrue', wrap: 'accessor false',
  wrapper: 'accessor false', isBuiltin: 'function1true', _findPath: 'function3true', _nodeModulePaths: 'function1true',
  _resolveLookupPaths: 'function2true', _load: 'function3true', _resolveFilename: 'function4true',
  createRequire: 'function1true', _initPaths: 'function0true', _preloadModules: 'function1true',
  syncBuiltinESMExports: 'function0true', Module: 'function0true', builtinModules: 'objecttrue', runMain: 'function0true',
  findSourceMap: 'function1true', register: 'function1true', SourceMap: 'function1true',
});
assert.strictEqual(module.constructor, Module);
assert(Object.isFrozen(Module.builtinModules));
assert(!Object.keys(Module.prototype).includes('constructor'));

// An extension, and what is compiled.
Module._extensions['.up'] = (m, file) => m._compile('module.exports = ' + JSON.stringify(fs.readFileSync(file, 'utf8').toUpperCase()), file);
assert.strictEqual(require(write('a.up', 'text')), 'TEXT');
assert.strictEqual(require(path.join(dir, 'a')), 'TEXT');
delete Module._extensions['.up'];
write('other.up', '');
assert.throws(() => require(path.join(dir, 'other')), { code: 'MODULE_NOT_FOUND' });

const js = Module._extensions['.js'];
Module._extensions['.js'] = (m, file) => {
  const compile = m._compile;
  m._compile = function(text, name) {
    m._compile = compile;
    return m._compile(text.replace('ANSWER', '42'), name);
  };
  js(m, file);
};
assert.strictEqual(require(write('b.js', 'module.exports = ANSWER')), 42);
Module._extensions['.js'] = js;

// The steps of a search.
function replacing(name, fn, then) {
  const before = Module[name];
  Module[name] = function(...args) { return fn.call(this, before.bind(this), ...args); };
  try {
    then();
  } finally {
    Module[name] = before;
  }
}
write('lib/deep/index.js', 'exports.here = __filename');
const there = path.join(dir, 'lib/deep/index.js');
replacing('_resolveFilename', (own, request, ...rest) => own(request.replace(/^@\//, dir + '/lib/'), ...rest), () => {
  assert.strictEqual(require('@/deep').here, there);
  assert.strictEqual(require.resolve('@/deep'), there);
});
replacing('_findPath', (own, request, paths, isMain) => (request === 'nowhere' ? there : own(request, paths, isMain)), () => {
  assert.strictEqual(require('nowhere').here, there);
});
replacing('_resolveLookupPaths', (own, request, parent) => [path.join(dir, 'lib')].concat(own(request, parent)), () => {
  assert.strictEqual(require('deep').here, there);
});
replacing('_nodeModulePaths', (own, from) => [path.join(dir, 'lib')].concat(own(from)), () => {
  assert.strictEqual(require(write('c.js', 'module.exports = require("deep")')).here, there);
  assert.deepStrictEqual(require.cache[path.join(dir, 'c.js')].paths.slice(0, 2), [path.join(dir, 'lib'), path.join(dir, 'node_modules')]);
});
module.paths.unshift(path.join(dir, 'lib'));
write('lib/other.js', 'exports.other = 1');
assert.strictEqual(require('other').other, 1);
assert.strictEqual(Module._pathCache['other\0' + module.paths.concat(Module.globalPaths).join('\0')], path.join(dir, 'lib/other.js'));
module.paths.shift();
replacing('_load', (own, request, ...rest) => (request === 'virtual' ? { virtual: true } : own(request, ...rest)), () => {
  assert.deepStrictEqual(require('virtual'), { virtual: true });
});
assert.strictEqual(Module._findPath('deep', [path.join(dir, 'lib')]), there);
assert.strictEqual(Module._findPath('deep', []), false);
assert.strictEqual(Module._findPath('missing', [dir]), false);
assert.throws(() => Module._findPath('deep', [1]), { code: 'ERR_INVALID_ARG_TYPE' });
assert.strictEqual(Module._resolveLookupPaths('fs'), null);
assert.deepStrictEqual(Module._resolveLookupPaths('./x'), ['.']);
assert.deepStrictEqual(Module._resolveLookupPaths('./x', module), [__dirname]);
assert.deepStrictEqual(Module._resolveLookupPaths('x', { paths: ['/a'] }), ['/a'].concat(Module.globalPaths));
assert.throws(() => require.resolve('x', { paths: 1 }), { code: 'ERR_INVALID_ARG_VALUE', message: "The property 'options.paths' is invalid. Received 1" });

// A built-in module that the cache has is the cache's.
require.cache.os = { exports: 'mine', loaded: true };
assert.strictEqual(require('os'), 'mine');
assert.notStrictEqual(require('node:os'), 'mine');
delete require.cache.os;

// The places that every module sees.
const before = process.env.NODE_PATH;
process.env.NODE_PATH = path.join(dir, 'lib');
assert.throws(() => require('deep/index.js'), { code: 'MODULE_NOT_FOUND' });
Module._initPaths();
assert.strictEqual(Module.globalPaths[0], path.join(dir, 'lib'));
assert.strictEqual(require('deep/index.js').here, there);
if (before === undefined) delete process.env.NODE_PATH; else process.env.NODE_PATH = before;
Module._initPaths();

// Wrappers.
const { wrap } = Module;
assert.strictEqual(Module.wrap('x'), '(function (exports, require, module, __filename, __dirname) { x\n});');
Module.wrap = (text) => wrap('const added = 7;' + text);
assert.strictEqual(require(write('d.js', 'module.exports = added')), 7);
Module.wrap = wrap;
const first = Module.wrapper[0];
Module.wrapper[0] = first + 'const more = 8;';
assert.strictEqual(require(write('e.js', 'module.exports = more')), 8);
Module.wrapper[0] = first;

// A URL may escape what it likes.
const escaped = write('ä b/f.js', 'exports.f = 1');
const { pathToFileURL } = require('url');
assert.strictEqual(Module.createRequire(pathToFileURL(path.join(dir, 'ä b') + '/'))('./f').f, 1);
assert.strictEqual(Module.createRequire(String(pathToFileURL(escaped))).resolve('./f'), escaped);
assert.throws(() => Module.createRequire('relative'), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => Module.createRequire('http://host/x'), { code: 'ERR_INVALID_ARG_VALUE' });

// Who is whose child.
const g = write('g.js', 'require("./a.js")');
write('a.js', '');
require(path.join(dir, 'a.js'));
require(g);
assert.deepStrictEqual(require.cache[g].children.map((m) => m.filename), [path.join(dir, 'a.js')]);

// The field main.
write('broken/package.json', '{"main": "gone.js"}');
assert.throws(() => require(path.join(dir, 'broken')), {
  code: 'MODULE_NOT_FOUND', path: path.join(dir, 'broken/package.json'), requestPath: path.join(dir, 'broken'),
  message: `Cannot find module '${path.join(dir, 'broken/gone.js')}'. Please verify that the package.json has a valid "main" entry`,
});
