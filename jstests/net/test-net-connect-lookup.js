'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const dns = require('dns');
const net = require('net');

const server = net.createServer((c) => c.end());
listen(server, (port) => {
  let left = 0;
  const done = () => { if (--left === 0) server.close(); };
  const connect = (options) => {
    left++;
    const socket = net.connect({ port, host: 'some.name.invalid', ...options }).resume();
    socket.on('close', mustCall(done));
    return socket;
  };
  const log = (socket, ...events) => {
    const got = [];
    for (const name of events) socket.on(name, (...args) => got.push([name, ...args]));
    return got;
  };

  // All addresses: each is told, the good ones are tried in turn.
  const all = connect({ lookup: mustCall((host, options, cb) => {
    assert.deepStrictEqual(options, { family: undefined, hints: dns.ADDRCONFIG, all: true });
    setImmediate(cb, null, [{ address: 'junk', family: 4 }, { address: '127.0.0.1', family: 4 }, { address: '127.0.0.1', family: 4 }]);
  }) });
  const told = log(all, 'connectionAttempt');
  all.on('connect', mustCall(() => {
    assert.deepStrictEqual(told, [['connectionAttempt', '127.0.0.1', port, 4]]);
    assert.strictEqual(all.autoSelectFamilyAttemptedAddresses, undefined); // only one was left
    assert.strictEqual(all._host, 'some.name.invalid');
  }));

  // One address, where the family is known or there is no choice.
  for (const [options, expected] of [
    [{ family: 4 }, { family: 4, hints: 0 }],
    [{ family: 'IPv4', hints: dns.ALL }, { family: 4, hints: dns.ALL }],
    [{ autoSelectFamily: false }, { family: undefined, hints: dns.ADDRCONFIG }],
    [{ localAddress: '127.0.0.1' }, { family: undefined, hints: dns.ADDRCONFIG }],
  ]) {
    const one = connect({ ...options, lookup: mustCall((host, o, cb) => {
      assert.deepStrictEqual(o, expected);
      setImmediate(cb, null, '127.0.0.1', 4);
    }) });
    one.on('lookup', mustCall((...args) => assert.deepStrictEqual(args, [null, '127.0.0.1', 4, 'some.name.invalid'])));
    one.on('connect', mustCall());
  }

  const failing = (options, check) => connect(options).on('connect', mustNotCall('connect')).on('error', mustCall(check));
  const invalid = (family) => (err) => {
    assert.deepStrictEqual({ ...err }, { code: 'ERR_INVALID_ADDRESS_FAMILY', host: 'some.name.invalid', port });
    assert.strictEqual(err.message, `Invalid address family: ${family} some.name.invalid:${port}`);
  };
  failing({ family: 4, lookup: (h, o, cb) => cb(null, '127.0.0.1', 100) }, invalid(100));
  failing({ lookup: (h, o, cb) => cb(null, [{ address: '127.0.0.1', family: 100 }]) }, invalid(100));
  const noAddress = (err) => {
    assert.strictEqual(err.code, 'ERR_INVALID_IP_ADDRESS');
    assert.strictEqual(err.message, 'Invalid IP address: junk');
  };
  failing({ family: 4, lookup: (h, o, cb) => cb(null, 'junk', 4) }, noAddress);
  failing({ lookup: (h, o, cb) => cb(null, [{ address: 'junk', family: 4 }]) }, noAddress);
  const boom = new Error('boom');
  failing({ lookup: (h, o, cb) => cb(boom) }, (err) => assert.strictEqual(err, boom));
  const late = failing({ lookup: (h, o, cb) => setImmediate(cb, boom) }, (err) => assert.strictEqual(err, boom));
  late.on('lookup', mustCall((...args) => assert.deepStrictEqual(args, [boom, undefined, undefined, 'some.name.invalid'])));

  // Destroyed while the lookup runs.
  const gone = connect({ lookup: (h, o, cb) => setImmediate(cb, null, [{ address: '127.0.0.1', family: 4 }]) });
  gone.on('lookup', mustNotCall('lookup')).on('connect', mustNotCall('connect'));
  gone.destroy();

  // What a program puts in the place of dns.lookup is what runs, for listen too.
  const own = dns.lookup;
  dns.lookup = mustCall((host, options, cb) => {
    if (typeof options === 'function') [options, cb] = [{}, options];
    process.nextTick(cb, null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
  }, 2);
  connect({}).on('connect', mustCall());
  const other = net.createServer().listen(0, 'listen.invalid', mustCall(() => {
    assert.strictEqual(other.address().address, '127.0.0.1');
    other.close();
  }));
  dns.lookup = own;
});

assert.throws(() => net.connect({ port: 1, lookup: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.connect({ port: 1, hints: 1 }), { code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'hints' is invalid. Received 1" });
assert.throws(() => net.connect({ port: 1, family: 5 }), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => net.connect({ port: 1, localAddress: 'x' }), { code: 'ERR_INVALID_IP_ADDRESS' });
assert.throws(() => net.connect({ port: 1, localPort: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.connect({ port: 1, autoSelectFamily: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.connect({ port: 1, autoSelectFamilyAttemptTimeout: 0 }), { code: 'ERR_OUT_OF_RANGE' });
