'use strict';
// fastify 4: routes with schemas, hooks, plugins, errors, inject, and a real client.
const fastify = require('fastify');
const { show, run, say } = require('./client');

run(async () => {
  const lines = [];
  const app = fastify({ logger: { level: 'info', stream: { write: (line) => lines.push(JSON.parse(line).msg) } } });
  app.get('/', async () => ({ hello: 'world' }));
  app.get('/users/:id', { schema: { params: { type: 'object', properties: { id: { type: 'integer' } } }, response: { 200: { type: 'object', properties: { id: { type: 'integer' }, q: { type: 'string' } } } } } },
    async (req) => ({ id: req.params.id, q: req.query.q, dropped: true }));
  app.post('/body', { schema: { body: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, n: { type: 'number', default: 5 } } } } }, (req, reply) => { reply.code(201).header('X-A', 'b').send(req.body); });
  app.get('/throw', async () => { throw Object.assign(new Error('thrown'), { statusCode: 418 }); });
  app.get('/stream', (req, reply) => reply.type('text/plain').send(require('stream').Readable.from(['a', 'b'])));
  app.get('/redirect', (req, reply) => reply.redirect(303, '/else'));
  app.addHook('onRequest', async (req, reply) => { reply.header('X-Hook', req.id); });
  app.addHook('preHandler', (req, reply, done) => done(req.headers['x-refuse'] ? new Error('refused') : undefined));
  app.decorate('util', (x) => x * 2);
  app.register(async (sub) => {
    sub.decorateRequest('user', null);
    sub.addHook('preHandler', async (req) => { req.user = 'me'; });
    sub.get('/me', async (req) => ({ user: req.user, util: sub.util(2) }));
  }, { prefix: '/sub' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const json = { 'Content-Type': 'application/json' };
  for (const url of ['/', '/users/7?q=x&z=1', '/users/x', '/throw', '/stream', '/redirect', '/sub/me', '/missing']) await show(app.server, url);
  await show(app.server, '/body', { method: 'POST', headers: json }, '{"name":"n"}');
  await show(app.server, '/body', { method: 'POST', headers: json }, '{"n":"x"}');
  await show(app.server, '/body', { method: 'POST', headers: json }, '{"bad');
  await show(app.server, '/body', { method: 'POST', headers: { 'Content-Type': 'text/what' } }, 'x');
  await show(app.server, '/', { headers: { 'X-Refuse': '1' } });
  const injected = await app.inject({ method: 'POST', url: '/body', payload: { name: 'injected' } });
  say('inject', injected.statusCode, injected.json());
  await app.close();
  say([...new Set(lines)].map((l) => String(l).replace(/:\d+$/, ':PORT')));
});
