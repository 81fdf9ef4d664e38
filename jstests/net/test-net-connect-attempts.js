'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// One address refuses, the next one answers.
const server = net.createServer((c) => c.end());
listen(server, (port) => {
  const lookup = (host, options, cb) => setImmediate(cb, null, [{ address: '127.0.0.2', family: 4 }, { address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]);
  const socket = net.connect({ port, host: 'several.invalid', lookup, autoSelectFamily: true }).resume();
  const log = [];
  for (const name of ['connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout']) {
    socket.on(name, (address, p, family) => {
      assert.strictEqual(p, port);
      log.push(`${name} ${address} ${family}`);
    });
  }
  socket.on('connectionAttemptFailed', mustCall((address, p, family, err) => {
    assert.ok(err instanceof Error);
    assert.strictEqual(err.syscall, 'connect');
  }, 2));
  socket.on('connect', mustCall(() => {
    // The families take turns, the first one's first.
    assert.deepStrictEqual(log, [
      'connectionAttempt 127.0.0.2 4', 'connectionAttemptFailed 127.0.0.2 4',
      'connectionAttempt ::1 6', 'connectionAttemptFailed ::1 6',
      'connectionAttempt 127.0.0.1 4',
    ]);
    assert.deepStrictEqual(socket.autoSelectFamilyAttemptedAddresses, [`127.0.0.2:${port}`, `::1:${port}`, `127.0.0.1:${port}`]);
    assert.strictEqual(socket.remoteAddress, '127.0.0.1');
  }));
  socket.on('close', mustCall(() => server.close(mustCall(() => {
    // Nobody answers.
    const none = net.connect({ port, host: 'several.invalid', lookup });
    none.on('connect', mustNotCall('connect'));
    none.on('error', mustCall((err) => {
      assert.strictEqual(err.constructor, AggregateError);
      assert.strictEqual(err.code, err.errors[0].code);
      assert.strictEqual(err.errors.length, 3);
      assert.strictEqual(err.errors[2].message, `connect ECONNREFUSED 127.0.0.1:${port}`);
    }));
  }))));
});

// Our own address: what cannot be bound fails as bind.
net.connect({ port: 1, host: '127.0.0.1', localAddress: '203.0.113.1', localPort: 5 }).on('error', mustCall((err) => {
  assert.strictEqual(err.message, 'bind EADDRNOTAVAIL 203.0.113.1:5');
  assert.deepStrictEqual({ ...err }, { errno: -99, code: 'EADDRNOTAVAIL', syscall: 'bind', address: '203.0.113.1', port: 5 });
}));
const probe = net.createServer();
listen(probe, (localPort) => probe.close(mustCall(() => {
  const c = net.connect({ port: 1, host: '127.0.0.1', localPort });
  c.on('error', mustCall((err) => {
    assert.strictEqual(err.message, `connect ECONNREFUSED 127.0.0.1:1 - Local (0.0.0.0:${localPort})`);
    assert.deepStrictEqual({ ...err }, { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 1, localAddress: '0.0.0.0', localPort });
  }));
})));

assert.strictEqual(net.getDefaultAutoSelectFamily(), true);
assert.strictEqual(net.getDefaultAutoSelectFamilyAttemptTimeout(), 250);
net.setDefaultAutoSelectFamilyAttemptTimeout(5); // at least 10
assert.strictEqual(net.getDefaultAutoSelectFamilyAttemptTimeout(), 10);
net.setDefaultAutoSelectFamilyAttemptTimeout(30000); // no attempt above is to time out
assert.throws(() => net.setDefaultAutoSelectFamily(1), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.setDefaultAutoSelectFamilyAttemptTimeout(0), { code: 'ERR_OUT_OF_RANGE' });
