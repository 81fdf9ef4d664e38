'use strict';
// Request: what its members become, what it refuses, Requests made of Requests.
const { mustCall } = require('../common');
const assert = require('assert');
const { inspect } = require('util');

const throws = (fn, message, code) => assert.throws(fn, (e) => {
  assert.deepStrictEqual([e.name, e.message, e.code], ['TypeError', message, code]);
  return true;
});
const url = 'http://x.y/z';

// The URL.
assert.strictEqual(new Request(new URL(url + '#h')).url, url + '#h');
assert.strictEqual(new Request({ toString: () => url }).url, url);
throws(() => new Request(), 'Request constructor: 1 argument required, but 0 found.');
throws(() => new Request('http://u:p@x/'), 'Request cannot be constructed from a URL that includes credentials: http://u:p@x/');
throws(() => new Request(Symbol('s')), 'Cannot convert a Symbol value to a string');
for (const bad of ['/rel', 'http://exa mple/', '']) {
  assert.throws(() => new Request(bad), (e) => {
    assert.deepStrictEqual([e.message, e.cause.code, e.cause.input], ['Failed to parse URL from ' + bad, 'ERR_INVALID_URL', bad]);
    return true;
  });
}

// The members.
throws(() => new Request(url, 5), 'Request constructor: Expected 5 to be one of: Null, Undefined, Object.');
const read = (init) => {
  const r = new Request(url, init);
  return [r.method, r.referrer, r.referrerPolicy, r.mode, r.credentials, r.cache, r.redirect, r.integrity, r.keepalive, r.duplex, r.destination,
    r.isReloadNavigation, r.isHistoryNavigation, r.bodyUsed].join();
};
const plain = 'GET,about:client,,cors,same-origin,default,follow,,false,half,,false,false,false';
for (const init of [undefined, null, {}, { priority: 'high', window: null, signal: null, body: null, keepalive: 0 }]) assert.strictEqual(read(init), plain);
assert.strictEqual(read({ method: 'pUt', referrer: '', referrerPolicy: 'origin', mode: 'same-origin', credentials: 'omit', cache: 'only-if-cached',
  redirect: 'manual', integrity: 'sha256-x', keepalive: 'yes', duplex: 'half' }),
'PUT,,origin,same-origin,omit,only-if-cached,manual,sha256-x,true,half,,false,false,false');
assert.strictEqual(new Request(url, { referrer: 'http://q/r#s' }).referrer, 'http://q/r#s');
assert.strictEqual(new Request(url, { referrer: 'about:client' }).referrer, 'about:client');
for (const [method, want] of [['get', 'GET'], ['Delete', 'DELETE'], ['PATCH', 'PATCH'], ['fOo', 'fOo'], [null, 'null']]) {
  assert.strictEqual(new Request(url, { method }).method, want);
}
for (const method of ['', 'a b', '\xe9']) throws(() => new Request(url, { method }), `'${method}' is not a valid HTTP method.`);
for (const method of ['connect', 'TRACE', 'Track']) throws(() => new Request(url, { method }), `'${method}' HTTP method is unsupported.`);
throws(() => new Request(url, { method: Symbol('s') }), 'Request constructor: init.method is a symbol, which cannot be converted to a DOMString.');
const wanted = {
  mode: 'navigate, same-origin, no-cors, cors', credentials: 'omit, same-origin, include', redirect: 'follow, manual, error', duplex: 'half',
  cache: 'default, no-store, reload, no-cache, force-cache, only-if-cached',
  referrerPolicy: ', no-referrer, no-referrer-when-downgrade, same-origin, origin, strict-origin, origin-when-cross-origin, strict-origin-when-cross-origin, unsafe-url',
};
for (const [name, list] of Object.entries(wanted)) {
  for (const bad of ['bad', null, 5]) {
    throws(() => new Request(url, { [name]: bad }), `Request constructor: ${bad} is not an accepted type. Expected one of ${list}.`);
  }
}
throws(() => new Request(url, { mode: 'navigate' }), 'Request constructor: invalid request mode navigate.');
throws(() => new Request(url, { mode: 'no-cors', method: 'PUT' }), "'PUT is unsupported in no-cors mode.");
throws(() => new Request(url, { cache: 'only-if-cached' }), "'only-if-cached' can be set only with 'same-origin' mode");
throws(() => new Request(url, { window: 5 }), "'window' option 'client' must be null");
throws(() => new Request(url, { referrer: '/x' }), 'Referrer "/x" is not a valid URL.');
for (const signal of [5, {}, 'x', { aborted: false }]) {
  throws(() => new Request(url, { signal }), "Failed to construct 'Request': member signal is not of type AbortSignal.");
}

