'use strict';
// What the peers are let loose on. Runs on gonode and on node; prints its port. PATH in argv[2]: a Unix
// socket to listen on instead.
const http = require('http');
const net = require('net');
const crypto = require('crypto');

const routes = {
  '/hello': (req, res) => res.end('hello\n'),

  // What arrived.
  '/request': (req, res) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ version: req.httpVersion, method: req.method, url: req.url, headers: req.headers }) + '\n');
  },

  '/echo': (req, res) => {
    if (req.headers['content-type']) res.setHeader('Content-Type', req.headers['content-type']);
    req.pipe(res);
  },

  // A digest of the body, and the trailers behind it.
  '/upload': (req, res) => {
    const hash = crypto.createHash('sha256');
    let length = 0;
    req.on('data', (chunk) => { hash.update(chunk); length += chunk.length; });
    req.on('end', () => res.end(JSON.stringify({ length, sha256: hash.digest('hex'), trailers: req.trailers }) + '\n'));
  },

  // n bytes, at the reader's pace, of known length or not.
  '/bytes': (req, res, query) => {
    let left = +query.get('n');
    if (query.get('length')) res.setHeader('Content-Length', left);
    const block = Buffer.alloc(64 * 1024, '0123456789abcdef');
    (function more() {
      while (left > 0) {
        const chunk = block.subarray(0, Math.min(left, block.length));
        left -= chunk.length;
        if (!res.write(chunk)) return res.once('drain', more);
      }
      res.end();
    })();
  },

  '/trailers': (req, res) => {
    if (req.httpVersion === '1.1') res.setHeader('Trailer', 'X-Checksum'); // 1.0 has no chunks
    res.write('body\n');
    res.addTrailers({ 'X-Checksum': 'abc' });
    res.end();
  },

  '/early': (req, res) => {
    res.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' }, () => res.end('after the hints\n'));
  },

  '/events': (req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    let n = 0;
    (function next() {
      if (res.destroyed) return;
      res.write(`id: ${n}\ndata: tick ${n}\n\n`);
      if (++n < 3) setTimeout(next, 5);
      else res.end();
    })();
  },

  '/status': (req, res, query) => {
    res.statusCode = +query.get('code');
    res.end(req.method === 'HEAD' || [204, 304].includes(res.statusCode) ? '' : 'status\n');
  },

  // Ends the connection in the middle of a body.
  '/cut': (req, res) => {
    res.writeHead(200, { 'Content-Length': 100 });
    res.write('only this', () => res.destroy());
  },
};

const server = http.createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://localhost');
  const route = routes[pathname];
  if (route) return route(req, res, searchParams);
  res.writeHead(404);
  res.end('no such page\n');
});

// A protocol of ours: every byte comes back.
server.on('upgrade', (req, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
});

server.on('connect', (req, socket, head) => {
  const { hostname, port } = new URL(`http://${req.url}`);
  const upstream = net.connect(port, hostname, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
});

server.listen(process.argv[2] || { port: 0, host: '127.0.0.1' }, () => console.log(server.address().port || 'ready'));
