'use strict';
// Sockets in the pool do not hold the process, nor does a server that is unref'd: this program ends.
const { mustCall, listen } = require('../common');
const http = require('http');

const agent = new http.Agent({ keepAlive: true });
const server = http.createServer((req, res) => {
  req.socket.unref();
  res.end();
});
server.keepAliveTimeout = 0;
listen(server, (port) => {
  http.get({ port, host: '127.0.0.1', agent }, mustCall((res) => res.resume().on('end', mustCall(() => server.unref()))));
});
