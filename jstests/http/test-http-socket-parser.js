'use strict';
// socket.parser of a connection that speaks HTTP: what is being read, and what it ends with.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const freed = [];
const server = http.createServer(mustCall((req, res) => {
  const { parser } = req.socket;
  assert.strictEqual(parser, req.socket.parser);
  assert.strictEqual(parser.socket, req.socket);
  assert.strictEqual(parser.incoming, req);
  if (req.url === '/first') parser.free = mustCall(() => freed.push('free'));
  req.on('end', mustCall(() => {
    assert.strictEqual(parser.incoming, req);
    process.nextTick(mustCall(() => assert.strictEqual(parser.incoming, null)));
    if (req.url !== '/second') return;
    req.socket.on('close', mustCall(() => {
      assert.strictEqual(req.socket.parser, null);
      assert.deepStrictEqual(freed, ['free']);
      setImmediate(mustCall(() => { parser.close(); server.close(); }));
    }));
  }));
  res.end('ok');
}, 2));

listen(server, (port) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path, done) => {
    const req = http.request({ port, host: '127.0.0.1', path, agent, method: 'POST' }, mustCall((res) => {
      assert.strictEqual(req.socket.parser.incoming, res);
      assert.strictEqual(req.socket.parser.outgoing, req);
      res.resume().on('end', mustCall(done));
    }));
    req.end('body');
    return req;
  };
  const one = ask('/first', () => {
    setImmediate(mustCall(() => {
      assert.strictEqual(one.socket.parser, null);
      ask('/second', () => setImmediate(() => agent.destroy()));
    }));
  });
});
