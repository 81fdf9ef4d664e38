'use strict';
const { mustCall, listen, order } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// close: no new connections, idle ones are ended, busy ones may finish.
const log = order(['answered', 'closed']);
const server = http.createServer(mustCall((req, res) => {
  if (req.url === '/idle') return res.end('idle');
  server.close(mustCall((err) => { assert.ifError(err); log('closed'); }));
  setTimeout(() => { log('answered'); res.end('busy'); }, 20);
}, 2));
listen(server, (port) => {
  const idle = net.connect(port, '127.0.0.1');
  idle.write('GET /idle HTTP/1.1\r\nHost: x\r\n\r\n');
  idle.once('data', () => {
    const busy = net.connect(port, '127.0.0.1');
    busy.write('GET /busy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    busy.on('data', (d) => { text += d; });
    busy.on('end', mustCall(() => assert(text.endsWith('\r\n\r\nbusy'), text)));
  });
  idle.on('end', mustCall());
});
