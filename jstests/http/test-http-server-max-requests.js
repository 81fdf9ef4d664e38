'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => res.end('x'), 2));
server.maxRequestsPerSocket = 2;
server.on('dropRequest', mustCall());
listen(server, (port) => {
  exchange(port, 'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    assert.deepStrictEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 503']);
    assert(/Keep-Alive: timeout=5, max=2\r\n/.test(text), text);
    server.close();
  });
});
