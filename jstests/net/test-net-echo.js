'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const net = require('net');

const server = net.createServer(mustCall((c) => {
  assert.strictEqual(c.remoteAddress, '127.0.0.1');
  assert.strictEqual(c.localPort, server.address().port);
  c.pipe(c);
}));
listen(server, (port) => {
  assert.deepStrictEqual(server.address(), { address: '127.0.0.1', family: 'IPv4', port });
  let text = '';
  const c = net.connect({ port, host: '127.0.0.1' }, mustCall(() => {
    assert.strictEqual(c.remotePort, port);
    assert.strictEqual(c.remoteFamily, 'IPv4');
    assert.strictEqual(c.connecting, false);
    assert.strictEqual(c.readyState, 'open');
    c.write('héllo ');
    c.end('wörld', 'latin1');
  }));
  assert.strictEqual(c.connecting, true);
  assert.strictEqual(c.readyState, 'opening');
  c.on('data', (d) => { text += d.toString('latin1'); });
  c.on('end', mustCall(() => assert.strictEqual(text, 'h\xc3\xa9llo w\xf6rld')));
  c.on('close', mustCall((hadError) => {
    assert.strictEqual(hadError, false);
    assert.strictEqual(c.bytesWritten, 12);
    assert.strictEqual(c.bytesRead, 12);
    server.close(mustCall());
  }));
});
