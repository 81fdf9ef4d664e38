'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// Without it the socket ends its own side when the other has ended.
const server = net.createServer(mustCall((c) => {
  c.resume();
  c.on('end', mustCall(() => assert.strictEqual(c.writable, true)));
  c.on('finish', mustCall());
  c.on('close', mustCall((hadError) => { assert.strictEqual(hadError, false); server.close(); }));
}));
listen(server, (port) => {
  net.connect(port, '127.0.0.1').on('end', mustCall()).on('close', mustCall()).resume().end();
});
