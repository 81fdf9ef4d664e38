'use strict';
// Where a stack says that a call, a construction or a failed access is.
const assert = require('assert');

const at = (fn) => {
  try {
    fn();
  } catch (err) {
    const frames = String(err.stack).split('\n').filter((line) => line.includes(__filename));
    return frames.slice(0, 2).map((line) => /:(\d+:\d+)\)?$/.exec(line)[1]).map((place) => place.split(':')[1]).join();
  }
};
const fail = () => { throw new Error('x'); };
const o = { a: { fail }, get got() { return fail(); } };
class C { #p() { return fail(); } call() { return this.#p(); } }

assert.strictEqual(at(() => fail()), '28,29');
assert.strictEqual(at(() => o.a.fail()), '28,33');
assert.strictEqual(at(() => o['a']['fail']()), '28,43');
assert.strictEqual(at(() => o.a?.fail()), '28,34');
assert.strictEqual(at(() => (0, fail)()), '28,38');
assert.strictEqual(at(() => o.got), '28,45');
assert.strictEqual(at(() => new C().call()), '28,25');
assert.strictEqual(at(() => [1].map(fail)), '28,33');
assert.strictEqual(at(() => new (class { constructor() { fail(); } })()), '28,58');
