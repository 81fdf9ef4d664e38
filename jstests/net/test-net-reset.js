'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// A socket that is destroyed with data unread resets the connection; the peer sees ECONNRESET.
const server = net.createServer({ pauseOnConnect: true }, mustCall((c) => {
  c.on('error', mustNotCall('error'));
  c.on('close', mustCall((hadError) => { assert.strictEqual(hadError, false); server.close(); }));
  setTimeout(() => c.destroy(), 30);
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1', () => c.write('never read'));
  c.resume();
  c.on('end', mustNotCall('end'));
  c.on('error', mustCall((err) => {
    assert.strictEqual(err.message, 'read ECONNRESET');
    assert.deepStrictEqual({ ...err }, { errno: -104, code: 'ECONNRESET', syscall: 'read' });
  }));
  c.on('close', mustCall((hadError) => assert.strictEqual(hadError, true)));
});
