'use strict';
// express 3.4.8 with the connect of its time: the bundled middleware, sessions, multipart forms.
const express = require('express3');
const fs = require('fs');
const path = require('path');
const { ask, show, serve, run, say, form } = require('./client');

const dir = fs.mkdtempSync(path.join(require('os').tmpdir(), 'express3-'));
fs.writeFileSync(path.join(dir, 'page.html'), '<h1>page</h1>\n');

const app = express();
app.configure(() => {
  app.set('title', 'old');
  app.use(express.favicon());
  app.use(express.responseTime());
  app.use(express.cookieParser('secret'));
  app.use(express.session({ secret: 'secret', key: 'sid' }));
  app.use(express.compress({ threshold: 100 }));
  app.use(express.json());
  app.use(express.urlencoded());
  app.use(express.multipart({ uploadDir: dir }));
  app.use(express.methodOverride());
  app.use(app.router);
  app.use('/static', express.static(dir));
  app.use('/dir', express.directory(dir));
});
app.configure('development', () => app.use(express.errorHandler()));
app.get('/', (req, res) => res.send('Hello World'));
app.get('/title', (req, res) => res.send(app.get('title') + app.enabled('trust proxy')));
app.get('/user/:id', (req, res) => res.json({ id: req.params.id, query: req.query, ip: req.ip, host: req.host, path: req.path }));
app.get('/range/:range', (req, res, next) => { next(new Error('no range')); });
app.get('/count', (req, res) => { req.session.n = (req.session.n || 0) + 1; res.send(`seen ${req.session.n}`); });
app.get('/cookie', (req, res) => { res.cookie('name', 'tobi', { signed: true }); res.send(req.signedCookies); });
app.get('/long', (req, res) => res.send('long text '.repeat(50)));
app.get('/status', (req, res) => res.send(404, 'Sorry'));
app.get('/number', (req, res) => res.send(204));
app.post('/form', (req, res) => res.json(req.body));
app.post('/upload', (req, res) => res.json({ body: req.body, name: req.files.file.name, size: req.files.file.size, type: req.files.file.type, content: fs.readFileSync(req.files.file.path, 'utf8') }));
app.put('/over', (req, res) => res.send('put'));
app.get('/redirect', (req, res) => res.redirect('/elsewhere'));
app.get('/throw', () => { throw new Error('thrown'); });
app.get('/locals', (req, res) => { app.locals({ a: 1 }); res.json(app.locals.a); });

run(async () => {
  const server = await serve(app);
  const print = async (url, options, body) => {
    const answer = await ask(server, url, options, body);
    say((options && options.method) || 'GET', url, answer.status, Object.keys(answer.headers).filter((h) => h !== 'etag').sort().join(), answer.headers['content-type'] || '-', answer.body.toString().split('\n')[0]);
    return answer;
  };
  for (const url of ['/', '/title', '/user/7?a[b]=c', '/range/1', '/status', '/number', '/redirect', '/static/page.html', '/missing', '/throw', '/locals']) await print(url);
  await print('/dir', { headers: { Accept: 'application/json' } });
  const first = await print('/count');
  const cookie = first.headers['set-cookie'][0].split(';')[0];
  say((await ask(server, '/count', { headers: { Cookie: cookie } })).body.toString());
  const signed = await ask(server, '/cookie');
  say(signed.headers['set-cookie'].find((c) => /^name/.test(c)));
  await print('/cookie', { headers: { Cookie: signed.headers['set-cookie'].find((c) => /^name/.test(c)).split(';')[0] } });
  const long = await ask(server, '/long', { headers: { 'Accept-Encoding': 'gzip' } });
  say(long.headers['content-encoding'], require('zlib').gunzipSync(long.body).length);
  await print('/form', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 'a=1&b[c]=2');
  await print('/form', { method: 'POST', headers: { 'Content-Type': 'application/json' } }, '{"a":1}');
  await print('/form', { method: 'POST', headers: { 'Content-Type': 'application/json' } }, '{"a"');
  const [headers, body] = form([['text', 'hällo'], ['file', 'content of the file', 'a.txt', 'text/plain']]);
  await print('/upload', { method: 'POST', headers }, body);
  await print('/over', { method: 'POST', headers: { 'X-HTTP-Method-Override': 'PUT' } });
  const icon = await ask(server, '/favicon.ico');
  say('icon', icon.status, icon.body.length);
  server.close();
  fs.rmSync(dir, { recursive: true });
});
