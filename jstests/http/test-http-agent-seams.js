'use strict';
// What agents that go through proxies put in Agent's place: createConnection in all its forms,
// createSocket, addRequest, getName, and pools that they write into.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const events = require('events');
const http = require('http');
const net = require('net');
const util = require('util');

const server = http.createServer((req, res) => res.end(req.url));
let left = 0;
const cases = [];
const run = (fn) => cases.push(fn);

function get(port, path, agent, fn) {
  left++;
  const req = http.get({ port, host: '127.0.0.1', path, agent }, mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; }).on('end', () => {
      assert.strictEqual(text, path);
      setImmediate(() => { if (fn) fn(req, res); done(); });
    });
  }));
  return req;
}
function fails(port, path, agent, want) {
  left++;
  const req = http.get({ port, host: '127.0.0.1', path, agent }, mustNotCall('response'));
  req.on('error', mustCall((err) => { assert.strictEqual(err.message, want); done(); }));
}
function done() {
  if (--left === 0) server.close();
}

// A class that makes its own connections: at once, later, or not at all.
run((port) => {
  class Own extends http.Agent {
    createConnection(options, cb) {
      assert.strictEqual(options.path, null);
      assert.strictEqual(options._agentKey, this.getName(options));
      assert.strictEqual(typeof cb, 'function');
      switch (this.how) {
        case 'now': return net.connect(options);
        case 'callback': return void setImmediate(() => cb(null, net.connect(options)));
        case 'both': { const s = net.connect(options); cb(null, s); return s; }
        case 'error': return void setImmediate(() => cb(new Error('no way')));
      }
    }
  }
  for (const how of ['now', 'callback', 'both']) {
    const agent = new Own();
    agent.how = how;
    get(port, `/${how}`, agent, () => assert.strictEqual(agent.totalSocketCount <= 1, true));
  }
  const agent = new Own();
  agent.how = 'error';
  fails(port, '/error', agent, 'no way');
});

// createSocket asynchronously, with a placeholder in the pool meanwhile, and back to Agent's own.
run((port) => {
  class Late extends http.Agent {
    createSocket(req, options, cb) {
      const name = this.getName(options);
      const placeholder = new net.Socket({ writable: false });
      (this.sockets[name] = this.sockets[name] || []).push(placeholder);
      this.totalSocketCount++;
      Promise.resolve().then(() => {
        const list = this.sockets[name];
        list.splice(list.indexOf(placeholder), 1);
        if (list.length === 0) delete this.sockets[name];
        this.totalSocketCount--;
        this.next = net.connect(options);
        super.createSocket(req, options, cb);
      });
    }
    createConnection() { return this.next; }
  }
  const agent = new Late({ maxSockets: 1 });
  const first = get(port, '/late', agent);
  assert.strictEqual(agent.totalSocketCount, 1);
  assert.strictEqual(agent.sockets[agent.getName({ host: '127.0.0.1', port })].length, 1);
  const second = get(port, '/later', agent);
  assert.deepStrictEqual(agent.requests[agent.getName({ host: '127.0.0.1', port })], [second]);
  assert.strictEqual(first.socket, null);
});

// The constructor as older programs call it, and names of one's own.
run((port) => {
  function Old(options) {
    http.Agent.call(this, options);
    this.mine = true;
  }
  util.inherits(Old, http.Agent);
  Old.prototype.getName = function() { return 'constructor'; };
  const agent = new Old({ keepAlive: true });
  assert(agent instanceof http.Agent);
  assert.deepStrictEqual([agent.mine, agent.keepAlive, agent.defaultPort, agent.protocol, agent.totalSocketCount],
    [true, true, 80, 'http:', 0]);
  get(port, '/old', agent, () => {
    assert.deepStrictEqual(Object.keys(agent.freeSockets), ['constructor']);
    agent.destroy();
  });
});

// No Agent at all: whatever has an addRequest.
run((port) => {
  const agent = new events.EventEmitter();
  agent.addRequest = mustCall((req, options) => {
    assert.strictEqual(options.host, '127.0.0.1');
    assert.strictEqual(options.port, port);
    const socket = net.connect(options.port, options.host);
    socket.on('free', mustCall(() => socket.destroy()));
    req._last = false;
    req.shouldKeepAlive = true;
    req.onSocket(socket);
  });
  get(port, '/alike', agent, (req) => assert.strictEqual(req.agent, agent));
});

// Agent's methods on an object that only looks like one.
run((port) => {
  const agent = new events.EventEmitter();
  Object.assign(agent, { options: { path: null }, requests: {}, sockets: {}, freeSockets: {}, maxSockets: 2, maxTotalSockets: Infinity, totalSocketCount: 0 });
  for (const name of ['addRequest', 'createSocket', 'createConnection', 'removeSocket', 'getName']) agent[name] = http.Agent.prototype[name];
  agent.on('free', (socket) => socket.destroy());
  get(port, '/borrowed', agent, (req) => {
    req.socket.on('close', mustCall(() => assert.deepStrictEqual(Object.keys(agent.sockets), [])));
  });
});

// A setter where Agent's constructor writes.
run((port) => {
  class Computed extends http.Agent {
    get defaultPort() { return port; }
    set defaultPort(v) { this.told = v; }
  }
  const agent = new Computed();
  assert.strictEqual(agent.told, 80);
  left++;
  http.get({ host: '127.0.0.1', path: '/computed', agent }, mustCall((res) => {
    assert.strictEqual(res.req.getHeader('host'), '127.0.0.1');
    res.resume().on('end', done);
  }));
});

listen(server, (port) => cases.forEach((fn) => fn(port)));
