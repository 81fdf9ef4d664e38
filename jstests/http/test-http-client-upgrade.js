'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer();
server.on('upgrade', mustCall((req, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly');
  socket.pipe(socket);
}));
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'echo' } }, mustNotCall('response'));
  req.on('upgrade', mustCall((res, socket, head) => {
    assert.strictEqual(res.statusCode, 101);
    assert.strictEqual(res.headers.upgrade, 'echo');
    let text = String(head);
    socket.on('data', (d) => { text += d; if (text === 'earlyping') socket.end(); });
    socket.write('ping');
    socket.on('close', mustCall(() => { assert.strictEqual(text, 'earlyping'); server.close(); }));
  }));
  req.end();
});
