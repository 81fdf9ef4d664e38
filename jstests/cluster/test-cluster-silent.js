'use strict';
// With silent the output of a worker is a stream of the primary.

const { mustCall } = require('../common');
const assert = require('assert');
const cluster = require('cluster');

if (cluster.isWorker) {
  console.log('out %s', process.cwd() === __dirname);
  console.error('err');
  process.stdin.setEncoding('utf8').on('data', mustCall((d) => {
    assert.strictEqual(d, 'in');
    process.exit();
  }));
} else {
  cluster.setupPrimary({ silent: true, cwd: __dirname });
  const worker = cluster.fork();
  const read = (name) => {
    let text = '';
    worker.process[name].setEncoding('utf8').on('data', (d) => { text += d; });
    worker.process[name].on('end', mustCall(() => assert.strictEqual(text, name === 'stdout' ? 'out true\n' : 'err\n')));
  };
  read('stdout');
  read('stderr');
  worker.on('online', mustCall(() => worker.process.stdin.write('in')));
  worker.process.on('close', mustCall((code) => assert.strictEqual(code, 0)));
}
