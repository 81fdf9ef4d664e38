'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// Without a listener a timeout destroys the socket; with one the program decides.
const server = http.createServer(mustCall(() => {}));
assert.strictEqual(server.setTimeout(30), server);
assert.strictEqual(server.timeout, 30);
listen(server, (port) => exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', (text) => {
  assert.strictEqual(text, '');
  server.close();
}));

const polite = http.createServer(mustCall((req, res) => {
  res.setTimeout(30, mustCall((socket) => {
    assert.strictEqual(socket, req.socket);
    res.end('too late');
  }));
}));
listen(polite, (port) => exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
  assert(text.endsWith('too late'), text);
  polite.close();
}));
