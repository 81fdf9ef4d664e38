'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(req.url, '/p?q=1');
  assert.deepStrictEqual(req.rawHeaders, ['Host', `127.0.0.1:${server.address().port}`, 'Connection', 'keep-alive']);
  res.writeHead(201, 'Made', { 'X-A': ['1', '2'], 'Set-Cookie': ['a', 'b'], 'Content-Type': 'text/plain' });
  res.end('body');
}));
listen(server, (port) => {
  const agent = new http.Agent({ keepAlive: true });
  const req = http.get(`http://127.0.0.1:${port}/p?q=1#hash`, { agent }, mustCall((res) => {
    assert.strictEqual(res.statusCode, 201);
    assert.strictEqual(res.statusMessage, 'Made');
    assert.strictEqual(res.httpVersion, '1.1');
    assert.strictEqual(res.headers['x-a'], '1, 2');
    assert.deepStrictEqual(res.headers['set-cookie'], ['a', 'b']);
    assert.strictEqual(res.req, req);
    assert(res instanceof http.IncomingMessage);
    let text = '';
    res.setEncoding('utf8').on('data', (d) => { text += d; });
    res.on('end', mustCall(() => { assert.strictEqual(text, 'body'); assert.strictEqual(res.complete, true); agent.destroy(); server.close(); }));
    res.on('close', mustCall());
  }));
  assert(req instanceof http.ClientRequest);
  assert.strictEqual(req.method, 'GET');
  assert.strictEqual(req.path, '/p?q=1');
  assert.strictEqual(req.host, '127.0.0.1');
  assert.strictEqual(req.protocol, 'http:');
  assert.strictEqual(req.getHeader('host'), `127.0.0.1:${port}`);
  req.on('finish', mustCall());
  req.on('close', mustCall());
  req.on('socket', mustCall());
});
