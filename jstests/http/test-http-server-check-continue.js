'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// With a listener the program decides.
const server = http.createServer(mustNotCall('request'));
server.on('checkContinue', mustCall((req, res) => {
  if (req.url === '/yes') {
    res.writeContinue();
    req.resume().on('end', () => res.end('thanks'));
  } else {
    res.writeHead(413, { Connection: 'close' });
    res.end();
  }
}, 2));
server.on('checkExpectation', mustCall((req, res) => {
  assert.strictEqual(req.headers.expect, 'a miracle');
  res.writeHead(417, { Connection: 'close' }).end();
}));
const ask = (url, expect, body, fn) => exchange(server.address().port,
  [`POST ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\nExpect: ${expect}\r\n\r\n`, body], fn);
listen(server, () => {
  ask('/yes', '100-continue', 'body', (text) => {
    assert(text.startsWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n'), text);
    ask('/no', '100-continue', '', (text) => {
      assert(text.startsWith('HTTP/1.1 413 Payload Too Large\r\n'), text);
      ask('/', 'a miracle', '', (text) => {
        assert(text.startsWith('HTTP/1.1 417 Expectation Failed\r\n'), text);
        server.close();
      });
    });
  });
});
