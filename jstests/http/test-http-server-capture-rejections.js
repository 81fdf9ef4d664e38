'use strict';
// With captureRejections a listener whose promise is rejected is answered for: 500 if nothing has
// left, the end of the connection otherwise.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
require('events').captureRejections = true;

const server = http.createServer(mustCall(async (req, res) => {
  res.setHeader('X-Secret', '1');
  if (req.url === '/late') {
    res.writeHead(200);
    res.write('part');
  }
  throw new Error('failed');
}, 2));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', mustCall((text) => {
    assert.match(text, /^HTTP\/1\.1 500 Internal Server Error\r\n/);
    assert.doesNotMatch(text, /secret/i);
    assert(text.endsWith('\r\n\r\nInternal Server Error'));
    exchange(port, 'GET /late HTTP/1.1\r\nHost: a\r\n\r\n', mustCall((text) => {
      assert.doesNotMatch(text, /0\r\n\r\n$/);
      server.close();
    }));
  }));
});
