'use strict';
// Keeps connections that do nothing.
const http = require('http');

const server = http.createServer((req, res) => res.end('hello'));
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
