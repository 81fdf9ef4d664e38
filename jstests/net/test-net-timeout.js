'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const server = net.createServer(mustCall((c) => {
  c.on('error', () => {});
  c.resume();
  // It tells, and closes nothing.
  c.setTimeout(20, mustCall(() => {
    assert.strictEqual(c.destroyed, false);
    c.end('timed out');
  }));
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  assert.strictEqual(c.timeout, undefined);
  assert.strictEqual(c.setTimeout(5000), c);
  assert.strictEqual(c.timeout, 5000);
  c.setTimeout(0);
  c.on('timeout', () => assert.fail('a timeout that was taken back'));
  c.on('data', mustCall((d) => assert.strictEqual(String(d), 'timed out')));
  c.on('close', mustCall(() => server.close()));
});
assert.throws(() => new net.Socket().setTimeout('x'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => new net.Socket().setTimeout(-1), { code: 'ERR_OUT_OF_RANGE' });
