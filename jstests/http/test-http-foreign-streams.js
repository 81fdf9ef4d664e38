'use strict';
// HTTP over streams that are no sockets, on both sides.
const { mustCall, duplexPair } = require('../common');
const assert = require('assert');
const http = require('http');

// One exchange; the socket of every message is the very stream.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustCall((req, res) => {
    assert.strictEqual(req.socket, far);
    assert.strictEqual(res.socket, far);
    assert.strictEqual(req.connection, far);
    assert.strictEqual(far.server, server);
    assert.strictEqual(req.url, '/one');
    res.end('hello');
  }));
  server.emit('connection', far);
  http.get({ path: '/one', createConnection: mustCall(() => near) }, mustCall((res) => {
    assert.strictEqual(res.socket, near);
    let text = '';
    res.on('data', (d) => { text += d; });
    res.on('end', mustCall(() => assert.strictEqual(text, 'hello')));
  })).on('socket', mustCall((s) => assert.strictEqual(s, near)));
}

// Two requests on one stream, without an agent.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustCall((req, res) => res.end(req.url), 2));
  server.emit('connection', far);
  const ask = (path, then) => {
    const req = http.request({ path, createConnection: () => near, headers: { Connection: 'keep-alive' } },
                             mustCall((res) => {
                               let text = '';
                               res.on('data', (d) => { text += d; });
                               res.on('end', mustCall(() => {
                                 assert.strictEqual(text, path);
                                 if (then) then();
                               }));
                             }));
    req.shouldKeepAlive = true;
    req.end();
  };
  ask('/first', () => ask('/second'));
}

// Bodies in chunks, both ways; the answer ends the stream.
{
  const [near, far] = duplexPair();
  const server = http.createServer(mustCall((req, res) => {
    let text = '';
    req.setEncoding('utf8');
    req.on('data', (d) => { text += d; });
    req.on('end', mustCall(() => {
      res.write(text);
      res.end('!');
    }));
  }));
  server.emit('connection', far);
  far.on('finish', mustCall());
  const req = http.request({ method: 'POST', createConnection: () => near }, mustCall((res) => {
    assert.strictEqual(res.headers['transfer-encoding'], 'chunked');
    let text = '';
    res.on('data', (d) => { text += d; });
    res.on('end', mustCall(() => assert.strictEqual(text, 'abcdef!')));
  }));
  req.write('abc');
  req.end('def');
}

// An agent keeps such a stream, too.
{
  const streams = [];
  const server = http.createServer(mustCall((req, res) => res.end(req.url), 2));
  class Pairs extends http.Agent {
    createConnection() {
      const [near, far] = duplexPair();
      near.ref = near.unref = near.setKeepAlive = near.setTimeout = () => near;
      streams.push(near);
      server.emit('connection', far);
      return near;
    }
  }
  const agent = new Pairs({ keepAlive: true });
  const ask = (path, then) => http.get({ path, agent }, mustCall((res) => {
    res.resume();
    res.on('end', mustCall(() => setImmediate(then)));
  }));
  ask('/a', () => ask('/b', mustCall(() => {
    assert.strictEqual(streams.length, 1);
    agent.destroy();
    assert.strictEqual(streams[0].destroyed, true);
  })));
}
