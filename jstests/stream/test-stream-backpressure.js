'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const { Readable, Writable } = require('stream');

// A slow sink holds the source back: never more than both buffers wait.
let pushed = 0, taken = 0, most = 0;
const source = new Readable({
  highWaterMark: 1024,
  read() {
    if (pushed === 100) return void this.push(null);
    pushed++;
    most = Math.max(most, pushed - taken);
    this.push(Buffer.alloc(512));
  },
});
const sink = new Writable({ highWaterMark: 1024, write(c, e, cb) { taken++; setImmediate(cb); } });
source.pipe(sink).on('finish', mustCall(() => {
  assert.strictEqual(taken, 100);
  assert(most <= 6, `${most} chunks waited`);
}));
