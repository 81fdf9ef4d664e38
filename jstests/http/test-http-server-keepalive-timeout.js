'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer({ keepAliveTimeout: 1200 }, mustCall((req, res) => res.end('x')));
assert.strictEqual(server.keepAliveTimeout, 1200);
server.keepAliveTimeout = 40;
assert.strictEqual(http.createServer().keepAliveTimeout, 5000);
assert.strictEqual(http.createServer().headersTimeout, 60000);
assert.strictEqual(http.createServer().requestTimeout, 300000);
assert.strictEqual(http.createServer().maxRequestsPerSocket, 0);
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  const start = Date.now();
  c.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  c.resume();
  c.on('end', mustCall(() => {
    assert(Date.now() - start >= 30);
    server.close();
  }));
});
