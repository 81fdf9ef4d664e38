'use strict';
// FileHandle.readableWebStream.
const { collect, mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const { open } = require('fs/promises');

const file = tmp('data');
const data = Buffer.alloc(150_000, 'streams of the web ');
fs.writeFileSync(file, data);


(async () => {
  const plain = await open(file);
  const chunks = await collect(plain.readableWebStream());
  assert(chunks.every((c) => c instanceof ArrayBuffer));
  assert(Buffer.concat(chunks.map((c) => Buffer.from(c))).equals(data));
  assert.throws(() => plain.readableWebStream(), { code: 'ERR_INVALID_STATE', message: 'Invalid state: The FileHandle is locked' });
  plain.on('close', mustCall());
  await plain.close();
  assert.throws(() => plain.readableWebStream(), { name: 'Error', message: 'Invalid state: The FileHandle is closed' });

  const bytes = await open(file);
  const stream = bytes.readableWebStream({ type: 'bytes' });
  const byob = stream.getReader({ mode: 'byob' });
  const first = await byob.read(new Uint8Array(7));
  assert.strictEqual(Buffer.from(first.value).toString(), 'streams');
  byob.releaseLock();
  const rest = await collect(stream);
  assert(rest.every((c) => c instanceof Uint8Array));
  assert(Buffer.concat(rest).equals(data.subarray(7)));
  await bytes.close();

  // The end of the handle is that of the stream.
  const early = await open(file);
  const reader = early.readableWebStream({ type: 'bytes' }).getReader();
  await reader.read();
  await early.close();
  assert.deepStrictEqual(await reader.read(), { value: undefined, done: true });

  const typed = await open(file);
  assert.throws(() => typed.readableWebStream({ type: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
  await typed.close();

  const cancelled = await open(file);
  await cancelled.readableWebStream({ type: 'bytes' }).cancel();
  await cancelled.close();
})().then(mustCall());
