'use strict';
// mocha and tape run tests, passing and failing ones.
const fs = require('fs');
const Mocha = require('mocha');
const os = require('os');
const path = require('path');
const tape = require('tape');
const { run, say } = require('./client');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mocha-'));
const file = path.join(dir, 'test.js');
fs.writeFileSync(file, `
const assert = require('assert');
describe('outer', function () {
  let n = 0;
  before(() => { n = 1; });
  beforeEach((done) => setImmediate(done));
  afterEach(async () => { n++; });
  it('passes', () => assert.ok(n));
  it('waits for a callback', (done) => setTimeout(done, 1));
  it('waits for a promise', async () => { await null; });
  it('fails', () => assert.strictEqual(1, 2));
  it('differs', () => assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 3] }));
  it('throws', () => { throw new TypeError('thrown'); });
  it('rejects', () => Promise.reject(new Error('rejected')));
  it('is late', function (done) { this.timeout(5); setTimeout(done, 1000); });
  it('is not written');
  it.skip('is skipped', () => {});
  it('skips itself', function () { this.skip(); });
  if (!global.again) it('throws later', (done) => { setImmediate(() => { throw new Error('later'); }); });
  it('is done twice', (done) => { done(); done(); });
  describe('inner', () => { it('sees outer hooks', () => assert.ok(n > 1)); });
});
describe('hook', () => { before(() => { throw new Error('before'); }); it('never runs', () => {}); });
`);

const plain = (text) => String(text).replace(/\x1b\[[0-9;]*m/g, '').replace(/\(\d+ms\)/g, '(N ms)').replace(/\d+ms/g, 'N ms').replace(/at .*|\/tmp\/\S+/g, '').replace(/\s+$/gm, '');

run(async () => {
  for (const reporter of ['spec', 'json', 'tap', 'dot']) {
    const lines = [];
    const log = Mocha.reporters.Base.consoleLog;
    const write = process.stdout.write;
    Mocha.reporters.Base.consoleLog = (...args) => lines.push(require('util').format(...args));
    process.stdout.write = (text) => { lines.push(text); return true; };
    delete require.cache[file];
    const mocha = new Mocha({ reporter, ui: 'bdd', color: false });
    mocha.addFile(file);
    const failures = await new Promise((resolve) => mocha.run(resolve));
    process.stdout.write = write;
    global.again = true; // the second runner would not catch it
    Mocha.reporters.Base.consoleLog = log;
    if (reporter === 'json') {
      const { stats, failures: failed } = JSON.parse(lines.join(''));
      say(reporter, failures, stats.tests, stats.passes, stats.pending, stats.failures, failed.map((f) => [f.fullTitle, plain(f.err.message)]));
    } else say(reporter, failures, plain(lines.join('\n')));
  }
  fs.rmSync(dir, { recursive: true });

  const test = tape.createHarness();
  const out = [];
  test.createStream().on('data', (d) => out.push(d)).on('end', () => say(plain(out.join('')).replace(/^ *stack:[^]*?^ *\.\.\./gm, '').replace(/^ *at:.*/gm, '')));
  test('passes', (t) => { t.plan(2); t.ok(true); setTimeout(() => t.equal(1, 1, 'later'), 1); });
  test('fails', (t) => { t.equal(1, 2); t.deepEqual({ a: 1 }, { a: 1 }); t.throws(() => { throw new Error('x'); }, /x/); t.end(); });
  test('sub', (t) => { t.test('inner', (st) => { st.pass(); st.end(); }); t.end(); });
  test('promise', async (t) => t.match('abc', /b/));
});
