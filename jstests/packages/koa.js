'use strict';
// koa 2: async middleware around each other, the context, errors, streams.
const Koa = require('koa');
const { Readable } = require('stream');
const { show, serve, run, say } = require('./client');

const app = new Koa({ keys: ['secret'] });
app.silent = true;
app.on('error', (err, ctx) => say('error event', err.message, ctx.path));
app.use(async (ctx, next) => {
  const trail = ['in'];
  ctx.state.trail = trail;
  await next();
  ctx.set('X-Trail', trail.concat('out').join());
});
app.use(async (ctx, next) => {
  try {
    await next();
  } catch (err) {
    if (ctx.query.own === undefined) throw err;
    ctx.status = err.status || 500;
    ctx.body = { message: err.message };
  }
});
app.use(async (ctx) => {
  ctx.state.trail.push('mid');
  switch (ctx.path) {
    case '/': ctx.body = 'Hello World'; break;
    case '/json': ctx.body = { query: ctx.query, ip: ctx.ip, host: ctx.hostname, type: ctx.accepts('json', 'html'), length: ctx.request.length, href: ctx.href.replace(/:\d+/, '') }; break;
    case '/stream': ctx.body = Readable.from(['a', 'b', 'c']); break;
    case '/buffer': ctx.body = Buffer.from('bytes'); break;
    case '/null': ctx.body = null; break;
    case '/throw': throw new Error('thrown');
    case '/expose': ctx.throw(400, 'name required', { user: 1 }); break;
    case '/assert': ctx.assert(ctx.query.x, 401, 'log in'); ctx.body = 'in'; break;
    case '/cookie': ctx.cookies.set('name', 'tobi', { signed: true }); ctx.body = ctx.cookies.get('name', { signed: true }) || 'none'; break;
    case '/redirect': ctx.redirect('/else'); break;
    case '/attach': ctx.attachment('a b.txt'); ctx.body = 'x'; break;
    case '/wait': await new Promise((resolve) => setImmediate(resolve)); ctx.status = 202; ctx.body = 'waited'; break;
    case '/raw': ctx.respond = false; ctx.res.end('raw'); break;
    default:
  }
});

run(async () => {
  const server = await serve(app.callback());
  for (const url of ['/', '/json?a=1&a=2', '/stream', '/buffer', '/null', '/throw', '/throw?own', '/expose', '/expose?own', '/assert', '/assert?x=1', '/cookie', '/redirect', '/attach', '/wait', '/raw', '/missing']) await show(server, url);
  await show(server, '/', { method: 'HEAD' });
  await show(server, '/cookie', { headers: { Cookie: 'name=tobi; name.sig=bogus' } });
  server.close();
});
