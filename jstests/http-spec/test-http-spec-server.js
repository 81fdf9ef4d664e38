'use strict';
// The sentences about servers. Each block is marked with those it shows.
const { mustCall, mustCallAtLeast, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');
// spec: general.module
const http = require('http');
const net = require('net');

const get = (url, more = '') => `GET ${url} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const last = 'Connection: close\r\n';
// Serves with handler, sends input, calls fn with what came back, and closes.
function serve(input, fn, handler, prepare) {
  const server = http.createServer(handler);
  if (prepare) prepare(server);
  listen(server, (port) => exchange(port, input, (out) => { server.close(); fn(out); }));
  return server;
}

// Sends want back once it is there; the network cuts it anywhere, and head may have the most of it.
function echo(socket, head, want) {
  let all = '';
  const more = (d) => { all += d; if (all === want) socket.end(all); };
  more(head);
  socket.on('data', more);
}

// spec: STATUS_CODES.texts
for (const [code, text] of [[404, 'Not Found'], [200, 'OK'], [100, 'Continue'], [500, 'Internal Server Error'], [418, "I'm a Teapot"]]) {
  assert.strictEqual(http.STATUS_CODES[code], text);
}
assert(Object.keys(http.STATUS_CODES).length > 50);

// spec: createServer.server, createServer.listener, server.emitter
{
  const listener = () => {};
  const server = http.createServer(listener);
  assert(server instanceof http.Server && server instanceof EventEmitter);
  assert.deepStrictEqual(server.listeners('request'), [listener]);
  assert.strictEqual(http.createServer().listenerCount('request'), 0);
}

// spec: server.request.each, server.request.many, server.request.classes, response.second, message.made
// spec: server.connection.event, server.connection.socket, server.connection.not-readable, server.connection.of-request
// spec: server.close.event
{
  let seen = 0, socket;
  const server = serve([get('/1'), get('/2'), get('/3', last)], (out) => {
    assert.strictEqual(out.match(/^HTTP\/1\.1 200 OK/gm).length, 3);
  }, mustCall(function(req, res) {
    assert.strictEqual(arguments.length, 2);
    assert(req instanceof http.IncomingMessage);
    assert(res instanceof http.ServerResponse);
    assert.strictEqual(req.url, `/${++seen}`);
    assert.strictEqual(req.connection, socket);
    res.end();
  }, 3));
  server.on('connection', mustCall((so) => {
    assert(so instanceof net.Socket);
    so.on('readable', mustNotCall('readable'));
    so.removeAllListeners('readable'); // listening alone would take the data away from HTTP
    socket = so;
    const emit = so.emit;
    so.emit = function(event) {
      assert.notStrictEqual(event, 'readable');
      return emit.apply(this, arguments);
    };
  }));
  server.on('close', mustCall());
}

// spec: server.checkContinue.automatic
serve(`POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${last}\r\nhi`, (out) => {
  assert(out.startsWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n'), out);
}, mustCall((req, res) => { req.resume(); req.on('end', () => res.end()); }));

// spec: server.checkContinue.event, server.checkContinue.go, server.checkContinue.no-request, response.writeContinue
serve(`POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${last}\r\nhi`, (out) => {
  assert(out.startsWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n'), out);
  assert(out.endsWith('body: hi'), out);
}, mustNotCall('request'), (server) => server.on('checkContinue', mustCall((req, res) => {
  res.writeContinue();
  let body = '';
  req.on('data', (d) => { body += d; });
  req.on('end', mustCall(() => { res.setHeader('Content-Length', 8); res.end(`body: ${body}`); }));
})));

// spec: server.checkContinue.stop
serve(`POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`, (out) => {
  assert(out.startsWith('HTTP/1.1 400 Bad Request\r\n'), out);
}, mustNotCall('request'), (server) => server.on('checkContinue', mustCall((req, res) => {
  res.writeHead(400, { Connection: 'close' });
  res.end();
})));

// spec: server.connect.event, server.connect.request, server.connect.socket, server.connect.head, server.connect.no-listener
for (const behind of ['', 'first']) {
  serve([`CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n${behind}`, 'later'], (out) => {
    assert.strictEqual(out, `HTTP/1.1 200 Fine\r\n\r\n${behind}later`);
  }, mustNotCall('request'), (server) => server.on('connect', mustCall((req, socket, head) => {
    assert(req instanceof http.IncomingMessage);
    assert.strictEqual(req.method + req.url, 'CONNECTa:1');
    assert(socket instanceof net.Socket);
    assert(Buffer.isBuffer(head));
    assert.strictEqual(socket.listenerCount('data'), 0);
    socket.write('HTTP/1.1 200 Fine\r\n\r\n');
    echo(socket, head, behind + 'later');
  })));
}

// spec: server.connect.unheard
serve('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', (out) => assert.strictEqual(out, ''), mustNotCall('request'));

// spec: server.upgrade.event, server.upgrade.request, server.upgrade.socket, server.upgrade.head, server.upgrade.no-listener
for (const behind of ['', 'first']) {
  serve([get('/up', 'Connection: Upgrade\r\nUpgrade: echo\r\n') + behind, 'later'], (out) => {
    assert.strictEqual(out, `HTTP/1.1 101 Go\r\n\r\n${behind}later`);
  }, mustNotCall('request'), (server) => server.on('upgrade', mustCall((req, socket, head) => {
    assert(req instanceof http.IncomingMessage);
    assert.strictEqual(req.headers.upgrade + req.url, 'echo/up');
    assert(socket instanceof net.Socket);
    assert(Buffer.isBuffer(head));
    assert.strictEqual(socket.listenerCount('data'), 0);
    socket.write('HTTP/1.1 101 Go\r\n\r\n');
    echo(socket, head, behind + 'later');
  })));
}

// spec: server.clientError.event, server.clientError.socket
{
  let connected;
  serve('no request\r\n\r\n', (out) => assert.strictEqual(out, 'told'), mustNotCall('request'), (server) => {
    server.on('connection', (so) => { connected = so; });
    server.on('clientError', mustCall((err, socket) => {
      assert(err instanceof Error);
      assert(socket instanceof net.Socket);
      assert.strictEqual(socket, connected);
      socket.end('told');
    }));
  });
}

// spec: server.maxHeadersCount.none
{
  const fields = Array.from({ length: 1500 }, (_, i) => `a${i}: b\r\n`).join('');
  serve(get('/', fields + last), (out) => assert(out.startsWith('HTTP/1.1 200 OK')), mustCall((req, res) => {
    assert.strictEqual(Object.keys(req.headers).length, 1502);
    res.end();
  }), (server) => { server.maxHeadersCount = 0; });
}

// spec: server.setTimeout.sets, server.setTimeout.event, server.setTimeout.heard
{
  const server = serve(get('/'), (out) => assert.strictEqual(out, 'ours'), mustCall());
  server.setTimeout(20, mustCallAtLeast((socket) => {
    assert(socket instanceof net.Socket);
    assert.strictEqual(socket.destroyed, false);
    assert.strictEqual(socket.timeout, 20);
    socket.setTimeout(0);
    socket.end('ours');
  }));
}

// spec: server.timeout.new-only, server.timeout.zero
{
  const server = http.createServer((req, res) => res.end());
  const timeouts = [];
  let first;
  server.on('connection', mustCall((so) => {
    timeouts.push([so, so.timeout || 0]);
    server.timeout = 5000;
  }, 2));
  server.timeout = 0;
  listen(server, (port) => {
    const held = net.connect(port, '127.0.0.1');
    server.once('connection', () => { first = timeouts[0][0]; net.connect(port, '127.0.0.1').on('error', () => {}); });
    server.on('connection', () => {
      if (timeouts.length < 2) return;
      assert.deepStrictEqual(timeouts.map((t) => t[1]), [0, 5000]);
      assert.strictEqual(first.timeout || 0, 0);
      server.close();
      timeouts[1][0].destroy();
      held.destroy();
    });
  });
}
