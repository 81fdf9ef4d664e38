'use strict';
const { mustCall, mustNotCall, order } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

// Flowing: a data listener starts it, pause stops it, resume goes on.
const log = order(['data a', 'paused', 'resumed', 'data b', 'data c', 'end', 'close']);
const r = new Readable({ read() {} });
r.push('a');
r.on('data', (d) => {
  log('data ' + d);
  if (String(d) === 'a') {
    r.pause();
    r.push('b');
    setTimeout(() => { log('resumed'); r.resume(); r.push('c'); r.push(null); }, 5);
    log('paused');
  }
});
r.on('end', () => log('end'));
r.on('close', () => log('close'));

// Paused: 'readable' and read(n); a short rest comes with the end.
const p = Readable.from([Buffer.from('abcdefg')], { objectMode: false });
const got = [];
p.on('readable', () => {
  let c;
  while ((c = p.read(3)) !== null) got.push(String(c));
});
p.on('end', mustCall(() => assert.deepStrictEqual(got, ['abc', 'def', 'g'])));

// Nobody listens: nothing is read.
new Readable({ read: mustNotCall('read') });
