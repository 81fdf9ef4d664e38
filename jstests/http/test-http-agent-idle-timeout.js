'use strict';
// The agent's timeout closes a socket that waits in the pool; the server's Keep-Alive shortens it.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  if (req.url === '/hint') res.setHeader('Keep-Alive', 'timeout=1');
  res.end();
});
listen(server, (port) => {
  let left = 2;
  const done = () => { if (--left === 0) server.close(); };
  const agent = new http.Agent({ keepAlive: true, timeout: 30 });
  http.get({ port, host: '127.0.0.1', agent, path: '/' }, mustCall((res) => {
    res.socket.on('close', mustCall((hadError) => {
      assert.strictEqual(hadError, false);
      assert.strictEqual(Object.keys(agent.freeSockets).length, 0);
      assert.strictEqual(agent.totalSocketCount, 0);
      done();
    }));
    res.resume();
  }));
  // One second is too short to be sure that the server still listens.
  const careful = new http.Agent({ keepAlive: true, timeout: 60000 });
  http.get({ port, host: '127.0.0.1', agent: careful, path: '/hint' }, mustCall((res) => {
    res.socket.on('close', mustCall(() => {
      assert.strictEqual(Object.keys(careful.freeSockets).length, 0);
      done();
    }));
    res.resume();
  }));
});
