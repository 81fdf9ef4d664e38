'use strict';
// The TAP report of a file with all kinds of results, and its exit code.
const assert = require('assert');
const test = require('node:test');

const want = `TAP version 13
# Subtest: sync
ok 1 - sync
# Subtest: escapes \\#1
ok 2 - escapes \\#1
# says \\# this
# Subtest: fails
not ok 3 - fails
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
    
    1 !== 2
    
  code: 'ERR_ASSERTION'
  name: 'AssertionError'
  expected: 2
  actual: 1
  operator: 'strictEqual'
# Subtest: rejects
not ok 4 - rejects
  failureType: 'testCodeFailure'
  error: 'no'
  code: 'ERR_TEST_FAILURE'
  name: 'TypeError'
# Subtest: calls back
ok 5 - calls back
# Subtest: calls back with an error
not ok 6 - calls back with an error
  failureType: 'testCodeFailure'
  error: 'late'
  code: 'ERR_TEST_FAILURE'
# Subtest: skipped
ok 7 - skipped # SKIP not now
# Subtest: to do
not ok 8 - to do # TODO
  failureType: 'testCodeFailure'
  error: '{ a: 1 }'
  code: 'ERR_TEST_FAILURE'
# Subtest: has subtests
    # Subtest: one
    ok 1 - one
    # Subtest: two
    not ok 2 - two
      failureType: 'testCodeFailure'
      error: 'two'
      code: 'ERR_TEST_FAILURE'
    1..2
not ok 9 - has subtests
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  code: 'ERR_TEST_FAILURE'
# Subtest: does not wait
    # Subtest: waits
    not ok 1 - waits
      failureType: 'cancelledByParent'
      error: 'test did not finish before its parent and was cancelled'
      code: 'ERR_TEST_FAILURE'
    1..1
not ok 10 - does not wait
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  code: 'ERR_TEST_FAILURE'
# Subtest: misses its plan
not ok 11 - misses its plan
  failureType: 'testCodeFailure'
  error: 'plan expected 2 assertions but received 1'
  code: 'ERR_TEST_FAILURE'
# Subtest: times out
not ok 12 - times out
  failureType: 'testTimeoutFailure'
  error: 'test timed out after 5ms'
  code: 'ERR_TEST_FAILURE'
# Subtest: throws in a timer
not ok 13 - throws in a timer
  failureType: 'uncaughtException'
  error: 'in a timer'
  code: 'ERR_TEST_FAILURE'
# Subtest: leaves a rejection
not ok 14 - leaves a rejection
  failureType: 'unhandledRejection'
  error: 'left'
  code: 'ERR_TEST_FAILURE'
# Subtest: throws on a socket
not ok 15 - throws on a socket
  failureType: 'uncaughtException'
  error: 'on a socket'
  code: 'ERR_TEST_FAILURE'
# Subtest: a suite
    # Subtest: first
    ok 1 - first
    # Subtest: inner
        # Subtest: second
        ok 1 - second
        1..1
    ok 2 - inner
      type: 'suite'
    1..2
ok 16 - a suite
  type: 'suite'
# Subtest: a suite that throws
not ok 17 - a suite that throws
  type: 'suite'
  failureType: 'testCodeFailure'
  error: 'built'
  code: 'ERR_TEST_FAILURE'
# Subtest: a bad hook
    # Subtest: never runs
    not ok 1 - never runs
      failureType: 'cancelledByParent'
      error: 'test did not finish before its parent and was cancelled'
      code: 'ERR_TEST_FAILURE'
    1..1
not ok 18 - a bad hook
  type: 'suite'
  failureType: 'hookFailed'
  error: 'hook'
  code: 'ERR_TEST_FAILURE'
# Subtest: aborted
not ok 19 - aborted
  failureType: 'testAborted'
  error: 'This operation was aborted'
  code: 20
  name: 'AbortError'
# Subtest: named
ok 20 - named
# Subtest: never ends
not ok 21 - never ends
  failureType: 'cancelledByParent'
  error: 'Promise resolution is still pending but the event loop has already resolved'
  code: 'ERR_TEST_FAILURE'
1..21
# tests 24
# suites 4
# pass 7
# fail 10
# cancelled 5
# skipped 1
# todo 1
`;

const calls = [];
let out = '';
process.stdout.write = (text) => { out += text; return true; };

process.on('exit', (code) => {
  assert.strictEqual(code, 1);
  // Without what differs from run to run and from engine to engine.
  const got = out.replace(/^ *(duration_ms|location): .*\n/gm, '').replace(/^# duration_ms .*\n/m, '')
    .replace(/^ *stack: \|-\n(.*(\/|node:|new Promise).*\n)*/gm, '').replace(/^ *(---|\.\.\.)\n/gm, '');
  assert.strictEqual(got, want);
  assert.deepStrictEqual(calls, ['before all', 'before', 'each', 'first', 'after each', 'each', 'second', 'after each', 'after', 'after all']);
  process.exitCode = 0;
});

test('sync', () => {});
test('escapes #1', (t) => { t.diagnostic('says # this'); });
test('fails', () => assert.strictEqual(1, 2));
test('rejects', async () => { await null; throw new TypeError('no'); });
test('calls back', (t, done) => { setImmediate(done); });
test('calls back with an error', (t, done) => { setImmediate(done, new Error('late')); });
test('skipped', { skip: 'not now' }, () => { throw new Error('ran'); });
test.todo('to do', () => { throw { a: 1 }; });
test('has subtests', async (t) => {
  await t.test('one', () => {});
  await t.test('two', () => { throw new Error('two'); });
});
test('does not wait', (t) => { t.test('waits', () => new Promise((resolve) => setTimeout(resolve, 1))); });
test('misses its plan', (t) => { t.plan(2); t.assert.ok(true); });
test('times out', { timeout: 5 }, () => new Promise((resolve) => setTimeout(resolve, 50)));
test('throws in a timer', (t, done) => { setTimeout(() => { throw new Error('in a timer'); }, 1); });
test('leaves a rejection', (t, done) => { setTimeout(() => { Promise.reject(new Error('left')); }, 1); });
test('throws on a socket', (t, done) => {
  const server = require('net').createServer((socket) => {
    socket.destroy();
    server.close();
    throw new Error('on a socket');
  });
  server.listen(0, '127.0.0.1', () => require('net').connect(server.address().port, '127.0.0.1').on('error', () => {}));
});
test.describe('a suite', () => {
  test.before(() => { calls.push('before'); });
  test.after(() => { calls.push('after'); });
  test.beforeEach(() => { calls.push('each'); });
  test.afterEach(async () => { await null; calls.push('after each'); });
  test.it('first', () => { calls.push('first'); });
  test.suite('inner', () => { test.it('second', async () => { calls.push('second'); }); });
});
test.suite('a suite that throws', () => { throw new Error('built'); });
test.suite('a bad hook', () => {
  test.before(() => { throw new Error('hook'); });
  test.it('never runs', () => {});
});
test('aborted', { signal: AbortSignal.abort() }, () => {});
test(function named() {});
test('never ends', () => new Promise(() => {}));
test.before(() => { calls.push('before all'); });
test.after(() => { calls.push('after all'); });
