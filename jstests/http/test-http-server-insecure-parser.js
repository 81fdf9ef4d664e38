'use strict';
// insecureHTTPParser lets control bytes into values.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

assert.throws(() => http.createServer({ insecureHTTPParser: 1 }), {
  code: 'ERR_INVALID_ARG_TYPE',
});

const lenient = http.createServer({ insecureHTTPParser: true }, mustCall((req, res) => {
  assert.strictEqual(req.headers['x-a'], 'b\x08c\x01');
  res.end();
}));
listen(lenient, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x08c\x01\r\nConnection: close\r\n\r\n', mustCall((text) => {
    assert.match(text, /^HTTP\/1\.1 200/);
    lenient.close();
  }));
});

const strict = http.createServer(mustNotCall());
listen(strict, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x08c\r\n\r\n', mustCall((text) => {
    assert.match(text, /^HTTP\/1\.1 400/);
    strict.close();
  }));
});
