// assert.CallTracker counts the calls of functions.
const { mustCall } = require('../common');
const assert = require('assert');
const util = require('util');

process.once('warning', mustCall((w) => assert.strictEqual(`${w.code} ${w.message}`, 'DEP0173 assert.CallTracker is deprecated.')));
const tracker = new assert.CallTracker();
assert.strictEqual(Object.prototype.hasOwnProperty.call(assert.CallTracker.prototype, 'verify'), true);

function named(a, b) { return [this, a, b]; }
const tracked = tracker.calls(named, 2);
assert(util.types.isProxy(tracked));
assert.strictEqual(tracked.name, 'named');
const self = {};
assert.deepStrictEqual(tracked.call(self, 1, 2), [self, 1, 2]);
const calls = tracker.getCalls(tracked);
assert.deepStrictEqual(calls, [{ thisArg: self, arguments: [1, 2] }]);
assert(Object.isFrozen(calls) && Object.isFrozen(calls[0]) && Object.isFrozen(calls[0].arguments));

const message = 'Expected the named function to be executed 2 time(s) but was executed 1 time(s).';
const [report] = tracker.report();
assert.deepStrictEqual({ ...report, stack: report.stack instanceof Error }, { message, actual: 1, expected: 2, operator: 'named', stack: true });
assert.throws(() => tracker.verify(), (err) => {
  assert(err instanceof assert.AssertionError);
  assert.deepStrictEqual(Object.keys(err), ['generatedMessage', 'code', 'actual', 'expected', 'operator',
    'message 0', 'actual 0', 'expected 0', 'operator 0', 'stack trace 0']);
  assert.strictEqual(err.message, message);
  return err.actual === undefined && err['actual 0'] === 1;
});
tracked();
assert.deepStrictEqual(tracker.report(), []);
assert.strictEqual(tracker.verify(), undefined);

const anonymous = tracker.calls();
const often = tracker.calls(3);
assert.throws(() => tracker.verify(), { message: 'Functions were not called the expected number of times' });
assert.deepStrictEqual(tracker.report().map((r) => r.operator), ['calls', 'calls']);
anonymous();
often(), often(), often();
tracker.verify();
tracker.reset(tracked);
assert.strictEqual(tracker.getCalls(tracked).length, 0);
tracker.reset();
assert.strictEqual(tracker.report().length, 3);

assert.throws(() => tracker.calls(1.5), { code: 'ERR_OUT_OF_RANGE', message: 'The value of "expected" is out of range. It must be an integer. Received 1.5' });
assert.throws(() => tracker.calls(named, 0), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => tracker.calls(named, 'x'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => tracker.calls('x'), TypeError);
assert.throws(() => tracker.getCalls(named), { code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'tracked' is not a tracked function. Received [Function: named]" });
assert.throws(() => tracker.reset(named), { code: 'ERR_INVALID_ARG_VALUE' });
process.on('exit', () => assert.throws(() => tracker.calls(), { code: 'ERR_UNAVAILABLE_DURING_EXIT', message: 'Cannot call function in process exit handler' }));
