'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// A chunked body that breaks: the request ends with an error, the client gets a 400.
const bad = ['x\r\n', '-1\r\n', '1\r\nab\r\n', '1\r\na\n', 'fffffffffffffffff\r\n', '0x1\r\na\r\n', '1 \r\na\r\n'];
const server = http.createServer(mustCall((req, res) => {
  req.resume();
  req.on('end', () => assert.fail('end'));
  req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
}, bad.length));
listen(server, (port) => {
  let left = bad.length;
  for (const input of bad) {
    exchange(port, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n' + input, (text) => {
      assert.strictEqual(text, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', JSON.stringify(input));
      if (--left === 0) server.close(mustCall());
    });
  }
});
