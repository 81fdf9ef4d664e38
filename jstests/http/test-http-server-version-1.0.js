'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.httpVersion, '1.0');
  assert.strictEqual(req.httpVersionMajor, 1);
  assert.strictEqual(req.httpVersionMinor, 0);
  if (req.url === '/length') {
    res.setHeader('Content-Length', 5);
    return res.end('known');
  }
  res.write('un');
  res.end('known');
}, 3));
listen(server, (port) => {
  // No chunks for 1.0: the end of the connection is the end of the body.
  exchange(port, 'GET / HTTP/1.0\r\n\r\n', (text) => {
    assert(/^HTTP\/1\.1 200 OK\r\nDate: .*\r\nConnection: close\r\n\r\nunknown$/.test(text), text);
    // Keep-alive only if the client asks and the length is known.
    exchange(port, 'GET /length HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n', (both) => {
      assert(/\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\nknownHTTP/.test(both), both);
      assert(/Connection: close\r\n\r\nunknown$/.test(both), both);
      server.close();
    });
  });
});
