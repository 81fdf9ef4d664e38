'use strict';
// What fetch sends, byte for byte, and what it refuses to send.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const usual = 'accept: */*\r\naccept-language: *\r\n';
const rest = 'user-agent: node\r\naccept-encoding: gzip, deflate\r\n';
const cors = 'sec-fetch-mode: cors\r\n' + rest;
const type = 'content-type: text/plain;charset=UTF-8\r\n';

// Each case: the init, and what follows "host: …\r\nconnection: keep-alive\r\n"; the first word is the method.
const cases = [
  [undefined, 'GET', usual + cors + '\r\n'],
  [{ method: 'POST' }, 'POST', usual + cors + 'content-length: 0\r\n\r\n'],
  [{ method: 'PUT' }, 'PUT', usual + cors + 'content-length: 0\r\n\r\n'],
  [{ method: 'PATCH' }, 'PATCH', usual + cors + 'content-length: 0\r\n\r\n'],
  [{ method: 'delete' }, 'DELETE', usual + cors + '\r\n'],
  [{ method: 'options' }, 'OPTIONS', usual + cors + '\r\n'],
  [{ method: 'fOo' }, 'fOo', usual + cors + '\r\n'],
  [{ method: 'post', body: 'h\u00e9' }, 'POST', type + usual + cors + 'content-length: 3\r\n\r\nh\xc3\xa9'],
  [{ method: 'DELETE', body: 'x' }, 'DELETE', type + usual + cors + 'content-length: 1\r\n\r\nx'],
  [{ method: 'POST', body: '' }, 'POST', type + usual + cors + 'content-length: 0\r\n\r\n'],
  [{ method: 'POST', body: new URLSearchParams({ a: 1 }) }, 'POST',
    'content-type: application/x-www-form-urlencoded;charset=UTF-8\r\n' + usual + cors + 'content-length: 3\r\n\r\na=1'],
  [{ method: 'POST', body: new Blob(['x'], { type: 'a/b' }) }, 'POST', 'content-type: a/b\r\n' + usual + cors + 'content-length: 1\r\n\r\nx'],
  [{ method: 'POST', body: new Uint8Array(2) }, 'POST', usual + cors + 'content-length: 2\r\n\r\n\0\0'],
  [{ method: 'POST', body: 'abc', headers: { 'content-length': '3' } }, 'POST', type + usual + cors + 'content-length: 3\r\n\r\nabc'],
  [{ method: 'POST', duplex: 'half', body: (async function*() { yield 'A'; yield 'BC'; })() }, 'POST',
    usual + cors + 'transfer-encoding: chunked\r\n\r\n1\r\nA\r\n2\r\nBC\r\n0\r\n\r\n'],
  [{ headers: { 'User-Agent': 'x', Accept: 'y', 'X-Foo': '1', 'accept-encoding': 'identity', Host: 'foo', cookie: 'a=b' } }, 'GET',
    'User-Agent: x\r\nAccept: y\r\nX-Foo: 1\r\naccept-encoding: identity\r\ncookie: a=b\r\naccept-language: *\r\nsec-fetch-mode: cors\r\n\r\n'],
  [{ headers: [['x', '\xe9'], ['x', '2']] }, 'GET', 'x: \xe9, 2\r\n' + usual + cors + '\r\n'],
  [{ headers: { range: 'bytes=0-' } }, 'GET', 'range: bytes=0-\r\n' + usual + 'sec-fetch-mode: cors\r\nuser-agent: node\r\naccept-encoding: identity\r\n\r\n'],
  [{ headers: { connection: 'Keep-Alive' } }, 'GET', usual + cors + '\r\n'],
  [{ mode: 'no-cors' }, 'GET', usual + 'sec-fetch-mode: no-cors\r\n' + rest + '\r\n'],
  [{ mode: 'same-origin' }, 'GET', usual + 'sec-fetch-mode: same-origin\r\n' + rest + '\r\n'],
  [{ referrer: 'http://other.example/xx?y#z' }, 'GET', usual + 'referer: http://other.example/\r\n' + cors + '\r\n'],
  [{ referrer: 'http://127.0.0.1/x?y#z', referrerPolicy: 'unsafe-url' }, 'GET', usual + 'referer: http://127.0.0.1/x?y\r\n' + cors + '\r\n'],
  [{ referrer: 'http://127.0.0.1/x?y#z', referrerPolicy: 'origin' }, 'GET', usual + 'referer: http://127.0.0.1/\r\n' + cors + '\r\n'],
  [{ referrer: 'http://127.0.0.1/x?y#z', referrerPolicy: 'same-origin' }, 'GET', usual + cors + '\r\n'],
];
for (const cache of ['no-store', 'reload']) {
  cases.push([{ cache }, 'GET', usual + 'sec-fetch-mode: cors\r\nuser-agent: node\r\npragma: no-cache\r\ncache-control: no-cache\r\naccept-encoding: gzip, deflate\r\n\r\n']);
}
cases.push([{ cache: 'no-cache' }, 'GET', usual + 'sec-fetch-mode: cors\r\nuser-agent: node\r\ncache-control: max-age=0\r\naccept-encoding: gzip, deflate\r\n\r\n']);
cases.push([{ headers: { 'if-none-match': 'x' } }, 'GET',
  'if-none-match: x\r\n' + usual + 'sec-fetch-mode: cors\r\nuser-agent: node\r\npragma: no-cache\r\ncache-control: no-cache\r\naccept-encoding: gzip, deflate\r\n\r\n']);

