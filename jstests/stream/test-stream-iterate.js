'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

// The asynchronous iterator, by hand: not every engine parses for await.
async function collect(r) {
  const it = r[Symbol.asyncIterator](), out = [];
  for (let x = await it.next(); !x.done; x = await it.next()) out.push(x.value);
  return out;
}
collect(Readable.from([1, 2, 3])).then(mustCall((v) => assert.deepStrictEqual(v, [1, 2, 3])));

const broken = new Readable({ objectMode: true, read() {} });
broken.push(1);
setImmediate(() => broken.destroy(new Error('broken')));
collect(broken).then(() => assert.fail('resolved'), mustCall((err) => assert.strictEqual(err.message, 'broken')));

const left = new Readable({ objectMode: true, read() { this.push(1); } });
left.on('close', mustCall());
const it = left[Symbol.asyncIterator]();
it.next().then(mustCall((x) => { assert.strictEqual(x.value, 1); it.return(); }));

Readable.from([1, 2, 3, 4]).filter((n) => n % 2).map((n) => n * 10).toArray()
  .then(mustCall((v) => assert.deepStrictEqual(v, [10, 30])));
