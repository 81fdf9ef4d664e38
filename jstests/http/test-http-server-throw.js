'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// A handler that throws leaves the server serving.
process.on('uncaughtException', mustCall((err) => assert.strictEqual(err.message, 'handler')));
const server = http.createServer(mustCall((req, res) => {
  if (req.url === '/throw') { res.end('before'); throw new Error('handler'); }
  res.end('fine');
}, 2));
listen(server, (port) => {
  exchange(port, 'GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    assert(text.endsWith('\r\n\r\nbefore'), text);
    exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
      assert(text.endsWith('\r\n\r\nfine'), text);
      server.close();
    });
  });
});
