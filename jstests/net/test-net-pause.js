'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

// pauseOnConnect, and a paused socket that keeps what comes.
const server = net.createServer({ pauseOnConnect: true }, mustCall((c) => {
  assert.strictEqual(c.isPaused(), true);
  let resumed = false, text = '';
  c.on('data', (d) => { assert(resumed); text += d; });
  c.on('end', mustCall(() => { assert.strictEqual(text, 'abc'); server.close(); }));
  setTimeout(() => { resumed = true; c.resume(); }, 20);
}));
listen(server, (port) => {
  const c = net.connect(port, '127.0.0.1', () => {
    c.write('a');
    c.write('b');
    c.end('c');
  });
  c.resume();
});
