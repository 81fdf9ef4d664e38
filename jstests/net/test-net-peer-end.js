'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// At 'end' the socket is still writable: what is written in the listener leaves, what is written
// after end() was called is an error that says whose end it was.
const server = net.createServer({ allowHalfOpen: true }, (c) => {
  let text = '';
  c.on('data', (d) => text += d).on('end', mustCall(() => got(text)));
  c.end();
});
const texts = [];
function got(text) {
  texts.push(text);
  if (texts.length === 2) {
    assert.deepStrictEqual(texts.sort(), ['', 'last words']);
    server.close();
  }
}
listen(server, (port) => {
  const a = net.connect(port, '127.0.0.1').on('error', mustNotCall('error'));
  a.resume().on('end', mustCall(() => {
    assert.strictEqual(a.writable, true);
    assert.strictEqual(a.write('last words'), true);
  }));
  const b = net.connect(port, '127.0.0.1', mustCall(() => b.end()));
  b.resume().on('end', mustCall(() => {
    let told = false;
    b.on('error', mustCall((err) => { told = true; assert.strictEqual(err.code, 'EPIPE'); }));
    assert.strictEqual(b.write('too late', mustCall((err) => {
      assert.strictEqual(err.message, 'This socket has been ended by the other party');
      assert.strictEqual(err.code, 'EPIPE');
    })), false);
    assert.strictEqual(told, false);
  }));
});
