'use strict';
// One worker from its fork to its exit: the events in order, its state, what is in cluster.

const { mustCall } = require('../common');
const assert = require('assert');
const cluster = require('cluster');
const net = require('net');

if (cluster.isWorker) {
  assert.strictEqual(cluster.isPrimary, false);
  assert.strictEqual(cluster.isMaster, false);
  assert.strictEqual(cluster.fork, undefined);
  assert.strictEqual(cluster.worker.id, 1);
  assert.strictEqual(cluster.worker.process, process);
  assert.ok(cluster.worker instanceof cluster.Worker);
  assert.strictEqual(cluster.worker.state, 'online');
  assert.strictEqual(cluster.worker.isConnected(), true);
  assert.strictEqual(cluster.worker.isDead(), false);
  assert.strictEqual(process.connected, true);
  assert.strictEqual(process.env.COLOR, 'green');
  assert.strictEqual(process.env.NODE_UNIQUE_ID, undefined);
  assert.deepStrictEqual(process.argv.slice(2), ['x', 'y']);
  assert.strictEqual(process.argv[1], __filename);
  cluster.worker.on('message', mustCall((m) => {
    assert.deepStrictEqual(m, { question: [1, 'ü', null] });
    net.createServer().listen(0, '127.0.0.1');
  }));
  cluster.worker.on('disconnect', mustCall(() => {
    assert.strictEqual(cluster.worker.exitedAfterDisconnect, true);
    assert.strictEqual(process.connected, false);
  }));
  process.send({ answer: 42 }, mustCall((err) => assert.strictEqual(err, null)));
} else {
  assert.strictEqual(cluster.isPrimary, true);
  assert.strictEqual(cluster.isMaster, true);
  assert.deepStrictEqual(cluster.workers, {});
  assert.strictEqual(cluster.worker, undefined);
  const seen = [];
  cluster.once('setup', mustCall((settings) => {
    assert.deepStrictEqual(settings.args, ['x', 'y']);
    assert.strictEqual(settings.exec, __filename);
    assert.strictEqual(settings.silent, false);
  }));
  cluster.setupPrimary({ args: ['x', 'y'] });
  const worker = cluster.fork({ COLOR: 'green' });
  assert.strictEqual(worker.id, 1);
  assert.strictEqual(worker.state, 'none');
  assert.strictEqual(cluster.workers[1], worker);
  assert.strictEqual(worker.isConnected(), true);
  assert.strictEqual(worker.isDead(), false);
  assert.strictEqual(worker.exitedAfterDisconnect, undefined);
  assert.strictEqual(typeof worker.process.pid, 'number');
  assert.strictEqual(process.env.COLOR, undefined);
  for (const event of ['fork', 'online', 'listening', 'message', 'disconnect', 'exit']) {
    cluster.on(event, mustCall((w) => {
      assert.strictEqual(w, worker);
      seen.push('cluster ' + event);
    }));
  }
  worker.on('online', mustCall(() => {
    assert.strictEqual(worker.state, 'online');
    seen.push('online');
  }));
  worker.on('message', mustCall((m) => {
    assert.deepStrictEqual(m, { answer: 42 });
    seen.push('message');
    assert.strictEqual(worker.send({ question: [1, 'ü', null] }), true);
  }));
  worker.on('listening', mustCall((address) => {
    assert.strictEqual(worker.state, 'listening');
    assert.strictEqual(address.address, '127.0.0.1');
    assert.strictEqual(address.addressType, 4);
    assert.ok(address.port > 0);
    assert.strictEqual(address.fd, undefined);
    seen.push('listening');
    assert.strictEqual(worker.disconnect(), worker);
    assert.strictEqual(worker.exitedAfterDisconnect, true);
    assert.strictEqual(cluster.workers[1], undefined);
  }));
  worker.on('disconnect', mustCall(() => {
    assert.strictEqual(worker.isConnected(), false);
    assert.strictEqual(worker.state, 'disconnected');
    seen.push('disconnect');
  }));
  worker.on('exit', mustCall((code, signal) => {
    assert.strictEqual(code, 0);
    assert.strictEqual(signal, null);
    assert.strictEqual(worker.isDead(), true);
    assert.strictEqual(worker.state, 'dead');
    seen.push('exit');
  }));
  process.on('exit', () => assert.deepStrictEqual(seen, [
    'cluster fork', 'online', 'cluster online', 'cluster message', 'message', 'listening', 'cluster listening',
    'disconnect', 'cluster disconnect', 'exit', 'cluster exit',
  ]));
}
