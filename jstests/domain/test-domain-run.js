'use strict';
// What is begun in a domain belongs to it: errors of timers, ticks, immediates, promises, files and
// servers reach its 'error'.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const domain = require('domain');
const fs = require('fs');
const http = require('http');

process.on('uncaughtException', mustNotCall('uncaughtException'));

function caught(name, begin) {
  const d = domain.create();
  d.on('error', mustCall((err) => {
    assert.strictEqual(err.message, name);
    assert.strictEqual(err.domain, d);
    assert.strictEqual(err.domainThrown, true);
    assert.ok(!Object.keys(err).includes('domain'));
  }));
  d.run(() => {
    assert.strictEqual(process.domain, d);
    assert.strictEqual(domain.active, d);
    begin(() => {
      assert.strictEqual(process.domain, d);
      throw new Error(name);
    });
  });
  assert.ok(!process.domain);
}

caught('timer', (fail) => setTimeout(fail, 1));
caught('interval', (fail) => { const t = setInterval(() => { clearInterval(t); fail(); }, 1); });
caught('immediate', (fail) => setImmediate(fail));
caught('tick', (fail) => process.nextTick(fail));
caught('file', (fail) => fs.stat(__filename, fail));
caught('await', (fail) => { (async () => { await null; setImmediate(fail); })(); });
caught('nested ticks', (fail) => setTimeout(() => process.nextTick(() => setImmediate(fail)), 1));

{
  // A request that fails is answered by its domain, and the server lives on.
  const server = http.createServer(mustCall((req, res) => {
    const d = domain.create();
    d.add(req);
    d.add(res);
    d.on('error', mustCall((err) => {
      res.statusCode = 500;
      res.end(err.message);
    }));
    d.run(() => setImmediate(() => { throw new Error('at ' + req.url); }));
  }, 2));
  listen(server, (port) => {
    let left = 2;
    for (const path of ['/a', '/b']) {
      http.get({ port, host: '127.0.0.1', path, agent: false }, mustCall((res) => {
        assert.strictEqual(res.statusCode, 500);
        let text = '';
        res.setEncoding('utf8').on('data', (s) => { text += s; });
        res.on('end', mustCall(() => {
          assert.strictEqual(text, 'at ' + path);
          if (--left === 0) server.close();
        }));
      }));
    }
  });
}

{
  // A failed connection of a request made inside.
  const d = domain.create();
  d.on('error', mustCall((err) => {
    assert.ok(err.code === 'ECONNREFUSED' || err.code === 'ENOENT', err.code);
    assert.strictEqual(err.domain, d);
  }));
  d.run(() => http.get({ socketPath: require('../common').tmp('nobody'), path: '/' }));
}
