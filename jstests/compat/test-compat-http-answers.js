'use strict';
// What leaves when nobody set a field, and what end() and write() say.
var assert = require('assert');
var http = require('http');
var old = require('./old');

var chunked = 'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
var get = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

function answer(handler, want) {
  old.wire(http.createServer(old.mustCall(handler)), get, function(got) { assert.equal(got, want); });
}

answer(function(req, res) { res.end('hi'); }, 'HTTP/1.1 200 OK\r\n' + chunked + '2\r\nhi\r\n0\r\n\r\n');
answer(function(req, res) { res.end(); }, 'HTTP/1.1 200 OK\r\n' + chunked + '0\r\n\r\n');
answer(function(req, res) { res.writeHead(200, { 'X': 'y' }); res.end('hi'); },
       'HTTP/1.1 200 OK\r\nX: y\r\n' + chunked + '2\r\nhi\r\n0\r\n\r\n');
answer(function(req, res) { res.setHeader('Content-Length', 2); res.end('hi'); },
       'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
answer(function(req, res) { res.removeHeader('transfer-encoding'); res.end('hi'); },
       'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi');
answer(function(req, res) { res.statusCode = 204; res.end(); }, 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');

// Line breaks in values are left out with the blanks behind them.
answer(function(req, res) { res.writeHead(200, { 'X': 'a \r\n b: c', 'Y': ['p\r\nq', 'z'] }); res.end(); },
       'HTTP/1.1 200 OK\r\nX: a b: c\r\nY: pq\r\nY: z\r\n' + chunked + '0\r\n\r\n');
answer(function(req, res) {
  res.setHeader('X', 'a\n\tb');
  assert.equal(res.getHeader('x'), 'a\n\tb');
  res.end();
}, 'HTTP/1.1 200 OK\r\nX: ab\r\n' + chunked + '0\r\n\r\n');

answer(function(req, res) {
  res.on('error', old.mustCall(function(err) { assert.equal(err.message, 'write after end'); }));
  assert.strictEqual(res.write('a'), true);
  assert.throws(function() { res.setHeader('x', 'y'); }, /^Error.*: Can't set headers after they are sent\.$/);
  assert.throws(function() { res.removeHeader('x'); }, /^Error.*: Can't remove headers after they are sent\.$/);
  assert.strictEqual(res.end('b'), true);
  assert.strictEqual(res.end('c'), false);
  assert.strictEqual(res.end(), false);
  assert.strictEqual(res.write('d'), true);
}, 'HTTP/1.1 200 OK\r\n' + chunked + '1\r\na\r\n1\r\nb\r\n0\r\n\r\n');

// What was written before a destroy has left.
answer(function(req, res) { res.writeHead(200); res.write('part'); res.destroy(); },
       'HTTP/1.1 200 OK\r\n' + chunked + '4\r\npart\r\n');
