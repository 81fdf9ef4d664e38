'use strict';
// The functions that move a terminal's cursor, plain and as promises have them.
const { mustCall } = require('../common');
const assert = require('assert');
const readline = require('readline');
const { Readline } = require('readline/promises');
const { PassThrough } = require('stream');

const out = new PassThrough();
const wrote = () => String(out.read() || '');
for (const [name, args, code] of [
  ['clearLine', [-1], '\x1b[1K'], ['clearLine', [1], '\x1b[0K'], ['clearLine', [0], '\x1b[2K'], ['clearScreenDown', [], '\x1b[0J'],
  ['cursorTo', [3], '\x1b[4G'], ['cursorTo', [3, 5], '\x1b[6;4H'], ['moveCursor', [2, -1], '\x1b[2C\x1b[1A'], ['moveCursor', [-2, 1], '\x1b[2D\x1b[1B'], ['moveCursor', [0, 0], ''],
]) {
  assert.strictEqual(readline[name](out, ...args, mustCall()), true);
  assert.strictEqual(wrote(), code);
  assert.strictEqual(readline[name](null, ...args, mustCall()), true);
}
assert.throws(() => readline.cursorTo(out, 'x', 1), { code: 'ERR_INVALID_CURSOR_POS', message: 'Cannot set cursor row without setting its column' });
assert.throws(() => readline.cursorTo(out, NaN), { code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'x' is invalid. Received NaN" });
assert.throws(() => readline.clearLine(out, 0, 'x'), { code: 'ERR_INVALID_ARG_TYPE' });

const rl = new Readline(out);
assert.strictEqual(rl.clearLine(0).cursorTo(1).moveCursor(1, 1), rl);
assert.strictEqual(wrote(), '');
rl.commit().then(mustCall(() => {
  assert.strictEqual(wrote(), '\x1b[2K\x1b[2G\x1b[1C\x1b[1B');
  return rl.clearScreenDown().rollback().commit();
})).then(mustCall(() => assert.strictEqual(wrote(), '')));
assert.throws(() => rl.clearLine(2), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => new Readline({}), { code: 'ERR_INVALID_ARG_TYPE' });
