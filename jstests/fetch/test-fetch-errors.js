'use strict';
// What fetch says when there is no response, or not all of it.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');
const http = require('http');

const read = async (url, init) => {
  const res = await fetch(url, init);
  return [res.status, res.statusText, await res.text()];
};
// raw answers every request with the bytes, or leaves it to a function.
const raw = (reply, fn) => new Promise((done) => {
  const server = listen(net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => typeof reply === 'function' ? reply(socket) : socket.end(reply));
  }), (port) => fn(`http://127.0.0.1:${port}/`).then(mustCall(() => { server.close(); done(); })));
});
const rejects = (message, name, code, text) => (p) => assert.rejects(p, (e) => {
  assert.deepStrictEqual([e.name, e.message, e.cause.name, e.cause.code, e.cause.message], ['TypeError', message, name, code, text]);
  return true;
});
const failed = (...args) => (url) => rejects('fetch failed', ...args)(read(url));
const cut = (...args) => (url) => rejects('terminated', ...args)(read(url));
const gives = (...want) => async (url) => assert.deepStrictEqual(await read(url), want);
const ok = 'HTTP/1.1 200 OK\r\n';

async function main() {
  // Nobody there.
  const port = await new Promise((done) => {
    const s = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
  await assert.rejects(read(`http://127.0.0.1:${port}/`), (e) => {
    const { errno, code, syscall, address, port: p, message } = e.cause;
    assert.deepStrictEqual([e.name, e.message, e.code], ['TypeError', 'fetch failed', undefined]);
    assert.deepStrictEqual([code, syscall, address, p, message], ['ECONNREFUSED', 'connect', '127.0.0.1', port, `connect ECONNREFUSED 127.0.0.1:${port}`]);
    assert.strictEqual(errno < 0, true);
    return true;
  });

  // The connection ends too early.
  const closed = ['SocketError', 'UND_ERR_SOCKET', 'other side closed'];
  await raw('', failed(...closed));
  await raw('HTTP/1.1 200', failed(...closed));
  await raw(ok + 'content-length: 10\r\n\r\nabc', cut(...closed));
  await raw(ok + 'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n', cut(...closed));
  const reset = ['Error', 'ECONNRESET', 'read ECONNRESET'];
  await raw((socket) => socket.resetAndDestroy(), failed(...reset));
  await raw('', (url) => assert.rejects(read(url), (e) => {
    assert.deepStrictEqual(Object.keys(e.cause.socket), ['localAddress', 'localPort', 'remoteAddress', 'remotePort', 'remoteFamily', 'timeout', 'bytesWritten', 'bytesRead']);
    return true;
  }));

  // What is no HTTP.
  await raw(ok + 'transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n', cut('HTTPParserError', 'HPE_INVALID_CHUNK_SIZE',
    'Response does not match the HTTP/1.1 protocol (Invalid character in chunk size)'));
  await raw('garbage\r\n\r\n', (url) => assert.rejects(read(url), (e) => e.message === 'fetch failed' && e.cause.code === 'HPE_INVALID_CONSTANT'));

  // Statuses that mean something else.
  await raw('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: foo\r\n\r\n', failed('SocketError', 'UND_ERR_SOCKET', 'bad upgrade'));
  await raw('HTTP/1.1 100 Continue\r\n\r\n' + ok + 'content-length: 2\r\n\r\nok', failed('SocketError', 'UND_ERR_SOCKET', 'bad response'));
  await raw('HTTP/1.1 103 Hints\r\nlink: x\r\n\r\n' + ok + 'content-length: 2\r\n\r\nok', gives(200, 'OK', 'ok'));
  await raw('HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n', failed('Error', undefined, ''));
  await raw('HTTP/1.1 599 \xc4\r\ncontent-length: 2\r\n\r\nok', async (url) => assert.strictEqual((await fetch(url)).status, 599));
  await raw(ok + '\r\nup to the end', gives(200, 'OK', 'up to the end'));

  // Codings that are broken, unknown, or too many.
  const coded = (coding, body) => `${ok}content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  await raw(coded('gzip', 'abcd'), cut('Error', 'Z_DATA_ERROR', 'incorrect header check'));
  await raw(coded('foo, gzip', 'abcd'), gives(200, 'OK', 'abcd'));
  await raw(coded('gzip,gzip,gzip,gzip,gzip,gzip', 'abcd'),
    failed('Error', undefined, 'too many content-encodings in response: 6, maximum allowed is 5'));

  // The program's own body breaks.
  await raw(() => {}, (url) => rejects('fetch failed', 'RangeError', undefined, 'mine')(read(url, { method: 'POST', duplex: 'half',
    body: (async function*() { yield 'x'; throw new RangeError('mine'); })() })));

  // No response at all: arguments, schemes, ports.
  const why = (message, name = 'Error') => rejects('fetch failed', name, undefined, message);
  for (const [url, message] of [['about:blank', 'about scheme is not supported'], ['ftp://x', 'unknown scheme'], ['foo:bar', 'unknown scheme'],
    ['file:///x', 'not implemented... yet...'], ['http://localhost:25/', 'bad port'], ['http://127.0.0.1:6667/', 'bad port'],
    ['https://localhost:1/', 'bad port'], ['blob:x', 'invalid method'], ['data:x', 'failed to fetch the data URL']]) {
    await why(message)(fetch(url));
  }
  for (const args of [[], ['/x'], ['http://u:p@h/'], ['http://h/', { method: 'a b' }], ['http://h/', 5]]) {
    const p = fetch(...args);
    assert.ok(p instanceof Promise);
    await assert.rejects(p, TypeError);
  }
  assert.deepStrictEqual([fetch.name, fetch.length], ['fetch', 1]);
  assert.throws(() => new Request('http://h/', { body: 1 }), TypeError);

  // A server that answers and closes at once, many times.
  await new Promise((done) => {
    const server = listen(http.createServer((req, res) => { res.setHeader('connection', 'close'); res.end('ok'); }), async (port) => {
      const all = await Promise.all(Array.from({ length: 20 }, () => read(`http://127.0.0.1:${port}/`)));
      assert.deepStrictEqual(all, Array(20).fill([200, 'OK', 'ok']));
      server.close(done);
    });
  });
}
main().then(mustCall());