// Bodies.
for (const method of ['GET', 'HEAD']) throws(() => new Request(url, { method, body: '' }), 'Request with GET/HEAD method cannot have body.');
const streamed = (more) => new Request(url, { method: 'POST', body: new ReadableStream(), ...more });
throws(() => streamed(), 'RequestInit: duplex option is required when sending a body.');
throws(() => streamed({ duplex: 'half', mode: 'no-cors' }), 'If request is made from ReadableStream, mode should be "same-origin" or "cors"');
throws(() => streamed({ duplex: 'half', keepalive: true }), 'keepalive');

// Signals follow.
{
  const c = new AbortController();
  const a = new Request(url, { signal: c.signal });
  const b = a.clone();
  const d = new Request(b);
  assert.notStrictEqual(a.signal, c.signal);
  assert.strictEqual(a.signal, a.signal);
  const loose = new Request(a, { signal: null });
  const heard = [];
  a.signal.addEventListener('abort', () => heard.push('a'));
  c.abort('why');
  assert.deepStrictEqual([a, b, d].map((r) => [r.signal.aborted, r.signal.reason]), Array(3).fill([true, 'why']));
  assert.strictEqual(loose.signal.aborted, false);
  assert.deepStrictEqual(heard, ['a']);
  assert.strictEqual(new Request(url, { signal: AbortSignal.abort(7) }).signal.reason, 7);
}

// Fields are the program's, all of them.
assert.deepStrictEqual([...new Request(url, { headers: { host: 'a', 'content-length': '5', cookie: 'q' } }).headers],
  [['content-length', '5'], ['cookie', 'q'], ['host', 'a']]);

// The class.
for (const name of ['method', 'url', 'headers', 'destination', 'referrer', 'referrerPolicy', 'mode', 'redirect', 'integrity',
  'keepalive', 'isReloadNavigation', 'isHistoryNavigation', 'signal', 'body', 'bodyUsed', 'duplex']) {
  const d = Object.getOwnPropertyDescriptor(Request.prototype, name);
  assert.deepStrictEqual([d.enumerable, d.configurable, d.set], [true, true, undefined]);
  throws(() => d.get.call({}), 'Illegal invocation', 'ERR_INVALID_THIS');
}
assert.strictEqual(Request.length, 1);
assert.strictEqual(Object.prototype.toString.call(new Request(url)), '[object Request]');
assert.strictEqual(inspect(new Request(url, { headers: { a: 1 } })), `Request {
  method: 'GET',
  url: 'http://x.y/z',
  headers: Headers { a: '1' },
  destination: '',
  referrer: 'about:client',
  referrerPolicy: '',
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  redirect: 'follow',
  integrity: '',
  keepalive: false,
  isReloadNavigation: false,
  isHistoryNavigation: false,
  signal: AbortSignal { aborted: false }
}`);

async function main() {
  // A Request made of another takes its body, members and fields over.
  const make = () => new Request(url, { method: 'POST', body: 'abc', headers: { a: 'b' }, cache: 'reload', referrer: 'http://a/b', referrerPolicy: 'origin' });
  {
    const a = make();
    const b = new Request(a);
    assert.deepStrictEqual([a.bodyUsed, b.bodyUsed, b.method, b.cache, b.referrer, b.referrerPolicy, b.headers.get('a')],
      [true, false, 'POST', 'reload', 'http://a/b', 'origin', 'b']);
    assert.strictEqual(b.headers.get('content-type'), 'text/plain;charset=UTF-8');
    assert.strictEqual(await b.text(), 'abc');
    throws(() => new Request(a), 'Cannot construct a Request with a Request object that has already been used.');
    assert.strictEqual(await new Request(a, { body: 'q' }).text(), 'q');
    throws(() => a.clone(), 'unusable');
  }
  {
    const a = make();
    const b = new Request(a, { headers: { q: '1' }, method: 'PUT' });
    assert.deepStrictEqual([b.method, [...b.headers], b.referrer, b.referrerPolicy, b.cache], ['PUT', [['q', '1']], 'about:client', '', 'reload']);
    assert.strictEqual(await b.text(), 'abc');
    throws(() => new Request(make(), { method: 'GET' }), 'Request with GET/HEAD method cannot have body.');
  }
  {
    const a = make();
    const b = a.clone();
    b.headers.set('a', 'c');
    assert.deepStrictEqual([a.headers.get('a'), await a.text(), await b.text()], ['b', 'abc', 'abc']);
  }
  {
    const a = new Request(url, { method: 'POST', duplex: 'half', body: (async function*() { yield 'x'; yield 'y'; })() });
    const b = new Request(a);
    assert.strictEqual(a.bodyUsed, true);
    assert.strictEqual(await b.text(), 'xy');
  }
}
main().then(mustCall());
