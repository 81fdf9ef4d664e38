'use strict';
// The links of early hints are checked; without any nothing is sent.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.throws(() => res.writeEarlyHints('x'), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const link of ['', '</>; ', 'rel=preload; </a>', 'a', '</a>; b\r\nX: y', 1, {}, ['</a>', 'a']]) {
    assert.throws(() => res.writeEarlyHints({ link }), { code: 'ERR_INVALID_ARG_VALUE' }, String(link));
  }
  res.writeEarlyHints({});
  res.writeEarlyHints({ link: [] });
  res.writeEarlyHints({ 'link': '</a.css>; rel=preload; as=style', 'x-a': 'b' }, mustCall());
  res.writeEarlyHints({ link: ['</a>; rel="x"', '</b>;y'] });
  res.end();
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', mustCall((text) => {
    assert.strictEqual(text.split('HTTP/1.1 200')[0],
                       'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\nx-a: b\r\n\r\n' +
                       'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel="x", </b>;y\r\n\r\n');
    server.close();
  }));
});
