'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(res.setHeader('X-Number', 5), res);
  res.setHeader('Set-Cookie', ['a=1', 'b=2']);
  res.setHeader('x-gone', 'x');
  assert.strictEqual(res.getHeader('x-NUMBER'), 5);
  assert.deepStrictEqual(res.getHeader('set-cookie'), ['a=1', 'b=2']);
  assert.deepStrictEqual(res.getHeaderNames(), ['x-number', 'set-cookie', 'x-gone']);
  assert.deepStrictEqual(res.getRawHeaderNames(), ['X-Number', 'Set-Cookie', 'x-gone']);
  assert.deepStrictEqual({ ...res.getHeaders() }, { 'x-number': 5, 'set-cookie': ['a=1', 'b=2'], 'x-gone': 'x' });
  assert.strictEqual(Object.getPrototypeOf(res.getHeaders()), null);
  assert.strictEqual(res.hasHeader('X-Gone'), true);
  res.removeHeader('X-GONE');
  assert.strictEqual(res.hasHeader('x-gone'), false);
  assert.strictEqual(res.getHeader('x-gone'), undefined);
  res.appendHeader('X-Number', '6');
  res.setHeader('constructor', 'c');
  res.setHeader('__proto__', 'p');

  assert.throws(() => res.setHeader('bad name', 'x'), {
    code: 'ERR_INVALID_HTTP_TOKEN', message: 'Header name must be a valid HTTP token ["bad name"]', name: 'TypeError' });
  assert.throws(() => res.setHeader('', 'x'), { code: 'ERR_INVALID_HTTP_TOKEN' });
  assert.throws(() => res.setHeader('x', undefined), {
    code: 'ERR_HTTP_INVALID_HEADER_VALUE', message: 'Invalid value "undefined" for header "x"' });
  for (const bad of ['a\r\nb', 'a\nb', 'a\0b', 'snow ☃']) {
    assert.throws(() => res.setHeader('x', bad), {
      code: 'ERR_INVALID_CHAR', message: 'Invalid character in header content ["x"]' });
  }
  res.setHeader('X-Tab', 'a\tx');
  assert.strictEqual(res.headersSent, false);
  res.flushHeaders();
  assert.strictEqual(res.headersSent, true);
  assert.throws(() => res.setHeader('late', 'x'), {
    code: 'ERR_HTTP_HEADERS_SENT', message: 'Cannot set headers after they are sent to the client' });
  assert.throws(() => res.removeHeader('late'), {
    code: 'ERR_HTTP_HEADERS_SENT', message: 'Cannot remove headers after they are sent to the client' });
  assert.throws(() => res.writeHead(200), {
    code: 'ERR_HTTP_HEADERS_SENT', message: 'Cannot write headers after they are sent to the client' });
  res.end();
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    for (const line of ['X-Number: 5', 'X-Number: 6', 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'constructor: c', '__proto__: p', 'X-Tab: a\tx']) {
      assert(text.includes(`\r\n${line}\r\n`), `${line} is missing:\n${text}`);
    }
    assert(!/x-gone/i.test(text));
    server.close();
  });
});
