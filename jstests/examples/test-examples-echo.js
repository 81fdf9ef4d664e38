'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const net = require('net');

process.env.PORT = '0';
console.log = () => {};
const server = require('../../examples/echo-server');
server.on('listening', mustCall(() => {
  let text = '';
  const c = net.connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  c.on('data', (d) => { text += d; }).on('end', mustCall(() => {
    assert.strictEqual(text, 'x'.repeat(1 << 20));
    server.close(mustCall());
  }));
  c.end('x'.repeat(1 << 20));
}));
