'use strict';
// What a small service does: reads the query, sets headers, answers with JSON.
const http = require('http');
const url = require('url');

const server = http.createServer((req, res) => {
  const { pathname, query } = url.parse(req.url, true);
  const body = JSON.stringify({ path: pathname, id: +query.id, name: query.name, agent: req.headers['user-agent'], tags: ['a', 'b', 'c'] });
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Request-Id', query.id);
  res.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
