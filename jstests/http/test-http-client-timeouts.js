'use strict';
// Timeouts of a request: set as an option or by a call, before and after the socket is connected, by
// the agent; told once, and no longer than the response lasts.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  if (req.url === '/answer') return res.end('x');
  if (req.url === '/half') return res.write('x');
});
listen(server, (port) => {
  let left = 0;
  const done = () => { if (--left === 0) { server.closeAllConnections(); server.close(); } };
  const silent = (options, prepare, check) => {
    left++;
    const req = http.get({ port, host: '127.0.0.1', path: '/silent', ...options }, mustNotCall('response'));
    let timeouts = 0;
    req.on('timeout', () => {
      timeouts++;
      assert.strictEqual(req.destroyed, false); // it is the program's to decide
      if (check) check(req);
      setTimeout(() => req.destroy(), 30);
    });
    req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    req.on('close', mustCall(() => { assert.strictEqual(timeouts, 1); done(); }));
    if (prepare) prepare(req);
  };
  silent({ timeout: 10 });
  silent({ timeout: 10, agent: false });
  silent({ timeout: 10 }, null, (req) => {
    assert.strictEqual(req.socket.timeout, 10);
    assert.strictEqual(req.socket.listenerCount('timeout'), 1); // the agent's
  });
  silent({}, (req) => req.setTimeout(10));
  silent({}, (req) => req.on('socket', () => req.setTimeout(10)));
  silent({}, (req) => req.on('socket', (socket) => socket.on('connect', () => req.setTimeout(10, mustCall()))));
  silent({ agent: new http.Agent({ timeout: 10 }) });
  silent({ agent: new http.Agent({ timeout: 60000 }), timeout: 10 });
  silent({ timeout: 60000 }, (req) => req.setTimeout(10));

  // The response hears of it as well, and its listeners are enough.
  left++;
  const half = http.get({ port, host: '127.0.0.1', path: '/half' }, mustCall((res) => {
    res.setTimeout(10, mustCall(() => half.destroy()));
    res.on('error', mustCall((err) => assert.strictEqual(err.message, 'aborted')));
    res.on('close', mustCall(done));
    res.resume();
  }));

  // A kept connection does not carry a request's timeout to the next one.
  left++;
  const agent = new http.Agent({ keepAlive: true });
  http.get({ port, host: '127.0.0.1', path: '/answer', agent, timeout: 60000 }, mustCall((res) => {
    res.resume().on('end', () => setImmediate(() => {
      const next = http.get({ port, host: '127.0.0.1', path: '/silent', agent }, mustNotCall('response'));
      next.on('socket', (socket) => assert.strictEqual(socket.timeout || 0, 0));
      next.on('timeout', mustNotCall('timeout'));
      next.on('error', mustCall());
      next.on('close', mustCall(done));
      setImmediate(() => next.destroy());
    }));
  })).on('timeout', mustNotCall('timeout'));

  // Nor does a timeout of zero, nor one that was taken back.
  left++;
  const none = http.get({ port, host: '127.0.0.1', path: '/silent' });
  none.setTimeout(10);
  none.setTimeout(0);
  none.on('timeout', mustNotCall('timeout'));
  none.on('error', mustCall());
  none.on('close', mustCall(done));
  setTimeout(() => none.destroy(), 60);
});
