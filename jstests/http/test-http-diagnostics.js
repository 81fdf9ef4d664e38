'use strict';
// The built-in channels of diagnostics_channel tell what servers and clients do, while somebody subscribes.
const { mustCall } = require('../common');
const assert = require('assert');
const dc = require('diagnostics_channel');
const http = require('http');
const net = require('net');

const seen = [];
const names = ['http.client.request.start', 'http.client.request.error', 'http.client.response.finish',
  'http.server.request.start', 'http.server.response.finish', 'net.client.socket', 'net.server.socket'];
const listeners = names.map((name) => {
  const listener = (message, from) => {
    assert.strictEqual(from, name);
    seen.push(`${name} ${Object.keys(message)}`);
    if (message.server) {
      assert.strictEqual(message.server, server);
      assert.ok(message.socket instanceof net.Socket);
      assert.strictEqual(message.request.socket, message.socket);
      assert.strictEqual(message.request.url, '/');
      assert.ok(message.response instanceof http.ServerResponse);
    }
    if (name === 'http.server.response.finish') assert.strictEqual(message.response.socket, message.socket);
    if (name === 'http.server.request.start') assert.strictEqual(message.response.headersSent, false);
    if (name === 'http.client.request.start') assert.strictEqual(message.request.writableEnded, true);
    if (name === 'http.client.response.finish') {
      assert.strictEqual(message.response.statusCode, 200);
      assert.strictEqual(message.response.complete, false);
    }
    if (message.error) seen.push(message.error.code);
  };
  dc.subscribe(name, listener);
  return listener;
});

const server = http.createServer((req, res) => {
  seen.push('request');
  res.on('finish', () => seen.push('finish'));
  res.end('x');
});
server.listen(0, '127.0.0.1', mustCall(async () => {
  const options = { port: server.address().port, host: '127.0.0.1', agent: false };
  const get = (more) => new Promise((resolve) => {
    const req = http.get({ ...options, ...more }, (res) => {
      seen.push('response');
      res.resume().on('end', resolve);
    });
    req.on('error', (err) => { seen.push('error'); resolve(err); });
    if (more) req.destroy(Object.assign(new Error('given up'), { code: 'MINE' }));
  });
  await get();
  const server1 = ['net.server.socket socket', 'http.server.request.start request,response,socket,server', 'request',
    'http.server.response.finish request,response,socket,server', 'finish'];
  const client = ['net.client.socket socket', 'http.client.request.start request', 'http.client.response.finish request,response', 'response'];
  assert.deepStrictEqual(seen.filter((s) => server1.includes(s)), server1);
  assert.deepStrictEqual(seen.filter((s) => client.includes(s)), client);
  assert.strictEqual(seen.length, server1.length + client.length);

  seen.length = 0;
  await get({ path: '/never' });
  assert.deepStrictEqual(seen.filter((s) => !s.startsWith('net.')), ['http.client.request.error request,error', 'MINE', 'error']);

  // Nobody subscribes any more.
  names.forEach((name, i) => assert.strictEqual(dc.unsubscribe(name, listeners[i]), true));
  seen.length = 0;
  await get();
  assert.deepStrictEqual(seen.sort(), ['finish', 'request', 'response']);

  // What a subscriber throws is uncaught, and the request goes on.
  dc.subscribe('http.server.request.start', () => { throw new Error('thrown'); });
  process.once('uncaughtException', mustCall((err) => assert.strictEqual(err.message, 'thrown')));
  await get();
  server.close();
}));
