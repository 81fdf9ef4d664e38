'use strict';
const { mustCall, mustSucceed } = require('../common');
const assert = require('assert');
const { pipeline, finished, PassThrough, Readable, Writable } = require('stream');
const promises = require('stream/promises');

const parts = [];
const collect = () => new Writable({ write(c, e, cb) { parts.push(String(c)); cb(); } });
pipeline(Readable.from(['a', 'b']), new PassThrough(), collect(), mustSucceed(() => assert.deepStrictEqual(parts, ['a', 'b'])));

// An error anywhere destroys everything.
const r = new Readable({ read() {} }), p = new PassThrough(), w = new PassThrough();
pipeline(r, p, w, mustCall((err) => {
  assert.strictEqual(err.message, 'middle');
  assert(r.destroyed && p.destroyed && w.destroyed);
}));
p.destroy(new Error('middle'));

const early = new PassThrough();
finished(early, mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_PREMATURE_CLOSE')));
early.destroy();

promises.pipeline(Readable.from(['x']), new PassThrough().resume()).then(mustCall());
promises.finished(new PassThrough().resume().end()).then(mustCall());
promises.pipeline(Readable.from(['x']), new Writable({ write(c, e, cb) { cb(new Error('sink')); } }))
  .then(() => assert.fail('resolved'), mustCall((err) => assert.strictEqual(err.message, 'sink')));
