'use strict';
// getActiveResourcesInfo names what keeps the process alive.
const { mustCall, mustSucceed, listen } = require('../common');
const assert = require('assert');
const fs = require('fs');
const net = require('net');

const now = () => process.getActiveResourcesInfo();
const count = (name) => now().filter((n) => n === name).length;

assert.deepStrictEqual(now(), []);
const timer = setTimeout(() => {}, 1e6);
const every = setInterval(() => {}, 1e6);
const immediate = setImmediate(() => {});
assert.deepStrictEqual(now().sort(), ['Immediate', 'Timeout', 'Timeout']);
timer.unref();
assert.strictEqual(count('Timeout'), 1);
timer.ref();
assert.strictEqual(count('Timeout'), 2);
clearTimeout(timer);
clearInterval(every);
clearImmediate(immediate);
assert.deepStrictEqual(now(), []);

for (let i = 0; i < 3; i++) fs.stat(__filename, mustSucceed());
fs.promises.stat(__filename).then(mustCall(() => {
  const server = net.createServer(mustCall((socket) => {
    assert.ok(count('TCPSocketWrap') >= 1);
    socket.end();
  }));
  assert.strictEqual(count('TCPServerWrap'), 0);
  listen(server, (port) => {
    assert.strictEqual(count('TCPServerWrap'), 1);
    server.unref();
    assert.strictEqual(count('TCPServerWrap'), 0);
    server.ref();
    net.connect(port, '127.0.0.1').resume().on('close', mustCall(() => server.close()));
  });
}));
assert.strictEqual(count('FSReqCallback'), 3);
assert.strictEqual(count('FSReqPromise'), 1);
