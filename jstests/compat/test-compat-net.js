'use strict';
var assert = require('assert');
var net = require('net');
var old = require('./old');

var server = net.createServer();
server.close(old.mustCall(function(err) { assert.equal(err.message, 'Not running'); }));
assert.equal(server.connections, 0);
server.connections = 10;
assert.equal(server.connections, 10);

var any = net.createServer().listen(-1, old.mustCall(function() {
  assert(any.address().port > 0);
  any.close();
}));

// Written after the end of the other side.
var half = net.createServer(old.mustCall(function(socket) {
  half.close();
  socket.resume();
  socket.on('error', old.mustCall(function(err) { assert.equal(err.code, 'EPIPE'); }));
  socket.on('close', old.mustCall(function() {
    socket.write('late', old.mustCall(function(err) { assert.equal(err.code, 'EPIPE'); }));
  }));
})).listen(0, '127.0.0.1', old.mustCall(function() {
  net.connect(half.address().port, '127.0.0.1').end();
}));

var looked = net.createServer(function(c) { c.end(); looked.close(); }).listen(0, '127.0.0.1', function() {
  net.connect(looked.address().port, '127.0.0.1').on('lookup', old.mustCall(function(err, ip, family) {
    assert.equal(err, null);
    assert.equal(ip, '127.0.0.1');
    assert.equal(family, 4);
  })).resume();
});
