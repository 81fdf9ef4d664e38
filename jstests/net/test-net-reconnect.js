'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// A socket that was closed may connect again; its listeners stay, its counters begin anew.
const server = net.createServer((c) => { c.resume(); c.on('end', () => c.end('bye')); });
listen(server, (port) => {
  const socket = new net.Socket();
  assert.strictEqual(socket.pending, true);
  assert.strictEqual(socket.connecting, false);
  assert.strictEqual(socket.readyState, 'open');
  assert.strictEqual(socket.bytesRead, 0);
  assert.strictEqual(socket.bytesWritten, 0);
  assert.strictEqual(socket.bufferSize, undefined);
  assert.deepStrictEqual(socket.address(), {});
  let count = 0;
  socket.on('connect', mustCall(() => {
    count++;
    assert.strictEqual(socket.remotePort, port);
    assert.strictEqual(socket.remoteAddress, '127.0.0.1');
    assert.strictEqual(socket.localAddress, '127.0.0.1');
    assert.deepStrictEqual(socket.address(), { address: '127.0.0.1', family: 'IPv4', port: socket.localPort });
    socket.end("L'État");
  }, 3));
  socket.on('data', mustCall((d) => assert.strictEqual(String(d), 'bye'), 3));
  socket.on('close', mustCall((hadError) => {
    assert.strictEqual(hadError, false);
    assert.strictEqual(socket.bytesWritten, 7);
    assert.strictEqual(socket.bytesRead, 3);
    assert.strictEqual(socket.destroyed, true);
    assert.strictEqual(socket.remoteAddress, '127.0.0.1'); // it was asked for while there was one
    assert.strictEqual(socket.localPort, undefined);
    if (count === 3) return server.close();
    assert.strictEqual(socket.connect(port, '127.0.0.1'), socket);
    assert.strictEqual(socket.destroyed, false);
    assert.strictEqual(socket.connecting, true);
    assert.strictEqual(socket.readyState, 'opening');
    assert.strictEqual(socket.bytesWritten, 0);
  }, 3));
  socket.connect({ port, host: '127.0.0.1' });
});
