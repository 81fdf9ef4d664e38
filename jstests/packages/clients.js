'use strict';
// request, axios, node-fetch and superagent against one server.
const axios = require('axios');
const fetch = require('node-fetch');
const FormData = require('form-data');
const http = require('http');
const request = require('request');
const zlib = require('zlib');
const { serve, run, say } = require('./client');

const listener = (req, res) => {
  const parts = [];
  req.on('data', (d) => parts.push(d)).on('end', () => {
    const body = Buffer.concat(parts).toString().replace(/-{10,}[\w-]+/g, 'BOUNDARY');
    const url = new URL(req.url, 'http://a');
    switch (url.pathname) {
      case '/redirect': return res.writeHead(Number(url.searchParams.get('code')) || 302, { Location: '/echo?redirected' }).end();
      case '/loop': return res.writeHead(302, { Location: '/loop' }).end();
      case '/gzip': return res.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }).end(zlib.gzipSync('{"zipped":true}'));
      case '/404': return res.writeHead(404, 'Nope', { 'Content-Type': 'application/json' }).end('{"error":"none"}');
      case '/cookie': return res.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2; Path=/'] }).end(req.headers.cookie || 'no cookie');
      case '/auth': return res.writeHead(req.headers.authorization ? 200 : 401, { 'WWW-Authenticate': 'Basic realm="x"' }).end(req.headers.authorization);
      case '/slow': return;
      case '/reset': return req.socket.destroy();
      case '/bytes': return res.end(Buffer.from([0, 128, 255]));
      case '/chunks': res.write('one '); return setImmediate(() => res.end('two'));
      default: res.setHeader('Content-Type', 'application/json'); return res.end(JSON.stringify({ method: req.method, url: req.url, type: (req.headers['content-type'] || '').replace(/-{10,}[\w-]+/, 'BOUNDARY'), length: req.headers['content-length'], a: req.headers['x-a'], body }));
    }
  });
};

async function withRequest(base) {
  const ask = (options) => new Promise((resolve) => request(options, (err, res, body) => resolve(err ? `error ${err.code}` : [res.statusCode, body])));
  say('request', await ask(`${base}/echo?a=1`));
  say('request', await ask({ url: `${base}/echo`, method: 'POST', json: { a: [1] } }));
  say('request', await ask({ url: `${base}/echo`, method: 'POST', form: { a: 1, b: 'c d' }, headers: { 'X-A': 'b' } }));
  say('request', await ask({ url: `${base}/echo`, method: 'POST', formData: { field: 'value', file: { value: Buffer.from('bytes'), options: { filename: 'f.txt' } } } }));
  say('request', await ask({ url: `${base}/echo`, qs: { q: ['x', 'y'] }, json: true }));
  say('request', await ask({ url: `${base}/redirect` }));
  say('request', await ask({ url: `${base}/redirect`, followRedirect: false }));
  say('request', await ask({ url: `${base}/loop`, maxRedirects: 3 }));
  say('request', await ask({ url: `${base}/gzip`, gzip: true, json: true }));
  say('request', await ask({ url: `${base}/404` }));
  const jar = request.jar();
  say('request', await ask({ url: `${base}/cookie`, jar }), await ask({ url: `${base}/cookie`, jar }), jar.getCookieString(base));
  say('request', await ask({ url: `${base}/auth`, auth: { user: 'u', pass: 'p', sendImmediately: false } }));
  say('request', await ask({ url: `${base}/slow`, timeout: 50 }));
  say('request', await ask({ url: `${base}/reset` }));
  say('request', await ask({ url: `${base}/bytes`, encoding: null }));
  say('request', await ask({ url: 'http://127.0.0.1:1' }));
  say('request', await new Promise((resolve) => { let text = ''; request(`${base}/chunks`).on('data', (d) => { text += d; }).on('end', () => resolve(text)); }));
  say('request', await new Promise((resolve) => request(`${base}/chunks`).pipe(request.post(`${base}/echo`, (err, res, body) => resolve(body)))));
}

