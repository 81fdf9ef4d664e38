'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustNotCall('request'));
server.on('connect', mustCall((req, socket, head) => {
  assert.strictEqual(req.method, 'CONNECT');
  assert.strictEqual(req.url, 'example.com:443');
  assert.strictEqual(head.length, 0);
  socket.write('HTTP/1.1 200 Connected\r\nX: y\r\n\r\nhello');
  socket.on('data', mustCall((d) => { assert.strictEqual(String(d), 'tunnel'); socket.end(); }));
}));
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'example.com:443' });
  req.on('response', mustNotCall('response'));
  req.on('connect', mustCall((res, socket, head) => {
    assert.strictEqual(res.statusCode, 200);
    assert.strictEqual(res.headers.x, 'y');
    let text = String(head);
    socket.on('data', (d) => { text += d; });
    socket.write('tunnel');
    socket.on('end', mustCall(() => { assert.strictEqual(text, 'hello'); socket.end(); server.close(); }));
  }));
  req.end();
});
