'use strict';
// Server-sent events: one answer that goes on for as long as the client listens.
// Try: curl -N http://localhost:8080/events, or the page itself.
const http = require('http');

const page = `<!doctype html><title>Events</title><pre id=log></pre>
<script>new EventSource('/events').onmessage = (e) => { log.textContent += e.data + '\\n'; };</script>
`;
const clients = new Set();
let id = 0;

const timer = setInterval(() => {
  id++;
  for (const res of clients) res.write(`id: ${id}\ndata: ${new Date().toISOString()}\n\n`);
}, +process.env.INTERVAL || 1000);

const server = http.createServer((req, res) => {
  if (req.url !== '/events') {
    res.writeHead(200, { 'Content-Type': 'text/html' });
    return res.end(page);
  }
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  res.write('retry: 1000\n\n'); // the head is sent with it
  clients.add(res);
  res.on('close', () => clients.delete(res));
});
server.on('close', () => clearInterval(timer));

server.listen(process.env.PORT || 8080, () => console.log(`http://localhost:${server.address().port}/`));
module.exports = server;
