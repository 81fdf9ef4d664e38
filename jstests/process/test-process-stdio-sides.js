'use strict';
// What standard output can be used for.
require('../common');
const assert = require('assert');

for (const s of [process.stdout, process.stderr]) {
  assert.strictEqual(s.readable, false);
  assert.strictEqual(s.writable, true);
}
