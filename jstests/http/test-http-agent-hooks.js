'use strict';
// keepSocketAlive and reuseSocket are asked; destroy ends what is under way; globalAgent can be replaced.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  if (req.url !== '/hangs') res.end(String(req.socket.remotePort));
});
listen(server, (port) => {
  const get = (agent, fn, path = '/') => http.get({ port, host: '127.0.0.1', agent, path }, mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; }).on('end', mustCall(() => setImmediate(fn, text, res.req)));
  }));

  class Choosy extends http.Agent {
    keepSocketAlive(socket) {
      assert.strictEqual(socket.destroyed, false);
      super.keepSocketAlive(socket);
      return this.keeps;
    }
    reuseSocket(socket, req) {
      this.reused = (this.reused || 0) + 1;
      super.reuseSocket(socket, req);
      assert.strictEqual(req.reusedSocket, true);
    }
  }
  const agent = new Choosy({ keepAlive: true });
  agent.keeps = false;
  get(agent, mustCall((first) => {
    agent.keeps = true;
    get(agent, mustCall((second) => {
      assert.notStrictEqual(first, second);
      get(agent, mustCall((third) => {
        assert.strictEqual(third, second);
        assert.strictEqual(agent.reused, 1);
        destroy();
      }));
    }));
  }));

  function destroy() {
    const req = http.get({ port, host: '127.0.0.1', agent, path: '/hangs' }, mustNotCall('response'));
    req.on('socket', (socket) => process.nextTick(() => agent.destroy()));
    req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    req.on('close', mustCall(() => global()));
  }

  function global() {
    const before = http.globalAgent;
    class Marked extends http.Agent {}
    http.globalAgent = new Marked({ keepAlive: true });
    get(undefined, mustCall((text, req) => {
      assert.strictEqual(req.agent, http.globalAgent);
      http.globalAgent.destroy();
      http.globalAgent = before;
      // agent: false makes one of the same class for this request alone.
      const req2 = get(false, mustCall(() => server.close()));
      assert.notStrictEqual(req2.agent, before);
      assert(req2.agent instanceof http.Agent);
    }));
  }
});
