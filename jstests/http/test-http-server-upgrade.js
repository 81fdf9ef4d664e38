'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer(mustNotCall('request'));
server.on('upgrade', mustCall((req, socket, head) => {
  assert.strictEqual(req.headers.upgrade, 'echo');
  assert.strictEqual(String(head), 'first');
  assert(socket instanceof net.Socket);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  socket.write(head);
  socket.on('data', (d) => socket.write(d));
  socket.on('end', () => { socket.end(); server.close(); });
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let text = '';
  c.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nfirst');
  c.on('data', (d) => {
    text += d;
    if (text.endsWith('first')) c.write('second');
    if (text.endsWith('second')) c.end();
  });
  c.on('end', mustCall(() => assert(text.endsWith('\r\n\r\nfirstsecond'), text)));
});
