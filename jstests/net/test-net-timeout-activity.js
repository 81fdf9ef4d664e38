'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// Traffic in either direction puts the timeout off.
const server = net.createServer((c) => c.resume());
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let writes = 0;
  c.setTimeout(800, mustCall(() => {
    assert.strictEqual(writes, 6);
    c.destroy();
    server.close();
  }));
  const i = setInterval(() => {
    if (++writes === 6) clearInterval(i);
    c.write('x');
  }, 200); // together longer than the timeout, each far from it: a busy machine is late
});
