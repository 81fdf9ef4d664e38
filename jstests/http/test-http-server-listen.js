'use strict';
const { mustCall, mustNotCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const net = require('net');

// What net.Server does about listen and close holds for http.Server too.
const get = (options, fn) => http.get({ agent: false, ...options }, mustCall((res) => {
  let text = '';
  res.setEncoding('utf8').on('data', (d) => text += d).on('end', mustCall(() => fn(text)));
}));

// The forms of listen.
const each = (...args) => {
  const server = http.createServer((req, res) => res.end('ok'));
  server.listen(...args, mustCall(() => {
    assert.strictEqual(server.listening, true);
    const address = server.address();
    const options = typeof address === 'string' ? { socketPath: address } : { port: address.port, host: '127.0.0.1' };
    get(options, (text) => {
      assert.strictEqual(text, 'ok');
      assert.strictEqual(server.close(mustCall((err) => {
        assert.strictEqual(err, undefined);
        assert.strictEqual(server.listening, false);
      })), server);
    });
  }));
};
each(0, '127.0.0.1');
each(0, '127.0.0.1', 5);
each({ port: 0, host: '127.0.0.1', backlog: 1, exclusive: true });
each(tmp('a.sock'));
each({ path: tmp('b.sock'), readableAll: true });

// The handle of another server.
const bound = net.createServer(mustNotCall('connection of the net.Server'));
bound.listen(0, '127.0.0.1', mustCall(() => {
  const server = http.createServer((req, res) => res.end('taken over'));
  server.listen(bound, mustCall(() => {
    assert.deepStrictEqual(server.address(), bound.address());
    get({ port: bound.address().port }, (text) => {
      assert.strictEqual(text, 'taken over');
      server.close(mustCall(() => bound.close(mustCall())));
    });
  }));
}));

// Errors.
const path = tmp('stale.sock');
const old = http.createServer().listen(path + '.old', mustCall(() => {
  fs.renameSync(path + '.old', path);
  old.close(mustCall(() => {
    http.createServer().listen(path, mustNotCall('listening')).on('error', mustCall((err) => {
      assert.strictEqual(err.code, 'EADDRINUSE');
      assert.strictEqual(err.address, path);
      assert.strictEqual(err.port, -1);
    }));
  }));
}));
const twice = http.createServer().listen(0, '127.0.0.1', mustCall(() => {
  assert.throws(() => twice.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  twice.close();
  twice.close(mustCall((err) => assert.strictEqual(err.code, 'ERR_SERVER_NOT_RUNNING')));
}));
http.createServer().listen({ fd: 9999 }).on('error', mustCall((err) => assert.strictEqual(err.code, 'EINVAL')));
assert.throws(() => http.createServer().listen({}), { code: 'ERR_INVALID_ARG_VALUE' });

// An aborted signal, getConnections, and a server that does not hold the process.
const controller = new AbortController();
const signalled = http.createServer();
signalled.listen({ port: 0, host: '127.0.0.1', signal: controller.signal }, mustCall(() => {
  signalled.getConnections(mustCall((err, n) => {
    assert.deepStrictEqual([err, n], [null, 0]);
    controller.abort();
  }));
}));
signalled.on('close', mustCall());
const idle = http.createServer().listen(0, '127.0.0.1');
assert.strictEqual(idle.unref(), idle);
assert.strictEqual(idle.ref().unref(), idle);
