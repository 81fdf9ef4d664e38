'use strict';
// http-proxy: forwarding, rewriting, bodies, errors, websockets.
const http = require('http');
const httpProxy = require('http-proxy');
const net = require('net');
const { show, serve, run, say } = require('./client');

run(async () => {
  const origin = await serve((req, res) => {
    let body = '';
    req.on('data', (d) => { body += d; }).on('end', () => {
      res.setHeader('Set-Cookie', 'a=1; Domain=origin.test; Path=/');
      if (req.url === '/redirect') res.writeHead(302, { Location: `http://127.0.0.1:${origin.address().port}/else` });
      res.end(JSON.stringify([req.method, req.url, req.headers['x-added'], req.headers['x-forwarded-for'], body]));
    });
  });
  origin.on('upgrade', (req, socket, head) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${req.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`);
    socket.on('data', (d) => socket.end(`echo ${head}${d}`));
  });
  const target = `http://127.0.0.1:${origin.address().port}`;
  const proxy = httpProxy.createProxyServer({ xfwd: true, cookieDomainRewrite: 'proxy.test', autoRewrite: true });
  proxy.on('proxyReq', (req) => req.setHeader('X-Added', 'yes'));
  proxy.on('proxyRes', (res, req) => say('proxied', req.url, res.statusCode));
  proxy.on('error', (err, req, res) => { say('error', err.code); if (res.writeHead) res.writeHead(502).end('bad gateway'); });
  const front = http.createServer((req, res) => {
    if (req.url === '/dead') return proxy.web(req, res, { target: 'http://127.0.0.1:1' });
    if (req.url.startsWith('/sub')) return proxy.web(req, res, { target: `${target}/base`, changeOrigin: true });
    if (req.url === '/handled') return proxy.web(req, res, { target, selfHandleResponse: true }, () => {}), proxy.once('proxyRes', (up) => { up.resume(); res.end('handled'); });
    proxy.web(req, res, { target });
  });
  front.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head, { target }));
  await serve(front);
  for (const url of ['/', '/a?b=c', '/sub/x', '/dead', '/handled']) await show(front, url);
  say((await require('./client').ask(front, '/redirect')).headers.location.replace(/\d+\//, 'PORT/'));
  await show(front, '/post', { method: 'POST' }, 'the body');
  await show(front, '/long', { method: 'PUT', headers: { 'Transfer-Encoding': 'chunked' } }, 'chunks');
  await new Promise((resolve) => {
    const socket = net.connect(front.address().port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n'));
    let text = '';
    socket.on('data', (d) => { text += d; if (text.endsWith('\r\n\r\n')) socket.write('ping'); });
    socket.on('end', () => { say(text); socket.destroy(); resolve(); });
  });
  const fixed = httpProxy.createServer({ target }).listen(0, '127.0.0.1');
  await new Promise((resolve) => fixed._server.once('listening', resolve));
  await show(fixed._server, '/fixed');
  fixed.close();
  front.close();
  origin.close();
});
