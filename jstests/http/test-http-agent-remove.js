'use strict';
// A socket that emits 'agentRemove' leaves the pool: it is neither counted nor reused, and goes on.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const server = http.createServer((req, res) => {
  if (req.url === '/long') res.write('x');
  else res.end(req.url);
});
listen(server, (port) => {
  const options = { port, host: '127.0.0.1', agent };
  const long = http.get({ ...options, path: '/long' }, mustCall((res) => {
    // With maxSockets 1 it would have to wait for the long one.
    http.get({ ...options, path: '/next' }, mustCall((next) => {
      assert.notStrictEqual(next.socket, long.socket);
      next.resume().on('end', mustCall(() => setImmediate(() => {
        assert.strictEqual(long.socket.destroyed, false);
        agent.destroy(); // the long one is no longer its
        assert.strictEqual(long.socket.destroyed, false);
        long.destroy();
        server.close();
      })));
    }));
    res.on('error', () => {}).resume();
  }));
  long.on('socket', mustCall((socket) => {
    socket.emit('agentRemove');
    assert.deepStrictEqual(Object.keys(agent.sockets), []);
    assert.strictEqual(agent.totalSocketCount, 0);
    assert.strictEqual(socket.listenerCount('free') + socket.listenerCount('agentRemove'), 0);
  }));
});
