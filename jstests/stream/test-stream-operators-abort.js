// What iterates over a stream heeds a signal that aborts before the first value has come.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

for (const op of ['some', 'every', 'find', 'forEach', 'map', 'filter', 'flatMap']) {
  const controller = new AbortController();
  const result = Readable.from([1, 2, 3])[op](mustNotCall(op), { signal: controller.signal });
  (result.toArray ? result.toArray() : result).then(mustNotCall(op), mustCall((err) => assert.strictEqual(err.name, 'AbortError', op)));
  controller.abort();
}
