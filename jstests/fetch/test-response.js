'use strict';
// Response: its members, and the static functions.
require('../common');
const assert = require('assert');
const { inspect } = require('util');

const throws = (fn, name, message, code) => assert.throws(fn, (e) => {
  assert.deepStrictEqual([e.name, e.message, e.code], [name, message, code]);
  return true;
});
const shown = (r) => [r.type, r.url, r.redirected, r.status, r.ok, r.statusText, [...r.headers], r.body];

assert.deepStrictEqual(shown(new Response()), ['default', '', false, 200, true, '', [], null]);
assert.deepStrictEqual(shown(new Response(undefined, null)), shown(new Response()));
assert.deepStrictEqual(shown(new Response(null, { status: 404.9, statusText: 'N\u00e4\t', headers: [['a', 'b']] })),
  ['default', '', false, 404, false, 'N\u00e4\t', [['a', 'b']], null]);
assert.strictEqual(new Response(null, { status: 65536 + 204 }).status, 204);

for (const bad of [5, 'x', true]) throws(() => new Response('', bad), 'TypeError', `undefined: Expected ${bad} to be one of: Null, Undefined, Object.`);
for (const status of [199, 600, 'abc', null, 0, -1, Infinity]) {
  throws(() => new Response(null, { status }), 'RangeError', 'init["status"] must be in the range of 200 to 599, inclusive.');
}
for (const statusText of ['\n', '\x7f', 'a\0']) throws(() => new Response(null, { statusText }), 'TypeError', 'Invalid statusText');
throws(() => new Response(null, { statusText: '\u0100' }), 'TypeError',
  'Cannot convert argument to a ByteString because the character at index 0 has a value of 256 which is greater than 255.');
throws(() => new Response(null, { headers: 5 }), 'TypeError',
  'Headers constructor: Argument 1 could not be converted to one of: sequence<sequence<ByteString>>, record<ByteString, ByteString>.');
for (const status of [204, 205, 304]) {
  assert.strictEqual(new Response(null, { status }).status, status);
  throws(() => new Response('', { status }), 'TypeError', `Response constructor: Invalid response status code ${status}`);
}

// json
{
  const r = Response.json({ a: 1 }, { status: 201, headers: { b: 'c' } });
  assert.deepStrictEqual([r.status, [...r.headers]], [201, [['b', 'c'], ['content-type', 'application/json']]]);
  r.json().then((v) => assert.deepStrictEqual(v, { a: 1 }));
  assert.strictEqual(Response.json(1, { headers: { 'content-type': 'x' } }).headers.get('content-type'), 'x');
  throws(() => Response.json(), 'TypeError', 'Response.json: 1 argument required, but 0 found.');
  throws(() => Response.json(undefined), 'TypeError', 'Value is not JSON serializable');
  throws(() => Response.json(1, { status: 204 }), 'TypeError', 'Response constructor: Invalid response status code 204');
}

// redirect and error; their fields do not change.
{
  const r = Response.redirect('http://x/y#\u00e9');
  assert.deepStrictEqual(shown(r), ['default', '', false, 302, false, '', [['location', 'http://x/y#%C3%A9']], null]);
  for (const status of [301, 302, 303, 307, 308]) assert.strictEqual(Response.redirect('http://x/', status).status, status);
  throws(() => Response.redirect('http://x/', 200), 'RangeError', 'Invalid status code 200');
  throws(() => Response.redirect(), 'TypeError', 'Response.redirect: 1 argument required, but 0 found.');
  assert.throws(() => Response.redirect('/y'), (e) => {
    assert.deepStrictEqual([e.name, e.message, e.cause.code, e.cause.input], ['TypeError', 'Failed to parse URL from /y', 'ERR_INVALID_URL', '/y']);
    return true;
  });
  assert.deepStrictEqual(shown(Response.error()), ['error', '', false, 0, false, '', [], null]);
  for (const fixed of [r, r.clone(), Response.error()]) {
    throws(() => fixed.headers.append('a', 'b'), 'TypeError', 'immutable');
    throws(() => fixed.headers.set('a', 'b'), 'TypeError', 'immutable');
    throws(() => fixed.headers.delete('a'), 'TypeError', 'immutable');
  }
}

// The class.
for (const name of ['type', 'url', 'redirected', 'status', 'ok', 'statusText', 'headers', 'body', 'bodyUsed']) {
  const d = Object.getOwnPropertyDescriptor(Response.prototype, name);
  assert.deepStrictEqual([d.enumerable, d.configurable, d.set, d.get.name], [true, true, undefined, `get ${name}`]);
  throws(() => d.get.call({}), 'TypeError', 'Illegal invocation', 'ERR_INVALID_THIS');
}
throws(() => Response.prototype.clone.call({}), 'TypeError', 'Illegal invocation', 'ERR_INVALID_THIS');
assert.deepStrictEqual([Response.length, Response.json.length, Response.redirect.length, Response.error.length], [0, 1, 1, 0]);
assert.strictEqual(Object.prototype.toString.call(new Response()), '[object Response]');
assert.ok(new (class extends Response {})('x') instanceof Response);
const one = new Response();
assert.strictEqual(one.headers, one.headers);
assert.strictEqual(inspect({ a: { b: new Response('x', { headers: { a: 1 } }) } }, { depth: 1 }), `{
  a: {
    b: Response {
      status: 200,
      statusText: '',
      headers: Headers { a: '1', 'content-type': 'text/plain;charset=UTF-8' },
      body: ReadableStream { locked: false, state: 'readable', supportsBYOB: true },
      bodyUsed: false,
      ok: true,
      redirected: false,
      type: 'default',
      url: ''
    }
  }
}`);
