'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');

process.env.PORT = '0';
console.log = () => {};
const server = require('../../examples/upload');
server.on('listening', mustCall(() => {
  const ask = (options, body, fn) => {
    const req = http.request({ port: server.address().port, agent: false, ...options }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', mustCall(() => fn(res, text)));
    }));
    req.on('continue', () => req.end(body));
    if (!(options.headers && options.headers.Expect)) req.end(body);
    else req.flushHeaders();
  };
  ask({ method: 'PUT' }, Buffer.alloc(3 << 20), (res, text) => {
    assert.strictEqual(res.statusCode, 201);
    assert.strictEqual(JSON.parse(text).bytes, 3 << 20);
    ask({ method: 'POST', headers: { Expect: '100-continue', 'Content-Length': 4 } }, 'body', (res, text) => {
      assert.strictEqual(JSON.parse(text).bytes, 4);
      ask({ method: 'PUT', headers: { Expect: '100-continue', 'Content-Length': 2 ** 31 } }, '', (res) => {
        assert.strictEqual(res.statusCode, 413);
        ask({ method: 'GET' }, undefined, (res) => {
          assert.strictEqual(res.statusCode, 405);
          server.close(mustCall());
        });
      });
    });
  });
}));
