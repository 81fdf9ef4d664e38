'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// The request was complete: the response only closes.
const server = http.createServer(mustCall((req, res) => {
  req.on('error', mustNotCall('error'));
  req.on('end', mustCall());
  req.resume();
  req.on('close', mustCall());
  res.write('begun');
  res.on('finish', mustNotCall('finish'));
  res.on('error', mustNotCall('error'));
  res.on('close', mustCall(() => server.close(mustCall())));
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  c.on('data', () => c.destroy());
  c.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
});
