'use strict';
// Which requests are served.
var assert = require('assert');
var http = require('http');
var old = require('./old');

function server(n) {
  return http.createServer(n ? old.mustCall(function(req, res) { res.end(req.url); }, n) : function() { assert(false); });
}
var tail = 'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n/a\r\n0\r\n\r\n';

old.wire(server(1), 'GET /a HTTP/1.1\r\nConnection: close\r\n\r\n', function(got) {
  assert.equal(got, 'HTTP/1.1 200 OK\r\n' + tail);
});
old.wire(server(1), 'GET /a HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n', function(got) {
  assert.equal(got, 'HTTP/1.1 200 OK\r\n' + tail);
});
var broken = server(0);
broken.on('clientError', old.mustCall(function(err) { assert.equal(err.code, 'HPE_INVALID_METHOD'); }));
old.wire(broken, 'BAD\r\n\r\n', function(got) { assert.equal(got, ''); });
old.wire(server(0), 'BAD\r\n\r\n', function(got) { assert.equal(got, ''); });
