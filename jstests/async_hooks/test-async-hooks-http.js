// A store follows the requests that are made in it, through one kept connection, and what a handler
// begins.
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');
const { AsyncLocalStorage } = require('async_hooks');

const store = new AsyncLocalStorage();
let n = 0;

const server = http.createServer(mustCall((req, res) => {
  assert.strictEqual(store.getStore(), undefined);
  store.run(`handler ${++n}`, () => {
    const mine = store.getStore();
    setTimeout(mustCall(() => {
      assert.strictEqual(store.getStore(), mine);
      res.end('x'.repeat(100000));
    }), 1);
  });
}, 4));

server.listen(0, '127.0.0.1', mustCall(async () => {
  const { port } = server.address();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = (name) => new Promise((resolve) => store.run(name, () => {
    const req = http.get({ port, host: '127.0.0.1', agent }, mustCall((res) => {
      assert.strictEqual(store.getStore(), name, 'response');
      res.on('data', () => assert.strictEqual(store.getStore(), name, 'data'));
      res.on('end', mustCall(() => {
        assert.strictEqual(store.getStore(), name, 'end');
        resolve();
      }));
    }));
    req.on('socket', mustCall(() => assert.strictEqual(store.getStore(), name, 'socket')));
  }));
  await Promise.all([get('a'), get('b'), get('c')]); // b and c wait for the only socket
  await get('d');
  agent.destroy();
  server.close();

  const echo = net.createServer(mustCall((s) => s.pipe(s)));
  echo.listen(0, '127.0.0.1', mustCall(() => store.run('net', () => {
    const s = net.connect(echo.address().port, '127.0.0.1', mustCall(() => {
      assert.strictEqual(store.getStore(), 'net');
      s.end('hi');
    }));
    s.on('data', mustCall(() => assert.strictEqual(store.getStore(), 'net')));
    s.on('close', mustCall(() => {
      assert.strictEqual(store.getStore(), 'net');
      echo.close();
    }));
  })));
}));
