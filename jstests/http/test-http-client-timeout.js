'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(() => {}); // never answers
listen(server, (port) => {
  let left = 2;
  const done = () => { if (--left === 0) { server.closeAllConnections(); server.close(); } };
  const a = http.get({ port, host: '127.0.0.1', timeout: 30 }, mustNotCall('response'));
  a.on('timeout', mustCall(() => { assert.strictEqual(a.destroyed, false); a.destroy(); }));
  a.on('error', mustCall((err) => assert.strictEqual(err.message, 'socket hang up')));
  a.on('close', mustCall(done));

  const b = http.request({ port, host: '127.0.0.1' }, mustNotCall('response'));
  assert.strictEqual(b.setTimeout(30, mustCall(() => b.destroy(new Error('slow')))), b);
  b.on('error', mustCall((err) => assert.strictEqual(err.message, 'slow')));
  b.on('close', mustCall(done));
  b.end();
});
