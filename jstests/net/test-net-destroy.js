'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// Destroy while connecting.
const server = net.createServer((c) => { c.on('error', () => {}); c.resume(); });
listen(server, (port) => {
  const a = net.connect(port, '127.0.0.1', mustNotCall('connect'));
  a.on('error', mustNotCall('error'));
  a.on('close', mustCall((hadError) => {
    assert.strictEqual(hadError, false);
    assert.strictEqual(a.destroyed, true);
    assert.strictEqual(a.readyState, 'closed');
    next(port);
  }));
  a.destroy();
});

// Destroy with an error, and what comes after it.
function next(port) {
  const b = net.connect(port, '127.0.0.1', mustCall(() => {
    b.on('error', mustCall((err) => assert.strictEqual(err.message, 'mine')));
    b.on('close', mustCall((hadError) => {
      assert.strictEqual(hadError, true);
      server.close(mustCall());
    }));
    b.destroy(new Error('mine'));
    b.write('x', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_DESTROYED')));
  }));
}
