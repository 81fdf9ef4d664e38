'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  if (req.url === '/late') return void res.on('close', mustCall());
  res.write('begun');
});
listen(server, (port) => {
  let left = 4;
  const done = () => { if (--left === 0) { server.closeAllConnections(); server.close(); } };
  const options = (path) => ({ port, host: '127.0.0.1', path });

  // Before it was sent.
  const a = http.get(options('/'), mustNotCall('response'));
  a.on('error', mustCall((err) => { assert.strictEqual(err.code, 'ECONNRESET'); assert.strictEqual(err.message, 'socket hang up'); }));
  a.on('close', mustCall(done));
  a.destroy();
  assert.strictEqual(a.destroyed, true);

  // While the answer is awaited, with an error of one's own.
  const b = http.get(options('/late'), mustNotCall('response'));
  b.on('socket', (s) => s.on('connect', () => setTimeout(() => b.destroy(new Error('mine')), 20)));
  b.on('error', mustCall((err) => assert.strictEqual(err.message, 'mine')));
  b.on('close', mustCall(done));

  // In the middle of the answer.
  const c = http.get(options('/'), mustCall((res) => {
    res.once('data', () => c.destroy());
    res.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    res.on('aborted', mustCall());
    res.on('close', mustCall(done));
  }));

  const control = new AbortController();
  const d = http.get({ ...options('/'), signal: control.signal }, mustNotCall('response'));
  d.on('error', mustCall((err) => assert.strictEqual(err.name, 'AbortError')));
  d.on('close', mustCall(done));
  control.abort();
});
