'use strict';
const { mustCall, listen, order } = require('../common');
const net = require('net');

// With allowHalfOpen the other side may go on after the end came.
const log = order(['server end', 'client data after end', 'client end', 'server close']);
const server = net.createServer({ allowHalfOpen: true }, mustCall((c) => {
  c.resume();
  c.on('end', () => {
    log('server end');
    setTimeout(() => c.end('after end'), 5);
  });
  c.on('close', () => { log('server close'); server.close(); });
}));
listen(server, (port) => {
  const c = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  c.end();
  c.on('data', (d) => log('client data ' + d));
  c.on('end', () => log('client end'));
});
