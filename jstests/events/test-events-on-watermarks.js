'use strict';
// events.on pauses an emitter that is ahead of its reader, and does not take an EventTarget's
// 'error' for a failure.
const common = require('../common');
const assert = require('assert');
const { on, EventEmitter } = require('events');

(async () => {
  const log = [];
  const e = new EventEmitter();
  e.pause = () => log.push('pause');
  e.resume = () => log.push('resume');
  const it = on(e, 'x', { highWaterMark: 2, lowWaterMark: 1, close: ['end'] });
  for (let i = 0; i < 4; i++) {
    e.emit('x', i);
    log.push('emitted ' + i);
  }
  for (let i = 0; i < 4; i++) {
    assert.deepStrictEqual((await it.next()).value, [i]);
    log.push('read ' + i);
  }
  e.emit('end');
  assert.strictEqual((await it.next()).done, true);
  assert.deepStrictEqual(log, ['emitted 0', 'emitted 1', 'pause', 'emitted 2', 'emitted 3',
                               'read 0', 'read 1', 'read 2', 'resume', 'read 3']);

  for (const [options, name] of [[{ highWaterMark: 0 }, 'highWaterMark'], [{ lowWaterMark: -1 }, 'lowWaterMark'], [{ highWatermark: 0 }, 'highWaterMark']]) {
    assert.throws(() => on(e, 'x', options), {
      code: 'ERR_OUT_OF_RANGE',
      message: `The value of "options.${name}" is out of range. It must be >= 1 && <= 9007199254740991. Received ${Object.values(options)[0]}`,
    });
  }
  assert.throws(() => on(e, 'x', null), TypeError);

  const target = new EventTarget();
  const events = on(target, 'x');
  target.dispatchEvent(new Event('error'));
  target.dispatchEvent(new Event('x'));
  assert.strictEqual((await events.next()).value[0].type, 'x');
})().then(common.mustCall());
