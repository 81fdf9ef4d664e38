'use strict';
// What a server emits has the context that it began to listen in.
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');
const { AsyncLocalStorage } = require('async_hooks');

const als = new AsyncLocalStorage();

const plain = net.createServer(mustCall((socket) => {
  assert.strictEqual(als.getStore(), 'net');
  socket.resume();
  socket.end();
  plain.close();
}));
als.run('net', () => plain.listen(0, '127.0.0.1', mustCall(() => {
  assert.strictEqual(als.getStore(), 'net');
  als.exit(() => net.connect(plain.address().port, '127.0.0.1').resume());
})));

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(als.getStore(), 'http');
  req.resume().on('end', mustCall(() => {
    assert.strictEqual(als.getStore(), 'http');
    res.end('ok', mustCall(() => assert.strictEqual(als.getStore(), 'http')));
  }));
}));
als.run('http', () => server.listen(0, '127.0.0.1'));
server.on('listening', mustCall(() => {
  const req = http.request({ port: server.address().port, host: '127.0.0.1', method: 'POST', agent: false });
  req.on('response', mustCall((res) => res.resume().on('end', mustCall(() => server.close()))));
  req.end('x');
}));
