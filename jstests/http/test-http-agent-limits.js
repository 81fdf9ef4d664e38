'use strict';
// maxSockets, maxTotalSockets, maxFreeSockets, scheduling, and what the pools show.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

assert.throws(() => new http.Agent({ scheduling: 'random' }), {
  code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'scheduling' must be one of: 'fifo', 'lifo'. Received 'random'" });
assert.throws(() => new http.Agent({ maxTotalSockets: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => new http.Agent({ maxTotalSockets: 0 }), { code: 'ERR_OUT_OF_RANGE' });
const plain = http.Agent();
assert.deepStrictEqual([plain.keepAlive, plain.keepAliveMsecs, plain.maxSockets, plain.maxFreeSockets, plain.maxTotalSockets, plain.scheduling],
  [false, 1000, Infinity, 256, Infinity, 'lifo']);
assert.strictEqual(http.Agent.defaultMaxSockets, Infinity);
assert.deepStrictEqual(Object.keys(plain.sockets).concat(Object.keys(plain.freeSockets), Object.keys(plain.requests)), []);

assert.strictEqual(plain.getName(), 'localhost::');
assert.strictEqual(plain.getName({ host: 'a', port: 1, localAddress: '127.0.0.1' }), 'a:1:127.0.0.1');
assert.strictEqual(plain.getName({ host: 'a', port: 1, family: 6 }), 'a:1::6');
assert.strictEqual(plain.getName({ socketPath: '/s' }), 'localhost:::/s');

const servers = [];
let left = 4;
const done = () => {
  if (--left === 0) servers.forEach((s) => { s.closeAllConnections(); s.close(); });
};
const start = (fn) => {
  const server = http.createServer((req, res) => setTimeout(() => res.end(`${req.socket.remotePort}`), 5));
  servers.push(server);
  listen(server, fn);
};
const get = (agent, port, fn) => http.get({ agent, port, host: '127.0.0.1' }, mustCall((res) => {
  let text = '';
  res.on('data', (d) => { text += d; }).on('end', () => setImmediate(fn, text, res));
}));
const count = (o) => Object.keys(o).reduce((n, name) => n + o[name].length, 0);

start((port) => {
  // Free sockets beyond maxFreeSockets are closed.
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1 });
  let closed = 0;
  for (let i = 0; i < 3; i++) {
    get(agent, port, () => {}).on('socket', (socket) => socket.on('close', () => {
      if (++closed !== 2) return;
      assert.strictEqual(count(agent.freeSockets), 1);
      assert.strictEqual(count(agent.sockets), 0);
      assert.strictEqual(agent.totalSocketCount, 1);
      agent.destroy();
      done();
    }));
  }
  assert.strictEqual(count(agent.sockets), 3);
  assert.strictEqual(agent.totalSocketCount, 3);

  // lifo takes the socket that was used last, fifo the one that has waited longest.
  for (const scheduling of ['lifo', 'fifo']) {
    const agent = new http.Agent({ keepAlive: true, scheduling });
    const used = [];
    let n = 2;
    for (let i = 0; i < 2; i++) get(agent, port, (peer) => {
      used.push(peer);
      if (--n > 0) return;
      get(agent, port, (peer) => {
        assert.strictEqual(peer, scheduling === 'lifo' ? used[1] : used[0]);
        agent.destroy();
        done();
      });
    });
  }
});

// maxTotalSockets counts over all hosts; whoever waits gets its turn.
start((a) => start((b) => {
  const agent = new http.Agent({ maxTotalSockets: 2 });
  let n = 6;
  for (let i = 0; i < 6; i++) {
    get(agent, i % 2 ? a : b, () => { if (--n === 0) done(); }).on('socket', () => assert(agent.totalSocketCount <= 2));
  }
  assert.strictEqual(count(agent.sockets), 2);
  assert.strictEqual(count(agent.requests), 4);
}));
process.on('exit', () => assert.strictEqual(left, 0));
