'use strict';
// highWaterMark of a server is its sockets' and messages'.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer({ highWaterMark: 1000 }, mustCall((req, res) => {
  assert.strictEqual(req.readableHighWaterMark, 1000);
  assert.strictEqual(req.socket.readableHighWaterMark, 1000);
  assert.strictEqual(req.socket.writableHighWaterMark, 1000);
  assert.strictEqual(res.writableHighWaterMark, 1000);
  res.end();
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', mustCall(() => server.close()));
});
