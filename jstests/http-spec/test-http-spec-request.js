'use strict';
// The sentences about http.request, http.get and their options.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');
const http = require('http');
const net = require('net');

// Calls fn(options, done) with the address of a server that answers raw requests: done(text) has the
// head and body of the request that came.
function echo(fn) {
  const server = net.createServer(mustCall((socket) => {
    let text = '';
    socket.on('data', (d) => {
      text += d.toString('latin1');
      if (!text.includes('\r\n\r\n') || /chunked/.test(text) && !text.endsWith('0\r\n\r\n')) return;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    socket.on('close', () => { server.close(); done(text); });
  }));
  let done;
  listen(server, (port) => {
    fn({ host: '127.0.0.1', port, agent: false }, mustCall((check) => { done = mustCall(check); }));
  });
}
const lines = (text) => text.split('\r\n');

// spec: request.options, request.headers, request.returns, request.stream, clientRequest.stream
echo((at, done) => {
  const req = http.request(Object.assign(at, { headers: { 'X-A': 'b', 'x-c': ['d', 'e'] } }));
  assert(req instanceof http.ClientRequest);
  assert(req instanceof EventEmitter);
  assert.strictEqual(req.writable, true);
  for (const method of ['write', 'end', 'on', 'once']) assert.strictEqual(typeof req[method], 'function');
  req.on('finish', mustCall());
  req.end();
  done((text) => assert.deepStrictEqual(lines(text).slice(1, 4), ['X-A: b', 'x-c: d', 'x-c: e']));
});

// spec: request.string, request.method, general.values-kept
echo((at, done) => {
  http.get(`http://127.0.0.1:${at.port}/a?b=c`, { agent: false });
  done((text) => assert.strictEqual(lines(text)[0], 'GET /a?b=c HTTP/1.1'));
});

// spec: request.host, request.port
{
  const asked = mustCall((options) => {
    assert.strictEqual(options.host, 'localhost');
    assert.strictEqual(options.port, 80);
    return new net.Socket();
  });
  http.request({ createConnection: asked });
}

// spec: request.hostname
echo((at, done) => {
  http.get(Object.assign(at, { hostname: '127.0.0.1', host: 'nowhere.invalid' }));
  done((text) => assert(text.includes(`\r\nHost: 127.0.0.1:${at.port}\r\n`)));
});

// spec: request.localAddress
{
  const server = http.createServer(mustCall((req, res) => {
    assert.strictEqual(req.socket.remoteAddress, '127.0.0.2');
    res.end();
    server.close();
  }));
  listen(server, (port) => http.get({ host: '127.0.0.1', port, localAddress: '127.0.0.2', agent: false }, (res) => res.resume()));
}

// spec: request.path
echo((at, done) => { http.get(at); done((text) => assert.strictEqual(lines(text)[0], 'GET / HTTP/1.1')); });
echo((at, done) => {
  http.get(Object.assign(at, { path: '/index.html?page=12' }));
  done((text) => assert.strictEqual(lines(text)[0], 'GET /index.html?page=12 HTTP/1.1'));
});
// spec: request.path-illegal
assert.throws(() => http.request({ path: '/a b' }), TypeError);

// spec: request.auth
echo((at, done) => {
  http.get(Object.assign(at, { auth: 'user:password' }));
  done((text) => assert(text.includes('\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\n')));
});
// spec: request.field.authorization
echo((at, done) => {
  http.get(Object.assign(at, { auth: 'user:password', headers: { Authorization: 'Mine' } }));
  done((text) => assert.deepStrictEqual(text.match(/^Authorization: .*$/gm), ['Authorization: Mine']));
});

// spec: request.agent.false, agent.opt-out
echo((at, done) => {
  const req = http.get(at);
  assert.notStrictEqual(req.agent, http.globalAgent);
  assert.deepStrictEqual(Object.keys(http.globalAgent.sockets), []);
  done((text) => assert(text.includes('\r\nConnection: close\r\n')));
});
// spec: request.agent.undefined, globalAgent
echo((at, done) => {
  delete at.agent;
  const req = http.get(at);
  assert.strictEqual(req.agent, http.globalAgent);
  assert.strictEqual(Object.keys(http.globalAgent.sockets).length, 1);
  done(() => {});
});
assert.strictEqual(http.globalAgent.maxSockets, Infinity);
assert.strictEqual(http.globalAgent.maxFreeSockets, 256);
assert.strictEqual(http.globalAgent.keepAliveMsecs, 1000);

// spec: request.agent.object, request.agent.keep-alive, agent.keep-alive
echo((at, done) => {
  const agent = new http.Agent({ keepAlive: true });
  const req = http.get(Object.assign(at, { agent }));
  assert.strictEqual(req.agent, agent);
  assert.strictEqual(Object.keys(agent.sockets).length, 1);
  done((text) => assert(text.includes('\r\nConnection: keep-alive\r\n')));
});
echo((at, done) => {
  http.get(Object.assign(at, { agent: new http.Agent({ maxSockets: 1 }) })); // used again under load
  done((text) => assert(text.includes('\r\nConnection: keep-alive\r\n')));
});

// spec: request.pool
{
  let open = 0, most = 0;
  const server = http.createServer(mustCall((req, res) => { req.once('go', () => res.end()); waiting.push(req); if (waiting.length === 3) waiting.forEach((r) => r.emit('go')); }, 3));
  const waiting = [];
  server.on('connection', mustCall((so) => { most = Math.max(most, ++open); so.on('close', () => { open--; }); }, 3));
  listen(server, (port) => {
    const agent = new http.Agent();
    let left = 3;
    for (let i = 0; i < 3; i++) {
      http.get({ host: '127.0.0.1', port, agent }, mustCall((res) => res.resume().on('end', () => {
        if (--left === 0) { assert.strictEqual(most, 3); server.close(); }
      })));
    }
  });
}

// spec: request.end-needed
{
  const server = http.createServer(mustCall((req, res) => {
    let ended = false;
    req.on('end', mustCall(() => { ended = true; res.end(); server.close(); }));
    req.once('data', mustCall(() => setImmediate(() => { assert.strictEqual(ended, false); client.end(); })));
  }));
  let client;
  listen(server, (port) => {
    client = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false }, mustCall((res) => res.resume()));
    client.write('part');
  });
}

