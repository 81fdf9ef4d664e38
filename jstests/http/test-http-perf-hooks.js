'use strict';
// What an observer of perf_hooks is shown of requests, connects and lookups.
const { mustCall } = require('../common');
const assert = require('assert');
const dns = require('dns');
const http = require('http');
const { PerformanceObserver } = require('perf_hooks');

const entries = [];
const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
observer.observe({ entryTypes: ['http', 'net', 'dns'] });

const server = http.createServer((req, res) => {
  res.setHeader('X-Out', 'b');
  req.resume().on('end', () => res.end('hello'));
});
server.listen(0, '127.0.0.1', mustCall(async () => {
  const { port } = server.address();
  const request = () => new Promise((resolve) => {
    http.request({ port, host: '127.0.0.1', path: '/a?b', method: 'POST', agent: false, headers: { 'X-In': 'a' } }, (res) => {
      res.resume().on('close', resolve);
    }).end('body');
  });
  await request();
  const addresses = await dns.promises.lookup('localhost', { all: true, family: 4 });
  await new Promise((resolve) => dns.lookup('localhost', 4, resolve));
  while (entries.length < 5) await new Promise(setImmediate);
  const of = (name) => entries.filter((e) => e.name === name);
  for (const e of entries) {
    assert.strictEqual(e.constructor.name, 'PerformanceNodeEntry');
    assert.ok(e.startTime > 0 && e.duration >= 0);
  }
  assert.deepStrictEqual(entries.map((e) => `${e.entryType} ${e.name}`).sort(),
    ['dns lookup', 'dns lookup', 'http HttpClient', 'http HttpRequest', 'net connect']);

  const [served] = of('HttpRequest');
  assert.deepStrictEqual(served.detail.req, { method: 'POST', url: '/a?b',
    headers: { 'x-in': 'a', 'host': `127.0.0.1:${port}`, 'connection': 'close', 'content-length': '4' } });
  assert.strictEqual(served.detail.res.statusCode, 200);
  assert.strictEqual(served.detail.res.statusMessage, 'OK');
  assert.strictEqual(served.detail.res.headers['x-out'], 'b');

  const [asked] = of('HttpClient');
  assert.strictEqual(asked.detail.req.method, 'POST');
  assert.strictEqual(asked.detail.req.url, 'http://127.0.0.1/a?b');
  assert.strictEqual(asked.detail.req.headers['x-in'], 'a');
  assert.strictEqual(asked.detail.res.statusCode, 200);
  assert.strictEqual(asked.detail.res.headers['x-out'], 'b');

  assert.deepStrictEqual(of('connect')[0].detail, { host: '127.0.0.1', port });
  const looked = of('lookup').map((e) => e.detail);
  assert.ok(looked.every((d) => d.hostname === 'localhost' && d.family === 4 && d.hints === 0));
  assert.deepStrictEqual(looked.map((d) => d.addresses), [addresses, [addresses[0].address]]);

  // Nobody observes any more.
  observer.disconnect();
  entries.length = 0;
  await request();
  await new Promise(setImmediate);
  assert.strictEqual(entries.length, 0);
  server.close();
}));
