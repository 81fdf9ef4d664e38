'use strict';
// kill goes through _kill, with numbers; _rawDebug goes past process.stderr.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');

const own = process._kill;
for (const [pid, signal, want] of [[0, 'SIGHUP', [0, 1]], [0, undefined, [0, 15]], [-1, 9, [-1, 9]]]) {
  process._kill = mustCall((...args) => { assert.deepStrictEqual(args, want); return 0; });
  assert.strictEqual(process.kill(pid, signal), true);
}
process._kill = mustNotCall('_kill');
for (const pid of [null, undefined, 'SIGTERM', NaN, Infinity, 1.5, 2 ** 31]) {
  assert.throws(() => process.kill(pid), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
}
process._kill = () => -3;
assert.throws(() => process.kill(1, 0), { code: 'ESRCH', syscall: 'kill' });
process._kill = own;
assert.strictEqual(process._kill(process.pid, 0), 0);

process.stderr.write = mustNotCall('stderr.write');
assert.strictEqual(process._rawDebug('a %s', 'b'), undefined);
