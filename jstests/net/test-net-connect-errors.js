'use strict';
const { mustCall, mustNotCall, listen, tmp } = require('../common');
const assert = require('assert');
const net = require('net');

// A port that was free a moment ago.
const server = net.createServer();
listen(server, (port) => server.close(mustCall(() => {
  const c = net.connect(port, '127.0.0.1', mustNotCall('connect'));
  c.on('error', mustCall((err) => {
    assert.strictEqual(err.message, `connect ECONNREFUSED 127.0.0.1:${port}`);
    assert.deepStrictEqual({ ...err }, { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port });
  }));
  c.on('close', mustCall((hadError) => assert.strictEqual(hadError, true)));
})));

const path = tmp('none.sock');
net.connect(path).on('error', mustCall((err) => {
  assert.strictEqual(err.message, `connect ENOENT ${path}`);
  assert.strictEqual(err.code, 'ENOENT');
}));

assert.throws(() => net.connect({ port: 65536 }), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.connect({ port: -1 }), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.connect({ port: 'abc', host: 'localhost' }), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.connect(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => net.connect({ port: 1, host: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