async function withAxios(base) {
  const client = axios.create({ baseURL: base, headers: { 'X-A': 'default' } });
  const ask = (options) => client(options).then((r) => [r.status, r.data], (e) => [e.message, e.code, e.response && e.response.status, e.response && e.response.data]);
  say('axios', await ask({ url: '/echo', params: { a: 1, b: [2, 3] } }));
  say('axios', await ask({ url: '/echo', method: 'post', data: { a: 1 } }));
  say('axios', await ask({ url: '/echo', method: 'put', data: new URLSearchParams({ a: 'b c' }) }));
  say('axios', await ask({ url: '/echo', method: 'delete', headers: { 'X-A': 'own' } }));
  const form = new FormData();
  form.append('field', 'value');
  form.append('file', Buffer.from('bytes'), 'f.txt');
  say('axios', await ask({ url: '/echo', method: 'post', data: form, headers: form.getHeaders() }));
  for (const url of ['/redirect', '/redirect?code=307', '/gzip', '/404', '/reset']) say('axios', url, await ask({ url, method: 'post' }));
  say('axios', await ask({ url: '/loop', maxRedirects: 2 }));
  say('axios', await ask({ url: '/slow', timeout: 50 }));
  say('axios', await ask({ url: '/bytes', responseType: 'arraybuffer' }));
  say('axios', (await client({ url: '/chunks', responseType: 'stream' })).data.constructor.name);
  say('axios', await ask({ url: '/auth', auth: { username: 'u', password: 'p' } }));
  say('axios', await ask({ url: 'http://127.0.0.1:1' }));
  const abort = new AbortController();
  const aborted = ask({ url: '/slow', signal: abort.signal });
  abort.abort();
  say('axios', await aborted);
  client.interceptors.request.use((config) => { config.headers['X-A'] = 'intercepted'; return config; });
  client.interceptors.response.use((res) => { res.data.seen = true; return res; });
  say('axios', await ask('/echo'));
}

async function withFetch(base) {
  const ask = (url, options) => fetch(base + url, { agent: new http.Agent(), ...options }).then(async (r) => [r.status, r.statusText, r.ok, r.redirected, await r.text()], (e) => [e.name, e.type, e.code]);
  say('fetch', await ask('/echo?a=1'));
  say('fetch', await ask('/echo', { method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'Content-Type': 'application/json' } }));
  say('fetch', await ask('/echo', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }));
  const form = new FormData();
  form.append('field', 'value');
  say('fetch', await ask('/echo', { method: 'POST', body: form }));
  for (const url of ['/redirect', '/redirect?code=303', '/gzip', '/404', '/chunks', '/reset']) say('fetch', url, await ask(url));
  say('fetch', await ask('/loop', { follow: 2 }), await ask('/redirect', { redirect: 'manual' }), await ask('/redirect', { redirect: 'error' }));
  const res = await fetch(`${base}/cookie`, { agent: new http.Agent() });
  say('fetch', [...res.headers.keys()], res.headers.raw()['set-cookie']);
  say('fetch', await (await fetch(`${base}/gzip`)).json(), [...new Uint8Array(await (await fetch(`${base}/bytes`)).arrayBuffer())], (await (await fetch(`${base}/bytes`)).blob()).size);
  const abort = new AbortController();
  setImmediate(() => abort.abort());
  say('fetch', await ask('/slow', { signal: abort.signal }));
  say('fetch', await fetch('http://127.0.0.1:1').catch((e) => e.message));
  let text = '';
  for await (const part of (await fetch(`${base}/chunks`)).body) text += part;
  say('fetch', text);
}

run(async () => {
  const server = await serve(http.createServer(listener));
  const base = `http://127.0.0.1:${server.address().port}`;
  await withRequest(base);
  await withAxios(base);
  await withFetch(base);
  server.closeAllConnections();
  server.close();
});
