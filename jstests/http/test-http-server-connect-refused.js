'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// A socket that was handed over and is only ended: the client's end closes it, though nobody reads.
const server = http.createServer();
for (const event of ['connect', 'upgrade']) {
  server.on(event, mustCall((req, socket) => {
    socket.on('close', mustCall());
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  }));
}
listen(server, (port) => {
  exchange(port, 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', (text) => {
    assert.strictEqual(text, 'HTTP/1.1 502 Bad Gateway\r\n\r\n');
    exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', () => server.close(mustCall()));
  });
});
