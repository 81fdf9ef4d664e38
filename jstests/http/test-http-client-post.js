'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

// end(data) alone has a length, write before it chunks; a header decides for itself.
const seen = {};
const server = http.createServer(mustCall((req, res) => {
  let body = '';
  req.on('data', (d) => { body += d; });
  req.on('end', () => {
    seen[req.url] = [req.headers['content-length'], req.headers['transfer-encoding'], body];
    res.end();
  });
}, 5));
listen(server, (port) => {
  const ask = (path, headers, use, method = 'POST') => {
    const req = http.request({ port, host: '127.0.0.1', path, method, headers }, mustCall((res) => res.resume().on('end', mustCall(() => {
      if (Object.keys(seen).length < 5) return;
      assert.deepStrictEqual(seen, {
        '/end': ['4', undefined, 'body'],
        '/write': [undefined, 'chunked', 'body'],
        '/length': ['4', undefined, 'body'],
        '/empty': ['0', undefined, ''],
        '/get': [undefined, undefined, ''],
      });
      server.close();
    }))));
    use(req);
  };
  ask('/end', {}, (r) => r.end('body'));
  ask('/write', {}, (r) => { r.write('bo'); r.end('dy'); });
  ask('/length', { 'Content-Length': 4 }, (r) => { r.write('bo'); r.end('dy'); });
  ask('/empty', {}, (r) => r.end());
  ask('/get', {}, (r) => r.end(), 'GET');
});
