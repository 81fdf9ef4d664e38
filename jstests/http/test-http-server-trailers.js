'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  if (req.httpVersionMinor === 1) res.setHeader('Trailer', 'X-Sum'); // for 1.0 that throws
  res.write('body');
  res.addTrailers({ 'X-Gone': 'the last call counts' });
  res.addTrailers([['X-Sum', 'abc'], ['X-Two', '2']]);
  res.end();
}, 2));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    assert(text.endsWith('4\r\nbody\r\n0\r\nX-Sum: abc\r\nX-Two: 2\r\n\r\n'), text);
    // HTTP/1.0 knows no trailers.
    exchange(port, 'GET / HTTP/1.0\r\n\r\n', (old) => {
      assert(old.endsWith('\r\n\r\nbody'), old);
      server.close();
    });
  });
});
