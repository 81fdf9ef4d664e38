'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  for (const bad of [99, 1000, -1, 'x', undefined, NaN]) {
    assert.throws(() => res.writeHead(bad), { code: 'ERR_HTTP_INVALID_STATUS_CODE', name: 'RangeError', message: `Invalid status code: ${bad}` });
  }
  assert.throws(() => res.writeHead(200, 'bad\r\nreason'), { code: 'ERR_INVALID_CHAR', message: 'Invalid character in statusMessage' });
  res.statusMessage = ''; // it was kept
  res.setHeader('X-A', 'set');
  res.setHeader('X-B', 'kept');
  switch (req.url) {
    case '/object': assert.strictEqual(res.writeHead(201, 'Made Up', { 'X-A': 'head', 'X-C': ['1', '2'] }), res); break;
    case '/array': res.writeHead(404, ['X-A', 'head', 'X-C', '1']); break;
    case '/status': res.statusCode = 418; res.statusMessage = 'Short'; break;
    case '/unknown': res.writeHead(299); break;
  }
  assert.strictEqual(res.end('x'), res);
  assert.strictEqual(res.headersSent, true);
}, 4));
const ask = (url, fn) => exchange(server.address().port, `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, fn);
listen(server, () => {
  ask('/object', (text) => {
    assert(text.startsWith('HTTP/1.1 201 Made Up\r\n'), text);
    for (const line of ['X-A: head', 'X-B: kept', 'X-C: 1', 'X-C: 2']) assert(text.includes(`\r\n${line}\r\n`), text);
    assert(!text.includes('X-A: set'));
    ask('/array', (text) => {
      assert(text.startsWith('HTTP/1.1 404 Not Found\r\n'), text);
      assert(text.includes('X-A: head\r\n') && text.includes('X-B: kept\r\n'), text);
      ask('/status', (text) => {
        assert(text.startsWith('HTTP/1.1 418 Short\r\n'), text);
        ask('/unknown', (text) => {
          assert(text.startsWith('HTTP/1.1 299 unknown\r\n'), text);
          server.close();
        });
      });
    });
  });
});
