'use strict';
// Nobody listens to 'upgrade' or 'connect': the connection is closed.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = net.createServer((c) => {
  c.on('error', () => {});
  c.on('close', mustCall());
  c.once('data', (d) => c.write(/^CONNECT/.test(d) ? 'HTTP/1.1 200 OK\r\n\r\n' :
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
});
listen(server, (port) => {
  let left = 2;
  for (const options of [{ method: 'CONNECT', path: 'a:1' }, { headers: { Connection: 'Upgrade', Upgrade: 'x' } }]) {
    const req = http.request({ port, host: '127.0.0.1', ...options }, mustNotCall('response'));
    req.on('error', () => {});
    req.on('socket', (socket) => socket.on('close', mustCall()));
    req.on('close', mustCall(() => {
      assert.strictEqual(req.destroyed, true);
      if (--left === 0) server.close();
    }));
    req.end();
  }
});
