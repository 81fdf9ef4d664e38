'use strict';
// Bodies on the wire: codings, back-pressure both ways, and connections that are used again.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const zlib = require('zlib');

const mega = Buffer.alloc(1 << 20, 'abcdefgh');
let connections = 0;
let written = 0; // by /endless
let dropped; // is called when a client of /endless goes
let coding, coded;
const server = listen(http.createServer((req, res) => {
  switch (req.url) {
    case '/endless': {
      const more = () => {
        while (!res.destroyed && written < 1 << 28) {
          written += mega.length;
          if (!res.write(mega)) return res.once('drain', more);
        }
      };
      res.on('close', () => dropped());
      return more();
    }
    case '/echo': return req.pipe(res);
    case '/length': {
      let n = 0;
      req.on('data', (d) => { n += d.length; });
      return req.on('end', () => res.end(String(n)));
    }
    case '/coded':
      res.setHeader('content-encoding', coding);
      return res.end(coded);
    case '/headers':
      res.writeHead(200, 'Found', [['X-One', '1'], ['x-one', '2'], ['Set-Cookie', 'a'], ['set-cookie', 'b, c'], ['X-Latin', '\xe9']].flat());
      return res.end();
  }
  if (req.url.startsWith('/status/')) res.statusCode = Number(req.url.slice(8));
  res.end('hello');
}), (port) => main(`http://127.0.0.1:${port}`).then(mustCall(() => server.close())));
server.on('connection', () => { connections++; });

async function main(base) {
  // One connection for one after the other, also when nobody looks at what came.
  for (let i = 0; i < 5; i++) assert.strictEqual(await (await fetch(base)).text(), 'hello');
  const before = connections;
  for (const path of ['/', '/status/204', '/status/304', '/status/404', '/']) await fetch(base + path);
  await (await fetch(base)).text();
  assert.ok(connections - before <= 5, String(connections)); // Node opens some, we none

  // Fields as they came.
  {
    const res = await fetch(base + '/headers');
    assert.strictEqual(res.statusText, 'Found');
    assert.deepStrictEqual([res.headers.get('x-one'), res.headers.getSetCookie(), res.headers.get('x-latin'), res.url], ['1, 2', ['a', 'b, c'], '\xe9', base + '/headers']);
    assert.strictEqual(await res.text(), '');
  }
  // Without bodies.
  for (const status of [204, 304]) {
    const res = await fetch(`${base}/status/${status}`);
    assert.deepStrictEqual([res.status, res.body, await res.text()], [status, null, '']);
  }
  {
    const res = await fetch(base, { method: 'HEAD' });
    assert.deepStrictEqual([res.status, res.body, await res.text()], [200, null, '']);
  }

  // Codings, one or several; a cut gzip gives what there is.
  for (const [name, make] of [['gzip', zlib.gzipSync], ['x-gzip', zlib.gzipSync], ['deflate', zlib.deflateSync], ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync], ['GZip , br', (b) => zlib.brotliCompressSync(zlib.gzipSync(b))], ['identity', (b) => b]]) {
    [coding, coded] = [name, make(mega)];
    const res = await fetch(base + '/coded');
    assert.strictEqual(res.headers.get('content-encoding'), name);
    assert.ok(mega.equals(Buffer.from(await res.arrayBuffer())), name);
  }
  [coding, coded] = ['gzip', zlib.gzipSync('cut').subarray(0, -8)];
  assert.strictEqual(await (await fetch(base + '/coded')).text(), 'cut');
  [coding, coded] = ['deflate', zlib.deflateSync(mega)];
  for await (const chunk of (await fetch(base + '/coded')).body) {
    assert.ok(chunk instanceof Uint8Array && chunk.length < mega.length);
    break;
  }

  // A body that nobody reads holds the server back, and cancelling it lets the connection go.
  {
    const gone = new Promise((done) => { dropped = done; });
    const { body } = await fetch(base + '/endless');
    const reader = body.getReader();
    let n = 0;
    while (n < 10 << 20) n += (await reader.read()).value.length;
    assert.ok(written < 1 << 28);
    await reader.cancel();
    await gone;
    assert.ok(written < 1 << 28);
  }

  // Uploads: what is there, what comes with time, streams of both kinds; the source is asked as the wire takes it.
  const send = async (path, body) => (await fetch(base + path, { method: 'POST', duplex: 'half', body }));
  assert.ok(mega.equals(Buffer.from(await (await send('/echo', mega)).arrayBuffer())));
  let pulls = 0;
  const stream = () => new ReadableStream({ pull(c) { if (pulls++ % 101 === 100) c.close(); else c.enqueue(mega.subarray(0, 50000)); } });
  assert.strictEqual(await (await send('/length', stream())).text(), '5000000');
  assert.strictEqual((await (await send('/echo', stream())).arrayBuffer()).byteLength, 5000000);
  assert.strictEqual(pulls, 202);
  assert.strictEqual(await (await send('/length', require('stream').Readable.from([mega, mega]))).text(), String(2 * mega.length));
  {
    const form = new FormData();
    form.append('a', 'b');
    form.append('f', new Blob([mega]), 'x');
    const res = await send('/echo', form);
    const text = await res.clone().text();
    const back = new Response(res.body, { headers: { 'content-type': 'multipart/form-data; boundary=' + text.slice(2, 34) } });
    const f = await back.formData();
    assert.deepStrictEqual([f.get('a'), f.get('f').size], ['b', mega.length]);
  }
  // A Request is used up by fetch.
  {
    const req = new Request(base + '/echo', { method: 'POST', body: 'x' });
    assert.strictEqual(await (await fetch(req)).text(), 'x');
    assert.strictEqual(req.bodyUsed, true);
    await assert.rejects(fetch(req), { message: 'Cannot construct a Request with a Request object that has already been used.' });
  }
  // From one to the other, through a response that is cloned.
  {
    const res = await fetch(base);
    const copy = res.clone();
    assert.deepStrictEqual([await (await send('/echo', res.body)).text(), await copy.text()], ['hello', 'hello']);
  }
}
