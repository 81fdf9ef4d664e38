'use strict';
const { mustCall, mustCallAtLeast, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// A peer that does not read makes write say false; drain comes once it has read.
const size = 64 * 1024, count = 256;
let received = 0;
const server = net.createServer(mustCall((c) => {
  c.pause();
  setTimeout(() => c.resume(), 30);
  c.on('data', (d) => { received += d.length; });
  c.on('end', mustCall(() => {
    assert.strictEqual(received, size * count);
    server.close();
  }));
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let sent = 0, stopped = 0;
  const chunk = Buffer.alloc(size, 'x');
  (function more() {
    while (sent < count) {
      sent++;
      if (!c.write(chunk)) {
        stopped++;
        assert(c.writableNeedDrain);
        return c.once('drain', more);
      }
    }
    assert(stopped > 0);
    c.end();
  })();
  c.on('drain', mustCallAtLeast());
});
