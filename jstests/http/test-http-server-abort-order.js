'use strict';
const { mustCall, listen, order } = require('../common');
const http = require('http');
const net = require('net');

// A client that leaves before its answer: 'aborted' and the response's 'close' come with the end of
// the connection, the request's error a tick later.
const log = order(['aborted', 'res close', 'req ECONNRESET', 'req close']);
const server = http.createServer(mustCall((req, res) => {
  req.on('aborted', () => log('aborted'));
  req.on('error', (err) => log('req ' + err.code));
  req.on('close', () => { log('req close'); server.close(); });
  res.on('close', () => log('res close'));
  client.destroy();
}));
let client;
listen(server, (port) => {
  client = net.connect(port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
});
