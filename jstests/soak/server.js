'use strict';
// The patient: a server, and a client of the upstream in argv[2], that meet clients which leave at any
// moment. What they do wrong must not surface here.
const http = require('http');
const net = require('net');

const upstream = new URL(process.argv[2]);
const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });

const routes = {
  '/hello': (req, res) => res.end('hello'),
  '/echo': (req, res) => req.pipe(res),
  '/bytes': (req, res) => {
    let left = 20;
    (function more() {
      while (left-- > 0) if (!res.write(Buffer.alloc(32 * 1024, left))) return res.once('drain', more);
      res.end();
    })();
  },
  '/json': (req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify({ length: Buffer.concat(chunks).length, headers: req.headers }));
    });
  },
  '/late': (req, res) => {
    const timer = setTimeout(() => res.end('late'), 20);
    res.on('close', () => clearTimeout(timer));
  },
  '/async': async (req, res) => {
    let n = 0;
    for await (const chunk of req) n += chunk.length;
    res.end(String(n));
  },
  '/proxy': (req, res) => {
    const out = http.request({ host: upstream.hostname, port: upstream.port, agent, method: req.method, path: '/', headers: { 'X-From': 'soak' } }, (answer) => {
      res.writeHead(answer.statusCode, { 'Content-Type': 'text/plain' });
      answer.on('error', () => res.destroy()); // cut off by the upstream
      answer.pipe(res);
    });
    out.on('error', () => { if (res.headersSent) res.destroy(); else { res.statusCode = 502; res.end('upstream'); } });
    res.on('close', () => out.destroy());
    req.pipe(out);
  },
};

const server = http.createServer((req, res) => {
  const route = routes[req.url];
  if (!route) {
    res.statusCode = 404;
    return res.end();
  }
  Promise.resolve(route(req, res)).catch(() => res.destroy());
});
server.on('upgrade', (req, socket, head) => {
  socket.on('error', () => {});
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
});
server.on('connect', (req, socket, head) => {
  const out = net.connect(upstream.port, upstream.hostname, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    out.write(head);
    out.pipe(socket).pipe(out);
  });
  out.on('error', () => socket.destroy());
  socket.on('error', () => out.destroy());
  socket.on('close', () => out.destroy());
});
server.headersTimeout = 2000;
server.requestTimeout = 4000;
server.keepAliveTimeout = 1000;
server.connectionsCheckingInterval = 500;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
