'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// bytesWritten counts bytes, of strings too, from the moment they are written.
const server = net.createServer((c) => c.resume().on('end', () => c.end()));
listen(server, (port) => {
  const socket = net.connect({ port, host: '127.0.0.1', highWaterMark: 4 });
  assert.strictEqual(socket.writableHighWaterMark, 4);
  assert.strictEqual(socket.readableHighWaterMark, 4);
  assert.strictEqual(socket.write('été'), true);
  assert.strictEqual(socket.bytesWritten, 5);
  assert.strictEqual(socket.bufferSize, 3); // characters, as writableLength
  assert.strictEqual(socket.write('ff00ff', 'hex'), false);
  assert.strictEqual(socket.bytesWritten, 8);
  socket.write(Buffer.alloc(100), mustCall(() => assert.strictEqual(socket.bytesWritten, 110)));
  assert.strictEqual(socket.bytesWritten, 108);
  socket.end('éa', 'latin1');
  assert.strictEqual(socket.bytesWritten, 110);
  socket.on('close', mustCall(() => {
    assert.strictEqual(socket.bytesWritten, 110);
    server.close();
  })).resume();
});
