'use strict';
// got 11, superagent and supertest.
const got = require('got');
const superagent = require('superagent');
const supertest = require('supertest');
const express = require('express');
const { serve, run, say } = require('./client');

const app = express();
app.use(express.json(), express.urlencoded({ extended: true }));
let tries = 0;
app.get('/flaky', (req, res) => (++tries % 3 ? res.status(503).end() : res.send('finally')));
app.get('/redirect', (req, res) => res.redirect('/echo'));
app.get('/slow', () => {});
app.get('/cookie', (req, res) => { const had = req.headers.cookie; res.cookie('a', '1'); res.send(had || 'none'); });
app.get('/404', (req, res) => res.status(404).json({ error: 'none' }));
app.all('/echo', (req, res) => res.json({ method: req.method, query: req.query, body: req.body, a: req.headers['x-a'] }));

run(async () => {
  const server = await serve(app);
  const base = `http://127.0.0.1:${server.address().port}`;
  const api = got.extend({ prefixUrl: base, retry: { limit: 3, calculateDelay: ({ attemptCount }) => (attemptCount > 3 ? 0 : 1) } });
  say('got', (await api('echo?a=1')).body);
  say('got', await api.post('echo', { json: { a: [1] }, headers: { 'X-A': 'b' } }).json());
  say('got', await api.post('echo', { form: { a: 1 } }).json());
  say('got', await api('redirect').json(), (await api('flaky')).body);
  say('got', await api('404', { retry: 0 }).catch((e) => [e.name, e.message, e.response.statusCode, e.response.body]));
  say('got', await api('slow', { timeout: 50, retry: 0 }).catch((e) => [e.name, e.code, e.event]));
  say('got', await got('http://127.0.0.1:1', { retry: 0 }).catch((e) => [e.name, e.code]));
  say('got', await new Promise((resolve) => { let text = ''; api.stream('echo').on('data', (d) => { text += d; }).on('end', () => resolve(text)); }));

  const ask = (req) => req.then((r) => [r.status, r.type, r.body, r.text], (e) => [e.message, e.code, e.status, e.response && e.response.body]);
  say('superagent', await ask(superagent.get(`${base}/echo`).query({ a: [1, 2] }).set('X-A', 'b')));
  say('superagent', await ask(superagent.post(`${base}/echo`).send({ a: 1 }).send({ b: 2 })));
  say('superagent', await ask(superagent.post(`${base}/echo`).type('form').send('a=1')));
  say('superagent', await ask(superagent.get(`${base}/redirect`)), await ask(superagent.get(`${base}/404`)));
  say('superagent', await ask(superagent.get(`${base}/slow`).timeout(50)));
  const agent = superagent.agent();
  say('superagent', await ask(agent.get(`${base}/cookie`)), await ask(agent.get(`${base}/cookie`)));

  await supertest(app).get('/echo').query({ q: 1 }).expect('Content-Type', /json/).expect(200);
  await supertest(app).post('/echo').send({ x: 1 }).expect(200).expect((res) => say('supertest', res.body));
  say('supertest', await supertest(app).get('/404').expect(200).catch((e) => e.message));
  say('supertest', await supertest(app).get('/404').expect('X-None', 'x').catch((e) => e.message));
  server.closeAllConnections();
  server.close();
});
