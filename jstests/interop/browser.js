'use strict';
// A page for a browser: assets, an upload, Server-Sent Events, a WebSocket; it reports to /report, and
// that is printed. argv[2] is the folder of the package ws.
const http = require('http');
const crypto = require('crypto');
const { WebSocketServer } = require(process.argv[2]);

const page = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/style.css"><title>t</title>
<img id="image" src="/image.svg"><script src="/script.js"></script>`;

const script = `
const report = {};
const step = async (name, fn) => { try { report[name] = await fn(); } catch (e) { report[name] = String(e); } };
addEventListener('load', async () => {
  report.style = getComputedStyle(document.body).color;
  report.image = document.getElementById('image').naturalWidth;
  await step('many', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => fetch('/asset/' + i).then((r) => r.text())));
    return all.reduce((n, s) => n + s.length, 0);
  });
  await step('upload', async () => (await fetch('/upload', { method: 'POST', body: new Blob([new Uint8Array(2_000_000).fill(7)]) })).json());
  await step('form', async () => {
    const form = new FormData();
    form.append('field', 'value');
    form.append('file', new File(['content'], 'name.txt'));
    return (await (await fetch('/upload', { method: 'POST', body: form })).json()).type.split(';')[0];
  });
  await step('cached', async () => (await fetch('/cached', { cache: 'no-cache' })).status + ' ' + (await fetch('/cached', { cache: 'no-cache' })).status);
  await step('range', async () => (await fetch('/asset/0', { headers: { Range: 'bytes=0-1' } })).status);
  await step('events', () => new Promise((resolve) => {
    const seen = [];
    const source = new EventSource('/events');
    source.onmessage = (e) => { seen.push(e.data); if (seen.length === 4) { source.close(); resolve(seen.join()); } };
  }));
  await step('socket', () => new Promise((resolve, reject) => {
    const ws = new WebSocket('ws://' + location.host + '/socket');
    const seen = [];
    ws.binaryType = 'arraybuffer';
    ws.onopen = () => { ws.send('text ü'); ws.send(new Uint8Array(100_000)); };
    ws.onmessage = (e) => { seen.push(typeof e.data === 'string' ? e.data : e.data.byteLength); if (seen.length === 3) ws.close(1000, 'done'); };
    ws.onclose = (e) => resolve(seen.join() + ' ' + e.code);
    ws.onerror = () => reject(new Error('failed'));
  }));
  await step('abort', async () => {
    const controller = new AbortController();
    const res = await fetch('/endless', { signal: controller.signal });
    await res.body.getReader().read();
    controller.abort();
    return 'aborted';
  });
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
  document.title = 'done';
});`;

const reads = (req, then) => {
  const chunks = [];
  req.on('data', (c) => chunks.push(c)).on('end', () => then(Buffer.concat(chunks)));
};
let endlessClosed = 0;
let notModified = 0;

const routes = {
  '/': (req, res) => { res.setHeader('Content-Type', 'text/html'); res.end(page); },
  '/style.css': (req, res) => { res.setHeader('Content-Type', 'text/css'); res.end('body { color: rgb(1, 2, 3) }'); },
  '/script.js': (req, res) => { res.setHeader('Content-Type', 'text/javascript'); res.end(script); },
  '/image.svg': (req, res) => {
    res.setHeader('Content-Type', 'image/svg+xml');
    res.end('<svg xmlns="http://www.w3.org/2000/svg" width="33" height="10"></svg>');
  },
  '/cached': (req, res) => {
    res.setHeader('ETag', '"1"');
    if (req.headers['if-none-match'] !== '"1"') return res.end('body');
    notModified++;
    res.statusCode = 304;
    res.end();
  },
  '/upload': (req, res) => reads(req, (body) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ type: req.headers['content-type'] || '', length: body.length, sum: crypto.createHash('md5').update(body).digest('hex') }));
  }),
  // Ends after two events; the browser comes back for the others.
  '/events': (req, res) => {
    const from = +(req.headers['last-event-id'] || 0);
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    res.write('retry: 10\n');
    for (let i = from + 1; i <= from + 2; i++) res.write(`id: ${i}\ndata: ${i}\n\n`);
    res.end();
  },
  '/endless': (req, res) => {
    const more = () => { while (res.write(Buffer.alloc(10000))); };
    res.on('drain', more).on('close', () => { endlessClosed++; });
    more();
  },
  '/report': (req, res) => reads(req, (body) => {
    res.end();
    // The browser may report before it has closed the connection of what it aborted; if it never closes
    // it, or that is not seen here, there is no report.
    (function tell() {
      if (!endlessClosed) return setTimeout(tell, 10);
      console.log(JSON.stringify({ ...JSON.parse(body), endlessClosed, notModified }));
    })();
  }),
};

const server = http.createServer((req, res) => {
  const route = routes[req.url];
  if (route) return route(req, res);
  if (req.url.startsWith('/asset/')) return res.end('x'.repeat(1000 * (+req.url.slice(7) + 1)));
  res.writeHead(404);
  res.end();
});

new WebSocketServer({ server, path: '/socket' }).on('connection', (ws) => {
  ws.on('message', (data, binary) => ws.send(data, { binary }));
  ws.send('welcome');
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
