'use strict';
// Nobody listens to 'response': it is discarded and the connection serves the next request. A
// response that is not read keeps its data waiting, 'end' does not come, and the server is held up.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const size = 32 << 20;
let written = 0;
const server = http.createServer((req, res) => {
  if (req.url === '/small') return res.end('x'.repeat(100000));
  const piece = Buffer.alloc(64 << 10);
  res.on('error', () => {});
  (function more() {
    while (written < size) {
      written += piece.length;
      if (!res.write(piece)) return void res.once('drain', more);
    }
    res.end();
  })();
});
listen(server, (port) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const first = http.get({ port, host: '127.0.0.1', path: '/small', agent });
  first.on('close', mustCall(() => assert.strictEqual(first.destroyed, true)));
  http.get({ port, host: '127.0.0.1', path: '/small', agent }, mustCall((res) => {
    assert.strictEqual(res.socket, first.socket);
    assert.strictEqual(first.res.complete, true);
    res.resume().on('end', mustCall(() => { agent.destroy(); large(); }));
  }));

  function large() {
    const req = http.get({ port, host: '127.0.0.1', path: '/large' }, mustCall((res) => {
      res.on('end', mustNotCall('end'));
      res.on('error', () => {});
      let before = -1;
      const timer = setInterval(() => {
        if (written !== before) return void (before = written);
        clearInterval(timer);
        assert(written < size, 'the server was not held up');
        assert(res.readableLength <= 2 * res.readableHighWaterMark + (64 << 10), `${res.readableLength} bytes wait`);
        req.destroy();
        server.close(mustCall());
      }, 100);
    }));
  }
});
