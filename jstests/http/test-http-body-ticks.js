'use strict';
// Ticks and promise jobs run after each piece of a request's body, also when the message's end came with it: a
// stream that ends itself in 'data' has taken itself off the message before that says 'end'.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const { Writable } = require('stream');

const seen = [];
const server = http.createServer(mustCall((req, res) => {
  if (req.url === '/pipe') {
    req.on('end', mustNotCall('end'));
    req.pipe(new Writable({
      write(chunk, encoding, cb) {
        cb();
        this.end();
      },
    }).on('finish', mustCall(() => setImmediate(() => {
      assert.strictEqual(req.readableFlowing, false);
      res.end('taken off');
    }))));
    return;
  }
  req.on('resume', () => seen.push('resume')); // what came before is kept for it
  req.on('data', (d) => {
    seen.push(`${d}`);
    process.nextTick(() => seen.push(`tick ${d}`));
    Promise.resolve().then(() => seen.push(`job ${d}`));
  });
  req.on('end', mustCall(() => {
    assert.deepStrictEqual(seen, ['resume', 'ab', 'tick ab', 'job ab', 'cd', 'tick cd', 'job cd']);
    res.end('x');
  }));
}, 2));
listen(server, (port) => {
  exchange(port, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n', mustCall((text) => {
    assert.match(text, /x/);
    exchange(port, 'POST /pipe HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd', mustCall((answer) => {
      assert.match(answer, /taken off/);
      server.close();
    }));
  }));
});
