'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

// One socket serves request after request; the agent queues beyond maxSockets.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ports = new Set();
const server = http.createServer(mustCall((req, res) => { ports.add(req.socket.remotePort); res.end(req.url); }, 4));
listen(server, (port) => {
  const order = [];
  for (let i = 0; i < 4; i++) {
    http.get({ port, host: '127.0.0.1', path: `/${i}`, agent }, mustCall((res) => {
      res.resume().on('end', mustCall(() => {
        order.push(i);
        if (order.length < 4) return;
        assert.deepStrictEqual(order, [0, 1, 2, 3]);
        assert.strictEqual(ports.size, 1);
        setImmediate(() => {
          const name = `127.0.0.1:${port}:`;
          assert.deepStrictEqual(Object.keys(agent.freeSockets), [name]);
          assert.deepStrictEqual(Object.keys(agent.sockets), []);
          agent.destroy();
          server.close(mustCall());
        });
      }));
    }));
  }
  assert.strictEqual(agent.getName({ port, host: '127.0.0.1' }), `127.0.0.1:${port}:`);
  assert.strictEqual(agent.requests[agent.getName({ port, host: '127.0.0.1' })].length, 3);
});
