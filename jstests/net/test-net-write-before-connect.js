'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const server = net.createServer(mustCall((c) => {
  let text = '';
  c.setEncoding('utf8').on('data', (d) => { text += d; }).on('end', mustCall(() => {
    assert.strictEqual(text, 'one two three');
    server.close();
  }));
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1');
  c.write('one ', mustCall());
  c.write(Buffer.from('two '));
  assert.strictEqual(c.pending, true);
  assert.strictEqual(c.bytesWritten, 8);
  c.end('three', mustCall());
  c.resume();
});
