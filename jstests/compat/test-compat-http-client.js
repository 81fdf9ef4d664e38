'use strict';
// Requests on the wire, events of what is cut short, names of pools, texts of errors.
var assert = require('assert');
var http = require('http');
var net = require('net');
var old = require('./old');

process.setMaxListeners(0);

function sent(options, body, want) {
  var server = net.createServer(old.mustCall(function(c) {
    c.once('data', function(d) {
      server.close();
      c.end();
      assert.equal(String(d).replace(/Host: [^\r]*/, 'Host: h'), want);
    });
  })).listen(0, '127.0.0.1', function() {
    options.host = '127.0.0.1';
    options.port = server.address().port;
    var req = http.request(options);
    req.on('error', old.mustCall(function(err) { assert.equal(err.message, 'socket hang up'); }));
    assert.strictEqual(req.end(body), false); // it waits for its connection
    assert.strictEqual(req.end(), false);
  });
}
sent({ method: 'POST' }, undefined, 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
sent({ method: 'PUT' }, 'hello', 'PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
sent({ method: 'GET' }, undefined, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');

// While it waits for its connection, write() says so.
(function() {
  var server = http.createServer(old.mustCall(function(req, res) {
    req.pipe(res);
    server.close();
  })).listen(0, '127.0.0.1', function() {
    var req = http.request({ host: '127.0.0.1', port: server.address().port, method: 'POST' }, function(res) { res.resume(); });
    assert.strictEqual(req.write('a'), false);
    req.once('drain', old.mustCall(function() {
      assert.strictEqual(req.write('b'), true);
      req.end();
    }));
  });
})();

// A whole exchange: 'close' is for connections that end too early.
function events(name, emitter, list, log) {
  list.forEach(function(e) { emitter.on(e, function() { log.push(name + ' ' + e); }); });
}
function trace(handler, want) {
  var log = [];
  var server = http.createServer(old.mustCall(function(req, res) {
    events('server req', req, ['aborted', 'error', 'close'], log);
    events('server res', res, ['close'], log);
    handler(req, res);
  })).listen(0, '127.0.0.1', function() {
    var req = http.get({ host: '127.0.0.1', port: server.address().port }, function(res) {
      events('res', res, ['aborted', 'end', 'error', 'close'], log);
      res.resume();
    });
    events('req', req, ['error'], log);
    req.on('close', function() { server.close(); });
  });
  process.on('exit', function(code) {
    if (code !== 0) return;
    assert.deepEqual(log.filter(function(l) { return /^re/.test(l); }), want[0]);
    // The order between the two messages is nobody's promise.
    assert.deepEqual(log.filter(function(l) { return /^server req/.test(l); }), want[1]);
    assert.equal(log.indexOf('server res close') >= 0, want[1].length > 0);
  });
}
trace(function(req, res) { req.resume(); res.end('x'); }, [['res end'], []]);
trace(function(req, res) { res.writeHead(200); res.write('x'); setTimeout(function() { res.destroy(); }, 20); },
      [['res aborted', 'res end', 'res close'], ['server req aborted', 'server req close']]);
trace(function(req, res) { res.destroy(); },
      [['req error'], ['server req aborted', 'server req close']]);

var agent = new http.Agent();
assert.equal(agent.getName({ host: 'h', port: 1 }), 'h:1::');
assert.equal(agent.getName({ host: 'h', port: 1, localAddress: 'l' }), 'h:1:l:');
assert.equal(Object.getPrototypeOf(agent.sockets), Object.prototype);
assert.equal(Object.getPrototypeOf(agent.requests), Object.prototype);
assert.throws(function() { http.request({ protocol: 'x:' }); }, /^Error.*: Protocol "x:" not supported\. Expected "http:"\.$|^TypeError.*: Protocol "x:" not supported\. Expected "http:"\.$/);
assert.throws(function() { http.request({ path: '/a b' }); }, /^TypeError.*: Request path contains unescaped characters\.$/);
