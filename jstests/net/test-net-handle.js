'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// What programs look at behind _handle, and the socket that takes a handle over.
const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 2500 }, (c) => {
  c.on('error', () => {});
  c.end('hello');
});
assert.strictEqual(server._handle, null);
assert.deepStrictEqual([server.noDelay, server.keepAlive, server.keepAliveInitialDelay, server.allowHalfOpen, server.pauseOnConnect],
                       [true, true, 2, false, false]);
listen(server, (port) => {
  assert.ok(server._handle.fd > 2);
  assert.strictEqual(server._handle.constructor.name, 'TCP');
  assert.strictEqual(server._handle, server._handle);
  const out = {};
  assert.strictEqual(server._handle.getsockname(out), 0);
  assert.deepStrictEqual(out, server.address());
  server._handle.unref();
  assert.strictEqual(server._handle.hasRef(), false);
  server._handle.ref();
  assert.strictEqual(server._handle.hasRef(), true);

  const c = net.connect({ port, host: '127.0.0.1', noDelay: true });
  assert.notStrictEqual(c._handle, null); // from connect on
  const calls = [];
  c._handle.setNoDelay = (on) => calls.push(['setNoDelay', on]);
  c._handle.setKeepAlive = (on, seconds) => calls.push(['setKeepAlive', on, seconds]);
  c.on('connect', mustCall(() => {
    c.setNoDelay(); // nothing new
    assert.strictEqual(c.setNoDelay(false), c);
    assert.strictEqual(c.setKeepAlive(true, 1999), c);
    c.setKeepAlive(true, 1000); // the same in seconds
    c.setKeepAlive(false);
    assert.deepStrictEqual(calls, [['setNoDelay', true], ['setNoDelay', false], ['setKeepAlive', true, 1], ['setKeepAlive', false, 0]]);
    const peer = {};
    assert.strictEqual(c._handle.getpeername(peer), 0);
    assert.deepStrictEqual(peer, { address: '127.0.0.1', family: 'IPv4', port });
  }));
  c.resume().on('close', mustCall(() => {
    assert.strictEqual(c._handle, null);
    takeOver(port);
  }));
});

function takeOver(port) {
  const first = net.connect(port, '127.0.0.1', mustCall(() => {
    first.pause();
    first.on('data', mustNotCall('data of the first'));
    first.pause();
    const second = new net.Socket({ handle: first._handle });
    assert.strictEqual(second.readyState, 'open');
    assert.strictEqual(second.remotePort, port);
    let text = '';
    second.setEncoding('utf8').on('data', (d) => text += d);
    second.on('end', mustCall(() => {
      assert.strictEqual(text, 'hello');
      second.destroy();
      server.close();
    }));
  }));
}

// A handle that is closed by resetAndDestroy of a Unix socket, which knows no reset.
const unix = net.createServer((c) => c.end()).listen(require('../common').tmp('h.sock'), mustCall(() => {
  assert.strictEqual(unix._handle.constructor.name, 'Pipe');
  const c = net.connect(unix.address(), mustCall(() => {
    assert.throws(() => c.resetAndDestroy(), { code: 'ERR_INVALID_HANDLE_TYPE', message: 'This handle type cannot be sent' });
    c.destroy();
    unix.close();
  }));
}));
for (const options of [{ fd: -1 }, { fd: 1.5 }]) assert.throws(() => new net.Socket(options), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => new net.Socket({ fd: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => new net.Socket({ fd: 9999 }), { code: 'ERR_INVALID_FD_TYPE', message: 'Unsupported fd type: UNKNOWN' });
const file = require('fs').openSync(__filename);
assert.throws(() => new net.Socket({ fd: file }), { code: 'ERR_INVALID_FD_TYPE', message: 'Unsupported fd type: FILE' });
require('fs').closeSync(file);
assert.throws(() => new net.Socket({ writableObjectMode: true }), { code: 'ERR_INVALID_ARG_VALUE', message: /options\.writableObjectMode/ });
