'use strict';
const { mustCall, mustNotCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const net = require('net');

// A path that a server left behind is in use, though nobody listens.
const path = tmp('moved.sock'), stale = tmp('stale.sock');
const first = net.createServer().listen(path, mustCall(() => {
  assert.strictEqual(first.address(), path);
  fs.renameSync(path, stale);
  first.close(mustCall(() => {
    assert.ok(fs.statSync(stale).isSocket());
    net.connect(stale).on('error', mustCall((err) => {
      assert.deepStrictEqual({ ...err }, { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: stale });
      assert.strictEqual(err.message, `connect ECONNREFUSED ${stale}`);
    }));
    const again = net.createServer().on('listening', mustNotCall('listening'));
    again.on('error', mustCall((err) => {
      assert.strictEqual(err.message, `listen EADDRINUSE: address already in use ${stale}`);
      assert.deepStrictEqual({ ...err }, { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: stale, port: -1 });
      assert.strictEqual(again.listening, false);
    })).listen({ path: stale });
  }));
}));

// The path is gone when the server is closed.
const gone = tmp('gone.sock');
const server = net.createServer().listen({ path: gone, readableAll: true, writableAll: true }, mustCall(() => {
  assert.strictEqual(fs.statSync(gone).mode & 0o666, 0o666);
  server.close(mustCall(() => assert.strictEqual(fs.existsSync(gone), false)));
}));

const none = tmp('no/such/folder.sock');
net.createServer().listen(none).on('error', mustCall((err) => {
  assert.strictEqual(err.message, `listen EACCES: permission denied ${none}`);
  assert.deepStrictEqual({ ...err }, { code: 'EACCES', errno: -13, syscall: 'listen', address: none, port: -1 });
}));
assert.throws(() => net.createServer().listen({ path: '\0abstract', readableAll: true }), { code: 'ERR_INVALID_ARG_VALUE' });
