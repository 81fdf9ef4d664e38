'use strict';
// The largest code point, escaped, in every way that a source comes.
const assert = require('assert');
const vm = require('vm');

const largest = String.fromCodePoint(0x10ffff);
assert.strictEqual('a\u{10ffff}b', `a${largest}b`);
assert.strictEqual("\u{0010FFFF}", largest);
assert.strictEqual(`\u{10fFff}`, largest);
assert.ok(/^[\u{10000}-\u{10ffff}]$/u.test(largest));
for (const source of ["'a\\u{10ffff}b'", '"a\\u{010FFFF}b"', '`a\\u{0010ffff}b`']) {
  assert.strictEqual(eval(source), `a${largest}b`);
  assert.strictEqual((0, eval)(source), `a${largest}b`);
  assert.strictEqual(new Function(`return ${source}`)(), `a${largest}b`);
  assert.strictEqual(vm.runInThisContext(source), `a${largest}b`);
  assert.strictEqual(vm.runInNewContext(source), `a${largest}b`);
}
assert.ok(eval('/^[\\u{10000}-\\u{10ffff}]$/u').test(largest));
assert.throws(() => eval("'\\u{110000}'"), SyntaxError);
