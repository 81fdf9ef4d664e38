'use strict';
// The classes under the names of Node's files, which packages of the time before stream@2 require.
require('../common');
const assert = require('assert');
const stream = require('stream');
const { builtinModules } = require('module');

for (const name of ['Duplex', 'PassThrough', 'Readable', 'Transform', 'Writable']) {
  const id = '_stream_' + name.toLowerCase();
  assert.strictEqual(require(id), stream[name], id);
  assert.strictEqual(require('node:' + id), stream[name], id);
  assert.ok(builtinModules.includes(id), id);
}
