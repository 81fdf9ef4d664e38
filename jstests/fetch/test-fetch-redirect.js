'use strict';
// Redirects: followed, shown or refused; what of the request goes along.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const log = [];
const serve = (name) => http.createServer((req, res) => {
  const url = new URL(req.url, 'http://x');
  let body = '';
  req.setEncoding('latin1');
  req.on('data', (d) => { body += d; });
  req.on('end', () => {
    log.push({ name, method: req.method, url: req.url, headers: req.headers, body });
    const to = url.searchParams.get('to');
    if (to === null) return res.end(`${name} ${req.method} ${url.pathname} ${body}`);
    const headers = { Location: Buffer.from(to).toString('latin1') };
    if (url.searchParams.has('policy')) headers['Referrer-Policy'] = url.searchParams.get('policy');
    res.writeHead(Number(url.searchParams.get('s') || 302), headers);
    res.end('left behind');
  });
});
const failed = (why) => (e) => {
  assert.deepStrictEqual([e.name, e.message, e.cause.message], ['TypeError', 'fetch failed', why]);
  return true;
};

const a = listen(serve('a'), (portA) => {
  const b = listen(serve('b'), (portB) => {
    main(`http://127.0.0.1:${portA}`, `http://127.0.0.1:${portB}`).then(mustCall(() => {
      a.close();
      b.close();
    }));
  });
});

async function main(here, there) {
  const at = (to, s = 302, more = '') => `${here}/first?s=${s}&to=${encodeURIComponent(to)}${more}`;
  const go = async (url, init) => {
    log.length = 0;
    const res = await fetch(url, init);
    return [res.status, res.url, res.redirected, res.type, await res.text()];
  };

  // Where to: relative, with the fragment of before, across origins, in UTF-8.
  assert.deepStrictEqual(await go(at('/next') + '#f'), [200, `${here}/next`, true, 'basic', 'a GET /next ']);
  assert.deepStrictEqual(await go(at('?x')), [200, `${here}/first?x`, true, 'basic', 'a GET /first ']);
  assert.deepStrictEqual(await go(at(there + '/other')), [200, `${there}/other`, true, 'cors', 'b GET /other ']);
  assert.deepStrictEqual(await go(at('/\u00e9')), [200, `${here}/%C3%A9`, true, 'basic', 'a GET /%C3%A9 ']);
  assert.strictEqual((await go(`${here}/none`))[2], false);

  // Methods and bodies.
  const post = { method: 'POST', body: 'abc', headers: { 'content-language': 'de', 'x-own': '1' } };
  for (const [s, method, body] of [[301, 'GET', ''], [302, 'GET', ''], [303, 'GET', ''], [307, 'POST', 'abc'], [308, 'POST', 'abc']]) {
    assert.strictEqual((await go(at('/next', s), post))[4], `a ${method} /next ${body}`);
    const { headers } = log[1];
    assert.deepStrictEqual([headers['content-type'], headers['content-length'], headers['content-language'], headers['x-own']],
      body ? ['text/plain;charset=UTF-8', '3', 'de', '1'] : [undefined, undefined, undefined, '1']);
  }
  assert.strictEqual((await go(at('/next', 301), { method: 'PUT', body: 'x' }))[4], 'a PUT /next x');
  assert.strictEqual((await go(at('/next', 303), { method: 'PUT', body: 'x' }))[4], 'a GET /next ');
  log.length = 0;
  assert.strictEqual((await fetch(at('/next', 303), { method: 'HEAD' })).status, 200);
  assert.deepStrictEqual(log.map((l) => l.method), ['HEAD', 'HEAD']);
  // A body that came from a stream is gone.
  const streamed = () => ({ method: 'POST', duplex: 'half', body: (async function*() { yield 'x'; })() });
  await assert.rejects(go(at('/next', 307), streamed()), failed(''));
  assert.strictEqual((await go(at('/next', 303), streamed()))[4], 'a GET /next ');
  // A form is sent again.
  const form = new FormData();
  form.append('a', 'b');
  await go(at('/next', 307), { method: 'POST', body: form });
  assert.ok(log[1].body.includes('name="a"\r\n\r\nb\r\n'));

  // Secrets stay with the origin they are for.
  const secret = { headers: { authorization: 'x', cookie: 'y', 'proxy-authorization': 'z', 'x-own': '1' } };
  const sent = (i) => ['authorization', 'cookie', 'proxy-authorization', 'x-own'].map((name) => log[i].headers[name]);
  await go(at('/next'), secret);
  assert.deepStrictEqual(sent(1), ['x', 'y', 'z', '1']);
  await go(at(there), secret);
  assert.deepStrictEqual(sent(1), [undefined, undefined, undefined, '1']);
  await go(at(`${there}/?to=${encodeURIComponent(here + '/back')}`), secret);
  assert.deepStrictEqual(sent(2), [undefined, undefined, undefined, '1']);
  const own = new Request(at(there), secret);
  await go(own);
  assert.strictEqual(own.headers.get('authorization'), 'x');

  // The referrer, by the policy that the server names last and that is one.
  const from = { referrer: `${here}/page?q` };
  await go(at('/next'), from);
  assert.strictEqual(log[1].headers.referer, `${here}/page?q`);
  await go(at(there), from);
  assert.strictEqual(log[1].headers.referer, `${here}/`);
  await go(at('/next', 302, '&policy=' + encodeURIComponent('unsafe-url, origin, nonsense')), from);
  assert.strictEqual(log[1].headers.referer, `${here}/`);

  // Twenty times, not more.
  const chain = (n) => {
    let url = '/end';
    for (let i = 0; i < n; i++) url = `/${i}?to=${encodeURIComponent(url)}`;
    return here + url;
  };
  assert.strictEqual((await go(chain(3)))[1], `${here}/end`);
  await assert.rejects(go(`${here}/?s=302&to=`), failed('redirect count exceeded'));
  assert.strictEqual(log.length, 21);

  // Refused.
  await assert.rejects(go(at('foo:bar')), failed('URL scheme must be a HTTP(S) scheme'));
  await assert.rejects(go(at('data:,x')), failed('URL scheme must be a HTTP(S) scheme'));
  await assert.rejects(go(at('http://127.0.0.1:25/')), failed('bad port'));
  await assert.rejects(go(at(there.replace('//', '//u:p@'))), failed('cross origin not allowed for request mode "cors"'));
  await assert.rejects(go(at(there), { mode: 'same-origin' }), failed('request mode cannot be "same-origin"'));
  await assert.rejects(go(at('http://[')), failed('Invalid URL'));

  // Shown, or an error.
  for (const s of [301, 302, 303, 307, 308]) {
    assert.deepStrictEqual(await go(at('/next', s), { redirect: 'manual' }), [s, at('/next', s), false, 'basic', 'left behind']);
    await assert.rejects(go(at('/next', s), { redirect: 'error' }), failed('unexpected redirect'));
    assert.strictEqual(log.length, 1);
  }
  assert.strictEqual((await go(at('/next', 304)))[0], 304);
  assert.strictEqual((await go(at('/next', 300)))[0], 300);
}
