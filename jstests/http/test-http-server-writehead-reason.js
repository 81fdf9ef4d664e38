'use strict';
// null and undefined may stand for the reason; the properties of a server can be changed later; what is
// no header value is refused.
require('../common');
const assert = require('assert');
const http = require('http');

const response = (o) => new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {}, ...o });
for (const reason of [null, undefined]) {
  const res = response();
  res.writeHead(404, reason, { 'X-A': 'b' });
  assert.match(res._header, /^HTTP\/1\.1 404 Not Found\r\nX-A: b\r\n/);
}
const res = response();
res.writeHead(404, '', { 'X-A': 'b' });
assert.match(res._header, /^HTTP\/1\.1 404 \r\nX-A: b\r\n/);

assert.throws(() => response().setHeader('a', Symbol('b')), TypeError);
assert.throws(() => response().addTrailers(null), TypeError);

// A response in HTTP/1.0 to a client that knows chunks.
assert.strictEqual(response({ httpVersionMinor: 0, headers: { te: 'chunked' } }).useChunkedEncodingByDefault, true);
assert.strictEqual(response({ httpVersionMinor: 0 }).useChunkedEncodingByDefault, false);

const server = http.createServer();
assert.strictEqual(server.requireHostHeader, true);
assert.strictEqual(server.rejectNonStandardBodyWrites, false);
server.requireHostHeader = false;
assert.strictEqual(server.requireHostHeader, false);
assert.throws(() => http.createServer({ highWaterMark: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
