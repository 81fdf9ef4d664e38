'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// closeIdleConnections ends those without a request, closeAllConnections all.
const server = http.createServer(mustCall((req, res) => {
  if (req.url === '/done') return res.end('x');
  server.closeIdleConnections();
  idle.on('close', mustCall(() => {
    assert.strictEqual(busy.destroyed, false);
    busy.on('close', mustCall(() => server.close(mustCall())));
    server.closeAllConnections();
  }));
}, 2));
let idle, busy;
listen(server, (port) => {
  idle = net.connect(port, '127.0.0.1');
  idle.on('error', () => {});
  idle.write('GET /done HTTP/1.1\r\nHost: x\r\n\r\n');
  idle.once('data', () => {
    busy = net.connect(port, '127.0.0.1');
    busy.on('error', () => {});
    busy.resume();
    busy.write('GET /busy HTTP/1.1\r\nHost: x\r\n\r\n');
  });
});
