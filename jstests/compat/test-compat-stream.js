'use strict';
var assert = require('assert');
var stream = require('stream');
var old = require('./old');

var late = new stream.Readable();
late._read = function() {};
late.push(null);
assert.throws(function() { late.push('x'); }, /stream\.push\(\) after EOF/);

var told = new stream.Readable();
told._read = function() {};
told.on('error', old.mustCall(function(err) { assert.equal(err.message, 'stream.push() after EOF'); }));
told.push(null);
assert.strictEqual(told.push('x'), false);

var ended = new stream.Readable();
ended._read = function() {};
ended.on('end', old.mustCall(function() {
  assert.throws(function() { ended.unshift('x'); }, /stream\.unshift\(\) after end event/);
}));
ended.push(null);
ended.resume();

// A pipe does not hide an error that nobody hears.
var from = new stream.Readable();
var to = new stream.Writable();
from._read = function() {};
to._write = function() {};
from.pipe(to);
assert.throws(function() { to.emit('error', new Error('unheard')); }, /unheard/);
