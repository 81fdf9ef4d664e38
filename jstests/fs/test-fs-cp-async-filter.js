// cp waits for what its filter promises; cpSync cannot.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { setTimeout: later } = require('timers/promises');

const from = tmp('cp-from');
fs.mkdirSync(path.join(from, 'deep'), { recursive: true });
for (const name of ['a.js', 'b.txt', 'deep/c.js', 'deep/d.txt']) fs.writeFileSync(path.join(from, name), name);
const all = (dir) => fs.readdirSync(dir, { recursive: true }).sort();

const asked = [];
const filter = async (src, dest) => {
  asked.push([path.relative(from, src), path.basename(dest)]);
  await later(1);
  return (await fs.promises.stat(src)).isDirectory() || src.endsWith('.js'); // files are read meanwhile
};
const options = { recursive: true, filter };
fs.cp(from, tmp('cp-1'), options, mustCall((err) => {
  assert.strictEqual(err, null);
  assert.deepStrictEqual(all(tmp('cp-1')), ['a.js', 'deep', 'deep/c.js']);
  assert.strictEqual(asked.length, 6);
  assert.deepStrictEqual(asked[0], ['', 'cp-1']);
  // More at once than there are workers.
  Promise.all(Array.from({ length: 8 }, (_, i) => fs.promises.cp(from, tmp('cp-many-' + i), options))).then(mustCall(() => {
    for (let i = 0; i < 8; i++) assert.deepStrictEqual(all(tmp('cp-many-' + i)), ['a.js', 'deep', 'deep/c.js']);
  }));
}));

// What it throws, or rejects with, is the result.
const wrong = new Error('wrong');
fs.cp(from, tmp('cp-2'), { recursive: true, filter: () => { throw wrong; } }, mustCall((err) => assert.strictEqual(err, wrong)));
assert.rejects(fs.promises.cp(from, tmp('cp-3'), { recursive: true, filter: (src) => (src === from ? true : Promise.reject(wrong)) }), wrong)
  .then(mustCall());
fs.promises.cp(from, tmp('cp-4'), { recursive: true, filter: () => Promise.resolve(0) }).then(mustCall(() => assert(!fs.existsSync(tmp('cp-4')))));
fs.promises.cp(from, tmp('cp-5'), { recursive: true, filter: (src) => !src.includes('deep') })
  .then(mustCall(() => assert.deepStrictEqual(all(tmp('cp-5')), ['a.js', 'b.txt'])));
assert.throws(() => fs.cpSync(from, tmp('cp-6'), { recursive: true, filter: async () => true }), {
  code: 'ERR_INVALID_RETURN_VALUE', name: 'TypeError',
  message: 'Expected boolean to be returned from the "filter" function but got an instance of Promise.' });
assert.throws(() => fs.cp(from, tmp('cp-7'), { filter: 1 }, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });

// A promise that is never settled does not keep the process.
fs.cp(from, tmp('cp-8'), { recursive: true, filter: () => new Promise(() => {}) }, () => assert.fail('called'));
