'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// Two requests on one connection, one after the other.
let n = 0;
const server = http.createServer(mustCall((req, res) => res.end(`answer ${++n}`), 2));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let text = '';
  c.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  c.on('data', (d) => {
    text += d;
    if (text.endsWith('answer 1')) {
      assert(text.includes('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n'), text);
      text = '';
      c.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    }
  });
  c.on('end', mustCall(() => {
    assert(text.endsWith('\r\n\r\nanswer 2'), text);
    assert(text.includes('\r\nConnection: close\r\n'), text);
    server.close(mustCall());
  }));
});
