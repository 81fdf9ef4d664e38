'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// Nobody listens.
const gone = net.createServer();
listen(gone, (port) => gone.close(() => {
  const req = http.get({ port, host: '127.0.0.1' }, mustNotCall('response'));
  req.on('error', mustCall((err) => {
    assert.strictEqual(err.code, 'ECONNREFUSED');
    assert.strictEqual(err.message, `connect ECONNREFUSED 127.0.0.1:${port}`);
  }));
  req.on('close', mustCall());
}));

// The other side hangs up, or speaks nonsense.
const server = net.createServer((c) => {
  c.on('error', () => {});
  c.once('data', (d) => {
    if (/\/nothing/.test(d)) c.end();
    if (/\/nonsense/.test(d)) c.end('nonsense\r\n\r\n');
    if (/\/half/.test(d)) c.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
  });
});
listen(server, (port) => {
  let left = 3;
  const done = () => { if (--left === 0) server.close(); };
  http.get({ port, host: '127.0.0.1', path: '/nothing' }, mustNotCall()).on('error', mustCall((err) => {
    assert.strictEqual(err.code, 'ECONNRESET');
    assert.strictEqual(err.message, 'socket hang up');
    done();
  }));
  http.get({ port, host: '127.0.0.1', path: '/nonsense' }, mustNotCall()).on('error', mustCall((err) => {
    assert.strictEqual(err.code, 'HPE_INVALID_CONSTANT');
    assert(err.message.startsWith('Parse Error: Expected HTTP/'), err.message);
    done();
  }));
  http.get({ port, host: '127.0.0.1', path: '/half' }, mustCall((res) => {
    res.on('aborted', mustCall());
    res.on('end', mustNotCall('end'));
    res.on('error', mustCall((err) => {
      assert.strictEqual(err.code, 'ECONNRESET');
      assert.strictEqual(err.message, 'aborted');
      assert.strictEqual(res.complete, false);
      done();
    }));
    res.resume();
  }));
});
