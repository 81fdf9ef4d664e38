'use strict';
// The request of an upgrade has no body, whatever it says: who reads it hears 'end', and what follows
// the head is the program's.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustNotCall());
server.on('upgrade', mustCall((req, socket, head) => {
  assert.strictEqual(String(head), 'abcdef');
  req.on('data', mustNotCall());
  req.on('end', mustCall(() => socket.end('up')));
}));
listen(server, (port) => {
  exchange(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nabcdef',
           mustCall((text) => {
             assert.strictEqual(text, 'up');
             server.close();
           }));
});
