'use strict';
// createConnection as an option, without an agent: at once, by the callback, and failing.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer((req, res) => res.end(req.headers.connection));
listen(server, (port) => {
  let left = 5;
  const done = () => { if (--left === 0) server.close(); };
  const works = (createConnection) => {
    const req = http.get({ port, host: '127.0.0.1', path: '/x', createConnection }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', mustCall(() => assert.strictEqual(text, 'close')));
      res.on('close', mustCall(done));
    }));
    assert.strictEqual(req.agent, undefined);
    return req;
  };
  works(mustCall((options) => {
    assert.strictEqual(options.path, undefined); // net would take it for a Unix socket
    assert.strictEqual(options.port, port);
    return net.connect(options);
  }));
  works((options, cb) => { setImmediate(() => cb(null, net.connect(options))); });
  works((options, cb) => {
    const socket = net.connect(options);
    cb(null, socket);
    cb(new Error('late'));
    return socket;
  });
  const fails = (createConnection) => {
    const req = http.get({ port, createConnection }, mustNotCall('response'));
    req.on('error', mustCall((err) => { assert.strictEqual(err.message, 'no'); done(); }));
  };
  fails((options, cb) => { cb(new Error('no')); });
  fails(() => { throw new Error('no'); });
});
