'use strict';
// disconnect() finishes what is in flight.

const { mustCall } = require('../common');
const assert = require('assert');
const cluster = require('cluster');
const http = require('http');

if (cluster.isWorker) {
  http.createServer(mustCall((req, res) => {
    res.write('begun ');
    process.once('message', mustCall(() => res.end('done')));
  })).listen(0, '127.0.0.1');
} else {
  cluster.disconnect(mustCall()); // there is none yet
  const worker = cluster.fork();
  worker.on('listening', mustCall((address) => {
    http.get({ port: address.port, host: '127.0.0.1', agent: false }, mustCall((res) => {
      let body = '';
      res.setEncoding('utf8');
      res.once('data', mustCall(() => {
        cluster.disconnect(mustCall(() => {
          assert.strictEqual(worker.isDead(), true);
        }));
        worker.process.send('go on');
      }));
      res.on('data', (d) => { body += d; });
      res.on('end', mustCall(() => assert.strictEqual(body, 'begun done')));
    }));
  }));
}
