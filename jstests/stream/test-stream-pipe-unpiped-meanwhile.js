'use strict';
// Whoever hears of a listener that pipe adds may unpipe there and then; pipe goes on.
require('../common');
const assert = require('assert');
const { PassThrough } = require('stream');

const seen = {};
for (const event of ['data', 'end', 'error', 'close', 'finish', 'unpipe']) {
  const src = new PassThrough();
  const dest = new PassThrough();
  for (const s of [src, dest]) s.on('newListener', (name) => { if (name === event) src.unpipe(dest); });
  src.pipe(dest);
  seen[event] = [src.listenerCount('data'), dest.eventNames().length];
}
assert.deepStrictEqual(seen, {
  data: [1, 5], end: [1, 6], error: [0, 5], close: [0, 4], finish: [0, 3], unpipe: [1, 6],
});
