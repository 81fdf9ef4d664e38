'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const strict = http.createServer(mustNotCall('request'));
listen(strict, (port) => exchange(port, 'GET / HTTP/1.1\r\n\r\n', (text) => {
  assert(text.startsWith('HTTP/1.1 400 Bad Request\r\n'), text);
  assert(/\r\nConnection: close\r\n/.test(text), text);
  strict.close();
}));
const lax = http.createServer({ requireHostHeader: false }, mustCall((req, res) => res.end()));
listen(lax, (port) => exchange(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', (text) => {
  assert(text.startsWith('HTTP/1.1 200 OK\r\n'), text);
  lax.close();
}));
