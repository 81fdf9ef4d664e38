'use strict';
// server[Symbol.asyncDispose]() closes it.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer();
server.once('close', mustCall());
listen(server, () => {
  server[Symbol.asyncDispose]().then(mustCall(() => {
    assert.strictEqual(server.listening, false);
    server[Symbol.asyncDispose]().then(() => assert.fail(), mustCall((err) => {
      assert.strictEqual(err.code, 'ERR_SERVER_NOT_RUNNING');
    }));
  }));
});
