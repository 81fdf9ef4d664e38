'use strict';
const { mustCall, order } = require('../common');
const assert = require('assert');
const { Readable, Writable, Transform } = require('stream');

const log = order(['pipe', 'A', 'B', 'flushed', 'finish']);
const source = Readable.from(['a', 'b']);
const upper = new Transform({
  transform(chunk, encoding, callback) { callback(null, String(chunk).toUpperCase()); },
  flush(callback) { this.push('flushed'); callback(); },
});
const sink = new Writable({ highWaterMark: 1, write(chunk, encoding, callback) { log(chunk); setImmediate(callback); } });
sink.on('pipe', (from) => { assert.strictEqual(from, upper); log('pipe'); });
sink.on('finish', () => log('finish'));
assert.strictEqual(source.pipe(upper).pipe(sink), sink);

// unpipe stops it; end: false leaves the other side open.
const open = new Writable({ write(c, e, cb) { cb(); } });
open.on('finish', () => assert.fail('finished'));
const s = Readable.from(['x']);
s.pipe(open, { end: false });
s.on('end', mustCall(() => assert.strictEqual(open.writableEnded, false)));
const t = new Readable({ read() {} });
open.once('unpipe', mustCall((from) => assert.strictEqual(from, t)));
t.pipe(open);
t.unpipe(open);
