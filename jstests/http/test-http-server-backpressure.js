'use strict';
const { mustCall, mustCallAtLeast, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// A client that does not read stops the writer; drain sets it going again.
const chunk = Buffer.alloc(16 * 1024, 'x'), count = 1024;
let stopped = 0;
const server = http.createServer(mustCall((req, res) => {
  res.writeHead(200, { 'Content-Length': chunk.length * count, Connection: 'close' });
  res.on('drain', mustCallAtLeast());
  let sent = 0;
  (function more() {
    while (sent < count) {
      sent++;
      if (!res.write(chunk)) {
        stopped++;
        assert.strictEqual(res.writableNeedDrain, true);
        return res.once('drain', more);
      }
    }
    res.end();
  })();
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  let bytes = 0;
  c.pause();
  c.on('data', (d) => { bytes += d.length; });
  c.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  setTimeout(() => { assert(stopped > 0); c.resume(); }, 50);
  c.on('end', mustCall(() => {
    assert(bytes > chunk.length * count && bytes < chunk.length * count + 300, String(bytes));
    server.close();
  }));
});
