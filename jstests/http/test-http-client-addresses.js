'use strict';
// localAddress, localPort, socketPath, lookup and family reach the connection.
const { mustCall, mustNotCall, listen, tmp } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer((req, res) => res.end(`${req.socket.remoteAddress} ${req.socket.remotePort} ${req.headers.host}`));
const text = (res, fn) => {
  let s = '';
  res.on('data', (d) => { s += d; }).on('end', mustCall(() => fn(s)));
};
listen(server, (port) => {
  let left = 5;
  const done = () => { if (--left === 0) server.close(); };
  http.get({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }, mustCall((res) => text(res, (s) => {
    assert(s.startsWith('127.0.0.2 '), s);
    done();
  })));
  // A port that was free a moment ago.
  const probe = net.createServer();
  listen(probe, (localPort) => probe.close(() => {
    http.get({ port, host: '127.0.0.1', localPort, agent: false }, mustCall((res) => text(res, (s) => {
      assert.strictEqual(s, `127.0.0.1 ${localPort} 127.0.0.1:${port}`);
      done();
    })));
  }));
  const lookup = mustCall((host, options, cb) => {
    assert.strictEqual(host, 'a.test');
    assert.strictEqual(options.family, 4);
    if (options.all) cb(null, [{ address: '127.0.0.1', family: 4 }]);
    else cb(null, '127.0.0.1', 4);
  });
  http.get({ port, host: 'a.test', lookup, family: 4 }, mustCall((res) => text(res, (s) => {
    assert(s.endsWith(` a.test:${port}`), s);
    done();
  })));
  http.get({ port, host: 'b.test', lookup: (host, options, cb) => cb(Object.assign(new Error('not today'), { code: 'MINE' })) }, mustNotCall())
    .on('error', mustCall((err) => { assert.strictEqual(err.code, 'MINE'); }))
    .on('close', mustCall(done));
  const unix = http.createServer((req, res) => res.end(req.headers.host));
  const path = tmp('h');
  unix.listen(path, mustCall(() => {
    const req = http.get({ socketPath: path, path: '/x', host: 'name' }, mustCall((res) => text(res, (s) => {
      assert.strictEqual(s, 'name');
      assert.strictEqual(req.socketPath, path);
      assert.strictEqual(req.path, '/x');
      http.get({ socketPath: path, agent: false }, mustCall((res) => text(res, () => {
        unix.close();
        done();
      })));
    })));
  }));
});
