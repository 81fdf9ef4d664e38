'use strict';
const { mustCall, mustNotCall, order } = require('../common');
const assert = require('assert');
const { Duplex } = require('stream');

const log = order(['destroy', 'returned', 'error', 'close']);
const d = new Duplex({
  read() {},
  write(c, e, cb) { cb(); },
  destroy(err, cb) { log('destroy'); process.nextTick(cb, err); },
});
d.on('error', () => log('error'));
d.on('close', () => log('close'));
d.on('end', mustNotCall('end'));
d.on('finish', mustNotCall('finish'));
assert.strictEqual(d.destroy(new Error('x')), d);
assert.strictEqual(d.destroy(new Error('again')), d);
log('returned');
assert.strictEqual(d.destroyed, true);
assert.strictEqual(d.push('late'), false);

const quiet = new Duplex({ read() {}, write(c, e, cb) { cb(); }, emitClose: false });
quiet.on('close', mustNotCall('close'));
quiet.destroy();
const control = new AbortController();
const s = new Duplex({ read() {}, write(c, e, cb) { cb(); }, signal: control.signal });
s.on('error', mustCall((err) => assert.strictEqual(err.name, 'AbortError')));
control.abort();
