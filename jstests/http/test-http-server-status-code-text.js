'use strict';
// A status that was set as text is a number once it is sent; callbacks that are none are left out.
const common = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer({}, null);
server.on('request', common.mustCall((req, res) => {
  assert.strictEqual(res.setTimeout(0, null), res);
  assert.strictEqual(res.listenerCount('timeout'), 0);
  res.statusCode = '404';
  assert.strictEqual(res.statusCode, '404');
  if (req.url === '/implicit') res.flushHeaders();
  else res.writeHead(res.statusCode);
  assert.strictEqual(res.statusCode, 404);
  res.end();
}, 2));

for (const code of [NaN, 200.5]) {
  const res = new http.ServerResponse({ method: 'GET' });
  res.statusCode = code;
  assert.ok(Object.is(res.statusCode, code));
  if (code !== 200.5) {
    assert.throws(() => res.flushHeaders(), { code: 'ERR_HTTP_INVALID_STATUS_CODE', message: 'Invalid status code: NaN' });
  } else {
    res.flushHeaders();
    assert.strictEqual(res.statusCode, 200);
  }
}

server.listen(0, common.mustCall(() => {
  let left = 2;
  for (const path of ['/implicit', '/']) {
    http.get({ port: server.address().port, path, agent: false }, common.mustCall((res) => {
      assert.strictEqual(res.statusCode, 404);
      res.resume().on('end', () => { if (--left === 0) server.close(); });
    }));
  }
}));
