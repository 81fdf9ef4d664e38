'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.method, 'GET');
  assert.strictEqual(req.url, '/path?q=1');
  assert.strictEqual(req.httpVersion, '1.1');
  assert.deepStrictEqual({ ...req.headers }, { host: 'x', 'x-one': 'a, b', cookie: 'c=1; d=2', connection: 'close' });
  assert.deepStrictEqual(req.rawHeaders,
    ['Host', 'x', 'X-One', 'a', 'x-one', 'b', 'Cookie', 'c=1', 'Cookie', 'd=2', 'Connection', 'close']);
  assert.deepStrictEqual(req.headersDistinct['x-one'], ['a', 'b']);
  res.end('hello');
}));
listen(server, (port) => {
  exchange(port, 'GET /path?q=1 HTTP/1.1\r\nHost: x\r\nX-One: a\r\nx-one: b\r\nCookie: c=1\r\nCookie: d=2\r\nConnection: close\r\n\r\n', (text) => {
    assert.strictEqual(text.replace(/Date: .*GMT/, 'Date: D'),
      'HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello');
    server.close();
  });
});
