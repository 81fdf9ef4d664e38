'use strict';
// setNoDelay, setSocketKeepAlive, setTimeout and flushHeaders before there is a socket, and after.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const calls = [];
class Watched extends http.Agent {
  createConnection(options, cb) {
    const socket = net.connect(options, cb);
    for (const name of ['setNoDelay', 'setKeepAlive', 'setTimeout']) {
      const own = socket[name];
      socket[name] = function(...args) {
        calls.push([name, ...args.filter((a) => typeof a !== 'function')]);
        return own.apply(this, args);
      };
    }
    return socket;
  }
}
const server = http.createServer((req, res) => {
  res.write('head first');
  req.resume().on('end', () => res.end());
});
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', method: 'POST', agent: new Watched() });
  req.setNoDelay(true);
  req.setSocketKeepAlive(true, 2000);
  assert.strictEqual(req.setTimeout(5000), req);
  assert.deepStrictEqual(calls, []);
  req.flushHeaders();
  assert.strictEqual(req.headersSent, true);
  req.on('response', mustCall((res) => {
    assert.deepStrictEqual(calls.filter(([name]) => name !== 'setTimeout'), [['setNoDelay', true], ['setKeepAlive', true, 2000]]);
    assert(calls.some(([name, ms]) => name === 'setTimeout' && ms === 5000));
    calls.length = 0;
    req.setNoDelay(false);
    req.setSocketKeepAlive(false, 0);
    assert.deepStrictEqual(calls, [['setNoDelay', false], ['setKeepAlive', false, 0]]);
    res.resume().on('end', mustCall(() => server.close()));
    req.end();
  }));
});
