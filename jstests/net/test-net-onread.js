'use strict';
const { mustCall, mustCallAtLeast, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// One buffer for all, smaller than what comes; the callback may stop the reading.
const sent = Buffer.from('0123456789abcdefghij');
const server = net.createServer((c) => { c.end(sent); });
listen(server, (port) => {
  let left = 4;
  const done = () => { if (--left === 0) server.close(); };
  const collect = (make) => {
    const parts = [];
    const options = make(parts);
    const socket = net.connect({ port, host: '127.0.0.1', ...options });
    socket.on('data', mustNotCall('data'));
    socket.on('end', mustCall(() => {
      assert.strictEqual(Buffer.concat(parts).toString(), String(sent));
      assert.strictEqual(socket.bytesRead, sent.length);
    }));
    socket.on('close', mustCall(done));
    return socket;
  };

  collect((parts) => ({ onread: {
    buffer: Buffer.alloc(8),
    callback: mustCallAtLeast(function(n, buffer) {
      assert.ok(n > 0 && n <= 8);
      parts.push(Buffer.from(buffer.slice(0, n)));
    }, 3),
  } }));

  collect((parts) => {
    const made = [];
    return { onread: {
      buffer: () => { made.push(Buffer.alloc(7)); return made[made.length - 1]; },
      callback: mustCallAtLeast((n, buffer) => {
        assert.ok(made.includes(buffer));
        parts.push(buffer.slice(0, n)); // it is not used again
      }, 3),
    } };
  });

  const stopping = collect((parts) => ({ onread: {
    buffer: new Uint8Array(5),
    callback: mustCallAtLeast((n, buffer) => {
      parts.push(Buffer.from(buffer.slice(0, n)));
      setImmediate(() => { if (!stopping.destroyed) stopping.resume(); });
      return false;
    }, 4),
  } }));

  // An option that is not complete does not count.
  const plain = net.connect({ port, host: '127.0.0.1', onread: { buffer: Buffer.alloc(5) } });
  plain.on('data', mustCallAtLeast(() => {}));
  plain.on('close', mustCall(done));
});
