'use strict';
// The server closes an idle socket just as a request is sent on it: the request fails with
// ECONNRESET and reusedSocket tells that it may be sent again.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const agent = new http.Agent({ keepAlive: true });
let connections = 0;
const server = net.createServer((c) => {
  connections++;
  c.on('error', () => {});
  let requests = 0;
  c.on('data', () => {
    if (++requests === 1) c.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    else c.destroy();
  });
});
listen(server, (port) => {
  const options = { port, host: '127.0.0.1', agent };
  const retry = (fn) => {
    const req = http.get(options, (res) => res.resume().on('end', () => setImmediate(fn, req)));
    req.on('error', mustCall((err) => {
      assert.strictEqual(err.code, 'ECONNRESET');
      assert.strictEqual(req.reusedSocket, true);
      http.get(options, mustCall((res) => {
        assert.strictEqual(res.req.reusedSocket, false);
        res.resume().on('end', () => setImmediate(fn, req));
      }));
    }));
    req.on('close', mustCall());
  };
  http.get(options, mustCall((res) => res.resume().on('end', () => setImmediate(() => {
    assert.strictEqual(Object.keys(agent.freeSockets).length, 1);
    retry(mustCall(() => {
      assert.strictEqual(connections, 2);
      agent.destroy();
      server.close();
    }));
  }))));
});
