'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// A request that nobody reads holds the client back; resume lets it through.
const size = 8 * 1024 * 1024;
const server = http.createServer(mustCall((req, res) => {
  let got = 0, early = 0;
  req.pause();
  setTimeout(() => {
    early = c.bytesWritten - c.writableLength;
    assert(c.writableLength > 0, 'everything was taken while the request was paused');
    req.on('data', (d) => { got += d.length; });
    req.resume();
  }, 50);
  req.on('end', mustCall(() => {
    assert.strictEqual(got, size);
    res.end();
  }));
}));
let c;
listen(server, (port) => {
  c = net.connect(port, '127.0.0.1');
  c.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
  c.write(Buffer.alloc(size));
  c.resume().on('close', mustCall(() => server.close()));
});
