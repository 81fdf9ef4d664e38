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
  // The server closes an idle connection: the pool forgets it without a word.
  function closed() {
    const [socket] = agent.freeSockets[agent.getName({ host: '127.0.0.1', port })];
    socket.on('close', mustCall((hadError) => {
      assert.strictEqual(hadError, false);
      assert.deepStrictEqual([Object.keys(agent.freeSockets).length, agent.totalSocketCount], [0, 0]);
      server.close();
    }));
    server.closeIdleConnections();
  }

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
          closed();
        }));
      }));
    }));
  }));
});
