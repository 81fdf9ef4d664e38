'use strict';
// A net.Socket that another server accepted is served as well, with what was read of it and put
// back: how one port serves two protocols.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const web = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.socket, sockets[0]);
  assert.strictEqual(req.socket.server, web);
  let text = '';
  req.on('data', (d) => { text += d; });
  req.on('end', () => res.end(req.url + text));
}, 2));
const sockets = [];

const front = net.createServer(mustCall((socket) => {
  sockets.push(socket);
  socket.once('data', mustCall((first) => {
    socket.pause();
    socket.unshift(first);
    web.emit('connection', socket);
    process.nextTick(() => socket.resume());
  }));
}));

listen(front, (port) => {
  exchange(port, ['POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab',
                  'cGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'], mustCall((text) => {
    assert.match(text, /\r\n\r\n\/aabc/);
    assert.match(text, /\r\n\r\n\/b/);
    front.close(mustCall());
  }));
});
