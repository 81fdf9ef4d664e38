'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

// agent: false is an agent of one's own, and closes.
const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.headers.connection, 'close');
  res.end();
}, 2));
listen(server, (port) => {
  const req = http.get({ port, host: '127.0.0.1', agent: false }, mustCall((res) => {
    assert.strictEqual(res.headers.connection, 'close');
    res.resume();
    req.socket.on('close', mustCall(() => {
      http.get({ port, host: '127.0.0.1', agent: new http.Agent() }, mustCall((res) => res.resume().on('end', () => server.close())));
    }));
  }));
});
assert(http.globalAgent instanceof http.Agent);
assert.strictEqual(http.globalAgent.maxFreeSockets, 256);
assert.throws(() => new http.Agent({ maxTotalSockets: 0 }), { code: 'ERR_OUT_OF_RANGE' });
