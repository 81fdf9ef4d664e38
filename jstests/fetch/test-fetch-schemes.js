'use strict';
// data: and blob: URLs, and the check of what came.
const { mustCall } = require('../common');
const assert = require('assert');
const { resolveObjectURL } = require('buffer');

const read = async (url, init) => {
  const res = await fetch(url, init);
  assert.throws(() => res.headers.set('a', 'b'), { name: 'TypeError', message: 'immutable' });
  return [res.status, res.statusText, res.type, res.url, res.headers.get('content-type'), Buffer.from(await res.arrayBuffer()).toString('latin1')];
};
const failed = (message) => (e) => {
  assert.deepStrictEqual([e.message, e.cause.message], ['fetch failed', message]);
  return true;
};

async function main() {
  const plain = 'text/plain;charset=US-ASCII';
  for (const [url, type, body] of [
    ['data:,hello%20w', plain, 'hello w'], ['data:text/html;charset=x;base64,aGk=', 'text/html;charset=x', 'hi'], ['data:;base64,aGk', plain, 'hi'],
    ['data:text/html; base64,aG k=', 'text/html', 'hi'], ['data:;charset=utf-8,%C3%A9', 'text/plain;charset=utf-8', '\xc3\xa9'],
    ['data:A/B;X="y z",%ff%4%zz', 'a/b;x="y z"', '\xff%4%zz'], ['data:nonsense,x', plain, 'x'], ['data:base64,x', plain, 'x'], ['data:,', plain, ''],
  ]) {
    assert.deepStrictEqual(await read(url), [200, 'OK', 'basic', url, type, body]);
  }
  assert.deepStrictEqual((await read('data:,a?b#c')).slice(3), ['data:,a?b', plain, 'a?b']);
  for (const url of ['data:x', 'data:;base64,a', 'data:;base64,a===', 'data:;base64,\u00e9']) {
    await assert.rejects(fetch(url), failed('failed to fetch the data URL'));
  }
  assert.strictEqual((await fetch('data:,x', { method: 'HEAD' })).body, null);
  assert.strictEqual((await read('data:,x', { method: 'POST', body: 'y' }))[5], 'x');

  // Blobs by name.
  const url = URL.createObjectURL(new File(['hello'], 'n', { type: 'a/b' }));
  assert.match(url, /^blob:nodedata:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepStrictEqual(await read(url), [200, 'OK', 'basic', url, 'a/b', 'hello']);
  assert.strictEqual((await fetch(url)).headers.get('content-length'), '5');
  assert.strictEqual((await fetch(url, { headers: { range: 'bytes=1-3' } })).status, 206);
  await assert.rejects(fetch(url, { headers: { range: 'bytes=9-' } }), failed('failed to fetch the data URL'));
  await assert.rejects(fetch(url, { headers: { range: 'x' } }), failed('failed to fetch the data URL'));
  await assert.rejects(fetch(url, { method: 'POST' }), failed('invalid method'));
  await assert.rejects(fetch(url + '?x'), failed('NetworkError when attempting to fetch resource.'));
  const blob = resolveObjectURL(url);
  assert.deepStrictEqual([blob.constructor, blob.size, blob.type, await blob.text()], [Blob, 5, 'a/b', 'hello']);
  URL.revokeObjectURL(url);
  assert.strictEqual(resolveObjectURL(url), undefined);
  await assert.rejects(fetch(url), failed('invalid method'));
  URL.revokeObjectURL('nonsense');
  assert.strictEqual(resolveObjectURL('nonsense'), undefined);
  for (const bad of [undefined, 5, {}]) assert.throws(() => URL.createObjectURL(bad), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => URL.revokeObjectURL(), { code: 'ERR_MISSING_ARGS' });

  // Integrity: one of the strongest kind has to be right; unknown kinds ask for nothing.
  const sha = (bits) => ({
    256: 'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
    384: 'sha384-' + require('crypto').createHash('sha384').update('x').digest('base64'),
    512: 'sha512-' + require('crypto').createHash('sha512').update('x').digest('base64'),
  })[bits];
  for (const good of [sha(256), sha(384), sha(512), `sha256-zz ${sha(384)}`, `${sha(512)} sha512-zz`, 'md5-zz', sha(256).replace('+', '-').replace('=', '')]) {
    assert.strictEqual(await (await fetch('data:,x', { integrity: good })).text(), 'x', good);
  }
  for (const bad of ['sha256-zz', sha(256).replace('L', 'M'), `${sha(256)} sha512-zz`]) {
    await assert.rejects(fetch('data:,x', { integrity: bad }), failed('integrity mismatch'));
  }
}
main().then(mustCall());
