'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

assert.strictEqual(http.maxHeaderSize, 16384);
const server = http.createServer(mustCall((req, res) => res.end(String(req.headers['x-big'].length))));
const head = (n) => `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Big: ${'a'.repeat(n)}\r\n\r\n`;
listen(server, (port) => {
  exchange(port, head(16000), (text) => {
    assert(text.endsWith('\r\n\r\n16000'), text);
    exchange(port, head(17000), (text) => {
      assert.strictEqual(text, 'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n');
      server.close();
    });
  });
});
const small = http.createServer({ maxHeaderSize: 1024 }, mustNotCall('request'));
small.on('clientError', mustCall((err, socket) => {
  assert.strictEqual(err.code, 'HPE_HEADER_OVERFLOW');
  socket.destroy();
}));
listen(small, (port) => exchange(port, head(1100), () => small.close()));
