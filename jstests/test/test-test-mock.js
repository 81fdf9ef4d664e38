'use strict';
// mock: functions, methods, accessors, timers.
const { mustCall } = require('../common');
const assert = require('assert');
const timers = require('timers/promises');
const test = require('node:test');

process.stdout.write = () => true; // the report is not the matter here

test('fn', mustCall((t) => {
  const f = t.mock.fn((a, b) => a + b);
  assert.strictEqual(f(1, 2), 3);
  assert.strictEqual(f.mock.callCount(), 1);
  const [call] = f.mock.calls;
  assert.deepStrictEqual(call.arguments, [1, 2]);
  assert.strictEqual(call.result, 3);
  assert.strictEqual(call.error, undefined);
  assert.strictEqual(call.this, undefined);
  assert.strictEqual(call.target, undefined);
  assert(call.stack instanceof Error);

  f.mock.mockImplementation(() => 9);
  assert.strictEqual(f(), 9);
  f.mock.mockImplementationOnce(() => 10);
  assert.deepStrictEqual([f(), f()], [10, 9]);
  f.mock.mockImplementationOnce(() => 'x', 5);
  assert.deepStrictEqual([f(), f()], [9, 'x']);
  assert.throws(() => f.mock.mockImplementationOnce(() => 1, 0), {
    code: 'ERR_OUT_OF_RANGE',
    message: 'The value of "onCall" is out of range. It must be >= 6 && <= 9007199254740991. Received 0',
  });
  f.mock.restore();
  assert.strictEqual(f(2, 2), 4);
  f.mock.resetCalls();
  assert.strictEqual(f.mock.callCount(), 0);
  assert.strictEqual(f.length, 2);

  const thrower = t.mock.fn(() => { throw new Error('thrown'); });
  assert.throws(thrower, /thrown/);
  assert.strictEqual(thrower.mock.calls[0].error.message, 'thrown');
  const twice = t.mock.fn(() => 1, () => 2, { times: 2 });
  assert.deepStrictEqual([twice(), twice(), twice()], [2, 2, 1]);
  assert.throws(() => t.mock.fn(5), { code: 'ERR_INVALID_ARG_TYPE', message: /"original" argument must be of type function/ });
  assert.throws(() => t.mock.fn(() => 1, { times: 0 }), { code: 'ERR_OUT_OF_RANGE' });
}));

test('a class', mustCall((t) => {
  class A { constructor(x) { this.x = x; } }
  const M = t.mock.fn(A);
  const a = new M(4);
  assert(a instanceof A);
  assert.strictEqual(a.x, 4);
  const [call] = M.mock.calls;
  assert.strictEqual(call.target, A);
  assert.strictEqual(call.result, a);
  assert.strictEqual(call.this, a);
}));

test('methods and accessors', mustCall((t) => {
  const key = Symbol('key');
  const o = {
    v: 5,
    m() { return this.v; },
    get g() { return 1; },
    set g(x) { this.v = x; },
    [key]() { return 'original'; },
  };
  const m = t.mock.method(o, 'm');
  assert.strictEqual(o.m(), 5);
  assert.strictEqual(m.mock.calls[0].this, o);
  t.mock.method(o, 'm', function() { return this.v * 2; });
  assert.strictEqual(o.m(), 10);
  o.m.mock.restore();
  const g = t.mock.getter(o, 'g', () => 7);
  assert.strictEqual(o.g, 7);
  assert.strictEqual(g.mock.callCount(), 1);
  const s = t.mock.setter(o, 'g', function(x) { this.v = x + 1; });
  o.g = 3;
  assert.strictEqual(o.v, 4);
  assert.strictEqual(s.mock.callCount(), 1);
  t.mock.method(o, key, () => 'mock');
  assert.strictEqual(o[key](), 'mock');

  const fails = (args, message, method = 'method') => assert.throws(() => t.mock[method](...args), { message });
  fails([o, 'none'], "The argument 'methodName' must be a method. Received undefined");
  fails([5, 'm'], 'The "object" argument must be of type object. Received type number (5)');
  fails([o, 5], 'The "methodName" argument must be one of type string or symbol. Received type number (5)');
  fails([o, 'g', { setter: true, getter: true }], "The property 'options.setter' cannot be used with 'options.getter'. Received true");
  fails([o, 'g', { getter: false }], "The property 'options.getter' cannot be false. Received false", 'getter');
  t.mock.restoreAll();
  assert.strictEqual(o.m(), 4);
}));

test('timers', mustCall(async (t) => {
  const clock = t.mock.timers;
  clock.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'scheduler.wait'], now: 1000 });
  const log = [];
  setTimeout((x) => log.push(x), 10, 'timeout');
  const interval = setInterval(() => log.push('interval'), 4);
  setImmediate(() => log.push('immediate'));
  clock.tick(3);
  assert.deepStrictEqual(log, ['immediate']);
  assert.strictEqual(Date.now(), 1003);
  assert.strictEqual(new Date().getTime(), 1003);
  assert.strictEqual(new Date(5).getTime(), 5);
  assert.strictEqual(typeof Date(), 'string');
  assert(new Date() instanceof Date);
  clock.tick(9);
  assert.deepStrictEqual(log, ['immediate', 'interval', 'interval', 'timeout', 'interval']);
  clearInterval(interval);

  const value = timers.setTimeout(50, 'value');
  clock.tick(50);
  assert.strictEqual(await value, 'value');
  const controller = new AbortController();
  const aborted = timers.setTimeout(50, 'value', { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  const waited = timers.scheduler.wait(5);
  clock.tick(5);
  await waited;
  const iterator = timers.setInterval(5, 'each');
  const next = iterator.next();
  clock.tick(5);
  assert.deepStrictEqual({ ...await next }, { done: false, value: 'each' });
  await iterator.return();
  assert.strictEqual((await iterator.next()).done, true);

  setTimeout(() => log.push('last'), 1e4);
  clock.runAll();
  assert.strictEqual(log.pop(), 'last');
  clock.setTime(7);
  assert.strictEqual(Date.now(), 7);
  assert.throws(() => clock.enable(), { code: 'ERR_INVALID_STATE', message: 'Invalid state: MockTimers is already enabled!' });
  clock.reset();
  assert(Date.now() > 1e6);
  assert.throws(() => clock.tick(), { code: 'ERR_INVALID_STATE' });
  assert.throws(() => clock.enable({ apis: ['none'] }), { code: 'ERR_INVALID_ARG_VALUE' });
}));

test('module', mustCall(() => {
  const { isBuiltin, builtinModules } = require('module');
  assert.strictEqual(isBuiltin('node:test'), true);
  assert.strictEqual(isBuiltin('test'), false);
  assert(!builtinModules.includes('test') && !builtinModules.includes('node:test'));
  assert.throws(() => require('test'), { code: 'MODULE_NOT_FOUND' });
  assert.strictEqual(require.resolve('node:test'), 'node:test');
}));
