'use strict';
// Sends 1 MiB in chunks of 16 KiB and waits for 'drain' whenever write says so.
const http = require('http');

const chunk = Buffer.alloc(16 * 1024, 'x');
const count = 64;

const server = http.createServer((req, res) => {
  let left = count;
  res.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': chunk.length * count });
  (function more() {
    while (left > 0) {
      left--;
      if (!res.write(chunk)) return res.once('drain', more);
    }
    res.end();
  })();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
