'use strict';
// An operation without a callback begins; what goes wrong is thrown when it is known.
var assert = require('assert');
var fs = require('fs');
var path = require('path');
var old = require('./old');

var dir = path.join(process.env.TEST_TMPDIR, 'made');
fs.mkdir(dir);
assert.strictEqual(fs.stat(path.join(dir, 'none')), undefined);
process.on('uncaughtException', old.mustCall(function(err) {
  assert.equal(err.code, 'ENOENT');
}));
process.on('exit', function(code) {
  if (code === 0) assert(fs.statSync(dir).isDirectory());
});
