'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');

process.env.PORT = '0';
process.env.INTERVAL = '5';
console.log = () => {};
const server = require('../../examples/sse');
server.on('listening', mustCall(() => {
  const req = http.get({ port: server.address().port, path: '/events', agent: false }, mustCall((res) => {
    assert.strictEqual(res.headers['content-type'], 'text/event-stream');
    let text = '';
    res.on('error', mustCall());
    res.on('data', (d) => {
      text += d;
      if (text.split('\n\n').length < 4 || req.destroyed) return;
      assert(/^retry: 1000\n\nid: \d+\ndata: \d{4}-.*Z\n\nid: /.test(text), text);
      req.destroy();
      server.close(mustCall());
    });
  }));
}));
