'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');

process.env.PORT = '0';
console.log = () => {};
const server = require('../../examples/hello-server');
server.on('listening', mustCall(() => {
  http.get({ port: server.address().port, agent: false }, mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; }).on('end', mustCall(() => {
      assert.strictEqual(text, 'Hello, world\n');
      server.close(mustCall());
    }));
  }));
}));
