'use strict';
// Operations on a Dir wait for each other; synchronous ones cannot.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const { join } = require('path');

const path = tmp('dir');
fs.mkdirSync(path);
for (const name of ['a', 'b', 'c']) fs.writeFileSync(join(path, name), '');
const busy = { code: 'ERR_DIR_CONCURRENT_OPERATION' };
const closed = { code: 'ERR_DIR_CLOSED' };

async function reads() {
  const dir = await fs.promises.opendir(path);
  const four = Promise.all([dir.read(), dir.read(), dir.read(), dir.read()]);
  assert.throws(() => dir.readSync(), busy);
  assert.throws(() => dir.closeSync(), busy);
  const names = (await four).map((e) => e && e.name);
  assert.deepStrictEqual(names.sort(), ['a', 'b', 'c', null]);
  const last = dir.read();
  await Promise.all([last, dir.close()]);
  assert.strictEqual(await last, null);
  await assert.rejects(async () => dir.read(), closed);
  await assert.rejects(dir.close(), closed);
  assert.throws(() => dir.readSync(), closed);
  assert.throws(() => dir.closeSync(), closed);
  assert.throws(() => dir.read(() => {}), closed);
  dir.close(mustCall((err) => assert.strictEqual(err.code, 'ERR_DIR_CLOSED')));
}

async function iterates() {
  const dir = await fs.promises.opendir(path);
  const names = [];
  const it = dir[Symbol.asyncIterator]();
  for (let step = await it.next(); !step.done; step = await it.next()) names.push(step.value.name);
  assert.deepStrictEqual(names.sort(), ['a', 'b', 'c']);
  await assert.rejects(dir.close(), closed);
}

reads().then(mustCall());
iterates().then(mustCall());
