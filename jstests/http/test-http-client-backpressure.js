'use strict';
const { mustCall, mustCallAtLeast, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const { pipeline, Readable } = require('stream');

// 8 MiB to a server that begins late, piped straight back to a client that begins late.
const size = 8 << 20;
const server = http.createServer(mustCall((req, res) => setTimeout(() => pipeline(req, res, mustCall((err) => assert.ifError(err))), 20)));
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', method: 'POST' }, mustCall((res) => {
    let got = 0;
    setTimeout(() => {
      res.on('data', (d) => { got += d.length; });
      res.on('end', mustCall(() => { assert.strictEqual(got, size); server.close(); }));
    }, 20);
  }));
  let left = size;
  req.on('drain', mustCallAtLeast());
  pipeline(new Readable({
    read(n) {
      const k = Math.min(n, left);
      left -= k;
      this.push(k ? Buffer.alloc(k, 'x') : null);
    },
  }), req, mustCall((err) => assert.ifError(err)));
});
