'use strict';
// How workers end: the exit event says why, and the others go on.

const { mustCall } = require('../common');
const assert = require('assert');
const cluster = require('cluster');

const endings = {
  'exit code': [3, null, () => process.exit(3)],
  'exitCode': [4, null, () => { process.exitCode = 4; process.disconnect(); cluster.worker.exitedAfterDisconnect = true; }],
  'uncaught': [1, null, () => { process.stderr.write = () => true; throw new Error('expected'); }],
  'hang up': [0, null, () => process.disconnect()],
  'kill in the worker': [0, null, () => cluster.worker.kill()],
  'disconnect in the worker': [0, null, () => cluster.worker.disconnect()],
  'killed': [null, 'SIGTERM', () => process.send('kill me')],
  'killed for good': [null, 'SIGKILL', () => process.send('SIGKILL')],
  'listens': [7, null, () => { process.on('SIGTERM', () => process.exit(7)); process.send('kill me'); }],
};

if (cluster.isWorker) {
  setInterval(() => {}, 60000).unref();
  const ending = endings[process.env.ENDING];
  if (ending) ending[2]();
  else process.on('message', () => process.disconnect()); // the one that stays
} else {
  let left = Object.keys(endings).length;
  cluster.setupPrimary({ silent: true });
  const steady = cluster.fork();
  for (const name in endings) {
    const worker = cluster.fork({ ENDING: name });
    worker.on('message', (m) => {
      if (m === 'SIGKILL') worker.process.kill(m);
      else worker.kill();
    });
    worker.on('exit', mustCall((code, signal) => {
      assert.deepStrictEqual([name, code, signal], [name, endings[name][0], endings[name][1]]);
      assert.strictEqual(worker.exitedAfterDisconnect, name.endsWith('in the worker'), name);
      assert.strictEqual(worker.isDead(), true);
      assert.strictEqual(worker.process.exitCode, code);
      assert.strictEqual(worker.process.signalCode, signal);
      if (--left === 0) {
        assert.strictEqual(steady.isDead(), false);
        assert.deepStrictEqual(Object.keys(cluster.workers), ['1']);
        steady.send('end');
      }
    }));
  }
  steady.on('exit', mustCall((code) => assert.strictEqual(code, 0)));
}
