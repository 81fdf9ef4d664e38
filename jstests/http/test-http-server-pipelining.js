'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// Answers leave in the order of the requests, whatever order they are ready in.
const server = http.createServer(mustCall((req, res) => {
  const n = +req.url.slice(1);
  setTimeout(() => res.end(`answer ${n};`), 30 - n * 8);
}, 4));
listen(server, (port) => {
  let text = '';
  for (let i = 0; i < 4; i++) text += `GET /${i} HTTP/1.1\r\nHost: x\r\n${i === 3 ? 'Connection: close\r\n' : ''}\r\n`;
  exchange(port, text, (answer) => {
    assert.deepStrictEqual(answer.match(/answer \d/g), ['answer 0', 'answer 1', 'answer 2', 'answer 3']);
    assert.strictEqual(answer.match(/HTTP\/1\.1 200 OK/g).length, 4);
    server.close();
  });
});
