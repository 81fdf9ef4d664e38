'use strict';
// A client that connects and leaves without a request: the server's socket closes too.
const { mustCall, mustNotCall, listen } = require('../common');
const http = require('http');
const net = require('net');

let left = 4; // two sockets on each side
const closed = () => { if (--left === 0) server.close(mustCall()); };
const server = http.createServer(mustNotCall('request'));
server.on('connection', mustCall((socket) => socket.on('close', mustCall(closed)), 2));
listen(server, (port) => {
  for (const how of ['end', 'destroy']) {
    const socket = net.connect(port, '127.0.0.1', () => socket[how]());
    socket.on('close', mustCall(closed));
    socket.resume();
  }
});
