'use strict';
// Counts the bytes of what is sent, whatever its size, and refuses more than a limit.
// Try: curl -T file http://localhost:8080/ (curl asks with Expect: 100-continue first)
const http = require('http');

const limit = 1 << 30;

const server = http.createServer(receive);
server.on('checkContinue', (req, res) => {
  if (req.headers['content-length'] > limit) {
    res.writeHead(413, { Connection: 'close' });
    return res.end('too large\n');
  }
  res.writeContinue();
  receive(req, res);
});

function receive(req, res) {
  if (req.method !== 'PUT' && req.method !== 'POST') {
    res.writeHead(405, { Allow: 'PUT, POST' });
    return res.end();
  }
  const start = Date.now();
  let bytes = 0;
  req.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > limit) req.destroy();
  });
  req.on('end', () => {
    res.writeHead(201, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ bytes, ms: Date.now() - start }) + '\n');
  });
  req.on('error', (err) => console.log(`upload ended early: ${err.message}`));
}

server.listen(process.env.PORT || 8080, () => console.log(`http://localhost:${server.address().port}/`));
module.exports = server;
