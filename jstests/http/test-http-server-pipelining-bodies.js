'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// Bodies of pipelined requests stay apart, cut wherever the network cuts them.
const server = http.createServer((req, res) => {
  let body = '';
  req.on('data', (d) => { body += d; });
  req.on('end', () => res.end(`${req.url}=${body};`));
});
const input = 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc' +
  'POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;ext=1\r\nf\r\n0\r\n\r\n' +
  'GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
listen(server, (port) => {
  let left = 4;
  for (const step of [1, 7, 30, input.length]) {
    const parts = [];
    for (let i = 0; i < input.length; i += step) parts.push(input.slice(i, i + step));
    exchange(port, parts, (text) => {
      assert.deepStrictEqual(text.match(/\/\w=\w*;/g), ['/a=abc;', '/b=def;', '/c=;'], `in steps of ${step}: ${text}`);
      if (--left === 0) server.close(mustCall());
    });
  }
});
