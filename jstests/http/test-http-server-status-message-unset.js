'use strict';
// A statusMessage that is set to nothing is the usual one, and an agent need not name a protocol.
const common = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  res.statusCode = 404;
  res.statusMessage = { '/undefined': undefined, '/null': null, '/empty': '' }[req.url];
  res.end();
}).listen(0, common.mustCall(() => {
  let left = 3;
  for (const path of ['/undefined', '/null', '/empty']) {
    http.get({ port: server.address().port, path, agent: false }, common.mustCall((res) => {
      assert.strictEqual(res.statusMessage, 'Not Found');
      res.resume().on('end', () => { if (--left === 0) server.close(); });
    }));
  }
}));

const req = http.request({ _defaultAgent: { addRequest: common.mustCall() } });
req.on('error', () => {});
req.destroy();
