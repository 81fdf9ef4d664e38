'use strict';
// The report on a terminal: spec, with all kinds of results.
const assert = require('assert');

const want = `✔ sync (ms)
✔ says (ms)
ℹ something
✖ fails (ms)
  TypeError: no

﹣ skipped (ms) # not now
﹣ skipped without a word (ms) # SKIP
✔ to do (ms) # TODO
▶ has subtests
  ✔ one (ms)
  ▶ two
    ✖ deep (ms)
      Error: deep down

  ✖ two (ms)
✖ has subtests (ms)
▶ a suite
  ✔ first (ms)
  ▶ inner
    ✔ second (ms)
  ✔ inner (ms)
  ✔ third (ms)
✔ a suite (ms)
✔ an empty suite (ms)
✖ times out (ms)
  'test timed out after 5ms'

ℹ tests 14
ℹ suites 3
ℹ pass 6
ℹ fail 4
ℹ cancelled 1
ℹ skipped 2
ℹ todo 1
ℹ duration_ms

✖ failing tests:

test at here
✖ fails (ms)
  TypeError: no

test at here
✖ deep (ms)
  Error: deep down

test at here
✖ times out (ms)
  'test timed out after 5ms'
`;

let out = '';
process.stdout.isTTY = true;
process.stdout.write = (text) => { out += text; return true; };

const test = require('node:test');

process.on('exit', (code) => {
  assert.strictEqual(code, 1);
  // Without what differs from run to run, from engine to engine, and by where the file is.
  const got = out.replace(/\x1b\[\d+m/g, '').replace(/\([\d.]+ms\)/g, '(ms)').replace(/ℹ duration_ms .*/g, 'ℹ duration_ms')
    .replace(/^test at .*$/gm, 'test at here').replace(/^ +at .*\n/gm, '').replace(/^ *\[cause\].*\n/gm, '');
  assert.strictEqual(got, want);
  process.exitCode = 0;
});

test('sync', () => {});
test('says', (t) => { t.diagnostic('something'); });
test('fails', () => { throw new TypeError('no'); });
test('skipped', { skip: 'not now' }, () => {});
test('skipped without a word', { skip: true }, () => {});
test.todo('to do', () => {});
test('has subtests', async (t) => {
  await t.test('one', () => {});
  await t.test('two', async (t) => { await t.test('deep', () => { throw new Error('deep down'); }); });
});
test.describe('a suite', () => {
  test.it('first', () => {});
  test.suite('inner', () => { test.it('second', () => {}); });
  test.it('third', () => {});
});
test.suite('an empty suite', () => {});
test('times out', { timeout: 5 }, () => new Promise((resolve) => setTimeout(resolve, 50)));
