'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// HEAD, 204 and 304 have no body, whatever is written.
const server = http.createServer(mustCall((req, res) => {
  if (req.url === '/length') res.setHeader('Content-Length', 5);
  if (req.url === '/204' || req.url === '/304') res.statusCode = +req.url.slice(1);
  res.write('hello');
  res.end();
}, 4));
const get = (method, url, more = '') => `${method} ${url} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
listen(server, (port) => {
  exchange(port, get('HEAD', '/') + get('HEAD', '/length') + get('GET', '/204') + get('GET', '/304', 'Connection: close\r\n'), (text) => {
    const heads = text.split('\r\n\r\n');
    assert.strictEqual(heads.length, 5, text);
    assert.strictEqual(heads[4], '');
    assert(!heads[0].includes('Transfer-Encoding'), heads[0]);
    assert(heads[1].includes('Content-Length: 5'), heads[1]);
    assert(heads[2].startsWith('HTTP/1.1 204 No Content'), heads[2]);
    assert(heads[3].startsWith('HTTP/1.1 304 Not Modified'), heads[3]);
    for (const h of heads.slice(2, 4)) assert(!/content-length|transfer-encoding/i.test(h), h);
    server.close();
  });
});
