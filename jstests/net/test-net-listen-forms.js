'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const fs = require('fs');
const net = require('net');

const opens = (...args) => {
  const server = net.createServer();
  server.listen(...args, mustCall(function() {
    assert.strictEqual(this, server);
    assert.strictEqual(typeof server.address().port, 'number');
    server.close();
  }));
};
opens();
opens(0);
opens('0');
opens(null);
opens(undefined);
opens(0, '127.0.0.1');
opens(0, 1);
opens(0, '127.0.0.1', 1);
opens({ port: 0 });
opens({ port: '0', host: 'localhost', backlog: 5, exclusive: true });
opens({ port: undefined });
opens({ port: null });
opens({ port: 0, host: '::', ipv6Only: true });

const fails = (options, properties, message) => {
  net.createServer().on('listening', mustNotCall('listening')).on('error', mustCall((err) => {
    assert.deepStrictEqual({ ...err }, properties);
    assert.strictEqual(err.message, message);
  })).listen(options);
};
fails({ port: 0, host: '203.0.113.1' }, { code: 'EADDRNOTAVAIL', errno: -99, syscall: 'listen', address: '203.0.113.1' },
      'listen EADDRNOTAVAIL: address not available 203.0.113.1');
// What is no socket is told so, and left alone.
const fd = fs.openSync(__filename, 'r');
fails({ fd }, { code: 'EINVAL', errno: -22, syscall: 'listen', address: null }, 'listen EINVAL: invalid argument');
process.on('exit', () => fs.closeSync(fd));
fails({ fd: 9999 }, { code: 'EINVAL', errno: -22, syscall: 'listen', address: null }, 'listen EINVAL: invalid argument');

for (const bad of [{}, { fd: -1 }, { port: true }, { path: 5 }, true, () => {}].slice(0, 5)) {
  assert.throws(() => net.createServer().listen(bad), { code: 'ERR_INVALID_ARG_VALUE' });
}
for (const bad of [-1, 65536, 1.5, '', ' ', '70000']) {
  assert.throws(() => net.createServer().listen({ port: bad }), { code: 'ERR_SOCKET_BAD_PORT' });
}

// With a host, listening waits for the lookup, even of an address; a close before it is in time.
const early = net.createServer().on('listening', mustNotCall('listening'));
early.listen(0, '127.0.0.1');
assert.strictEqual(early.listening, false);
early.close(mustCall((err) => assert.strictEqual(err.code, 'ERR_SERVER_NOT_RUNNING')));
const now = net.createServer().listen(0);
assert.strictEqual(now.listening, true);
assert.strictEqual(now._connectionKey, `${now.address().family.slice(-1)}:${now.address().address}:0`);
now.close(mustCall((err) => assert.strictEqual(err, undefined)));
assert.strictEqual(now.address(), null);

// A second server takes the handle of the first one over.
const a = net.createServer(mustNotCall('the first server'));
a.listen(0, '127.0.0.1', mustCall(() => {
  const b = net.createServer(mustCall((c) => { c.end(); b.close(); }));
  b.listen(a, mustCall(() => {
    assert.deepStrictEqual(b.address(), a.address());
    assert.strictEqual(b._handle, a._handle);
    assert.strictEqual(typeof a._handle.fd, 'number');
    net.connect(a.address().port, '127.0.0.1').resume().on('close', mustCall(() => a.close(mustCall())));
  }));
}));
