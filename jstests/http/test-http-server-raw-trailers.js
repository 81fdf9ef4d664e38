'use strict';
// Trailers are there after 'end', also for who has looked before.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.deepStrictEqual(req.rawTrailers, []);
  assert.deepStrictEqual({ ...req.trailers }, {});
  req.resume();
  req.on('end', mustCall(() => {
    assert.deepStrictEqual(req.rawTrailers, ['X-A', 'b', 'X-a', 'c']);
    assert.deepStrictEqual({ ...req.trailers }, { 'x-a': 'b, c' });
    assert.deepStrictEqual({ ...req.trailersDistinct }, { 'x-a': ['b', 'c'] });
    res.end();
  }));
}));
listen(server, (port) => {
  exchange(port, ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n',
                  '0\r\nX-A: b\r\nX-a: c\r\n\r\n'], mustCall(() => server.close()));
});
