'use strict';
const assert = require('assert');
const http = require('http');

assert.throws(() => http.request({ path: '/a b' }), { code: 'ERR_UNESCAPED_CHARACTERS', message: 'Request path contains unescaped characters' });
assert.throws(() => http.request({ path: '/a\r\nX: y' }), { code: 'ERR_UNESCAPED_CHARACTERS' });
assert.throws(() => http.request({ method: 'A B' }), { code: 'ERR_INVALID_HTTP_TOKEN', message: 'Method must be a valid HTTP token ["A B"]' });
assert.throws(() => http.request({ method: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => http.request({ protocol: 'ftp:' }), { code: 'ERR_INVALID_PROTOCOL', message: 'Protocol "ftp:" not supported. Expected "http:"' });
assert.throws(() => http.request({ host: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => http.request({ headers: { 'a b': 'x' } }), { code: 'ERR_INVALID_HTTP_TOKEN' });
assert.throws(() => http.request({ headers: { a: 'x\n' } }), { code: 'ERR_INVALID_CHAR' });
assert.throws(() => http.request({ agent: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => http.request({ timeout: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
