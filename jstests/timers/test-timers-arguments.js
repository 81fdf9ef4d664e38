'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');

setTimeout(mustCall((...args) => assert.deepStrictEqual(args, [1, 'b', null])), 1, 1, 'b', null);
setImmediate(mustCall((...args) => assert.deepStrictEqual(args, [2])), 2);
const t = setTimeout(mustCall(function() { assert.strictEqual(this, t); }), 1);

let n = 0;
const i = setInterval(mustCall((x) => {
  assert.strictEqual(x, 'x');
  if (++n === 3) clearInterval(i);
}, 3), 1, 'x');

clearTimeout(setTimeout(mustNotCall(), 1));
clearImmediate(setImmediate(mustNotCall()));
clearInterval(setInterval(mustNotCall(), 1));
clearTimeout(+setTimeout(mustNotCall(), 1)); // by number
clearTimeout(String(+setTimeout(mustNotCall(), 1)));
for (const nothing of [undefined, null, {}, 'x', 0, NaN]) clearTimeout(nothing);

for (const fn of [setTimeout, setInterval, setImmediate]) {
  assert.throws(() => fn('code'), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "callback" argument must be of type function. Received type string (\'code\')',
  });
}