// A server of one answer at a time, when as much has come as is to come.
let want = 0;
let got;
let came;
const server = listen(net.createServer((socket) => {
  let all = '';
  socket.on('error', () => {});
  socket.on('data', (d) => {
    all += d.toString('latin1');
    if (all.length < want) return;
    got = all;
    all = '';
    socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok', came);
  });
}), (port) => main(port).then(mustCall()));

async function main(port) {
  const host = `host: 127.0.0.1:${port}\r\n`;
  const ask = async (path, init, expected) => {
    want = expected.length;
    const res = await fetch(`http://127.0.0.1:${port}${path}`, init);
    if (init && init.method === 'head') assert.strictEqual(res.body, null);
    else assert.strictEqual(await res.text(), 'ok');
    assert.strictEqual(got, expected);
  };
  for (const [init, method, expected] of cases) {
    await ask('/a?b#c', init, `${method} /a?b HTTP/1.1\r\n${host}connection: keep-alive\r\n${expected}`);
  }
  await ask('', { method: 'head' }, `HEAD / HTTP/1.1\r\n${host}connection: close\r\n${usual}${cors}\r\n`);
  await ask('/\u00e9 "', { headers: { connection: 'close' } }, `GET /%C3%A9%20%22 HTTP/1.1\r\n${host}connection: close\r\n${usual}${cors}\r\n`);
  const own = `http://127.0.0.1:${port}/x?y`;
  await ask('/', { referrer: own + '#z' }, `GET / HTTP/1.1\r\n${host}connection: keep-alive\r\n${usual}referer: ${own}\r\n${cors}\r\n`);

  // What a program may not say.
  want = Infinity; // no answer
  for (const [headers, name, code, message] of [
    [{ connection: 'foo' }, 'InvalidArgumentError', 'UND_ERR_INVALID_ARG', 'invalid connection header'],
    [{ 'keep-alive': 'x' }, 'InvalidArgumentError', 'UND_ERR_INVALID_ARG', 'invalid keep-alive header'],
    [{ 'Transfer-Encoding': 'chunked' }, 'InvalidArgumentError', 'UND_ERR_INVALID_ARG', 'invalid transfer-encoding header'],
    [{ upgrade: 'x' }, 'InvalidArgumentError', 'UND_ERR_INVALID_ARG', 'invalid upgrade header'],
    [{ expect: '100-continue' }, 'NotSupportedError', 'UND_ERR_NOT_SUPPORTED', 'expect header not supported'],
  ]) {
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { headers }), (e) => {
      assert.deepStrictEqual([e.name, e.message, e.cause.name, e.cause.code, e.cause.message], ['TypeError', 'fetch failed', name, code, message]);
      return true;
    });
  }
  for (const [length, body] of [['5', 'abc'], ['5', (async function*() { yield 'abc'; })()]]) {
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', duplex: 'half', headers: { 'content-length': length }, body }), (e) => {
      assert.deepStrictEqual([e.message, e.cause.code, e.cause.message],
        ['fetch failed', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'Request body length does not match content-length header']);
      return true;
    });
  }
  server.close();
}
