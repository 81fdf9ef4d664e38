'use strict';
// Headers: what it takes, how values combine, in which order they come, and what it refuses.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const { inspect } = require('util');

const throws = (fn, message, code) => assert.throws(fn, (e) => {
  assert.strictEqual(e.name, 'TypeError');
  assert.strictEqual(e.message, message);
  assert.strictEqual(e.code, code);
  return true;
});

// What the constructor takes.
assert.strictEqual(inspect(new Headers()), 'Headers {}');
assert.strictEqual(inspect(new Headers(undefined)), 'Headers {}');
assert.deepStrictEqual([...new Headers([['a', 'b'], ['A', 'c']])], [['a', 'b, c']]);
assert.deepStrictEqual([...new Headers([new Set(['a', 'b'])])], [['a', 'b']]);
assert.deepStrictEqual([...new Headers(new Map([['a', 'b']]))], [['a', 'b']]);
assert.deepStrictEqual([...new Headers({ b: undefined, a: 1, c: null, 'E-f': ' x\t\ty \t\r\n', l: '\xe9' })],
  [['a', '1'], ['b', 'undefined'], ['c', 'null'], ['e-f', 'x\t\ty'], ['l', '\xe9']]);
assert.strictEqual(inspect(new Headers(new Headers({ 'X-Name': 1 }))), "Headers { 'X-Name': '1' }");
assert.deepStrictEqual([...new Headers(new Headers([['set-cookie', 'a'], ['set-cookie', 'b']]))], [['set-cookie', 'a'], ['set-cookie', 'b']]);
{
  // A Headers whose iterator was replaced is a sequence like others.
  const h = new Headers({ a: 1 });
  h[Symbol.iterator] = function*() { yield ['z', '26']; };
  assert.deepStrictEqual([...new Headers(h)], [['z', '26']]);
}
{
  const hidden = Object.defineProperty({}, 'hidden', { value: 'seen', enumerable: false });
  assert.strictEqual(new Headers(hidden).get('hidden'), 'seen');
  assert.strictEqual(new Headers(new Proxy(hidden, {})).get('hidden'), null);
}

// What it refuses.
const wanted = 'Headers constructor: Argument 1 could not be converted to one of: sequence<sequence<ByteString>>, record<ByteString, ByteString>.';
for (const bad of [null, 5, 'ab', true, Symbol('s')]) throws(() => new Headers(bad), wanted);
throws(() => new Headers([['a', 'b', 'c']]), 'Headers constructor: expected name/value pair to be length 2, found 3.');
throws(() => new Headers([[]]), 'Headers constructor: expected name/value pair to be length 2, found 0.');
throws(() => new Headers([5]), 'Headers contructor: init[0] (5) is not iterable.');
throws(() => new Headers([['a', 'b'], 'ab']), 'Headers contructor: init[1] ("ab") is not iterable.');
throws(() => new Headers([{ a: 1 }]), 'Headers contructor: init[0] is not iterable.');
throws(() => new Headers([[Symbol('x'), 'v']]), 'Headers contructor: init[0][0] is a symbol, which cannot be converted to a DOMString.');
throws(() => new Headers({ [Symbol('x')]: 1 }), 'Headers contructor: init is a symbol, which cannot be converted to a DOMString.');
throws(() => new Headers({ a: Symbol('x') }), 'Headers contructor: init is a symbol, which cannot be converted to a DOMString.');
for (const name of ['', 'a b', 'a:', '\xe9', 'a\n']) throws(() => new Headers([[name, 'v']]), `Headers.append: "${name}" is an invalid header name.`);
for (const value of ['x\ny', 'x\ry', 'x\0y']) throws(() => new Headers({ a: value }), `Headers.append: "${value}" is an invalid header value.`);
throws(() => new Headers({ a: 'x\u0100y' }),
  'Cannot convert argument to a ByteString because the character at index 1 has a value of 256 which is greater than 255.');
throws(() => new Headers({ 'e\u20ac': 'x' }),
  'Cannot convert argument to a ByteString because the character at index 1 has a value of 8364 which is greater than 255.');
throws(() => new Headers([['a', '\xe9\ud800']]),
  'Cannot convert argument to a ByteString because the character at index 1 has a value of 55296 which is greater than 255.');

// Methods and their arguments.
const needs = { append: 2, delete: 1, get: 1, has: 1, set: 2, forEach: 1 };
for (const [name, n] of Object.entries(needs)) {
  assert.strictEqual(Headers.prototype[name].length, n);
  throws(() => new Headers()[name](), `Headers.${name}: ${n} argument${n > 1 ? 's' : ''} required, but 0 found.`);
  if (n > 1) throws(() => new Headers()[name]('a'), `Headers.${name}: 2 arguments required, but only 1 found.`);
  if (name === 'forEach') continue;
  throws(() => new Headers()[name]('a b', 'v'), `Headers.${name}: "a b" is an invalid header name.`);
  throws(() => new Headers()[name](Symbol('x'), 'v'), `Headers.${name}: name is a symbol, which cannot be converted to a DOMString.`);
  throws(() => new Headers()[name]('\u0100', 'v'),
    'Cannot convert argument to a ByteString because the character at index 0 has a value of 256 which is greater than 255.');
}
for (const name of ['append', 'set']) {
  throws(() => new Headers()[name]('a', 'x\ny'), `Headers.${name}: "x\ny" is an invalid header value.`);
  throws(() => new Headers()[name]('a', Symbol('x')), `Headers.${name}: value is a symbol, which cannot be converted to a DOMString.`);
}
for (const name of ['append', 'delete', 'get', 'has', 'set', 'getSetCookie', 'keys', 'values', 'entries', 'forEach']) {
  throws(() => Headers.prototype[name].call({}, 'a', 'b'), 'Illegal invocation', 'ERR_INVALID_THIS');
  assert.strictEqual(Object.getOwnPropertyDescriptor(Headers.prototype, name).enumerable, true);
}

