'use strict';
// fs.promises.writeFile of what comes piece by piece.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const { Readable } = require('stream');

const path = tmp('file');
const text = () => fs.readFileSync(path, 'utf8');

// pieces makes an async iterable by hand, and tells how it ended.
function pieces(list, ended) {
  return {
    [Symbol.asyncIterator]() {
      let i = 0;
      return {
        async next() {
          if (i === list.length) return { value: undefined, done: true };
          const value = list[i++];
          if (value instanceof Error) throw value;
          return { value, done: false };
        },
        async return() { ended.push('return'); return {}; },
      };
    },
  };
}

(async () => {
  await fs.promises.writeFile(path, Readable.from(['a', 'ü', 'c']));
  assert.strictEqual(text(), 'aüc');
  await fs.promises.writeFile(path, Readable.from([Buffer.from('b'), new Uint8Array([0x63])]));
  assert.strictEqual(text(), 'bc');
  await fs.promises.appendFile(path, Readable.from(['d']));
  assert.strictEqual(text(), 'bcd');
  await fs.promises.writeFile(path, Readable.from(['6869']), 'hex');
  assert.strictEqual(text(), 'hi');
  await fs.promises.writeFile(path, pieces([], []));
  assert.strictEqual(text(), '');

  const file = await fs.promises.open(path, 'w+');
  await file.writeFile(Readable.from(['one', 'two']));
  await file.writeFile('three');
  await file.close();
  assert.strictEqual(text(), 'onetwothree');

  // What fails on the way.
  const ended = [];
  await assert.rejects(fs.promises.writeFile(path, pieces(['x', new Error('no more')], ended)), { message: 'no more' });
  assert.deepStrictEqual(ended, []);
  await assert.rejects(fs.promises.writeFile(path, pieces([1], ended)), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.deepStrictEqual(ended, ['return']);
  await assert.rejects(fs.promises.writeFile(tmp('no/such/dir'), pieces(['x'], ended)), { code: 'ENOENT', syscall: 'open' });
  const ac = new AbortController();
  process.nextTick(() => ac.abort());
  await assert.rejects(fs.promises.writeFile(path, pieces(['x', 'y', 'z'], ended), { signal: ac.signal }), { name: 'AbortError' });
})().then(mustCall());
