'use strict';
// The sentences about incoming messages.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');
const stream = require('stream');
const util = require('util');

function serve(input, handler, fn = () => {}) {
  const server = http.createServer(mustCall(handler));
  listen(server, (port) => exchange(port, input, (out) => { server.close(); fn(out); }));
}
const last = 'Connection: close\r\n';

// spec: message.headers, general.headers-object, general.names-lower, general.no-interpretation
serve('GET / HTTP/1.1\r\nHOST: X\r\nUser-Agent: curl/7.22.0\r\nX-Date:   not a Date, %20 "ü"  \r\n' + last + '\r\n', (req, res) => {
  assert.strictEqual(typeof req.headers, 'object');
  assert.deepStrictEqual(Object.keys(req.headers), ['host', 'user-agent', 'x-date', 'connection']);
  assert.strictEqual(req.headers.host, 'X');
  assert.strictEqual(req.headers['user-agent'], 'curl/7.22.0');
  assert.strictEqual(req.headers['x-date'], 'not a Date, %20 "\xc3\xbc"');
  delete req.headers['x-date'];
  assert.strictEqual(util.inspect(req.headers), "{ host: 'X', 'user-agent': 'curl/7.22.0', connection: 'close' }");
  res.end();
});
serve(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n${last}\r\n{"a"`, (req, res) => {
  req.on('data', mustCall((d) => { assert(Buffer.isBuffer(d)); assert.strictEqual(String(d), '{"a"'); }));
  req.on('end', mustCall(() => res.end()));
});

// spec: message.stream
serve(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n${last}\r\nbody`, (req, res) => {
  assert(req instanceof stream.Readable);
  req.setEncoding('latin1');
  req.pipe(res);
}, (out) => assert(out.includes('body')));

// spec: message.close
{
  const server = http.createServer(mustCall((req) => {
    let closes = 0;
    req.on('error', () => {});
    req.on('end', mustNotCall('end'));
    req.on('close', () => { closes++; server.close(); });
    process.on('exit', () => assert.strictEqual(closes, 1));
    req.once('data', () => socket.destroy());
  }));
  let socket;
  listen(server, (port) => {
    socket = net.connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\npart');
  });
}

// spec: message.httpVersion, message.httpVersion-parts
for (const minor of [0, 1]) {
  serve(`GET / HTTP/1.${minor}\r\nHost: x\r\n${last}\r\n`, (req, res) => {
    assert.strictEqual(req.httpVersion, `1.${minor}`);
    assert.strictEqual(req.httpVersionMajor, 1);
    assert.strictEqual(req.httpVersionMinor, minor);
    res.end();
  });
  const server = net.createServer(mustCall((c) => { c.once('data', () => c.end(`HTTP/1.${minor} 200 OK\r\nContent-Length: 0\r\n\r\n`)); server.close(); }));
  listen(server, (port) => http.get({ host: '127.0.0.1', port, agent: false }, mustCall((res) => {
    // spec: message.statusCode
    assert.strictEqual(res.statusCode, 200);
    assert.strictEqual(res.httpVersion, `1.${minor}`);
    assert.strictEqual(res.httpVersionMinor, minor);
    res.resume();
  })));
}

// spec: message.trailers
serve(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${last}\r\n1\r\na\r\n0\r\nX-Sum: B\r\n\r\n`, (req, res) => {
  assert.deepStrictEqual(Object.keys(req.trailers), []);
  req.resume();
  req.on('end', mustCall(() => {
    assert.deepStrictEqual(Object.keys(req.trailers), ['x-sum']);
    assert.strictEqual(req.trailers['x-sum'], 'B');
    res.end();
  }));
});

// spec: message.setTimeout, message.socket
serve(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n${last}\r\npart`, (req, res) => {
  assert(req.socket instanceof net.Socket);
  assert.strictEqual(req.socket, req.connection);
  req.connection.setTimeout = mustCall(function(ms) {
    assert.strictEqual(ms, 30);
    return net.Socket.prototype.setTimeout.apply(this, arguments);
  });
  req.setTimeout(30, mustCall(() => { delete req.connection.setTimeout; res.end(); }));
});

// spec: message.method, message.url, message.url-parts
serve(`DELETE /status?name=ryan HTTP/1.1\r\nHost: x\r\n${last}\r\n`, (req, res) => {
  assert.strictEqual(req.method, 'DELETE');
  assert.strictEqual(req.url, '/status?name=ryan');
  const url = require('url');
  const parts = url.parse(req.url);
  assert.strictEqual(parts.href, '/status?name=ryan');
  assert.strictEqual(parts.search, '?name=ryan');
  assert.strictEqual(parts.query, 'name=ryan');
  assert.strictEqual(parts.pathname, '/status');
  assert.strictEqual(url.parse(req.url, true).query.name, 'ryan');
  assert.strictEqual(require('querystring').parse(parts.query).name, 'ryan');
  res.end();
});
