'use strict';
// Reads a body of 64 KiB and answers with its length.
const http = require('http');

const server = http.createServer((req, res) => {
  let bytes = 0;
  req.on('data', (chunk) => { bytes += chunk.length; });
  req.on('end', () => res.end(String(bytes)));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
