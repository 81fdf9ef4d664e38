'use strict';
// What frameworks do to requests and responses: classes and prototypes of their own, methods replaced,
// properties assigned, the socket asked what it is busy with.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const { Readable } = require('stream');

const get = 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

function run(options, handler, want) {
  const server = http.createServer(options, mustCall(handler));
  listen(server, (port) => {
    exchange(port, get, mustCall((text) => {
      assert.match(text, want);
      server.close();
    }));
  });
}

// Subclasses given to the server.
class Request extends http.IncomingMessage {
  get shout() { return this.url.toUpperCase(); }
}
class Response extends http.ServerResponse {
  json(value) {
    this.setHeader('Content-Type', 'application/json');
    this.end(JSON.stringify(value));
  }
}
run({ IncomingMessage: Request, ServerResponse: Response }, (req, res) => {
  assert(req instanceof Request && res instanceof Response);
  res.json(req.shout);
}, /\r\nContent-Type: application\/json\r\n[^]*"\/A"$/);

// Prototypes put in between later.
const response = Object.create(http.ServerResponse.prototype);
response.send = function(text) { this.end(text); };
const request = Object.create(http.IncomingMessage.prototype);
request.get = function(name) { return this.headers[name]; };
run({}, (req, res) => {
  Object.setPrototypeOf(req, request);
  Object.setPrototypeOf(res, response);
  res.send(req.get('host'));
}, /\r\n\r\na$/);

// writeHead, write and end replaced: pipe and the implicit head go through them.
run({}, (req, res) => {
  const { writeHead, write, end } = res;
  res.writeHead = mustCall(function(...args) {
    this.setHeader('X-A', 'b');
    return writeHead.apply(this, args);
  });
  res.write = mustCall(function(chunk, ...args) { return write.call(this, String(chunk).toUpperCase(), ...args); });
  res.end = mustCall(function(...args) { return end.apply(this, args); });
  Readable.from(['ab']).pipe(res);
}, /\r\nX-A: b\r\n[^]*\r\n2\r\nAB\r\n/);

// Properties assigned and added.
run({}, (req, res) => {
  req.url = '/x';
  req.method = 'PUT';
  req.headers.extra = '1';
  delete req.headers.host;
  req.user = 1;
  assert.deepStrictEqual({ ...req.headers }, { connection: 'close', extra: '1' });
  assert.strictEqual(Object.prototype.hasOwnProperty.call(req.headers, 'extra'), true);
  req.headers = { a: 'b' };
  res.locals = {};
  res.statusCode = 201;
  res.end(req.method + req.url + req.headers.a + req.user);
}, /^HTTP\/1\.1 201 Created\r\n[^]*PUT\/xb1$/);

// How shutdown helpers ask a connection to close after the answer.
{
  const server = http.createServer(mustCall((req, res) => {
    const busy = req.socket._httpMessage;
    assert.strictEqual(busy, res);
    if (!busy.headersSent) busy.setHeader('Connection', 'close');
    res.end();
  }));
  listen(server, (port) => {
    exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', mustCall((text) => {
      assert.match(text, /\r\nConnection: close\r\n/);
      server.close();
    }));
  });
}

// A socket that the program ends or takes away.
run({}, (req) => {
  req.socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nraw');
  req.socket.end();
}, /raw$/);
