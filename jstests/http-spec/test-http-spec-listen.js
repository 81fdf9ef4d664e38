'use strict';
// The sentences about listen and close.
const { mustCall, mustNotCall, tmp } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const answer = (name) => (req, res) => { res.setHeader('Connection', 'close'); res.end(name); };
// Asks at, and calls fn with the answer.
function ask(at, fn) {
  http.get(Object.assign({ agent: false }, at), mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; });
    res.on('end', mustCall(() => fn(text)));
  }));
}

// spec: server.listen.port, server.listen.later
{
  const server = http.createServer(answer('port'));
  let returned = false;
  const listening = mustCall(() => {
    assert(returned);
    const { address, port } = server.address();
    assert.strictEqual(address, '127.0.0.1');
    ask({ host: address, port }, (text) => { assert.strictEqual(text, 'port'); server.close(); });
  });
  const before = server.listenerCount('listening');
  server.listen(0, '127.0.0.1', 5, listening);
  assert.strictEqual(server.listenerCount('listening'), before + 1);
  returned = true;
}

// spec: server.listen.any
{
  const server = http.createServer(answer('any'));
  server.listen(0, mustCall(() => {
    // Two addresses of this machine, neither named.
    ask({ host: '127.0.0.1', port: server.address().port }, () => {
      ask({ host: '127.0.0.2', port: server.address().port }, (text) => {
        assert.strictEqual(text, 'any');
        server.close();
      });
    });
  }));
}

// spec: server.listen.file, server.listen.path, server.listen.path-later, request.socketPath
{
  const path = tmp('s'), server = http.createServer(answer('unix'));
  let returned = false;
  server.listen(path, mustCall(() => {
    assert(returned);
    assert.strictEqual(server.address(), path);
    ask({ socketPath: path }, (text) => { assert.strictEqual(text, 'unix'); server.close(); });
  }));
  returned = true;
}

// spec: server.listen.handle, server.listen.handle-bound, server.listen.handle-later
{
  const bound = net.createServer(mustNotCall('connection'));
  bound.listen(0, '127.0.0.1', mustCall(() => {
    const { port } = bound.address();
    const server = http.createServer(answer('handle'));
    let returned = false;
    server.listen(bound, mustCall(() => {
      assert(returned);
      assert.strictEqual(server.address().port, port);
      ask({ host: '127.0.0.1', port }, (text) => { assert.strictEqual(text, 'handle'); server.close(); });
    }));
    returned = true;
  }));
}
// Anything with a _handle is as good. A descriptor needs a parent that made it: TestSocketActivation.
{
  const bound = net.createServer(mustNotCall('connection')).listen(0, '127.0.0.1', mustCall(() => {
    const { port } = bound.address();
    const server = http.createServer(answer('socket'));
    server.listen({ _handle: bound._handle }, mustCall(() => {
      ask({ host: '127.0.0.1', port }, (text) => { assert.strictEqual(text, 'socket'); server.close(); });
    }));
  }));
}

// spec: server.close.stops
{
  const server = http.createServer(mustNotCall('request'));
  server.listen(0, '127.0.0.1', mustCall(() => {
    const { port } = server.address();
    server.close(mustCall(() => {
      net.connect(port, '127.0.0.1', mustNotCall('connect')).on('error', mustCall((err) => {
        assert.strictEqual(err.code, 'ECONNREFUSED');
      }));
    }));
  }));
}
