'use strict';
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// The client hangs up before the answer: 'close' on both, no 'finish'.
const server = http.createServer(mustCall((req, res) => {
  req.on('end', mustNotCall('end'));
  req.on('aborted', mustCall());
  req.on('error', mustCall((err) => {
    assert.strictEqual(err.code, 'ECONNRESET');
    assert.strictEqual(err.message, 'aborted');
  }));
  req.on('close', mustCall(() => { assert.strictEqual(req.aborted, true); assert.strictEqual(req.destroyed, true); }));
  res.on('finish', mustNotCall('finish'));
  res.on('close', mustCall(() => {
    assert.strictEqual(res.writableFinished, false);
    assert.strictEqual(res.destroyed, true);
    res.write('nobody hears');
    server.close();
  }));
  req.resume();
  setImmediate(() => c.destroy());
}));
let c;
listen(server, (port) => {
  c = net.connect(port, '127.0.0.1');
  c.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
});
