'use strict';
const { mustCall, listen, order } = require('../common');
const net = require('net');

// With allowHalfOpen the other side may go on after the end came. What one side sees has an order;
// between the sides there is none.
const log = order(['server end', 'server close']);
const clientLog = order(['client data after end', 'client end']);
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
  c.on('data', (d) => clientLog('client data ' + d));
  c.on('end', () => clientLog('client end'));
});
