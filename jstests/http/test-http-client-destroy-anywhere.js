'use strict';
// abort() and destroy() at every step of an exchange: 'error' at most once, 'close' exactly once, the
// connection is closed, and the agent forgets it.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const open = new Set();
const server = http.createServer((req, res) => {
  req.on('error', () => {});
  res.on('error', () => {});
  if (req.url === '/continue') return;
  res.setHeader('Trailer', 'X-T');
  res.write('first');
  req.resume().on('end', () => setImmediate(() => {
    res.addTrailers({ 'X-T': '1' });
    res.end('last');
  }));
});
server.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => open.delete(socket));
});
server.on('checkContinue', (req, res) => res.writeContinue());
server.on('clientError', (err, socket) => socket.destroy());

// Where to stop: each gets the request and a function to call at its step.
const steps = {
  'at once': (req, stop) => stop(),
  'next tick': (req, stop) => process.nextTick(stop),
  'socket': (req, stop) => req.on('socket', stop),
  'lookup': (req, stop) => req.on('socket', (s) => s.on('lookup', stop)),
  'connect': (req, stop) => req.on('socket', (s) => s.on('connect', stop)),
  'continue': (req, stop) => req.on('continue', stop),
  'written': (req, stop) => req.write('more', () => stop()),
  'finish': (req, stop) => req.on('finish', stop),
  'response': (req, stop) => req.on('response', (res) => { res.resume(); stop(); }),
  'data': (req, stop) => req.on('response', (res) => res.once('data', stop)),
  'paused': (req, stop) => req.on('response', (res) => res.once('readable', stop)),
  'last data': (req, stop) => req.on('response', (res) => res.on('data', (d) => { if (/last$/.test(d)) stop(); })),
  'end': (req, stop) => req.on('response', (res) => res.resume().on('end', stop)),
  'close': (req, stop) => { req.on('response', (res) => res.resume()); req.on('close', stop); },
  'error': (req, stop) => { req.on('error', stop); process.nextTick(() => req.destroy(new Error('first'))); },
};
const ways = {
  'abort': (req) => req.abort(),
  'destroy': (req) => req.destroy(),
  'destroy(err)': (req) => req.destroy(new Error('mine')),
  'twice': (req) => { req.abort(); req.destroy(new Error('late')); req.abort(); },
  'res.destroy': (req) => (req.res || req).destroy(),
  'socket.destroy': (req) => (req.socket || req).destroy(),
};
listen(server, (port) => {
  let left = 0;
  for (const step of Object.keys(steps)) {
    for (const way of Object.keys(ways)) {
      // By then the socket is nobody's on node, and an error thrown at it uncaught.
      if (/^(last data|end|close|finish)$/.test(step) && way === 'destroy(err)') continue;
      for (const keepAlive of [false, true]) {
        left++;
        one(step, way, keepAlive, () => { if (--left === 0) server.close(mustCall(() => assert.strictEqual(open.size, 0))); });
      }
    }
  }

  function one(step, way, keepAlive, done) {
    const what = `${way} at ${step}${keepAlive ? ', kept alive' : ''}`;
    const agent = new http.Agent({ keepAlive });
    const headers = step === 'continue' ? { Expect: '100-continue' } : {};
    const req = http.request({ port, host: 'localhost', family: 4, agent, method: 'POST', headers,
      path: step === 'continue' ? '/continue' : '/' });
    const seen = { abort: 0, error: 0, close: 0, response: 0, stopped: 0 };
    const res = { error: 0, end: 0, close: 0, aborted: 0 };
    req.on('response', (r) => {
      for (const event of Object.keys(res)) r.on(event, () => { res[event]++; });
    });
    for (const event of ['abort', 'error', 'response']) req.on(event, () => { seen[event]++; });
    req.on('close', () => { seen.close++; setImmediate(check); });
    let checked = false;
    function check() {
      if (checked) return assert.fail(`${what}: a second close`);
      checked = true;
      agent.destroy();
      setTimeout(function settled() {
        // The agent forgets a socket when it has closed, which a busy machine may take its time for.
        if (Object.keys(agent.sockets).length) return setTimeout(settled, 10);
        assert.strictEqual(seen.stopped, 1, what);
        assert.strictEqual(seen.close, 1, `${what}: closes`);
        assert(seen.error <= 1 && seen.abort <= 1 && seen.response <= 1, `${what}: ${JSON.stringify(seen)}`);
        assert(res.error <= 1 && res.end <= 1 && res.close <= 1 && res.aborted <= 1, `${what}: response ${JSON.stringify(res)}`);
        assert(res.end === 0 || res.error === 0, `${what}: response ${JSON.stringify(res)}`);
        assert.strictEqual(req.destroyed, true, what);
        assert.deepStrictEqual(Object.keys(agent.requests), [], `${what}: the agent`);
        done();
      }, 50);
    }
    let stopped = false;
    steps[step](req, () => {
      if (stopped) return;
      stopped = true;
      seen.stopped++;
      ways[way](req);
    });
    if (step !== 'continue') req.end('body');
    else req.flushHeaders();
  }
});
