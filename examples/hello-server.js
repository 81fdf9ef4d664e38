'use strict';
// The smallest server. Try: curl http://localhost:8080/
const http = require('http');

const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end('Hello, world\n');
});

server.listen(process.env.PORT || 8080, () => console.log(`http://localhost:${server.address().port}/`));
module.exports = server;
