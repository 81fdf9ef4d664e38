'use strict';
// After 'upgrade' and 'connect' the very stream is handed over, with the bytes that came behind the
// head and without listeners of ours; on the client no less.
const { mustCall, duplexPair } = require('../common');
const assert = require('assert');
const http = require('http');

const events = ['data', 'end', 'close', 'drain', 'error', 'timeout'];
// A Duplex listens to its own 'end' or 'error' in some versions: compare with an untouched one.
const bare = (s) => events.map((e) => duplexPair()[0].listenerCount(e) === s.listenerCount(e) ? '' : e).join('');

for (const [event, head] of [
  ['upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n'],
  ['connect', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
]) {
  const [near, far] = duplexPair();
  const server = http.createServer();
  server.on(event, mustCall((req, socket, first) => {
    assert.strictEqual(socket, far);
    assert.strictEqual(String(first), 'rest');
    far.removeAllListeners('end'); // the pair's own
    assert.strictEqual(bare(far), '');
    socket.write('HTTP/1.1 101 Fine\r\n\r\n');
    socket.on('data', mustCall((d) => {
      assert.strictEqual(String(d), 'more');
      socket.end('bye');
    }));
  }));
  server.emit('connection', far);
  let text = '';
  near.on('data', (d) => {
    text += d;
    if (text.endsWith('\r\n\r\n')) near.end('more');
  });
  near.on('end', mustCall(() => assert.strictEqual(text, 'HTTP/1.1 101 Fine\r\n\r\nbye')));
  near.write(head + 'rest');
}

for (const [event, options, answer] of [
  ['upgrade', { headers: { Connection: 'Upgrade', Upgrade: 'own' } },
   'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n'],
  ['connect', { method: 'CONNECT', path: 'a:1' }, 'HTTP/1.1 200 Fine\r\n\r\n'],
]) {
  const [near, far] = duplexPair();
  const req = http.request({ ...options, createConnection: () => near });
  req.on(event, mustCall((res, socket, first) => {
    assert.strictEqual(socket, near);
    assert.strictEqual(String(first), 'rest');
    assert.strictEqual(near.listenerCount('data'), 0);
    assert.strictEqual(near.listenerCount('drain'), 0);
    socket.on('data', mustCall((d) => {
      assert.strictEqual(String(d), 'more');
      socket.end();
    }));
    far.write('more');
  }));
  req.end();
  far.once('data', mustCall(() => far.write(answer + 'rest')));
  far.on('end', mustCall(() => far.end()));
}
