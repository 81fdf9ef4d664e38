'use strict';
// A listener of 'clientError' that keeps the connection open hears of all that follows.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer(mustNotCall('request'));
let client;
let count = 0;
server.on('clientError', mustCall((err, socket) => {
  assert.strictEqual(err.code, 'HPE_INVALID_METHOD');
  assert.strictEqual(String(err.rawPacket), '*');
  if (++count < 3) return client.write('*');
  socket.end('enough');
}, 3));
listen(server, (port) => {
  client = net.connect(port, '127.0.0.1');
  client.write('*');
  let text = '';
  client.on('data', (d) => { text += d; });
  client.on('end', mustCall(() => {
    assert.strictEqual(text, 'enough');
    server.close();
  }));
});
