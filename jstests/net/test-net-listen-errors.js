'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const first = net.createServer();
listen(first, (port) => {
  assert.throws(() => first.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  const second = net.createServer();
  second.on('error', mustCall((err) => {
    assert.strictEqual(err.message, `listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
    assert.deepStrictEqual({ ...err }, { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: '127.0.0.1', port });
    assert.strictEqual(second.listening, false);
    second.listen(0, '127.0.0.1', mustCall(() => second.close()));
    first.close(mustCall());
  }));
  second.listen(port, '127.0.0.1', mustCall());
});
assert.throws(() => net.createServer().listen(70000), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.createServer().listen({}), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => net.createServer('x'), { code: 'ERR_INVALID_ARG_TYPE' });
net.createServer().close(mustCall((err) => {
  assert.strictEqual(err.code, 'ERR_SERVER_NOT_RUNNING');
  assert.strictEqual(err.message, 'Server is not running.');
}));
const s = net.createServer().on('listening', mustNotCall('listening'));
assert.strictEqual(s.address(), null);
