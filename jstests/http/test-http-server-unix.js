'use strict';
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const http = require('http');

const path = tmp('http.sock');
const server = http.createServer(mustCall((req, res) => res.end(req.headers.host)));
server.listen(path, mustCall(() => {
  http.get({ socketPath: path, path: '/x' }, mustCall((res) => {
    let text = '';
    res.on('data', (d) => { text += d; });
    res.on('end', mustCall(() => {
      assert.strictEqual(text, 'localhost');
      server.close();
    }));
  }));
}));
