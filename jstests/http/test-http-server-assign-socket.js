'use strict';
// A response that a script made is written to the stream it is given, as servers of WebSockets do to
// refuse a handshake.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const { Writable } = require('stream');

{
  let text = '';
  const sink = new Writable({ write(chunk, encoding, done) { text += chunk; setImmediate(done); } });
  const res = new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
  assert.strictEqual(res.socket, null);
  res.on('socket', mustCall((s) => assert.strictEqual(s, sink)));
  res.setHeader('X-A', 'b');
  res.write('before'); // waits for the stream
  res.assignSocket(sink);
  assert.strictEqual(res.socket, sink);
  assert.strictEqual(sink._httpMessage, res);
  assert.throws(() => res.assignSocket(sink), { code: 'ERR_HTTP_SOCKET_ASSIGNED' });
  res.end('after');
  res.on('finish', mustCall(() => {
    assert.match(text, /^HTTP\/1\.1 200 OK\r\nX-A: b\r\n/);
    assert(text.endsWith('\r\n\r\n6\r\nbefore\r\n5\r\nafter\r\n0\r\n\r\n'), text);
    res.detachSocket(sink);
    assert.strictEqual(res.socket, null);
    assert.strictEqual(sink._httpMessage, null);
    assert.throws(() => res.detachSocket(sink));
  }));
}

// 'close' of the stream is 'close' of the response.
{
  const sink = new Writable({ write(chunk, encoding, done) { done(); } });
  const res = new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
  res.assignSocket(sink);
  res.on('close', mustCall());
  res.destroy();
  assert.strictEqual(sink.destroyed, true);
}

// On the socket of an upgrade.
const server = http.createServer();
server.on('upgrade', mustCall((req, socket) => {
  const res = new http.ServerResponse(req);
  res.assignSocket(socket);
  res.shouldKeepAlive = false;
  res.writeHead(403, { 'Content-Length': 2 });
  res.end('no', mustCall(() => {
    res.detachSocket(socket);
    socket.end();
  }));
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n', mustCall((text) => {
    assert.match(text, /^HTTP\/1\.1 403 Forbidden\r\nContent-Length: 2\r\n/);
    assert(text.endsWith('\r\n\r\nno'));
    server.close();
  }));
});
