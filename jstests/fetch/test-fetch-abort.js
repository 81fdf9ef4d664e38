'use strict';
// A fetch is given up: before it begins, before the response, in its body, after it. The connection goes.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// Each connection gets what reply does with it, and tells when it is closed.
let reply;
let closed;
const server = listen(net.createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.on('close', closed);
    reply(socket);
  });
}), (port) => main(`http://127.0.0.1:${port}/`).then(mustCall(() => server.close())));

const half = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi');
const whole = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi');
const named = (name, message, code) => (e) => {
  assert.ok(e instanceof DOMException);
  assert.deepStrictEqual([e.name, e.message, e.code], [name, message, code]);
  return true;
};
const aborted = named('AbortError', 'This operation was aborted', 20);

async function main(url) {
  // expect makes the next connection do as fn says, and returns a promise of its end.
  const expect = (fn) => {
    reply = fn;
    return new Promise((done) => { closed = done; });
  };

  // Before it begins: no connection.
  expect(mustNotCall());
  await assert.rejects(fetch(url, { signal: AbortSignal.abort() }), aborted);
  await assert.rejects(fetch(url, { signal: AbortSignal.abort('why') }), (e) => e === 'why');
  await assert.rejects(fetch(new Request(url, { signal: AbortSignal.abort('why') })), (e) => e === 'why');
  {
    const c = new AbortController();
    const p = fetch(url, { signal: c.signal });
    c.abort();
    await assert.rejects(p, aborted);
  }
  // Before the response.
  for (const reason of [undefined, new RangeError('mine'), 'text']) {
    const c = new AbortController();
    const end = expect(() => c.abort(reason));
    await assert.rejects(fetch(url, { signal: c.signal }), (e) => reason === undefined ? aborted(e) : e === reason);
    await end;
  }
  // On a busy machine the time may be over before the request has come; then again with more.
  for (let time = 10, came = false; !came; time *= 10) {
    const end = expect(() => { came = true; });
    await assert.rejects(fetch(url, { signal: AbortSignal.timeout(time) }), named('TimeoutError', 'The operation was aborted due to timeout', 23));
    if (came) await end;
  }
  // Through the signal of a Request, and one that depends on others.
  {
    const c = new AbortController();
    const end = expect(() => c.abort('why'));
    await assert.rejects(fetch(new Request(url, { signal: c.signal })), (e) => e === 'why');
    await end;
    const d = new AbortController();
    const end2 = expect(() => d.abort('how'));
    await assert.rejects(fetch(url, { signal: AbortSignal.any([d.signal]) }), (e) => e === 'how');
    await end2;
  }
  // With a body on its way.
  {
    const c = new AbortController();
    const end = expect(() => c.abort('why'));
    const body = (async function*() { yield 'x'; await new Promise(() => {}); })();
    await assert.rejects(fetch(url, { method: 'POST', duplex: 'half', body, signal: c.signal }), (e) => e === 'why');
    await end;
  }
  // While the body is read, and before.
  {
    const c = new AbortController();
    const end = expect(half);
    const res = await fetch(url, { signal: c.signal });
    const p = res.text();
    c.abort();
    await assert.rejects(p, aborted);
    await end;
  }
  {
    const c = new AbortController();
    const end = expect(half);
    const res = await fetch(url, { signal: c.signal });
    c.abort();
    await assert.rejects(res.text(), named('AbortError', 'The operation was aborted.', 20));
    await end;
  }
  {
    const c = new AbortController();
    const end = expect(half);
    const reader = (await fetch(url, { signal: c.signal })).body.getReader();
    assert.strictEqual((await reader.read()).value.length, 2);
    const p = reader.read();
    c.abort('why');
    await assert.rejects(p, (e) => e === 'why');
    await assert.rejects(reader.closed, (e) => e === 'why');
    await end;
  }
  // The body alone.
  {
    const end = expect(half);
    const res = await fetch(url);
    assert.strictEqual(await res.body.cancel('enough'), undefined);
    assert.strictEqual(res.bodyUsed, true);
    await end;
  }
  {
    const end = expect(half);
    for await (const chunk of (await fetch(url)).body) {
      assert.strictEqual(chunk.length, 2);
      break;
    }
    await end;
  }
  // When all was read it is too late.
  {
    const c = new AbortController();
    expect(whole);
    const res = await fetch(url, { signal: c.signal });
    assert.strictEqual(await res.text(), 'hi');
    c.abort();
    assert.strictEqual(res.bodyUsed, true);
  }
}
