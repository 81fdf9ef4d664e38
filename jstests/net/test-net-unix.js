'use strict';
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const net = require('net');

const path = tmp('echo.sock');
const server = net.createServer(mustCall((c) => {
  assert.strictEqual(c.remoteAddress, undefined);
  c.end('hello');
}));
server.listen(path, mustCall(() => {
  assert.strictEqual(server.address(), path);
  assert(fs.statSync(path).isSocket());
  const c = net.connect({ path });
  let text = '';
  c.on('data', (d) => { text += d; });
  c.on('close', mustCall(() => {
    assert.strictEqual(text, 'hello');
    const again = net.createServer();
    again.listen(path);
    again.on('error', mustCall((err) => {
      assert.strictEqual(err.code, 'EADDRINUSE');
      server.close(mustCall(() => assert.strictEqual(fs.existsSync(path), false)));
    }));
  }));
}));
