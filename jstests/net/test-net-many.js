'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// Many connections at a time, each with an answer of its own.
const count = 100;
const server = net.createServer((c) => {
  let text = '';
  c.on('data', (d) => {
    text += d;
    if (text.endsWith('\n')) c.end('re: ' + text);
  });
});
listen(server, (port) => {
  let left = count;
  for (let i = 0; i < count; i++) {
    let text = '';
    net.connect(port, '127.0.0.1').on('data', (d) => { text += d; }).on('close', mustCall(() => {
      assert.strictEqual(text, `re: ${i}\n`);
      if (--left === 0) server.close(mustCall());
    })).write(`${i}\n`);
  }
});
