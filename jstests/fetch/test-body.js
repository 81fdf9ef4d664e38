'use strict';
// Bodies of Requests and Responses: what they can be made of, how they are read, and only once.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

const unusable = { name: 'TypeError', message: 'Body is unusable: Body has already been read' };
const latin = (b) => Buffer.from(b).toString('latin1');

async function main() {
  // Made of …
  const text = 'text/plain;charset=UTF-8';
  for (const [init, type, want] of [
    ['h\u00e9\ud800', text, 'h\u00e9\ufffd'], [new String('q'), text, 'q'], [5, text, '5'], [true, text, 'true'], [{}, text, '[object Object]'],
    [[1, 2], text, '1,2'], [new Uint8Array([65, 66]), null, 'AB'], [new Uint16Array([65, 66]).subarray(1), null, 'B\0'],
    [new DataView(new ArrayBuffer(3), 1), null, '\0\0'], [new ArrayBuffer(1), null, '\0'],
    [new URLSearchParams({ a: 'b c' }), 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b+c'],
    [new Blob(['x'], { type: 'A/b' }), 'a/b', 'x'], [new File(['z'], 'n'), null, 'z'], ['', text, ''],
  ]) {
    const res = new Response(init);
    assert.strictEqual(res.headers.get('content-type'), type);
    assert.strictEqual(res.bodyUsed, false);
    assert.strictEqual(await res.text(), want);
    assert.strictEqual(res.bodyUsed, true);
  }
  assert.throws(() => new Response(Symbol('s')), TypeError);
  assert.strictEqual(new Response('x', { headers: { 'Content-Type': 'mine' } }).headers.get('content-type'), 'mine');
  // A copy is kept of memory.
  {
    const memory = new Uint8Array([65]);
    const res = new Response(memory);
    memory[0] = 66;
    assert.strictEqual(await res.text(), 'A');
  }

  // … and of what comes with time: streams of both kinds, async generators.
  async function* pieces() {
    yield 'ab';
    yield Buffer.from('c');
    yield new Uint8Array([0x44]);
  }
  for (const [init, want] of [[pieces(), 'abcD'], [Readable.from(['x', 'y']), 'xy'],
    [new ReadableStream({ start(c) { c.enqueue(Buffer.from('one')); c.enqueue(new Uint8Array([50])); c.close(); } }), 'one2']]) {
    const res = new Response(init);
    assert.strictEqual(res.headers.get('content-type'), null);
    assert.strictEqual(await res.text(), want);
  }
  const mine = new RangeError('mine');
  await assert.rejects(new Response((async function*() { yield 'a'; throw mine; })()).text(), (e) => e === mine);
  await assert.rejects(new Response((async function*() { yield 5; })()).text(), { code: 'ERR_INVALID_ARG_TYPE' });
  await assert.rejects(new Response(new ReadableStream({ start(c) { c.error(mine); } })).text(), (e) => e === mine);
  await assert.rejects(new Response(new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } })).text(),
    { name: 'TypeError', message: 'Received non-Uint8Array chunk' });
  {
    const stream = new ReadableStream();
    const reader = stream.getReader();
    const refused = { name: 'TypeError', message: 'Response body object should not be disturbed or locked' };
    assert.throws(() => new Response(stream), refused);
    reader.releaseLock();
    await stream.cancel();
    assert.throws(() => new Response(stream), refused);
  }
  // A stream that nobody reads is not asked for anything, one that is cancelled lets go of what it reads.
  {
    let back = 0;
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 'x' }), return: async () => { back++; return {}; } }) };
    const res = new Response(source);
    const reader = res.body.getReader();
    assert.strictEqual(latin((await reader.read()).value), 'x');
    await reader.cancel();
    assert.strictEqual(back, 1);
    new Response({ [Symbol.asyncIterator]: () => ({ next: mustNotCall('next') }) }).body; // eslint-disable-line no-unused-expressions
  }

  // Read as …
  assert.deepStrictEqual(await new Response('{"a":[1]}').json(), { a: [1] });
  await assert.rejects(new Response('{"a":').json(), SyntaxError);
  await assert.rejects(new Response().json(), { name: 'SyntaxError', message: 'Unexpected end of JSON input' });
  {
    const memory = await new Response('ab').arrayBuffer();
    assert.ok(memory instanceof ArrayBuffer);
    assert.strictEqual(latin(memory), 'ab');
    const bytes = await new Response('ab').bytes();
    assert.strictEqual(bytes.constructor, Uint8Array);
    assert.deepStrictEqual([...bytes], [97, 98]);
    assert.strictEqual((await new Response().arrayBuffer()).byteLength, 0);
  }
  for (const [type, want] of [['Text/HTML; Charset="a b"', 'text/html;charset="a b"'], ['x', ''], [null, ''], ['text/a;charset=x, text/a, */*', 'text/a;charset=x']]) {
    const blob = await new Response(new Uint8Array([1]), type ? { headers: { 'content-type': type } } : {}).blob();
    assert.ok(blob instanceof Blob);
    assert.deepStrictEqual([blob.size, blob.type], [1, want]);
  }
  assert.strictEqual(await new Response(new Uint8Array([0xef, 0xbb, 0xbf, 0x41, 0xff])).text(), 'A\ufffd');
  assert.strictEqual(await new Response().text(), '');

  // … once.
  for (const method of ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData']) {
    const p = Response.prototype[method].call({});
    assert.ok(p instanceof Promise);
    await assert.rejects(p, { name: 'TypeError', message: 'Illegal invocation', code: 'ERR_INVALID_THIS' });
    for (const message of [new Response('{}'), new Request('http://x/', { method: 'POST', body: '{}' })]) {
      await message.text();
      await assert.rejects(message[method](), unusable);
    }
    const locked = new Response('x');
    locked.body.getReader();
    assert.strictEqual(locked.bodyUsed, false);
    await assert.rejects(locked[method](), unusable);
  }
  {
    const empty = new Response();
    assert.strictEqual(empty.body, null);
    await empty.text();
    await empty.text();
    assert.strictEqual(empty.bodyUsed, false);
  }

  // The stream: one, of bytes, made of anything.
  {
    const res = new Response('abc');
    assert.ok(res.body instanceof ReadableStream);
    assert.strictEqual(res.body, res.body);
    const reader = res.body.getReader({ mode: 'byob' });
    const { value, done } = await reader.read(new Uint8Array(2));
    assert.deepStrictEqual([latin(value), done], ['ab', false]);
    assert.strictEqual(res.bodyUsed, true);
    assert.strictEqual(latin((await reader.read(new Uint8Array(5))).value), 'c');
    assert.strictEqual((await reader.read(new Uint8Array(5))).done, true);

    const chunks = [];
    for await (const chunk of new Response(pieces()).body) chunks.push(latin(chunk));
    assert.deepStrictEqual(chunks, ['ab', 'c', 'D']);

    const read = new Response('abc');
    await read.text();
    assert.strictEqual(read.body.locked, true);
    assert.throws(() => read.body.getReader(), { code: 'ERR_INVALID_STATE' });
  }

  // Clones.
  {
    const res = new Response('abc', { status: 201, headers: { a: 'b' } });
    const copy = res.clone();
    copy.headers.set('a', 'c');
    assert.deepStrictEqual([copy.status, res.headers.get('a'), await copy.text(), await res.text()], [201, 'b', 'abc', 'abc']);
    assert.throws(() => res.clone(), { name: 'TypeError', message: 'Response.clone: Body has already been consumed.' });

    const streamed = new Response(pieces());
    const other = streamed.clone();
    assert.deepStrictEqual(await Promise.all([streamed.text(), other.text()]), ['abcD', 'abcD']);
    const looked = new Response('abc');
    const body = looked.body;
    const third = looked.clone();
    assert.notStrictEqual(looked.body, body);
    assert.strictEqual(body.locked, true);
    assert.deepStrictEqual([await third.text(), await looked.text()], ['abc', 'abc']);
    assert.strictEqual(new Response().clone().body, null);
  }
}
main().then(mustCall());
