'use strict';
// Without a listener of request, response or server a timeout destroys the socket, also if the socket
// itself has one; with a listener the program decides.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

function run(handler, want) {
  const server = http.createServer(mustCall((req, res) => handler(req, res, server)));
  listen(server, (port) => {
    exchange(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab', mustCall((text) => {
      assert.strictEqual(text.endsWith(want), true, text);
      if (want === '') assert.strictEqual(text, '');
      server.close();
    }));
  });
  return server;
}

run((req) => req.socket.setTimeout(20, mustCall()), '');
run((req, res) => assert.strictEqual(req.setTimeout(20, mustCall(() => res.end('mine', () => req.socket.destroy()))), req), 'mine');
run((req, res) => {
  res.setTimeout(20, mustCall((socket) => {
    assert.strictEqual(socket, req.socket);
    res.end('yours', () => socket.destroy());
  }));
}, 'yours');
// This one runs from the connection on: long enough that the request comes first on a busy machine.
const server = run((req) => req.on('close', mustCall()), '');
assert.strictEqual(server.setTimeout(400, mustCall((socket) => socket.destroy())), server);
