'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const net = require('net');

// Neither an unref'd server nor an unref'd socket keeps the process alive.
const server = net.createServer((c) => { c.unref(); });
listen(server, (port) => {
  server.unref();
  const c = net.connect(port, '127.0.0.1', mustCall(() => c.unref()));
  c.on('close', mustNotCall('close'));
});
