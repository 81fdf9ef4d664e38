'use strict';
// The option signal of readFile and writeFile.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const { listenerCount } = require('events');
const fs = require('fs');

const path = tmp('file');
fs.writeFileSync(path, 'content');
const isAbort = { name: 'AbortError', code: 'ABORT_ERR' };

{ // Before it begins: nothing is written.
  const signal = AbortSignal.abort();
  fs.readFile(path, { signal }, mustCall((err, data) => {
    assert.strictEqual(err.name, 'AbortError');
    assert.strictEqual(data, undefined);
  }));
  fs.promises.writeFile(path, 'other', { signal }).catch(mustCall((err) => {
    assert.strictEqual(err.name, 'AbortError');
    assert.strictEqual(fs.readFileSync(path, 'utf8'), 'content');
  }));
}

{ // Before its outcome is told.
  const ac = new AbortController();
  const { signal } = ac;
  const why = new Error('why');
  fs.readFile(path, { signal }, mustCall((err) => {
    assert.strictEqual(err.name, 'AbortError');
    assert.strictEqual(err.cause, why);
    assert.strictEqual(listenerCount(signal, 'abort'), 0);
  }));
  assert.rejects(fs.promises.readFile(path, { signal }), isAbort).then(mustCall());
  process.nextTick(() => ac.abort(why));
}

{ // Not at all.
  const { signal } = new AbortController();
  fs.readFile(path, { signal, encoding: 'utf8' }, mustCall((err, text) => {
    assert.strictEqual(err, null);
    assert.strictEqual(text, 'content');
    assert.strictEqual(listenerCount(signal, 'abort'), 0);
  }));
  fs.readFile(tmp('none'), { signal }, mustCall((err) => assert.strictEqual(err.code, 'ENOENT')));
}

assert.throws(() => fs.readFile(path, { signal: 'hello' }, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
