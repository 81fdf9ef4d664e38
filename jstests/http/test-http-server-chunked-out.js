'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  res.write('héllo');
  res.write(Buffer.from('two'));
  res.write(''); // sends nothing, and does not end the body
  setImmediate(() => res.end('end'));
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    const [head, ...rest] = text.split('\r\n\r\n');
    assert(/\r\nTransfer-Encoding: chunked$/.test(head), head);
    assert(!/Content-Length/i.test(head));
    assert.strictEqual(rest.join('\r\n\r\n'), '6\r\nh\xc3\xa9llo\r\n3\r\ntwo\r\n3\r\nend\r\n0\r\n\r\n');
    server.close();
  });
});
