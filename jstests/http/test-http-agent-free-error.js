'use strict';
// An error of a socket that waits in the pool is nobody's: it goes, and the next request gets another.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const agent = new http.Agent({ keepAlive: true });
const server = http.createServer((req, res) => res.end());
listen(server, (port) => {
  const get = (fn) => http.get({ port, host: '127.0.0.1', agent }, mustCall((res) => {
    res.resume().on('end', () => setImmediate(fn, res.req));
  })).on('error', mustNotCall('error'));
  get(mustCall((first) => {
    const name = agent.getName({ host: '127.0.0.1', port });
    const [socket] = agent.freeSockets[name];
    assert.strictEqual(first.reusedSocket, false);
    socket.destroy(new Error('idle'));
    socket.on('close', mustCall(() => {
      assert.strictEqual(agent.totalSocketCount, 0);
      get(mustCall((second) => {
        assert.strictEqual(second.reusedSocket, false);
        get(mustCall((third) => {
          assert.strictEqual(third.reusedSocket, true);
          agent.destroy();
          server.close();
        }));
      }));
    }));
  }));
});
