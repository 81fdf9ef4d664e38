'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustNotCall('request'));
server.on('clientError', mustCall((err, socket) => {
  assert(err instanceof Error);
  assert.strictEqual(err.code, 'HPE_INVALID_METHOD');
  assert.strictEqual(err.bytesParsed, 0);
  assert.strictEqual(err.rawPacket.toString(), '!nonsense\r\n\r\n');
  assert.strictEqual(socket.writable, true);
  socket.end('HTTP/1.1 400 My Own\r\nConnection: close\r\n\r\n');
}));
listen(server, (port) => {
  exchange(port, '!nonsense\r\n\r\n', (text) => {
    assert.strictEqual(text, 'HTTP/1.1 400 My Own\r\nConnection: close\r\n\r\n');
    server.close();
  });
});
