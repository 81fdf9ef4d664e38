'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.headers['transfer-encoding'], 'chunked');
  let body = '';
  req.setEncoding('utf8');
  req.on('data', (d) => { body += d; });
  req.on('end', mustCall(() => {
    assert.strictEqual(body, 'Wiki☃pedia');
    assert.deepStrictEqual({ ...req.trailers }, { 'x-sum': '1, 2' });
    assert.deepStrictEqual(req.rawTrailers, ['X-Sum', '1', 'X-Sum', '2']);
    assert.strictEqual(req.complete, true);
    res.end();
  }));
  assert.strictEqual(req.complete, false);
}));
listen(server, (port) => {
  exchange(port, [
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n4\r\nWi', 'ki\r\n',
    Buffer.from('3\r\n\xe2\x98', 'latin1'), Buffer.from('\x83\r\n', 'latin1'), '00005\r\npedia\r', '\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n',
  ], (text) => {
    assert(text.startsWith('HTTP/1.1 200 OK\r\n'), text);
    server.close();
  });
});
