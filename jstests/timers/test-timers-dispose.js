'use strict';
// The disposers, and what timers/promises does not take for a delay.
const common = require('../common');
const assert = require('assert');
const { setTimeout: later, scheduler, setInterval: every } = require('timers/promises');

const timeout = setTimeout(common.mustNotCall(), 1);
assert.strictEqual(timeout[Symbol.dispose](), undefined);
const interval = setInterval(common.mustNotCall(), 1);
interval[Symbol.dispose]();
const immediate = setImmediate(common.mustNotCall());
assert.strictEqual(immediate[Symbol.dispose](), undefined);

for (const delay of [null, '1', true, {}]) {
  for (const wait of [later, scheduler.wait.bind(scheduler)]) {
    wait(delay).then(common.mustNotCall(), common.mustCall((err) => {
      assert.strictEqual(err.code, 'ERR_INVALID_ARG_TYPE');
      assert.match(err.message, /^The "delay" argument must be of type number\./);
    }));
  }
}
later(undefined, 'v').then(common.mustCall((v) => assert.strictEqual(v, 'v')));

const it = every(1, 'v');
it.next().then(common.mustCall((r) => {
  assert.deepStrictEqual(Object.keys(r), ['value', 'done']);
  it.return();
}));
