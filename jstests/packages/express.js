'use strict';
// express 4: routing, parameters, middleware, bodies, static files, views, errors.
const express = require('express');
const fs = require('fs');
const path = require('path');
const { ask, show, serve, run, say } = require('./client');

const dir = fs.mkdtempSync(path.join(require('os').tmpdir(), 'express-'));
fs.writeFileSync(path.join(dir, 'page.html'), '<h1>page</h1>\n');
fs.writeFileSync(path.join(dir, 'big.txt'), 'x'.repeat(300000));
fs.writeFileSync(path.join(dir, 'hello.tiny'), 'Hello, {name}!');

const app = express();
app.set('env', 'test');
app.engine('tiny', (file, options, cb) => fs.readFile(file, 'utf8', (err, text) => cb(err, text && text.replace(/{(\w+)}/g, (_, k) => options[k]))));
app.set('views', dir).set('view engine', 'tiny');
app.use((req, res, next) => { res.locals.seen = []; next(); });
app.get('/', (req, res) => res.send('Hello World!'));
app.get('/json', (req, res) => res.json({ ip: req.ip, protocol: req.protocol, secure: req.secure, host: req.hostname, xhr: req.xhr, query: req.query }));
app.get('/users/:id(\\d+)/:what?', (req, res) => res.status(201).json(req.params));
app.param('name', (req, res, next, name) => { res.locals.seen.push(name); next(); });
app.route('/things/:name').get((req, res) => res.send(res.locals.seen.join())).post(express.json(), (req, res) => res.json({ ...req.body, name: req.params.name }));
app.post('/form', express.urlencoded({ extended: true }), (req, res) => res.json(req.body));
app.post('/raw', express.raw({ type: '*/*' }), (req, res) => res.send(req.body));
app.post('/text', express.text(), (req, res) => res.type('txt').send(req.body.toUpperCase()));
app.get('/redirect', (req, res) => res.redirect(301, '/elsewhere?a=b c'));
app.get('/cookie', (req, res) => { res.cookie('a', 'b c', { httpOnly: true, path: '/x' }); res.clearCookie('gone'); res.append('X-More', ['1', '2']); res.end(); });
app.get('/format', (req, res) => res.format({ text: () => res.send('text'), html: () => res.send('<b>html</b>'), json: () => res.send({ json: true }) }));
app.get('/accepts', (req, res) => res.json([req.accepts(['json', 'html']), req.acceptsEncodings('gzip'), req.acceptsLanguages('de', 'en'), req.is('json'), req.get('x-a'), req.fresh, req.subdomains, req.range(100)]));
app.get('/download', (req, res) => res.download(path.join(dir, 'page.html'), 'näme.html'));
app.get('/view', (req, res) => res.render('hello', { name: 'view' }));
app.get('/noview', (req, res) => res.render('missing'));
app.get('/jsonp', (req, res) => res.jsonp({ a: '\u2028' }));
app.get('/throw', () => { throw new Error('thrown <here>'); });
app.get('/next', (req, res, next) => next(Object.assign(new Error('teapot'), { status: 418, headers: { 'X-Pot': 'tea' } })));
app.get('/chunks', (req, res) => { res.write('one,'); setImmediate(() => res.end('two')); });
const router = express.Router({ mergeParams: true });
router.use((req, res, next) => { req.trail = `${req.baseUrl}|${req.url}|${req.originalUrl}`; next(); });
router.all('*', (req, res) => res.json([req.trail, req.params]));
app.use('/sub/:x', router);
app.use('/static', express.static(dir, { maxAge: '1d', index: 'page.html' }));
const inner = express();
inner.get('/where', (req, res) => res.send(inner.path()));
app.use('/inner', inner);
app.use((err, req, res, next) => (req.query.own ? res.status(err.status || 500).send(`own: ${err.message}`) : next(err)));

run(async () => {
  const server = await serve(app);
  const json = { 'Content-Type': 'application/json' };
  for (const url of ['/', '/json?a=1&b[c]=2&b[d][]=3', '/users/42', '/users/42/posts', '/users/x', '/things/me', '/redirect', '/cookie', '/chunks',
    '/view', '/noview', '/jsonp?callback=cb', '/throw', '/throw?own=1', '/next', '/sub/1/deep/path?q', '/inner/where', '/static', '/static/', '/static/page.html',
    '/static/missing', '/static/../secret', '/static/%2e%2e/secret', '/bad%', '/download', '/missing']) await show(server, url);
  await show(server, '/', { method: 'HEAD' });
  await show(server, '/', { method: 'OPTIONS' });
  await show(server, '/', { method: 'POST' }, 'x');
  await show(server, '/things/me', { method: 'POST', headers: json }, '{"a":[1,{"b":null}]}');
  await show(server, '/things/me?own=1', { method: 'POST', headers: json }, '{"a":');
  await show(server, '/things/me?own=1', { method: 'POST', headers: json }, JSON.stringify('x'.repeat(200000)));
  await show(server, '/form', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 'a=1&b[]=2&b[]=3&c[d]=%C3%A4+e');
  await show(server, '/raw', { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' } }, 'raw bytes');
  await show(server, '/text', { method: 'POST', headers: { 'Content-Type': 'text/plain; charset=utf-8' } }, 'größe');
  await show(server, '/text?own=1', { method: 'POST', headers: { 'Content-Type': 'text/plain; charset=what' } }, 'x');
  for (const accept of ['text/html', 'application/json', 'text/plain;q=0.5, text/*;q=0.4', 'image/png']) await show(server, '/format?own=1', { headers: { Accept: accept } });
  await show(server, '/accepts', { headers: { Accept: 'text/html,application/json;q=0.9', 'Accept-Encoding': 'gzip', 'Accept-Language': 'en,de;q=0.5', 'X-A': '1', Range: 'bytes=0-9,20-' } });
  await show(server, '/static/big.txt', { headers: { Range: 'bytes=10-19' } });
  await show(server, '/static/big.txt', { headers: { Range: 'bytes=400000-' } });
  const big = await ask(server, '/static/big.txt');
  say('big', big.status, big.body.length, big.headers['cache-control'], big.headers['content-type']);
  const again = await ask(server, '/static/big.txt', { headers: { 'If-None-Match': big.headers.etag } });
  say('again', again.status, again.body.length);
  const same = await ask(server, '/', { headers: { 'If-None-Match': (await ask(server, '/')).headers.etag } });
  say('same', same.status, same.body.length);
  server.close();
  fs.rmSync(dir, { recursive: true });
});
