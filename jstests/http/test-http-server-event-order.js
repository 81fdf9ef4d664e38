'use strict';
// The events of requests, responses and sockets, in their order, in the ways an exchange can end.
const { mustCall, listen, order } = require('../common');
const http = require('http');
const net = require('net');

const names = {
  req: ['aborted', 'end', 'close', 'error'],
  res: ['finish', 'prefinish', 'close', 'error'],
  socket: ['close', 'error'],
};

function run(want, handler, client) {
  const log = order(want);
  const server = http.createServer(mustCall((req, res) => {
    for (const [name, o] of [['req', req], ['res', res], ['socket', req.socket]]) {
      for (const event of names[name]) o.on(event, (e) => log(`${name} ${event}${e && e.code ? ' ' + e.code : ''}`));
    }
    handler(req, res, log);
  }));
  listen(server, (port) => {
    const c = net.connect(port, '127.0.0.1');
    c.on('error', () => {});
    c.resume();
    c.on('close', mustCall(() => server.close()));
    client(c, server);
  });
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n';

// An answer, and the end of the connection.
run(['res prefinish', 'res finish', 'res close', 'req end', 'req close', 'socket close'],
    (req, res) => res.end('x'), (c) => c.write(get + 'Connection: close\r\n\r\n'));

// A body is read before.
run(['body', 'req end', 'res prefinish', 'res finish', 'res close', 'req close', 'socket close'],
    (req, res, log) => {
      req.on('data', () => log('body'));
      req.on('end', () => res.end('x'));
    }, (c) => c.write(post + 'Connection: close\r\n\r\nabcde'));

// The client goes away in the middle of an answer.
run(['req aborted', 'res close', 'socket close', 'req error ECONNRESET', 'req close'],
    () => {}, (c, server) => {
      c.write(get + '\r\n');
      server.once('request', () => setImmediate(() => c.destroy()));
    });

// A script destroys the request, the response or the socket.
run(['req aborted', 'req close', 'res close', 'socket close'], (req) => req.destroy(), (c) => c.write(get + '\r\n'));
run(['req aborted', 'socket error', 'req error', 'req close', 'res close', 'socket close'],
    (req) => req.destroy(new Error('x')), (c) => c.write(get + '\r\n'));
run(['req aborted', 'res close', 'socket close', 'req error ECONNRESET', 'req close'],
    (req) => req.socket.destroy(), (c) => c.write(get + '\r\n'));
