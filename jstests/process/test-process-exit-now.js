'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');

// process.exit unwinds: nothing after it runs, no finally either, and exit listeners may change the code.
process.on('beforeExit', mustNotCall('beforeExit'));
process.on('exit', mustCall((code) => {
  assert.strictEqual(code, 3);
  process.exitCode = 0;
}));
process.nextTick(mustNotCall('a tick'));
setImmediate(mustNotCall('an immediate'));
let after = mustNotCall('what follows');
try {
  process.exit(3);
} catch {
  after();
} finally {
  after();
}
after();
