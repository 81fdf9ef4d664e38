'use strict';
// Streams in the transfer list of structuredClone and postMessage.
const { collect, mustCall } = require('../common');
const assert = require('assert');

const source = (...chunks) => new ReadableStream({
  start(c) {
    chunks.forEach((v) => c.enqueue(v));
    c.close();
  },
});
const move = (stream) => structuredClone(stream, { transfer: [stream] });

// The ports behind the streams do not keep node alive.
const alive = setInterval(() => {}, 1000);

(async () => {
  assert.throws(() => structuredClone(source()), { code: 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST' });
  const locked = source();
  locked.getReader();
  assert.throws(() => move(locked), { name: 'DataCloneError', message: 'Cannot transfer a locked ReadableStream' });
  const busy = new WritableStream();
  busy.getWriter();
  assert.throws(() => move(busy), { name: 'DataCloneError', message: 'Cannot transfer a locked WritableStream' });

  // Chunks are cloned, the original is locked.
  const chunk = { a: 1 };
  const readable = source(chunk, 'b');
  const moved = move(readable);
  assert(moved instanceof ReadableStream && moved !== readable && readable.locked && !moved.locked);
  const got = await collect(moved);
  assert.deepStrictEqual(got, [{ a: 1 }, 'b']);
  assert.notStrictEqual(got[0], chunk);

  const seen = [];
  let ended;
  const end = new Promise((resolve) => { ended = mustCall(resolve); });
  const writable = new WritableStream({ write(c) { seen.push(c); }, close() { ended(); } });
  const away = move(writable);
  assert(away instanceof WritableStream && writable.locked);
  const writer = away.getWriter();
  await writer.write({ x: 1 });
  await writer.close();
  await end;
  assert.deepStrictEqual(seen, [{ x: 1 }]);

  const transform = move(new TransformStream({ transform(c, t) { t.enqueue(c * 2); } }));
  assert(transform instanceof TransformStream);
  const results = collect(transform.readable);
  const doubled = transform.writable.getWriter();
  await doubled.write(21);
  await doubled.close();
  assert.deepStrictEqual(await results, [42]);

  const broken = new ReadableStream({ start(c) { c.error(new RangeError('broken')); } });
  await assert.rejects(move(broken).getReader().read(), { name: 'RangeError', message: 'broken' });

  const { port1, port2 } = new MessageChannel();
  const sent = source(1, 2);
  port1.postMessage(sent, [sent]);
  port2.on('message', mustCall(async (received) => {
    assert.deepStrictEqual(await collect(received), [1, 2]);
    port2.close();
    clearInterval(alive);
  }));
})().then(mustCall());
