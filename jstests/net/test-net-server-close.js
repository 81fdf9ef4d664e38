'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// close stops listening; 'close' waits for the connections.
let open;
const server = net.createServer(mustCall((c) => {
  open = c;
  c.resume();
  server.getConnections(mustCall((err, n) => { assert.ifError(err); assert.strictEqual(n, 1); }));
  assert.strictEqual(server.close(mustCall((err) => { assert.strictEqual(err, undefined); assert(open.destroyed); })), server);
  assert.strictEqual(server.listening, false);
  c.on('close', mustCall());
  const late = net.connect(port, '127.0.0.1', mustNotCall('connect'));
  late.on('error', mustCall((e) => {
    assert.strictEqual(e.code, 'ECONNREFUSED');
    open.end();
  }));
}));
let port;
listen(server, (p) => {
  port = p;
  net.connect(port, '127.0.0.1').resume();
});
