'use strict';
// When 'finish' is emitted the connection is the next response's already; a connection that is to
// end is ended.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  const socket = res.socket;
  assert.strictEqual(socket._httpMessage, res);
  res.on('finish', mustCall(() => {
    assert.strictEqual(res.socket, null);
    assert.strictEqual(req.socket, socket);
    assert.strictEqual(socket.writableEnded, req.url === '/2');
  }));
  res.on('close', mustCall(() => assert.strictEqual(res.socket, null)));
  if (req.url === '/2') res.setHeader('Connection', 'close');
  res.end(req.url);
}, 2));
listen(server, (port) => {
  const socket = exchange(port, 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n', mustCall((text) => {
    assert(text.endsWith('/2'));
    server.close();
  }));
  socket.once('data', () => socket.write('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n'));
});
