'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const server = net.createServer(mustCall((c) => c.end()));
listen(server, (port) => {
  const c = net.connect({
    port,
    host: 'some.name.invalid',
    lookup: mustCall((host, options, callback) => {
      assert.strictEqual(host, 'some.name.invalid');
      setImmediate(() => options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4));
    }),
  });
  c.on('lookup', mustCall((err, address, family, host) => {
    assert.strictEqual(err, null);
    assert.strictEqual(address, '127.0.0.1');
    assert.strictEqual(family, 4);
    assert.strictEqual(host, 'some.name.invalid');
  }));
  c.resume().on('close', mustCall(() => server.close()));
});
const failing = net.connect({
  port: 1,
  host: 'x.invalid',
  lookup: (host, options, callback) => process.nextTick(callback, Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
});
failing.on('error', mustCall((err) => assert.strictEqual(err.code, 'ENOTFOUND')));