// spec: request.error
{
  const closed = net.createServer().listen(0, '127.0.0.1', mustCall(() => {
    const { port } = closed.address();
    closed.close(mustCall(() => {
      http.get({ host: '127.0.0.1', port, agent: false }, mustNotCall('response')).on('error', mustCall((err) => {
        assert.strictEqual(err.code, 'ECONNREFUSED');
      }));
    }));
  }));
  const lookup = (host, options, cb) => process.nextTick(cb, Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
  http.get({ host: 'nowhere.invalid', lookup, agent: false }, mustNotCall('response')).on('error', mustCall((err) => {
    assert.strictEqual(err.code, 'ENOTFOUND');
  }));
  const nonsense = net.createServer((c) => c.end('nonsense\r\n\r\n'));
  listen(nonsense, (port) => {
    http.get({ host: '127.0.0.1', port, agent: false }, mustNotCall('response')).on('error', mustCall((err) => {
      assert(/^HPE_/.test(err.code), err.code);
      nonsense.close();
    }));
  });
}

// spec: request.field.connection
{
  const sockets = new Set();
  const server = http.createServer(mustCall((req, res) => { sockets.add(req.socket); res.end(); }, 2));
  listen(server, (port) => {
    const agent = new http.Agent({ keepAlive: true });
    const options = { host: '127.0.0.1', port, agent, headers: { Connection: 'keep-alive' } };
    http.get(options, mustCall((res) => res.resume().on('end', () => setImmediate(() => {
      http.get(options, mustCall((again) => again.resume().on('end', mustCall(() => {
        assert.strictEqual(sockets.size, 1);
        agent.destroy();
        server.close();
      }))));
    }))));
  });
}

// spec: request.field.content-length
echo((at, done) => {
  const req = http.request(Object.assign(at, { method: 'POST', headers: { 'Content-Length': 0 } }));
  req.end();
  done((text) => { assert(!/Transfer-Encoding/i.test(text)); assert(text.includes('Content-Length: 0')); });
});

// spec: request.field.expect, clientRequest.continue
{
  const server = http.createServer(mustNotCall('request'));
  server.on('checkContinue', mustCall((req, res) => {
    res.writeContinue();
    req.on('data', mustCall((d) => assert.strictEqual(String(d), 'body')));
    req.on('end', mustCall(() => { res.end(); server.close(); }));
  }));
  listen(server, (port) => {
    const req = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers: { 'Expect': '100-continue', 'Content-Length': 4 } },
                             mustCall((res) => res.resume()));
    req.on('continue', mustCall(() => req.end('body'))); // nothing was written or ended before
  });
}

// spec: get.method, get.ends
echo((at, done) => {
  const req = http.get(at);
  assert.strictEqual(req.method, 'GET');
  assert.strictEqual(req.finished, true);
  done((text) => assert(text.startsWith('GET ')));
});
