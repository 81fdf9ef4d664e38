'use strict';
// A socket that speaks HTTP takes no encoding.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.throws(() => req.socket.setEncoding('utf8'), {
    code: 'ERR_HTTP_SOCKET_ENCODING',
    message: 'Changing the socket encoding is not allowed per RFC7230 Section 3.',
  });
  res.end();
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', mustCall(() => server.close()));
});
