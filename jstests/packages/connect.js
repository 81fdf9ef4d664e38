'use strict';
// connect 3: a chain of middleware, mounts, errors.
const connect = require('connect');
const { show, serve, run } = require('./client');

const app = connect();
app.use((req, res, next) => { res.setHeader('X-One', '1'); next(); });
app.use('/foo', (req, res) => res.end(`foo ${req.url} ${req.originalUrl}`));
app.use('/bar', connect().use('/baz', (req, res) => res.end('nested')));
app.use('/throw', () => { throw new Error('oops'); });
app.use('/next', (req, res, next) => next(Object.assign(new Error('later'), { status: 403 })));
app.use('/caught', (req, res, next) => next(new Error('caught')));
app.use((err, req, res, next) => (err.message === 'caught' ? res.end(err.message) : next(err)));
process.env.NODE_ENV = 'production';

run(async () => {
  const server = await serve(app);
  for (const url of ['/foo', '/foo/x?y', '/bar/baz', '/bar/nothing', '/throw', '/next', '/caught', '/']) await show(server, url);
  server.close();
});
