'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const server = net.createServer(mustCall((c) => { c.resume(); c.on('error', () => {}); }));
server.maxConnections = 1;
server.on('drop', mustCall((info) => {
  assert.strictEqual(info.localPort, server.address().port);
  assert.strictEqual(info.remoteAddress, '127.0.0.1');
  assert.strictEqual(info.remoteFamily, 'IPv4');
}));
listen(server, (port) => {
  const a = net.connect(port, '127.0.0.1', mustCall(() => {
    const b = net.connect(port, '127.0.0.1');
    b.on('error', () => {}).resume();
    b.on('close', mustCall(() => { a.destroy(); server.close(); }));
  }));
});