// Names in any case, values that combine; a set one has the place and the case of the latest.
{
  const h = new Headers({ 'B-Two': '2' });
  h.append('a', ' 1 ');
  h.append('A', 'x');
  assert.strictEqual(h.append('cookie', 'a=1'), undefined);
  h.append('Cookie', 'b=2');
  assert.strictEqual(h.get('COOKIE'), 'a=1; b=2');
  assert.strictEqual(h.get('a'), '1, x');
  assert.strictEqual(h.has('b-two'), true);
  h.set('b-TWO', '');
  assert.strictEqual(inspect(h), "Headers { 'b-TWO': '', a: '1, x', cookie: 'a=1; b=2' }");
  assert.strictEqual(h.delete('A'), undefined);
  h.delete('a');
  assert.strictEqual(h.get('a'), null);
  assert.strictEqual(h.has('a'), false);
  h.append(null, null);
  assert.strictEqual(h.get(null), 'null');
}

// Cookies stay apart.
{
  const h = new Headers([['Set-Cookie', 'a'], ['z', '1'], ['set-cookie', 'b, c'], ['a', '1']]);
  assert.deepStrictEqual(h.getSetCookie(), ['a', 'b, c']);
  assert.strictEqual(h.get('set-cookie'), 'a, b, c');
  assert.deepStrictEqual([...h], [['a', '1'], ['set-cookie', 'a'], ['set-cookie', 'b, c'], ['z', '1']]);
  h.getSetCookie().push('not kept');
  h.set('SET-COOKIE', 'd');
  assert.deepStrictEqual(h.getSetCookie(), ['d']);
  h.delete('set-cookie');
  assert.deepStrictEqual(h.getSetCookie(), []);
  assert.strictEqual(h.has('set-cookie'), false);
}

// Iteration is sorted and live.
{
  const h = new Headers([['b', '1'], ['a', '2'], ['c', '3']]);
  assert.deepStrictEqual([...h.keys()], ['a', 'b', 'c']);
  assert.deepStrictEqual([...h.values()], ['2', '1', '3']);
  assert.strictEqual(h[Symbol.iterator], h.entries);
  const seen = [];
  for (const [name] of h) {
    seen.push(name);
    if (name === 'a') h.delete('b');
    if (name === 'c') h.append('d', '4');
  }
  assert.deepStrictEqual(seen, ['a', 'c', 'd']);
  const called = [];
  h.forEach(function(...args) {
    called.push([...args, this]);
  }, 7);
  assert.deepStrictEqual(called, [['2', 'a', h, 7], ['3', 'c', h, 7], ['4', 'd', h, 7]]);
  h.forEach(mustCall(function() {
    assert.strictEqual(this, globalThis);
  }, 3));
  new Headers().forEach(mustNotCall());
  throws(() => h.forEach('a'), "Failed to execute 'forEach' on 'Headers': parameter 1 is not of type 'Function'.");

  const it = h.entries();
  const proto = Object.getPrototypeOf(it);
  assert.strictEqual(Object.getPrototypeOf(proto), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
  assert.strictEqual(Object.prototype.toString.call(it), '[object Headers Iterator]');
  assert.strictEqual(inspect(it), 'Object [Headers Iterator] {}');
  assert.strictEqual(it[Symbol.iterator](), it);
  assert.deepStrictEqual(it.next(), { value: ['a', '2'], done: false });
  h.delete('c');
  h.delete('d');
  assert.deepStrictEqual(it.next(), { value: undefined, done: true });
  h.append('e', '5');
  assert.deepStrictEqual(it.next(), { value: ['e', '5'], done: false });
  throws(() => proto.next.call({}), "'next' called on an object that does not implement interface Headers Iterator.");
  throws(() => proto.next.call(null), "'next' called on an object that does not implement interface Headers Iterator.");
}

// The class.
assert.strictEqual(Object.prototype.toString.call(new Headers()), '[object Headers]');
assert.deepStrictEqual(Object.keys(new Headers({ a: 1 })), []);
assert.strictEqual(Headers.length, 0);
class Mine extends Headers {}
assert.strictEqual(new Mine({ a: 1 }).get('a'), '1');
assert.strictEqual(inspect({ h: new Mine({ a: 1 }) }, { depth: 0 }), "{ h: Headers { a: '1' } }");

// An http message takes them.
const server = listen(http.createServer(mustCall((req, res) => {
  res.setHeaders(new Headers([['X-One', '1'], ['set-cookie', 'a'], ['set-cookie', 'b']]));
  res.end();
})), (port) => {
  http.get({ port, agent: false }, mustCall((res) => {
    assert.strictEqual(res.headers['x-one'], '1');
    assert.deepStrictEqual(res.headers['set-cookie'], ['a', 'b']);
    res.resume();
    server.close();
  }));
});
