'use strict';
// The sentences about agents.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// Serves and calls fn(get, name, done): get(agent, fn) makes a request and calls fn after its end.
function serve(n, fn) {
  const server = http.createServer(mustCall((req, res) => res.end('x'), n));
  listen(server, (port) => {
    const get = (agent, after, path = '/') => http.get({ host: '127.0.0.1', port, path, agent }, mustCall((res) => {
      res.resume();
      // A turn later the socket has been given back.
      res.on('end', mustCall(() => setImmediate(after)));
    }));
    fn(get, `127.0.0.1:${port}:`, () => server.close());
  });
}

// spec: agent.option.keepAlive, agent.option.keepAliveMsecs, agent.option.maxSockets, agent.option.maxFreeSockets, request.keepAliveMsecs
{
  const agent = new http.Agent();
  assert.strictEqual(agent.keepAlive, false);
  assert.strictEqual(agent.keepAliveMsecs, 1000);
  assert.strictEqual(agent.maxSockets, Infinity);
  assert.strictEqual(agent.maxFreeSockets, 256);
  const own = new http.Agent({ keepAlive: true, keepAliveMsecs: 5, maxSockets: 6, maxFreeSockets: 7 });
  assert.deepStrictEqual([own.keepAlive, own.keepAliveMsecs, own.maxSockets, own.maxFreeSockets], [true, 5, 6, 7]);
  // The delay reaches the socket.
  serve(1, (get, name, done) => {
    const set = net.Socket.prototype.setKeepAlive;
    own.createConnection = mustCall((options) => {
      const socket = net.connect(options);
      socket.setKeepAlive = mustCall((on, ms) => {
        assert.deepStrictEqual([on, ms], [true, 5]);
        return set.call(socket, on, ms);
      });
      return socket;
    });
    get(own, () => { own.destroy(); done(); });
  });
}

// spec: agent.pools, agent.sockets, agent.closes
serve(1, (get, name, done) => {
  const agent = new http.Agent();
  const req = get(agent, () => {});
  assert.strictEqual(agent.sockets[name].length, 1);
  assert(agent.sockets[name][0] instanceof net.Socket);
  req.on('socket', mustCall((so) => so.on('close', mustCall(() => {
    assert.deepStrictEqual(Object.keys(agent.sockets), []);
    assert.deepStrictEqual(Object.keys(agent.freeSockets), []);
    done();
  }))));
});

// spec: agent.keeps, agent.freeSockets, agent.destroy-needed, agent.leaves-on-close
serve(2, (get, name, done) => {
  const agent = new http.Agent({ keepAlive: true });
  let socket;
  get(agent, () => {
    assert.deepStrictEqual(agent.freeSockets[name], [socket]);
    assert.deepStrictEqual(Object.keys(agent.sockets), []);
    const again = get(agent, () => {
      socket.on('close', mustCall(() => { assert.deepStrictEqual(Object.keys(agent.freeSockets), []); done(); }));
      agent.destroy();
      assert.strictEqual(socket.destroyed, true);
    });
    again.on('socket', mustCall((so) => assert.strictEqual(so, socket)));
  }).on('socket', (so) => { socket = so; });
});

// spec: agent.leaves-on-agentRemove
serve(2, (get, name, done) => {
  const agent = new http.Agent({ maxSockets: 1 });
  get(agent, () => {}).on('socket', (so) => {
    so.emit('agentRemove');
    assert.deepStrictEqual(Object.keys(agent.sockets), []);
    get(agent, done); // although the first goes on, and only one is allowed
  });
});

// spec: agent.maxSockets, agent.requests
serve(2, (get, name, done) => {
  const agent = new http.Agent({ maxSockets: 1 });
  get(agent, () => {});
  const second = get(agent, done, '/second');
  assert.strictEqual(agent.sockets[name].length, 1);
  assert.deepStrictEqual(agent.requests[name], [second]);
});

// spec: agent.maxFreeSockets
serve(2, (get, name, done) => {
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1 });
  let left = 2;
  const after = () => {
    if (--left > 0) return;
    assert.strictEqual(agent.freeSockets[name].length, 1);
    agent.destroy();
    done();
  };
  get(agent, after);
  get(agent, after);
});

// spec: agent.destroy
{
  const server = net.createServer(mustCall((c) => { c.on('error', () => {}); c.resume(); c.on('close', mustCall(() => server.close())); }));
  listen(server, (port) => {
    const agent = new http.Agent();
    const req = http.get({ host: '127.0.0.1', port, agent }, mustNotCall('response'));
    req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    server.once('connection', () => { agent.destroy(); assert.strictEqual(req.socket.destroyed, true); });
  });
}

// spec: agent.getName
{
  const agent = new http.Agent();
  assert.strictEqual(agent.getName({ host: 'h', port: 80, localAddress: '1.2.3.4' }), 'h:80:1.2.3.4');
  assert.strictEqual(agent.getName({ host: 'h', port: 80 }), 'h:80:');
}

// spec: agent.unref
// The last one: nothing is destroyed, the server is unref'd, and the process ends all the same.
{
  const server = http.createServer(mustCall((req, res) => { req.socket.unref(); res.end(); }));
  listen(server, (port) => {
    const agent = new http.Agent({ keepAlive: true });
    http.get({ host: '127.0.0.1', port, agent }, mustCall((res) => res.resume().on('end', mustCall(() => server.unref()))));
  });
}
