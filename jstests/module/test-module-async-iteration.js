// for await and async generators.
const { mustCall } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

async function* count(to) {
  try {
    for (let i = 1; i <= to; i++) yield i;
  } finally {
    count.ended = true;
  }
}

class Source {
  async *[Symbol.asyncIterator]() {
    yield* count(2);
    yield Promise.resolve('three');
  }
}

(async () => {
  const got = [];
  for await (const x of count(3)) got.push(x);
  for await (const x of new Source()) got.push(x);
  for await (const x of [Promise.resolve('a'), 'b']) got.push(x);
  for await (const x of Readable.from(['r', 's'])) got.push(x);
  assert.deepStrictEqual(got, [1, 2, 3, 1, 2, 'three', 'a', 'b', 'r', 's']);

  count.ended = false;
  for await (const x of count(9)) if (x === 2) break;
  assert.strictEqual(count.ended, true);

  await assert.rejects(async () => {
    for await (const x of (async function* () { throw new RangeError('inside'); })()) assert.fail(x);
  }, RangeError);
  try {
    throw new Error('line');
  } catch (e) {
    assert.match(e.stack, /test-module-async-iteration\.js:37:\d+/);
  }
})().then(mustCall());
