'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// Expect: 100-continue is answered, the body follows, then the answer.
const server = http.createServer(mustCall((req, res) => {
  let body = '';
  req.on('data', (d) => { body += d; });
  req.on('end', () => res.end('got ' + body));
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let text = '', sent = false;
  c.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n');
  c.on('data', (d) => {
    text += d;
    if (!sent && text === 'HTTP/1.1 100 Continue\r\n\r\n') { sent = true; c.write('body'); }
  });
  c.on('end', mustCall(() => {
    assert(sent);
    assert(text.endsWith('\r\n\r\ngot body'), text);
    server.close();
  }));
});
