// An operator calls its function two promise jobs after the loop over it began: who calls it off in the
// first job is in time.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

for (const name of ['map', 'flatMap', 'filter', 'forEach']) {
  const ac = new AbortController();
  const result = Readable.from([1, 2, 3])[name](mustNotCall(name), { signal: ac.signal, concurrency: 2 });
  const over = name === 'forEach' ? result : result.toArray();
  assert.rejects(over, { name: 'AbortError' }).then(mustCall());
  queueMicrotask(() => ac.abort());
}
Readable.from([1, 2, 3]).flatMap((x) => [x, x], { concurrency: 2 }).toArray()
  .then(mustCall((all) => assert.deepStrictEqual(all, [1, 1, 2, 2, 3, 3])));
// Nor does any of them call it if the signal aborts before the first value has come.
for (const op of ['some', 'every', 'find', 'forEach', 'map', 'filter', 'flatMap']) {
  const controller = new AbortController();
  const result = Readable.from([1, 2, 3])[op](mustNotCall(op), { signal: controller.signal });
  (result.toArray ? result.toArray() : result).then(mustNotCall(op), mustCall((err) => assert.strictEqual(err.name, 'AbortError', op)));
  controller.abort();
}
