'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  res.writeEarlyHints({ link: '</x>; rel=preload' });
  let body = '';
  req.on('data', (d) => { body += d; }).on('end', () => res.end(body));
});
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { Expect: '100-continue' } });
  req.on('continue', mustCall(() => req.end('body')));
  const seen = [];
  req.on('information', mustCall((info) => seen.push(info.statusCode), 2));
  req.on('response', mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; }).on('end', mustCall(() => {
      assert.strictEqual(text, 'body');
      assert.deepStrictEqual(seen, [100, 103]);
      server.close();
    }));
  }));
  req.flushHeaders();
});
