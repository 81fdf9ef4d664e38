'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// What is no request gets 400 and a closed connection, and no handler sees it.
const server = http.createServer(mustNotCall('request'));
const bad = [
  'nonsense\r\n\r\n',
  'GET / HTTP/1.1\nHost x\n\n',
  'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
  'get / HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : x\r\n\r\n',
  'GET / HTTP/1.1\r\n Host: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n',
];
listen(server, (port) => {
  let left = bad.length;
  for (const input of bad) {
    exchange(port, input, (text) => {
      assert.strictEqual(text, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', JSON.stringify(input));
      if (--left === 0) server.close(mustCall());
    });
  }
});
