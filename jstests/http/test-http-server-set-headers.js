'use strict';
// setHeaders takes a Map or what is like Headers; cookies add up.
require('../common');
const assert = require('assert');
const http = require('http');

const response = () => new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });

for (const bad of [['a', 'b'], { a: 'b' }, null, undefined, 'a', 1, { keys: 1, get: 1 }]) {
  assert.throws(() => response().setHeaders(bad), { code: 'ERR_INVALID_ARG_TYPE' });
}
let res = response();
assert.strictEqual(res.setHeaders(new Map([['X-A', 'b'], ['Set-Cookie', ['c=d', 'e=f']]])), res);
assert.strictEqual(res.getHeader('x-a'), 'b');
assert.deepStrictEqual(res.getHeader('set-cookie'), ['c=d', 'e=f']);

// As Headers iterates: a pair a cookie.
const pairs = [['set-cookie', 'a=b'], ['set-cookie', 'c=d'], ['x-a', 'b']];
const headers = { keys() {}, get() {}, [Symbol.iterator]: () => pairs[Symbol.iterator]() };
res = response();
res.setHeaders(headers);
assert.deepStrictEqual(res.getHeader('set-cookie'), ['a=b', 'c=d']);
assert.strictEqual(res.getHeader('x-a'), 'b');

res.writeHead(200);
assert.throws(() => res.setHeaders(new Map()), { code: 'ERR_HTTP_HEADERS_SENT' });
