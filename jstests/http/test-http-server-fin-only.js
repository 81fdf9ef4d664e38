'use strict';
// A client that connects and leaves without a request: the server's socket closes too.
const { mustCall, mustNotCall, listen } = require('../common');
const http = require('http');
const net = require('net');

const server = http.createServer(mustNotCall('request'));
server.on('connection', mustCall((socket) => socket.on('close', mustCall()), 2));
listen(server, (port) => {
  let left = 2;
  for (const how of ['end', 'destroy']) {
    const socket = net.connect(port, '127.0.0.1', () => socket[how]());
    socket.on('close', mustCall(() => { if (--left === 0) server.close(mustCall()); }));
    socket.resume();
  }
});
