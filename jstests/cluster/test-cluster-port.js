'use strict';
// Workers share the port; who listens on 0 gets the port that the first got, and the n-th listen the
// same again. Both answer.

const { mustCall } = require('../common');
const assert = require('assert');
const cluster = require('cluster');
const http = require('http');

if (cluster.isWorker) {
  http.createServer((req, res) => res.end(String(cluster.worker.id))).listen(0, '127.0.0.1', function() {
    const first = this.address().port;
    assert.ok(first > 0);
    http.createServer().listen(0, '127.0.0.1', function() {
      assert.notStrictEqual(this.address().port, first);
      http.createServer().listen({ port: first, host: '127.0.0.1' }).on('error', mustCall((err) => {
        assert.strictEqual(err.code, 'EADDRINUSE');
        process.send([first, this.address().port]);
      }));
    });
  });
} else {
  const told = [];
  const answered = new Set();
  const ask = (port) => http.get({ host: '127.0.0.1', port, agent: false }, (res) => {
    res.setEncoding('utf8');
    res.on('data', (id) => answered.add(id));
    res.on('end', () => {
      if (answered.size < 2) ask(port); // times out if one of them gets nothing
      else cluster.disconnect(mustCall());
    });
  });
  cluster.on('message', mustCall((worker, ports) => {
    told.push(ports);
    if (told.length < 2) return;
    assert.deepStrictEqual(told[0], told[1]);
    ask(told[0][0]);
  }, 2));
  cluster.on('exit', mustCall((worker, code) => assert.strictEqual(code, 0), 2));
  cluster.fork();
  cluster.fork();
}
