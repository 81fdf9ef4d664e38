'use strict';
// Streams that are no sockets fail, end early and talk nonsense as sockets do.
const { mustCall, mustNotCall, duplexPair } = require('../common');
const assert = require('assert');
const http = require('http');

// What is not HTTP gets a 400 and the end.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustNotCall());
  server.emit('connection', far);
  far.on('close', mustCall());
  let text = '';
  near.on('data', (d) => { text += d; });
  far.on('close', mustCall(() => assert.strictEqual(text, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')));
  near.write('nonsense\r\n\r\n');
}

// 'clientError' gets the very stream.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustNotCall());
  server.on('clientError', mustCall((err, socket) => {
    assert.strictEqual(err.code, 'HPE_INVALID_METHOD');
    assert.strictEqual(socket, far);
    socket.destroy();
  }));
  server.emit('connection', far);
  near.write('nonsense\r\n\r\n');
}

// The stream breaks while a request is served.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustCall((req, res) => {
    req.on('aborted', mustCall());
    req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    res.on('close', mustCall(() => assert.strictEqual(res.writableFinished, false)));
    far.destroy(new Error('broken'));
  }));
  server.on('clientError', mustCall((err) => assert.strictEqual(err.message, 'broken')));
  server.emit('connection', far);
  near.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
}

// A handler destroys the request, and the stream with it.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustCall((req, res) => req.destroy()));
  server.emit('connection', far);
  far.on('close', mustCall());
  near.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
}

// On the client: the stream ends or breaks before the response.
{
  const [near, far] = duplexPair();
  const req = http.get({ createConnection: () => near }, mustNotCall());
  req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
  req.on('close', mustCall());
  far.end();
  far.resume();
}
{
  const [near] = duplexPair();
  const req = http.get({ createConnection: () => near }, mustNotCall());
  req.on('error', mustCall((err) => assert.strictEqual(err.message, 'broken')));
  req.on('close', mustCall());
  setImmediate(() => near.destroy(new Error('broken')));
}
