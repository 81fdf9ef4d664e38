'use strict';
// What a program pushes into a socket that speaks HTTP is read as if the client had sent it.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const seen = [];
const web = http.createServer(mustCall((req, res) => {
  seen.push(req.url);
  if (req.url === '/b') assert.strictEqual(req.headers['x-sent'], 'late');
  res.end(req.url);
}, 3));

// Whoever shares a port between protocols looks at the first bytes and hands the socket over.
const front = net.createServer(mustCall((socket) => {
  socket.once('data', mustCall((first) => {
    web.emit('connection', socket);
    socket.push(first);
    assert.strictEqual(typeof socket.push('GET /b HTTP/1.1\r\n'), 'boolean');
    socket.push(Buffer.from('Host: b\r\nX-Sent: '));
  }));
}));

listen(front, (port) => {
  const client = net.connect(port, '127.0.0.1');
  let text = '';
  client.setEncoding('latin1');
  client.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
  client.on('data', (s) => {
    text += s;
    if (text.endsWith('/a')) client.write('late\r\n\r\nGET /c HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n');
  });
  client.on('close', mustCall(() => {
    assert.deepStrictEqual(seen, ['/a', '/b', '/c']);
    assert.strictEqual(text.match(/HTTP\/1\.1 200 OK/g).length, 3);
    front.close();
  }));
});
