'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const events = require('events');
const net = require('net');

// 'drop' tells of a connection beyond maxConnections.
const few = net.createServer(mustCall((c) => {
  const second = net.connect(few.address().port, '127.0.0.1');
  few.once('drop', mustCall((data) => {
    assert.deepStrictEqual({ ...data }, {
      localAddress: '127.0.0.1', localPort: few.address().port, localFamily: 'IPv4',
      remoteAddress: '127.0.0.1', remotePort: data.remotePort, remoteFamily: 'IPv4',
    });
    assert.strictEqual(typeof data.remotePort, 'number');
  }));
  second.on('error', () => {}).resume().on('close', mustCall(() => { c.end(); few.close(); }));
}));
few.maxConnections = 1;
listen(few, (port) => net.connect(port, '127.0.0.1').resume());

// A rejected promise of a listener destroys the connection.
events.captureRejections = true;
const rejecting = net.createServer(mustCall(async (c) => {
  rejecting.close();
  c.on('error', mustCall((err) => assert.strictEqual(err.message, 'rejected')));
  throw new Error('rejected');
}));
events.captureRejections = false;
listen(rejecting, (port) => net.connect(port, '127.0.0.1').on('error', () => {}).resume().on('close', mustCall()));

// Symbol.asyncDispose closes.
const disposed = net.createServer();
listen(disposed, () => {
  disposed[Symbol.asyncDispose]().then(mustCall(() => {
    assert.strictEqual(disposed.listening, false);
    return disposed[Symbol.asyncDispose]();
  })).then(mustCall());
});

// An abort signal closes a server, and destroys a socket.
const controller = new AbortController();
const aborted = net.createServer();
aborted.listen({ port: 0, host: '127.0.0.1', signal: controller.signal }, mustCall(() => {
  const socket = net.connect({ port: aborted.address().port, host: '127.0.0.1', signal: controller.signal });
  socket.on('error', mustCall((err) => assert.strictEqual(err.name, 'AbortError')));
  socket.on('close', mustCall());
  controller.abort();
}));
aborted.on('connection', (c) => c.on('error', () => {}));
aborted.on('close', mustCall());
const late = net.createServer().on('listening', mustNotCall('listening')).on('close', mustCall());
const over = new AbortController();
over.abort();
late.listen({ port: 0, host: '127.0.0.1', signal: over.signal });

assert.throws(() => net.createServer({ keepAliveInitialDelay: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.createServer({ highWaterMark: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.createServer().getConnections(), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.createServer().listen({ port: 0, signal: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => net.connect({ port: 1, signal: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });

// highWaterMark is the connections' in both directions.
const water = net.createServer({ highWaterMark: 100 }, mustCall((c) => {
  assert.strictEqual(c.readableHighWaterMark, 100);
  assert.strictEqual(c.writableHighWaterMark, 100);
  c.end();
  water.close();
}));
listen(water, (port) => net.connect(port, '127.0.0.1').resume());
